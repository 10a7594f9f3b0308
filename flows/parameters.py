"""What staff fill in to start a flow; Prefect draws its run form from these models.

Days are text: Prefect 3.9 draws an optional date with English words, and staff write
令和8年10月31日. The flow reads them with the normal form of dates.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

BY_SCHEDULE = "自動実行"
"""実行者 of a run that nobody started by hand."""


class TaxDelinquencyParameters(BaseModel):
    """滞納確認を実行するための条件。通常はそのままで実行できます。"""

    model_config = ConfigDict(extra="forbid", frozen=True, title="滞納確認の条件")

    inbox: Annotated[
        str,
        Field(
            title="申請書フォルダー",
            description="スキャンした申請書（PDF・TIFF・PNG・JPEG）を入れるフォルダー。空欄にすると申請書は読みません。",
        ),
    ] = "work/inbox"
    request_folder: Annotated[
        str,
        Field(
            title="依頼名簿フォルダー",
            description="納税状況確認依頼表（Excel・CSV）を入れるフォルダー。空欄にすると名簿は読みません。",
        ),
    ] = "work/requests"
    persons_folder: Annotated[
        str,
        Field(
            title="住民台帳フォルダー",
            description="宛名・住民台帳（CSV・Excel）を入れるフォルダー、またはそのファイル。",
        ),
    ] = "work/ledgers/persons"
    taxes_folder: Annotated[
        str,
        Field(
            title="税台帳フォルダー",
            description="税目ごとの収納状況（CSV・Excel）を入れるフォルダー、またはそのファイル。",
        ),
    ] = "work/ledgers/taxes"
    decisions_folder: Annotated[
        str,
        Field(
            title="判断記入フォルダー",
            description="「判断」や領収書を記入した税務課控え.xlsx を入れるフォルダー。入れたままでも二重には数えません。空欄にすると読みません。",
        ),
    ] = "work/decisions"
    as_of: Annotated[
        str,
        Field(
            title="収納反映日",
            description="税台帳に収納が反映されている最後の日。2026-10-31 や 令和8年10月31日 のように書きます。空欄にすると、税台帳の最後の収納日とします。",
        ),
    ] = ""
    out: Annotated[
        str,
        Field(
            title="結果フォルダー",
            description="回答書・税務課控え・answers.csv を出すフォルダー。",
        ),
    ] = "work/results"
    requesting_section: Annotated[
        str,
        Field(
            title="依頼課",
            description="回答書の宛先にする課の名前。名簿に依頼課の列があるか、名簿のファイル名に課の名前があれば、そちらを使い、課ごとに回答書を分けます。",
        ),
    ] = "依頼課"
    letter_number: Annotated[
        str,
        Field(
            title="文書番号",
            description="回答書に印字する番号。例 みなと税第123号。空欄にすると、手書きできるように空けておきます。",
        ),
    ] = ""
    requested_on: Annotated[
        str,
        Field(
            title="照会日",
            description="依頼文書の日付。2026-11-13 や 令和8年11月13日 のように書きます。空欄でもかまいません。",
        ),
    ] = ""
    started_by: Annotated[
        str,
        Field(
            title="実行者",
            description="実行した職員の番号または係名。記録に残ります。住民の氏名は書かないでください。",
        ),
    ] = "職員"
    office_days_only: Annotated[
        bool,
        Field(
            title="開庁日だけ実行する",
            description="土日・祝日・12月29日〜1月3日には何もせずに終わります。夜間の自動実行で使います。",
        ),
    ] = False
    even_if_slower: Annotated[
        bool,
        Field(
            title="手作業より遅い見込みでも実行する",
            description="実行の前に、確認にかかる見込みの時間を手作業と比べます。手作業の方が早い見込みのときは、ここを選ぶまで実行しません。夜間の自動実行は記録して続けます。",
        ),
    ] = False


class SavingsReportParameters(BaseModel):
    """削減時間の報告を作るための条件。"""

    model_config = ConfigDict(extra="forbid", frozen=True, title="削減時間報告の条件")

    first_day: Annotated[
        str,
        Field(
            title="期間の初日",
            description="2026-04-01 や 令和8年4月1日 のように書きます。空欄にすると今年度の4月1日とします。",
        ),
    ] = ""
    last_day: Annotated[
        str,
        Field(
            title="期間の末日",
            description="空欄にすると今日とします。",
        ),
    ] = ""
    until_last_month: Annotated[
        bool,
        Field(
            title="先月の末日まで",
            description="期間の末日が空欄のとき、今日でなく先月の末日までとします。毎月の自動実行で使います。",
        ),
    ] = False
    out: Annotated[
        str,
        Field(
            title="結果フォルダー",
            description="報告（Excel・ページ・画像・CSV）を出すフォルダー。",
        ),
    ] = "work/reports"


class ExpiredRecordsParameters(BaseModel):
    """保存期間の過ぎた記録を消すための条件。"""

    model_config = ConfigDict(
        extra="forbid", frozen=True, title="保存期間の過ぎた記録の削除の条件"
    )

    dry_run: Annotated[
        bool,
        Field(
            title="数えるだけにする",
            description="外すと、保存年数（設定の keep_years）の過ぎた滞納確認の記録を消します。消した記録は元に戻せません。",
        ),
    ] = True
    started_by: Annotated[
        str,
        Field(
            title="実行者",
            description="実行した職員の番号または係名。監査記録に残ります。",
        ),
    ] = "職員"
