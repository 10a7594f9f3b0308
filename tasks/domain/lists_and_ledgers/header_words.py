"""The header dictionary: which words above a column mean which of our fields."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.domain.errors import SettingsError

PERSON_HEADERS: dict[str, tuple[str, ...]] = {
    "addressee_no": ("宛名番号", "宛名コード", "宛名no", "個人コード", "住民コード"),
    "name": (
        "氏名",
        "氏名(漢字)",
        "氏名漢字",
        "漢字氏名",
        "宛名氏名",
        "宛名",
        "氏名又は名称",
        "氏名名称",
        "氏名・名称",
        "お名前",
        "名前",
        "納税義務者氏名",
        "納税義務者",
        "本名",
    ),
    "family_name": ("姓", "氏", "氏(姓)", "姓(漢字)", "名字"),
    "given_name": ("名", "名(漢字)"),
    "kana": (
        "氏名カナ",
        "氏名(カナ)",
        "氏名かな",
        "氏名(かな)",
        "氏名フリガナ",
        "氏名(フリガナ)",
        "氏名ふりがな",
        "氏名(ふりがな)",
        "氏名又は名称(カナ)",
        "氏名又は名称(フリガナ)",
        "カナ",
        "カナ氏名",
        "カナ名",
        "フリガナ",
        "ふりがな",
        "カナ名称",
        "宛名カナ",
        "お名前(カナ)",
        "名称カナ",
        "名称(カナ)",
    ),
    "family_kana": ("セイ", "姓(カナ)", "姓カナ", "姓(フリガナ)", "せい"),
    "given_kana": ("メイ", "名(カナ)", "名カナ", "名(フリガナ)", "めい"),
    "birth_date": ("生年月日", "誕生日", "生年月日(和暦)", "生年月日(西暦)"),
    "address": (
        "住所",
        "現住所",
        "住所又は所在地",
        "住所(所在地)",
        "住所・所在地",
        "住所所在地",
        "所在地",
        "住民登録地",
        "住所1",
        "宛名住所",
        "住所表記",
    ),
    "address_tail": ("方書", "住所2", "建物名", "住所(方書)", "建物名等", "方書き"),
    "former_address": ("前住所", "旧住所", "転入前住所", "従前住所", "前住所地"),
    "common_name": ("通称", "通称名", "氏名(通称)", "通称氏名"),
    "postal": ("郵便番号", "郵便no", "〒"),
    "household_no": ("世帯番号", "世帯コード", "世帯no"),
    "person_group": ("名寄せ番号", "名寄番号", "名寄せコード", "同一人番号"),
    "corporate_number": ("法人番号", "法人番号(13桁)"),
    "protected": (
        *("*支援*", "*抑止*", "*制限*", "*dv*", "*発行停止*"),
        *("支援措置", "発行抑止", "閲覧制限", "dv等支援措置"),
    ),
    "death": ("*死亡*",),
    "life_state": (
        *("異動事由", "消除事由", "消除理由", "住民状態", "住民状況", "住民区分"),
        *("現存区分", "生存区分", "除票区分", "資格状態", "異動区分", "住民異動事由"),
    ),
}
"""住民台帳: our field and the headers it goes by, as `header_key` writes them.

A word between two `*` is met by every header that contains it; several columns may
then belong to one field, the further ones as `field_2`, `field_3` and so on."""

TAX_HEADERS: dict[str, tuple[str, ...]] = {
    "addressee_no": PERSON_HEADERS["addressee_no"],
    "tax": ("税目", "税目名", "科目", "税目名称"),
    "fiscal_year": ("賦課年度", "課税年度", "相当年度", "年度", "調定年度"),
    "instalment": ("期別", "期", "納期", "期別名", "期割"),
    "due_date": ("納期限", "納付期限", "法定納期限", "納期限日"),
    "assessed_yen": (
        "調定額",
        "期別調定額",
        "課税額",
        "税額",
        "賦課額",
        "本税額",
        "期別税額",
        "期別課税額",
        "期割額",
        "期割税額",
        "期税額",
        "年税額",
    ),
    "paid_yen": ("収納額", "納付額", "収入額", "収納済額", "納付済額", "収入済額"),
    "unpaid_yen": ("未納額", "滞納額", "未納税額", "収入未済額"),
    "status": ("状態", "区分", "滞納状態", "処分区分", "納税状態", "状況", "猶予等"),
    "status_from": (
        *("猶予開始日", "猶予始期", "猶予期間始期", "停止日", "停止開始日"),
        *("執行停止日", "執行停止開始日", "処分停止日", "状態開始日", "猶予等開始日"),
        *("猶予期間(自)", "停止期間(自)", "誓約日", "分納開始日"),
    ),
    "status_until": (
        *("猶予終了日", "猶予終期", "猶予期間終期", "停止終了日", "執行停止終了日"),
        *("状態終了日", "猶予等終了日", "猶予期間(至)", "停止期間(至)"),
        *("分納終了日", "分納期限", "猶予期限"),
    ),
    "posted_on": (
        *("*収納日*", "*収納年月日*", "*領収日*", "*領収年月日*", "*収入日*"),
        *("*収入年月日*", "*納付日*", "*納付年月日*"),
    ),
    "notice_no": (
        *("*通知書番号*", "*賦課番号*", "*課税番号*", "*調定番号*", "*標識番号*"),
        *("*車両番号*", "*車台番号*", "*登録番号*"),
    ),
}
"""税台帳. notice_no parts what one person owes twice on one day: two cars, two notices."""

REQUEST_HEADERS: dict[str, tuple[str, ...]] = {
    "request_id": (
        "番号",
        "no",
        "受付番号",
        "整理番号",
        "申請番号",
        "連番",
        "通番",
        "項番",
        "管理番号",
        "通し番号",
    ),
    "name": (
        *PERSON_HEADERS["name"],
        "申請者氏名",
        "申請者名",
        "申請者",
        "対象者氏名",
        "対象者",
        "本人氏名",
        "商号",
        "商号又は名称",
        "名称",
        "法人名",
        "会社名",
        "事業者名",
        "団体名",
        "申込者氏名",
        "氏名(法人名)",
    ),
    "family_name": PERSON_HEADERS["family_name"],
    "given_name": PERSON_HEADERS["given_name"],
    "kana": (*PERSON_HEADERS["kana"], "申請者カナ", "申請者フリガナ", "商号カナ"),
    "family_kana": PERSON_HEADERS["family_kana"],
    "given_kana": PERSON_HEADERS["given_kana"],
    "birth_date": (*PERSON_HEADERS["birth_date"], "申請者生年月日"),
    "address": (*PERSON_HEADERS["address"], "申請者住所", "本店所在地"),
    "address_tail": PERSON_HEADERS["address_tail"],
    "postal": PERSON_HEADERS["postal"],
    "phone": ("電話番号", "電話", "tel", "連絡先", "連絡先電話番号", "携帯電話"),
    "addressee_no": PERSON_HEADERS["addressee_no"],
    "corporate_number": PERSON_HEADERS["corporate_number"],
    "consent": ("*同意*", "*承諾*"),
}
"""依頼名簿."""

MOST_COLUMNS_OF_A_FIELD = 8
"""Of a field whose header is known by a part of it."""

HEADER_RANKS: dict[str, int] = {
    **dict.fromkeys(("期別調定額", "期別税額", "期別課税額"), 1),
    **dict.fromkeys(("期割額", "期割税額", "期税額"), 1),
    "年税額": -1,
    **dict.fromkeys(("賦課年度", "課税年度"), 1),
    "調定年度": -1,
}
"""Of several columns for one field, the one whose header ranks highest is meant; 0 is
usual. 年税額 is not what falls due on a 納期限, 調定年度 not the year taxed."""

CORPORATE_NAME_HEADERS = frozenset(
    ("商号", "商号又は名称", "名称", "法人名", "会社名", "事業者名", "団体名")
)
"""A list whose name column is headed so may be of corporations only."""

MY_NUMBER_HEADERS = frozenset(
    ("個人番号", "マイナンバー", "mynumber", "個人番号(12桁)")
)
"""Dropped on reading and never stored (番号法)."""

OTHER_PERSONS = (
    "世帯主",
    "代表者",
    "配偶者",
    "同居",
    "緊急",
    "扶養",
    "保護者",
    "法定代理",
)
"""A group title with one of these words is about somebody else than the applicant."""

OWN_PERSON = ("申請者", "本人", "対象者", "納税義務者", "申込者", "届出者", "事業者")
"""A group title with one of these words is about the applicant."""

PLAIN_REMARKS = frozenset(
    (
        *("漢字", "必須", "任意", "全角", "半角", "円", "申請者", "本人", "税込"),
        *("西暦", "和暦", "ハイフンなし", "ハイフンあり", "住民票", "住民票の住所"),
    )
)
"""Remarks in brackets that change nothing about a header's meaning."""

PLAIN_REMARK_ENDS = ("場合", "のみ", "記入", "桁", "こと", "ください")
"""So do remarks that end with one of these."""


def columns_of(name: str) -> tuple[str, ...]:
    """Return the names under which the columns of a field stand, the first one plain.

    Examples:
        >>> columns_of("protected")[:3]
        ('protected', 'protected_2', 'protected_3')
    """
    further = range(2, MOST_COLUMNS_OF_A_FIELD + 1)
    return (name, *(f"{name}_{number}" for number in further))


def dictionary(
    built_in: Mapping[str, tuple[str, ...]],
    configured: Mapping[str, tuple[str, ...]],
    section: str,
) -> dict[str, tuple[str, ...]]:
    """Return the built-in headers with a city's own added.

    A header that the configuration gives to one field is taken from all others.

    Args:
        built_in: One of the tables above.
        configured: From configs/columns.yaml.
        section: `persons`, `taxes` or `request`, for the message.

    Raises:
        SettingsError: The configuration names a field that does not exist.

    Examples:
        >>> words = dictionary(TAX_HEADERS, {"tax": ("税の種類",)}, "taxes")
        >>> words["tax"]
        ('税目', '税目名', '科目', '税目名称', '税の種類')
    """
    faults = tuple(
        f"columns.yaml: {section}.{name}: no such field; "
        f"expected one of {', '.join(built_in)}"
        for name in configured
        if name not in built_in
    )
    if faults:
        raise SettingsError(faults)
    taken = {word for words in configured.values() for word in words}
    return {
        name: tuple(word for word in words if word not in taken)
        + tuple(configured.get(name, ()))
        for name, words in built_in.items()
    }
