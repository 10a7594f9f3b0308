"""税目 as ledgers name them, and which 税目 of the configuration each name means."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_GROUPS = (
    (
        *("個人市県民税", "個人市民税", "個人県民税", "個人市町村民税", "個人住民税"),
        *("市県民税", "市府民税", "市道民税", "市民税県民税", "市民税府民税"),
        *("市民税", "県民税", "府民税", "町県民税", "町民税", "村県民税", "村民税"),
        *("町民税県民税", "村民税県民税", "住民税", "特別区民税都民税", "特別区民税"),
    ),
    ("固定資産税都市計画税", "固定資産税", "都市計画税", "固都税", "償却資産"),
    ("軽自動車税", "軽自", "軽自動車", "軽自動車税種別割", "軽自税"),
    (
        *("国民健康保険税", "国民健康保険料", "国民健康保険", "国保税", "国保料"),
        "国保",
    ),
    ("法人市民税", "法人市町村民税", "法人町民税", "法人村民税", "法人住民税"),
    ("後期高齢者医療保険料", "後期高齢者医療", "後期高齢", "後期"),
    ("介護保険料", "介護保険", "介護"),
)
_ALONE = (
    *("市たばこ税", "入湯税", "事業所税", "保育料", "学校給食費", "水道料金"),
    *("下水道使用料", "住宅使用料"),
)
"""Taxes and charges that go by one name."""
_WITH_SEPARATORS = ("固定資産税・都市計画税", "市民税・県民税", "市民税・府民税")
_SHORTEST_IN_A_FILE_NAME = 3
"""後期 or 国保 in a file's name may mean something else."""
_KIND = {name: group[0] for group in _GROUPS for name in group}
_PARTS = {
    **dict.fromkeys(
        ("個人市民税", "個人市町村民税", "市民税", "町民税", "村民税", "特別区民税"),
        "市民税",
    ),
    **dict.fromkeys(("個人県民税", "県民税", "府民税"), "県民税"),
    **{name: name for name in ("固定資産税", "都市計画税", "償却資産")},
}
"""Names of one part of a tax, where another name means the whole."""
_SAME_REMARKS = {
    **dict.fromkeys(("普徴", "普"), "普通徴収"),
    **dict.fromkeys(("特徴", "特"), "特別徴収"),
    **dict.fromkeys(("種別割", "個人", "現年", "現年度", "現年分", "全期"), ""),
}
"""Remarks in brackets that say the same, or nothing that parts two lines."""
_LONGEST_FIRST = tuple(sorted(_KIND, key=lambda name: (-len(name), name)))
_IN_FILE_NAMES = tuple(
    sorted(
        (
            name
            for name in (*_KIND, *_ALONE, *_WITH_SEPARATORS)
            if len(name) >= _SHORTEST_IN_A_FILE_NAME
        ),
        key=lambda name: (-len(name), name),
    )
)
"""Longer names before the names they contain."""
_LEVIED_TOO = "森林環境税"
"""On the same notice and in the same line as 個人住民税 since 令和6年度."""
_BRACKETS = re.compile(r"\([^)]*\)|〔[^〕]*〕|【[^】]*】")
_SEPARATORS = re.compile(r"[\s・、,/及び]+")


@lru_cache(maxsize=1024)
def configured_tax(tax: str, configured: tuple[str, ...]) -> str | None:
    """Return the configured 税目 that a tax counts as; None when it is not looked at.

    An equal name counts first. Else names of the same tax meet: 市県民税（普通徴収） is
    個人市県民税, and 固定資産税 alone is part of 固定資産税・都市計画税.

    Examples:
        >>> taxes = ("個人市県民税", "固定資産税・都市計画税")
        >>> configured_tax("市県民税（普通徴収）", taxes)
        '個人市県民税'
        >>> configured_tax("固定資産税", taxes)
        '固定資産税・都市計画税'
        >>> configured_tax("軽自動車税", taxes) is None
        True
    """
    if tax in configured:
        return tax
    kind = _kind(tax)
    return next((name for name in configured if _kind(name) == kind), None)


@lru_cache(maxsize=1024)
def resembled_tax(tax: str, configured: tuple[str, ...]) -> str | None:
    """Return the configured 税目 that a name which is none of them may yet mean.

    A ledger's own word (固定資産税土地分) or what goes with a tax (国保税督促手数料): a name
    that holds a known one, the longest counts. None for a tax of another name.

    Examples:
        >>> taxes = ("固定資産税", "個人市県民税")
        >>> resembled_tax("固定資産税土地分", taxes)
        '固定資産税'
        >>> resembled_tax("法人市民税均等割", taxes) is None
        True
    """
    if configured_tax(tax, configured) is not None:
        return None
    folded = _folded(tax)
    if folded in _KIND:
        return None
    within = next((name for name in _LONGEST_FIRST if name in folded), "")
    kind = _KIND.get(within, "")
    return next((name for name in configured if kind and _kind(name) == kind), None)


@lru_cache(maxsize=1024)
def tax_and_part(tax: str) -> tuple[str, str]:
    """Return which tax a name means, and which part of it; empty for the whole.

    Two lines of one tax and one part are the same line, however the names are spelt.

    Examples:
        >>> tax_and_part("市民税・県民税") == tax_and_part("個人市県民税")
        True
        >>> tax_and_part("市民税"), tax_and_part("軽自動車税(種別割)")
        (('個人市県民税', '市民税'), ('軽自動車税', ''))
        >>> tax_and_part("国保税(医療分)")
        ('国民健康保険税', '医療分')
    """
    folded = _folded(tax)
    remarks = _BRACKETS.findall(unicodedata.normalize("NFKC", tax))
    words = (_SEPARATORS.sub("", remark[1:-1]) for remark in remarks)
    told = [_SAME_REMARKS.get(word, word) for word in words]
    part = _PARTS.get(folded, "")
    return _KIND.get(folded, folded), "・".join(filter(None, (part, *told)))


def tax_named_in(text: str) -> str:
    """Return the 税目 that a file or sheet name contains, or an empty text.

    Examples:
        >>> tax_named_in("R7_固定資産税_収納"), tax_named_in("台帳")
        ('固定資産税', '')
    """
    return next((name for name in _IN_FILE_NAMES if name in text), "")


def _kind(tax: str) -> str:
    folded = _folded(tax)
    return _KIND.get(folded, folded)


def _folded(tax: str) -> str:
    plain = _BRACKETS.sub("", unicodedata.normalize("NFKC", tax))
    folded = _SEPARATORS.sub("", plain)
    return folded.replace(_LEVIED_TOO, "") or folded
