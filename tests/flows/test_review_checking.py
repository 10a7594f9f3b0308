"""What the page says of a text while it is typed: problem, meaning, or a doubt."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from flows.review_app.fields.checking import Checked, checker
from tasks.domain.normal_forms.places import Home
from tasks.domain.review_item import QuestionKind, ReviewItem

TODAY = dt.date(2026, 11, 20)
CHECK = checker(
    oldest_birth_year=1896,
    home=Home("汐見県", "みなと市", frozenset({"本町", "西浦一丁目", "緑ヶ丘"})),
)
ODD, UNKNOWN, DIGIT = "ふつうと違います", "町名の一覧にない", "検査数字が合いません"


def question(kind: str, **changes: str) -> ReviewItem:
    made = ReviewItem(
        item_id="00" * 16,
        job="job",
        kind=QuestionKind.FIELD,
        document_sha256="ab" * 32,
        file="scan.pdf",
        page=1,
        field_id=kind,
        label="",
        field_kind=kind,
        form="hojokin",
        reason="",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def check(item: ReviewItem, text: str) -> Checked:
    return CHECK(item, text, TODAY)


@pytest.mark.parametrize(
    ("item", "text", "doubt"),
    [
        pytest.param(question("date"), "平成32年4月1日", ODD, id="平成 after its end"),
        pytest.param(question("date"), "令和2年4月1日", "", id="the usual era"),
        pytest.param(question("address"), "みなと市本町1-2", "", id="a known town"),
        pytest.param(question("address"), "西浦1-2-3", "", id="of listed 丁目"),
        pytest.param(question("address"), "緑ケ丘12", "", id="ヶ and ケ"),
        pytest.param(
            question("address"), "みなと市木町1-2", UNKNOWN, id="no such town"
        ),
        pytest.param(question("address"), "木町1-2", UNKNOWN, id="city left out"),
        pytest.param(
            question("address"), "東京都千代田区丸の内1-2", "", id="another city"
        ),
        pytest.param(
            question("digits", check_digit="corporate_number"),
            "8700110005902",
            DIGIT,
            id="check digit wrong",
        ),
        pytest.param(
            question("digits", check_digit="corporate_number"),
            "8700110005901",
            "",
            id="check digit right",
        ),
        pytest.param(question("digits"), "8700110005902", "", id="no check digit"),
    ],
)
def test_what_is_unusual_is_doubted_and_can_be_insisted_on(
    item: ReviewItem, text: str, doubt: str
) -> None:
    found = check(item, text)
    assert found.problem == ""
    assert (doubt in found.doubt) if doubt else (found.doubt == "")


@pytest.mark.parametrize(
    ("item", "text"),
    [
        pytest.param(question("date"), "R8.13.1", id="no such month"),
        pytest.param(question("date", field_id="birth_date"), "R9.1.1", id="unborn"),
        pytest.param(question("date", field_id="birth_date"), "M20.1.1", id="too old"),
        pytest.param(question("amount"), "83e2000", id="a float"),
        pytest.param(question("amount"), "一二〇〇〇?", id="a question mark"),
    ],
)
def test_what_makes_no_sense_is_a_problem(item: ReviewItem, text: str) -> None:
    assert check(item, text).problem


def test_the_meaning_is_shown_where_it_differs_from_the_text() -> None:
    assert check(question("date"), "S49.3.8").meaning == "1974-03-08"
    assert check(question("amount"), "￥12,000").meaning == "12000"
    assert check(question("amount"), "12000").meaning == ""
