"""税目 as ledgers name them, for ledgers that are one tax each and have no column of it."""

from __future__ import annotations

TAX_NAMES = (
    "個人市県民税",
    "個人市民税",
    "市県民税",
    "法人市民税",
    "固定資産税・都市計画税",
    "固定資産税",
    "都市計画税",
    "軽自動車税",
    "国民健康保険税",
    "国民健康保険料",
    "後期高齢者医療保険料",
    "介護保険料",
    "市たばこ税",
    "入湯税",
    "事業所税",
    "保育料",
    "学校給食費",
    "水道料金",
    "下水道使用料",
    "住宅使用料",
    "国保税",
    "国保料",
    "住民税",
    "介護保険",
    "後期高齢者医療",
)
"""Longer names before the names they contain."""


def tax_named_in(text: str) -> str:
    """Return the 税目 that a file or sheet name contains, or an empty text.

    Examples:
        >>> tax_named_in("R7_固定資産税_収納"), tax_named_in("台帳")
        ('固定資産税', '')
    """
    return next((name for name in TAX_NAMES if name in text), "")
