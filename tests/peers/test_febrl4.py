"""The machinery of the evidence table links public data that is not Japanese."""

from __future__ import annotations

import json

import pytest

from benchmarks import febrl4
from benchmarks.figures import RESULTS
from tasks.domain.records import Identity


@pytest.fixture(scope="module")
def found() -> dict[str, object]:
    return febrl4.run_febrl4()


def test_febrl4_is_linked_without_a_wrong_link(found: dict[str, float]) -> None:
    assert found["wrong_links"] == 0
    assert found["f1"] >= 0.9985


def test_links_are_those_that_were_reported(found: dict[str, object]) -> None:
    text = (RESULTS / "febrl4.json").read_text(encoding="utf-8")
    reported = json.loads(text)["febrl4"]
    assert found | {"seconds": 0} == reported | {"seconds": 0}


def record(**values: str) -> febrl4.Record:
    columns = febrl4.Record._fields
    return febrl4.Record(**{column: values.get(column, "") for column in columns})


ANNA = {
    "given_name": "anna",
    "surname": "neumann",
    "date_of_birth": "19151111",
    "address_1": "stanley street",
    "suburb": "winston hills",
    "postcode": "4223",
}
STRANGER = {"given_name": "otto", "surname": "meier", "date_of_birth": "19300101"}


@pytest.mark.parametrize(
    ("others", "identity"),
    [
        pytest.param([], Identity.SAME, id="alone"),
        pytest.param([{"given_name": "otto"}], Identity.ASK, id="rival_of_a_kind"),
        pytest.param([{"surname": "neuman"}], Identity.ASK, id="rival_within_reach"),
        pytest.param(
            [STRANGER | {"suburb": "dapto"}],
            Identity.SAME,
            id="somebody_else",
        ),
    ],
)
def test_rivals_are_asked_about(
    others: list[dict[str, str]], identity: Identity
) -> None:
    rivals = [(f"b{n}", record(**ANNA | other)) for n, other in enumerate(others)]
    found, who, _ = febrl4.decide(record(**ANNA), [("a", record(**ANNA)), *rivals])
    assert found is identity
    assert who == ("a" if identity is Identity.SAME else "")


def test_names_and_lines_in_the_other_order_agree() -> None:
    turned = ANNA | {"given_name": ANNA["surname"], "surname": ANNA["given_name"]}
    levels = febrl4.compare(record(**ANNA), record(**turned))
    assert levels.given_name is levels.surname is febrl4.Level.EQUAL
