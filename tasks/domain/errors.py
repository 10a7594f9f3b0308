"""Two errors, named by what happens next, and the sentence staff read for each code."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "FILE-001": "ファイルが見つかりません。場所と名前を確かめてください。",
    "FILE-002": "ファイルが空です。",
    "FILE-003": "書き込めません。空き容量とフォルダーの権限を確かめてください。",
    "FILE-004": "まだコピー中のファイルです。次回の実行で読み取ります。",
    "FILE-005": "同じ内容のファイルが二つあります。後のものは数えません。",
    "FILE-006": "拡張子と中身が合わないか、扱えない形式のファイルです。",
    "FILE-007": "フォルダーに読み取るファイルがありません。",
    "FILE-008": "台帳が大きく、使ってよいメモリと作業領域に収まりません。管理者に知らせてください。",
    "TABLE-001": "見出し行が見つかりません。列名を確かめるか、設定の列名辞書に加えてください。",
    "TABLE-002": "必要な列がありません。",
    "TABLE-003": "文字コードが設定と合いません。設定 encoding を確かめてください。",
    "TABLE-004": "パスワードで保護されたファイルです。保護を外して保存し直してください。",
    "TABLE-005": "値の形が正しくありません。",
    "TABLE-006": "計算結果が保存されていない数式です。Excelで開いて保存し直してください。",
    "TABLE-007": "同じ番号の行が二つあります。",
    "TABLE-008": "ファイルが壊れています。元のファイルから作り直してください。",
    "TABLE-009": "見出しだけで、データの行がありません。ファイルを取り違えていないか確かめてください。",
    "CLERK-001": "職員が記入した行に、そろっていないものがあります。すべて直してから、もう一度読み込んでください。",
    "CLERK-002": "職員の記入を読み込めるファイルではありません。税務課控え.xlsx を選んでください。",
    "BALANCE-001": "入力と結果の件数が合わないため、結果を出しませんでした。",
    "BALANCE-002": "入力と結果の金額が合わないため、結果を出しませんでした。",
    "RATE-001": "この年の延滞金の割合が登録されていません。設定に加えてください。",
    "DATE-001": "日付として読めません。",
    "DATE-003": "収納反映日が、今日や台帳の時期と合いません。日付を確かめてください。",
    "DATE-004": "税台帳に収納日の列がないため、収納反映日が決まりません。実行の画面で収納反映日を入力してください。",
    "DATE-005": "期間の初日が末日より後です。日付を確かめてください。",
    "SETTINGS-001": "設定ファイルに誤りがあります。",
    "READ-001": "読み取りの途中で予期しない問題が起きました。管理者に知らせてください。",
    "RUN-001": "その番号の実行は記録にないか、一つに決まりません。yakuba history で確かめてください。",
    "RUN-002": "この実行の記録は、今のプログラムでは読めません。その時の税務課控えを見てください。",
    "STORE-001": "データベースを開けません。場所と権限を確かめてください。",
    "STORE-002": "データベースが使用中です。しばらくして自動でやり直します。",
    "STORE-003": "記録が書き換えられた跡があります。管理者に知らせてください。",
    "STORE-004": "データベースを移せませんでした。移す先は空のまま、元は変わっていません。確認ページと実行をすべて止めて、空のデータベースへやり直してください。",
    "ACCOUNT-001": "削減時間の台帳に付けられません。業務名・分・件数を確かめてください。",
    "ACCOUNT-002": "この記録は取り消せません。一覧で番号を確かめてください。実行の記録は取り消せません。",
    "STUDY-001": "計測の記録を付けられません。時間・件数・番号を確かめてください。",
    "STUDY-002": "この月から新しい基準にはできません。月と計測の件数を確かめてください。",
    "FORECAST-001": "手作業の方が早い見込みです。それでも実行するときは、実行の画面で「手作業より遅い見込みでも実行する」を選んでください。",
    "INVENTORY-001": "業務一覧からその業務を一つに決められません。次の業務名から選んでください。",
    "INVENTORY-002": "業務手順書が既にあります。上書きはしません。--out を変えるか、古いものを移してください。",
    "DESIGN-001": "開いたあとで、ほかの人がこの様式を保存しました。違いを見てから、保存し直してください。",
    "DESIGN-002": "この名前は使えないか、もう使われています。英小文字で始め、英小文字・数字・_ で60字までの別の名前にしてください。",
    "DESIGN-003": "この様式定義は見つからないか、扱えません。様式の一覧から選び直してください。",
    "DESIGN-004": "ほかの人の下書きか試し読みをしています。少し待って、もう一度押してください。",
    "DESIGN-005": "決められた時間で終わりませんでした。ページの少ない、300dpi程度のファイルで試してください。",
    "ACCESS-001": "この利用者は見つかりません。職員の一覧から選び直してください。",
    "ACCESS-002": "この利用者名は既に使われています。別の利用者名にしてください。",
    "ACCESS-003": "サインインできる保守責任者がいなくなるため、変更しませんでした。先に別の保守責任者を決めてください。",
    "ACCESS-004": "このリンクは使えません。期限が切れたか、既に使われています。新しいリンクを頼んでください。",
    "ACCESS-005": "この設定では、ほかのパソコンから安全に使えないため、始めませんでした。docs/how-to/open-the-review-page.md を見てください。",
    "SHEET-001": "この確認ページが書き出したシートではありません。書き出したファイルを選んでください。",
    "SHEET-002": "ファイルが大きすぎます。書き出したシートに、ほかの表や画像を足していないか確かめてください。",
    "SHEET-003": "マクロ・埋め込み・ほかのファイルへのつながりがあるため、受け取りません。xlsx の形式で保存し直してください。",
    "SHEET-004": "Excel のブック（xlsx）ではありません。xlsx の形式で保存し直してください。",
    "SHEET-005": "直すところがあります。下の一覧のセルを直して、もう一度読み込んでください。まだ何も取り込んでいません。",
    "REVIEW-001": "この質問は見つかりません。一覧から選び直してください。",
}
"""Japanese sentence shown to staff for each code."""


class YakubaError(Exception):
    """Base of both errors. Messages reach logs: never a value about a person.

    Args:
        code: A key of `SENTENCES`.
        detail: English: where (file, sheet, cell, row), what was found, what was
            expected.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail

    @property
    def sentence(self) -> str:
        """The sentence that staff read.

        Examples:
            >>> NeedsPersonError("FILE-002", "list.xlsx: 0 bytes").sentence
            'ファイルが空です。'
        """
        return SENTENCES[self.code]


class NeedsPersonError(YakubaError):
    """A person must act: queued or shown, never retried (業務エラー).

    Args:
        code: See `YakubaError`.
        detail: See `YakubaError`.
        faults: Every fault found, one line each with its place, when there are several.
    """

    def __init__(self, code: str, detail: str, faults: tuple[str, ...] = ()) -> None:
        super().__init__(code, detail)
        self.faults = faults


class TryAgainError(YakubaError):
    """The world was not ready: retried by tasks/policy.py, nowhere else (システムエラー)."""


class SettingsError(YakubaError):
    """Configuration is wrong; all faults at once, exit code 2."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("SETTINGS-001", "; ".join(faults))
        self.faults = faults
