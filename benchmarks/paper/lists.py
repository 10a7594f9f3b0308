"""Lists of words as a city would give them for these forms: far more than is written."""

from __future__ import annotations

from benchmarks.paper.cast import BANKS, BRANCHES, MORE_BANKS, MORE_BRANCHES
from benchmarks.paper.nursery import NURSERIES
from sample_docs.vocabulary import AREAS, CITY, PREFECTURE

TAXES = (
    *("市県民税", "固定資産税", "軽自動車税", "国民健康保険税", "法人市民税"),
    *("都市計画税", "市たばこ税", "入湯税", "介護保険料", "後期高齢者医療保険料"),
)
RELATIONS = (
    *("本人", "子", "長男", "長女", "二男", "二女", "三男", "三女", "養子", "養女"),
    *("孫", "弟", "妹", "父", "母", "祖父", "祖母", "同居人"),
)
MORE_NURSERIES = (
    *("鴎台第一保育園", "鴎台第三保育園", "みなと第二保育園", "桜浜保育所"),
    *("灯台前こども園", "松ヶ丘保育園", "南新町保育園", "汐見こども園", "外浜保育所"),
    *("本町幼稚園", "北新町こども園", "うしお保育園", "はまかぜこども園"),
)

OTHER_TOWNS = (
    *("港南", "東本町", "西本町", "桜町", "松浜", "鴨池", "塩浜", "中島", "東新町"),
    *(
        "西新町",
        "汐入町",
        "磯浜",
        "舟越",
        "灯台町",
        "中央台",
        "桜台",
        "外港町",
        "松風台",
    ),
    *("大字南浦", "大字北浦", "大字沖", "鷹台", "磯辺町", "汐風町", "浜町", "北本町"),
)
"""Of the same city, where nobody on the pages lives."""

LISTS: dict[str, frozenset[str]] = {
    "banks": frozenset((*BANKS, *MORE_BANKS)),
    "branches": frozenset((*BRANCHES, *MORE_BRANCHES)),
    "nurseries": frozenset((*NURSERIES, *MORE_NURSERIES)),
    "relations": frozenset(RELATIONS),
    "places": frozenset((CITY, f"{PREFECTURE}{CITY}")),
    "taxes": frozenset(TAXES),
    "towns": frozenset(
        name.removeprefix("大字").partition("字")[0]
        for name in (*(one.name for one in AREAS), *OTHER_TOWNS)
    ),
}
"""By the name that the designs call."""
