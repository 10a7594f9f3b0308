"""A tax is never passed over because a ledger spells its name differently."""

import pytest

from tasks.domain.lists_and_ledgers.tax_kinds import configured_tax, tax_named_in

CONFIGURED = (
    "個人市県民税",
    "固定資産税・都市計画税",
    "軽自動車税",
    "国民健康保険税",
)


@pytest.mark.parametrize(
    ("tax", "expected"),
    [
        pytest.param("個人市県民税", "個人市県民税", id="equal"),
        pytest.param("市民税・県民税", "個人市県民税", id="two taxes on one notice"),
        pytest.param("市県民税（普徴）", "個人市県民税", id="way of collection"),
        pytest.param("町県民税", "個人市県民税", id="a town's name"),
        pytest.param("固定資産税", "固定資産税・都市計画税", id="a part"),
        pytest.param("固定資産税及び都市計画税", "固定資産税・都市計画税", id="及び"),
        pytest.param("軽自動車税(種別割)", "軽自動車税", id="種別割"),
        pytest.param("国保税", "国民健康保険税", id="short"),
        pytest.param("国民健康保険料", "国民健康保険税", id="料 for 税"),
        pytest.param("法人市民税", None, id="not configured"),
        pytest.param("介護保険料", None, id="not configured either"),
        pytest.param("水道料金", None, id="unknown"),
        pytest.param("", None, id="no name"),
    ],
)
def test_a_ledgers_name_meets_the_configured_tax(
    tax: str, expected: str | None
) -> None:
    assert configured_tax(tax, CONFIGURED) == expected


def test_an_equal_name_wins_over_a_name_of_the_same_tax() -> None:
    assert configured_tax("固定資産税", ("都市計画税", "固定資産税")) == "固定資産税"


@pytest.mark.parametrize(
    ("name", "tax"),
    [
        pytest.param("R8_固定資産税・都市計画税", "固定資産税・都市計画税", id="two"),
        pytest.param("法人市民税_収納", "法人市民税", id="not the 市民税 inside it"),
        pytest.param("市府民税台帳", "市府民税", id="a name only kinds knew"),
        pytest.param("後期分の台帳", "", id="後期 may be half a year"),
    ],
)
def test_a_file_name_gives_its_tax_and_every_name_has_its_kind(
    name: str, tax: str
) -> None:
    assert tax_named_in(name) == tax
    if tax:
        assert configured_tax(tax, (tax,)) == tax
