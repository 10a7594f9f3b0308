"""Code columns of lists and ledgers: consent, protection, state, year and instalment."""

from __future__ import annotations

import re
import unicodedata

from tasks.domain.records import Consent, TaxStatus

_YES = frozenset(
    (
        *("有", "あり", "有り", "○", "◯", "〇", "◎", "●", "レ", "✓", "✔", "☑", "✅"),
        *("同意", "同意する", "同意あり", "同意有", "同意有り", "する", "はい", "済"),
        *("1", "yes", "y", "true", "提出", "提出済", "提出済み", "提出あり"),
        *("済み", "■", "承諾", "承諾する", "承諾あり", "取得済", "取得済み"),
    )
)
_NO = frozenset(
    (
        *("", "無", "なし", "無し", "×", "✕", "✗", "☐", "□", "-", "―", "ー", "‐"),
        *("同意しない", "同意なし", "同意無", "同意無し", "不同意", "しない", "いいえ"),
        *("未", "0", "no", "n", "false", "未提出", "空欄", "未取得", "✖", "✘", "x"),
        *("承諾しない", "不承諾", "拒否", "同意せず"),
    )
)
_UNPROTECTED = frozenset(
    (
        *("", "無", "なし", "無し", "0", "00", "-", "―", "ー", "非該当", "非対象"),
        *("対象外", "該当なし", "通常", "false", "no"),
    )
)
_STATUSES = {
    "": TaxStatus.NORMAL,
    "-": TaxStatus.NORMAL,
    "0": TaxStatus.NORMAL,
    "通常": TaxStatus.NORMAL,
    "なし": TaxStatus.NORMAL,
    "無": TaxStatus.NORMAL,
    "完納": TaxStatus.PAID_UP,
    "納付済": TaxStatus.PAID_UP,
    "納付済み": TaxStatus.PAID_UP,
    "完納済": TaxStatus.PAID_UP,
    "未納": TaxStatus.NORMAL,
    "滞納": TaxStatus.NORMAL,
    "督促": TaxStatus.NORMAL,
    "催告": TaxStatus.NORMAL,
    "差押": TaxStatus.NORMAL,
    "差押中": TaxStatus.NORMAL,
    "参加差押": TaxStatus.NORMAL,
    "交付要求": TaxStatus.NORMAL,
    "督促済": TaxStatus.NORMAL,
    "催告中": TaxStatus.NORMAL,
    "一部納付": TaxStatus.NORMAL,
    "未済": TaxStatus.NORMAL,
    "徴収猶予": TaxStatus.GRACE,
    "猶予": TaxStatus.GRACE,
    "徴収猶予中": TaxStatus.GRACE,
    "換価の猶予": TaxStatus.CONVERSION_GRACE,
    "換価猶予": TaxStatus.CONVERSION_GRACE,
    "換価の猶予中": TaxStatus.CONVERSION_GRACE,
    "分納": TaxStatus.INSTALMENTS,
    "分納誓約": TaxStatus.INSTALMENTS,
    "分納中": TaxStatus.INSTALMENTS,
    "分割納付": TaxStatus.INSTALMENTS,
    "執行停止": TaxStatus.SUSPENDED,
    "執行停止中": TaxStatus.SUSPENDED,
    "滞納処分の停止": TaxStatus.SUSPENDED,
    "滞納処分の執行停止": TaxStatus.SUSPENDED,
    "処分停止": TaxStatus.SUSPENDED,
    "不納欠損": TaxStatus.WRITTEN_OFF,
    "不納欠損処分": TaxStatus.WRITTEN_OFF,
    "欠損": TaxStatus.WRITTEN_OFF,
    "欠損処分": TaxStatus.WRITTEN_OFF,
    "時効": TaxStatus.WRITTEN_OFF,
    "時効消滅": TaxStatus.WRITTEN_OFF,
}
_WHOLE_YEAR = frozenset(
    ("", "0", "00", "全期", "全", "随時", "随", "一括", "年", "年額", "通年", "-")
)
_INSTALMENT = re.compile(r"第?([0-9]{1,2})(期|回|期分|月期)?")
_EXTRA_INSTALMENT = re.compile(r"(随時?|全期?)第?[0-9]{0,2}期?")
_WESTERN_YEAR = re.compile(r"(19[5-9][0-9]|20[0-9][0-9])(年度?|度)?")
_ERA_YEAR = re.compile(r"(令和|平成|昭和|r|h|s|令|平|昭)\.?([0-9]{1,2}|元)(年度?|度)?")
_ERA_CODE_YEAR = re.compile(r"([345])([0-9]{2})")
_BASES = {"令": 2018, "r": 2018, "平": 1988, "h": 1988, "昭": 1925, "s": 1925}
_CODE_BASES = {"3": 1925, "4": 1988, "5": 2018}


def consent_of(text: str) -> Consent:
    """Return what a cell of a 同意 column says; UNKNOWN when it says something else.

    An empty cell in a column that exists is no consent.

    Examples:
        >>> consent_of("○"), consent_of(""), consent_of("確認中")
        (<Consent.YES: '同意あり'>, <Consent.NO: '同意なし'>, <Consent.UNKNOWN: '不明'>)
    """
    key = _key(text)
    if key in _YES:
        return Consent.YES
    return Consent.NO if key in _NO else Consent.UNKNOWN


def is_protected(text: str) -> bool:
    """Return True unless the cell clearly says that there is no 支援措置.

    解除 and × protect: a measure that ended may have been renewed, and × may forbid.

    Examples:
        >>> is_protected("有"), is_protected("DV"), is_protected("無"), is_protected("")
        (True, True, False, False)
    """
    return _key(text) not in _UNPROTECTED


def says_deceased(death: str, life_state: str) -> bool:
    """Return True when a row of the residents' ledger is of somebody who has died.

    Args:
        death: Of a column about 死亡: whatever is written there but a clear no.
        life_state: Of a column of several states, 死亡 among them.

    Examples:
        >>> says_deceased("令和8年4月1日", ""), says_deceased("", "死亡消除")
        (True, True)
        >>> says_deceased("", "転出"), says_deceased("無", "1")
        (False, False)
    """
    return _key(death) not in _UNPROTECTED or "死亡" in _key(life_state)


def is_no_day(text: str) -> bool:
    """Return True where a column of days says that there is none, or no end yet.

    Examples:
        >>> is_no_day(""), is_no_day("00000000"), is_no_day("9999/12/31")
        (True, True, True)
        >>> is_no_day("R8.4.1"), is_no_day("不明")
        (False, False)
    """
    key = _key(text)
    return key.startswith("9999") or not key.strip("-―ー0/.")


def tax_status_of(text: str) -> TaxStatus | None:
    """Return the special state a ledger cell names, or None when it is not known.

    Examples:
        >>> tax_status_of("執行停止"), tax_status_of("？")
        (<TaxStatus.SUSPENDED: '執行停止'>, None)
    """
    return _STATUSES.get(_key(text))


def fiscal_year_of(text: str) -> int | None:
    """Return the Western year of 令和8年度, R8, 2026 or 508; None when unsure.

    Examples:
        >>> fiscal_year_of("令和元年度"), fiscal_year_of("Ｒ８"), fiscal_year_of("8")
        (2019, 2026, None)
    """
    key = _key(text)
    if western := _WESTERN_YEAR.fullmatch(key):
        return int(western.group(1))
    if era := _ERA_YEAR.fullmatch(key):
        year = 1 if era.group(2) == "元" else int(era.group(2))
        return _BASES[era.group(1)[0]] + year if year else None
    if code := _ERA_CODE_YEAR.fullmatch(key):
        return _CODE_BASES[code.group(1)] + int(code.group(2))
    return None


def instalment_of(text: str) -> int | None:
    """Return the number of a 期別; 0 for yearly and extra ones, None when unsure.

    Examples:
        >>> instalment_of("第１期"), instalment_of("全期"), instalment_of("随2期")
        (1, 0, 0)
    """
    key = _key(text)
    if key in _WHOLE_YEAR or _EXTRA_INSTALMENT.fullmatch(key):
        return 0
    found = _INSTALMENT.fullmatch(key)
    return int(found.group(1)) if found else None


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
