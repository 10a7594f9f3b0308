"""What printed labels mean: the words of Japanese forms, as a table."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from ocr.model import ErrorClass, FieldKind

CheckDigit = Literal["my_number", "corporate_number"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a field with such a label usually is."""

    id: str
    kind: FieldKind
    error_class: ErrorClass = ErrorClass.ORDINARY
    required: bool = False
    check_digit: CheckDigit | None = None


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_S, _O, _T = ErrorClass.STRICT, ErrorClass.ORDINARY, ErrorClass.STATISTICS
_K = FieldKind

_MEANINGS: tuple[tuple[str, Meaning], ...] = (
    (
        r"名義.*(カナ|フリガナ|かな)|(カナ|フリガナ).*名義",
        Meaning("account_holder", _K.KANA, _O, required=True),
    ),
    (r"口座名義|名義人|^名義", Meaning("account_holder", _K.NAME, _O, required=True)),
    (
        r"(氏名|名前).*(フリガナ|ふりがな|カナ)$|^(フリガナ|ふりがな|カナ氏名|カナ)",
        Meaning("kana", _K.KANA, _S, required=True),
    ),
    (r"金融機関コード|銀行コード", Meaning("bank_code", _K.DIGITS, _S)),
    (r"支店コード|店番|支店番号|店舗コード", Meaning("branch_code", _K.DIGITS, _S)),
    (r"口座番号", Meaning("account", _K.DIGITS, _S, required=True)),
    (
        r"(預金|口座|貯金).*(種目|種別|種類)|^種目$",
        Meaning("account_kind", _K.TEXT, _S),
    ),
    (
        r"個人番号|マイナンバー",
        Meaning("my_number", _K.DIGITS, _S, check_digit="my_number"),
    ),
    (
        r"法人番号",
        Meaning("corporate_number", _K.DIGITS, _S, check_digit="corporate_number"),
    ),
    (r"宛名番号", Meaning("addressee_no", _K.DIGITS, _S)),
    (r"被保険者.*番号|記号番号|保険証.*番号", Meaning("insured_no", _K.DIGITS, _S)),
    (r"受給者(証)?番号|受給者No", Meaning("recipient_no", _K.DIGITS, _S)),
    (
        r"(整理|受付|通知書|納付|認定|登録|許可|承認|管理)番号",
        Meaning("reference_no", _K.DIGITS, _S),
    ),
    (r"世帯番号", Meaning("household_no", _K.DIGITS, _S)),
    (r"生年月日|誕生日", Meaning("birth_date", _K.DATE, _S, required=True)),
    (r"郵便番号|^〒", Meaning("postal", _K.POSTAL, _O)),
    (r"E-?mail|メール", Meaning("email", _K.TEXT, _O)),
    (r"FAX|ファックス|ファクシミリ", Meaning("fax", _K.PHONE, _O)),
    (r"電話|TEL|携帯|^連絡先|連絡先$", Meaning("phone", _K.PHONE, _O)),
    (r"署名|自署|サイン", Meaning("signature", _K.SIGNATURE, _S)),
    (r"^[(]?(㊞|印|押印|捺印|印鑑)[)]?$", Meaning("seal", _K.SEAL, _T)),
    (r"性別", Meaning("sex", _K.TEXT, _T)),
    (r"続柄|関係$|間柄", Meaning("relation", _K.TEXT, _O)),
    (r"年齢|^満?歳", Meaning("age", _K.DIGITS, _T)),
    (
        r"(住所|所在地|居住地|居所|本籍|届け?先|送付先|現住所)",
        Meaning("address", _K.ADDRESS, _S, required=True),
    ),
    (
        r"(勤務先|就労先|事業所|会社|雇用主).*(名|名称)?$|勤務先",
        Meaning("work_place", _K.TEXT, _O),
    ),
    (
        r"(学校|園|施設|保育所|病院|医療機関)(の)?(名|名称)?$",
        Meaning("facility", _K.TEXT, _O),
    ),
    (r"金融機関|銀行", Meaning("bank", _K.TEXT, _O)),
    (r"支店|本店|店名", Meaning("branch", _K.TEXT, _O)),
    (r"職業|職種|仕事の内容", Meaning("occupation", _K.TEXT, _T)),
    (r"理由|事由|動機", Meaning("reason", _K.TEXT, _O)),
    (r"備考|摘要|特記|その他", Meaning("note", _K.TEXT, _T)),
    (r"(有無|区分|種別|種類|状況|状態|方法)$", Meaning("category", _K.TEXT, _O)),
    (r"同意|承諾", Meaning("consent", _K.CHECK, _S, required=True)),
    (r"(合計|総額|^計$|総計|額計)", Meaning("total_yen", _K.AMOUNT, _S)),
    (
        r"交付申請額|申請額|請求額|請求金額|申請金額",
        Meaning("amount_yen", _K.AMOUNT, _S, required=True),
    ),
    (r"基本額", Meaning("base_yen", _K.AMOUNT, _S)),
    (r"加算額", Meaning("extra_yen", _K.AMOUNT, _S)),
    (r"納付額|納付金額|納入金額|支払(金)?額|領収", Meaning("paid_yen", _K.AMOUNT, _S)),
    (r"税額", Meaning("tax_yen", _K.AMOUNT, _S)),
    (r"延滞金", Meaning("late_charge_yen", _K.AMOUNT, _S)),
    (r"督促手数料|手数料", Meaning("fee_yen", _K.AMOUNT, _S)),
    (r"年収|収入|所得|給与|月額|日額|年額", Meaning("income_yen", _K.AMOUNT, _S)),
    (
        r"家賃|賃料|保育料|使用料|料金|費用|経費|単価|金額|価格|.額$|額[(]円[)]",
        Meaning("yen", _K.AMOUNT, _S),
    ),
    (
        r"(申請|届出|請求|記入|提出|作成)(年月)?日",
        Meaning("application_date", _K.DATE, _O),
    ),
    (
        r"(開始|始期|利用開始|入所|入園|転入|取得|採用|着工|契約)(希望)?(年月)?日",
        Meaning("start_date", _K.DATE, _O),
    ),
    (
        r"(終了|終期|完了|退所|退職|転出|満了)(予定)?(年月)?日",
        Meaning("end_date", _K.DATE, _O),
    ),
    (r"納期限|期限|期日|支払日", Meaning("due_date", _K.DATE, _S)),
    (r"年月日|月日$|日付|.日$", Meaning("date", _K.DATE, _O)),
    (r"曜日", Meaning("weekday", _K.TEXT, _O)),
    (
        r"(人数|回数|日数|時間数?|台数|件数|数量|面積|個数|月数|年数|枚数|人員)",
        Meaning("count", _K.DIGITS, _O),
    ),
    (r"(年度|期別|年分)$", Meaning("period", _K.DIGITS, _O)),
    (
        r"氏名|名前|お名前|(者|人|主|童|子|父|母|員)(の)?名$|代表者|^(申請者|届出者|請求者|世帯主|保護者)$",
        Meaning("name", _K.NAME, _S, required=True),
    ),
    (
        r"(団体|法人|商号|屋号|名称|企業|組織|事業者).*名?$",
        Meaning("organisation", _K.TEXT, _O),
    ),
)
_COMPILED = tuple((re.compile(pattern), meaning) for pattern, meaning in _MEANINGS)

_PEOPLE: tuple[tuple[str, str], ...] = (
    (r"世帯主", "head"),
    (r"配偶者", "spouse"),
    (r"保護者", "guardian"),
    (r"代理人|受任者", "agent"),
    (r"緊急", "emergency"),
    (r"代表者", "representative"),
    (r"(対象|支給)?(児童|お?子|園児|生徒|学生|児$)", "child"),
    (r"^父", "father"),
    (r"^母", "mother"),
    (r"勤務先|就労先|事業所", "work"),
    (r"旧|転出|前住", "former"),
)
_CONTEXT = tuple((re.compile(pattern), prefix) for pattern, prefix in _PEOPLE)

OPTION_FAMILIES: tuple[tuple[str, ...], ...] = (
    ("普通", "当座", "貯蓄", "納税準備", "総合", "別段", "その他"),
    ("男", "女", "男性", "女性", "その他", "回答しない", "答えたくない"),
    ("有", "無"),
    ("有り", "無し"),
    ("あり", "なし"),
    ("ある", "ない"),
    ("はい", "いいえ"),
    ("要", "不要"),
    ("可", "不可", "否"),
    ("同居", "別居"),
    ("本人", "代理人", "配偶者", "世帯主", "その他"),
    ("新規", "変更", "継続", "更新", "廃止", "再交付", "取消"),
    ("自己所有", "持家", "借家", "賃貸", "その他"),
    ("午前", "午後"),
    ("既婚", "未婚"),
    (
        "常勤",
        "非常勤",
        "パート",
        "自営",
        "自営業",
        "会社員",
        "公務員",
        "無職",
        "その他",
    ),
    ("する", "しない"),
    ("希望する", "希望しない"),
    ("同意する", "同意しない"),
    ("該当", "非該当"),
    ("該当する", "該当しない"),
    ("課税", "非課税"),
    ("銀行", "信用金庫", "信用組合", "労働金庫", "農協", "漁協", "農業協同組合"),
    ("本店", "支店", "出張所", "本所", "支所"),
    ("一般", "特定"),
    ("全部", "一部"),
    ("個人", "法人"),
    ("父", "母"),
    ("実子", "養子"),
    ("右", "左"),
    ("現金", "口座振込", "口座振替", "振込"),
)
"""Words printed side by side of which one is circled."""

SEVERAL_FAMILIES: tuple[tuple[str, ...], ...] = (
    ("月", "火", "水", "木", "金", "土", "日", "祝"),
)
"""The same, of which several may be."""

ERA_WORDS = {
    "明": "明治",
    "大": "大正",
    "昭": "昭和",
    "平": "平成",
    "令": "令和",
    "西": "西暦",
    "明治": "明治",
    "大正": "大正",
    "昭和": "昭和",
    "平成": "平成",
    "令和": "令和",
    "西暦": "西暦",
    "M": "明治",
    "T": "大正",
    "S": "昭和",
    "H": "平成",
    "R": "令和",
}

UNITS = _words(
    "円 人 名 歳 才 ㎡ m2 時間 回 か月 ヶ月 カ月 % 点 台 枚 個 件 級 階 号 分 時 日間 年間 km kg"
)
"""Printed behind a number that is written in."""

PREFIXES = _words(
    "金 ￥ ¥ A B C D E F A+B A-B ア イ ウ エ オ ① ② ③ ④ ⑤ 満 約 計 No No. 第"
)
"""Printed before what is written, without being its label."""

POSTAL_MARKS = frozenset(("〒", "〒-", "テ", "T", "干", "〶"))
SEAL_MARKS = frozenset(("㊞", "印", "(印)", "（印）", "実印", "捺印"))
LIKE_SEAL_MARKS = frozenset("冈回⑪㊥⑩㊙卸囹図囲圓匍")
"""As which a scanned ㊞ is read."""
HONORIFICS = frozenset(("様", "殿", "御中"))
DIGIT_UNITS = frozenset("億千百十万円拾兆")

OFFICE_USE = re.compile(
    r"^受付$|受付番号|受付印|収受印|受付欄|事務処理|処理欄|職員記入|市(役所)?(が|で)?(使用|記入|使い|処理)|記入しない|記入不要"
    r"|(?<!申請者)確認欄|決裁|※欄|担当者?印|起案|供覧|領収(日付)?印|整理欄"
)
"""Where the office writes, not the applicant."""

JOINABLE = _words(
    "氏名 住所 電話 職業 性別 年齢 続柄 備考 金額 理由 合計 区分 名称 種別 期間 署名 捺印 番号 内訳 摘要 単価"
    " 数量 用途 目的 場所 面積 構造 事由 本籍 世帯 方書 町名 番地 申請者 請求者 届出者 世帯主 保護者 配偶者"
    " 代理人 振込先 連絡先 勤務先 所在地 生年月日 電話番号 郵便番号 口座番号 フリガナ ふりがな 名義 税額 税目"
    " 期別 年度 納期限 計 父 母 印"
)
"""Labels that are printed with wide spaces between their letters."""

ORDINAL = re.compile(
    r"^[(第]?([0-9]{1,2}|[①-⑳]|[一二三四五六七八九十]{1,3}|[月火水木金土日])(番|人目|子|回|月|曜|曜日|期|番目|件目|年目|年度)?[.)．]?$"
)
"""What numbers the rows of a table."""

ASIDE = re.compile(
    r"^[※*]|^[(（].{12,}|ください|下さい|こと[。)]?$|です|ます|。$|場合|記入例"
)
"""Notes, not labels."""


_AROUND = ":;・·.,、。~-_*※◆■●○"  # characters, in any order


def plain(text: str) -> str:
    """Return a label folded, without spaces, numbering and marks around it.

    Examples:
        >>> plain("（２）　氏　　名：")
        '氏名'
    """
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    folded = re.sub(
        r"^([(]?[0-9]{1,2}[).:]|[①-⑳]|[0-9]{1,2}(?=[^\W\d_歳年月日人回期級号才階時分個か]))",
        "",
        folded,
    )
    return folded.strip(_AROUND)


def meaning_of(label: str) -> Meaning | None:
    """Return what a field with this label usually is, None when it is no such word.

    Examples:
        >>> meaning_of("お子さんの生年月日").kind
        <FieldKind.DATE: 'date'>
        >>> meaning_of("特別な記載") is None
        True
    """
    text = plain(label)
    for pattern, meaning in _COMPILED:
        if pattern.search(text):
            return meaning
    return None


def person_of(text: str) -> str:
    """Return an English prefix for whose field it is, empty for the applicant.

    Examples:
        >>> person_of("配偶者の氏名")
        'spouse'
    """
    folded = plain(text)
    for pattern, prefix in _CONTEXT:
        if pattern.search(folded):
            return prefix
    return ""


def is_label_word(text: str) -> bool:
    """Tell whether a word alone is a label that something is written beside."""
    folded = plain(text)
    if not 1 < len(folded) <= 14 or ASIDE.search(folded):
        return False
    if text.rstrip().endswith((":", "：")):
        return True
    return meaning_of(folded) is not None and len(folded) <= 12


def families_with(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the family that all of two or more words belong to.

    Examples:
        >>> families_with(("普通", "当座"))[:2]
        ('普通', '当座')
        >>> families_with(("普通", "氏名")) is None
        True
    """
    if len(set(words)) < 2:
        return None
    for family in (*OPTION_FAMILIES, *SEVERAL_FAMILIES):
        if all(word in family for word in words):
            return family
    return None
