"""answers.csv: every row once, in order, as text, never a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.records import (
    Answer,
    Applicant,
    Identity,
    Match,
    Resident,
    Verdict,
)
from tasks.edges.runs.answer_files import (
    HEADERS,
    answers_csv,
    starts_formula,
    text_cell,
)


def verdict(request_id: str, *numbers: str, answer: Answer = Answer.PAID) -> Verdict:
    row_id = f"list:{request_id}"
    persons = tuple(Resident(n, "検査 一郎", "", None, "") for n in numbers)
    identity = Identity.SAME if numbers else Identity.NONE
    return Verdict(
        Applicant(row_id, f"名簿.xlsx!{request_id}行", request_id, "検査 一郎"),
        Match(row_id, identity, "", persons=persons),
        answer,
        reason="対象の税目の全期別（2期分）が納付済みです。",
    )


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_rows_come_in_the_order_of_the_request_with_numbers_as_text() -> None:
    content = answers_csv(
        [verdict("10", "0000000012", "0000000011"), verdict("002"), verdict("3", "07")]
    )
    assert content.startswith(b"\xef\xbb\xbf")
    assert rows(content) == [
        list(HEADERS),
        [
            "10",
            "完納",
            "0000000012;0000000011",
            "対象の税目の全期別（2期分）が納付済みです。",
            "名簿.xlsx!10行",
        ],
        [
            "002",
            "完納",
            "",
            "対象の税目の全期別（2期分）が納付済みです。",
            "名簿.xlsx!002行",
        ],
        [
            "3",
            "完納",
            "07",
            "対象の税目の全期別（2期分）が納付済みです。",
            "名簿.xlsx!3行",
        ],
    ]


def test_a_row_without_a_number_bears_its_row_id() -> None:
    nameless = Applicant("form:1a2b3c4d:p2", "scan.pdf 2ページ", "", "")
    found = answers_csv([Verdict(nameless, None, Answer.QUESTION_OPEN)])
    assert rows(found)[1][0] == "form:1a2b3c4d:p2"


@pytest.mark.parametrize("identity", [Identity.ASK, Identity.NONE])
def test_no_number_is_given_unless_the_person_is_settled(identity: Identity) -> None:
    person = Resident("0000000011", "検査 一郎", "", None, "")
    asked = Applicant("list:5", "名簿.xlsx!5行", "1", "検査 一郎")
    match = Match("list:5", identity, "", persons=(person,))
    assert rows(answers_csv([Verdict(asked, match, Answer.SEVERAL)]))[1][2] == ""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("=1+1", id="equals"),
        pytest.param("+81", id="plus"),
        pytest.param("-3", id="minus"),
        pytest.param("@SUM(A1)", id="at"),
        pytest.param("＝１＋１", id="full width"),
        pytest.param("\t=1", id="tab"),
        pytest.param("\r1", id="carriage return"),
        pytest.param("  =1", id="after spaces"),
        pytest.param("\u3000=1", id="after a full width space"),
    ],
)
def test_no_cell_starts_a_formula(text: str) -> None:
    cell = rows(answers_csv([verdict(text)]))[1][0]
    assert cell == f"'{text}"
    assert not starts_formula(cell)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("0012345", id="leading zeros"),
        pytest.param("8302000", id="digits"),
        pytest.param("83e2000", id="looks like a float"),
        pytest.param("1-2-3", id="looks like a date"),
        pytest.param('a,"b"\r\nc', id="separators"),
        pytest.param("", id="empty"),
    ],
)
def test_every_other_text_survives_as_it_is(text: str) -> None:
    assert text_cell(text) == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_reads_back(text: str) -> None:
    found = answers_csv([verdict(text)])
    assert rows(found)[1][0].removeprefix("'") == (text or "list:").removeprefix("'")
