"""No header and no mark about consent is passed over or read the wrong way round."""

import pytest

from tasks.domain.lists_and_ledgers.columns import find_header
from tasks.domain.lists_and_ledgers.consent_columns import (
    ConsentColumn,
    consent_column,
    read_consent,
    telling_columns,
)
from tasks.domain.lists_and_ledgers.header_words import REQUEST_HEADERS
from tasks.domain.lists_and_ledgers.ledger_values import consent_of
from tasks.domain.lists_and_ledgers.tables import MergedCells, Row
from tasks.domain.records import Consent

YES = (
    "○",
    "◯",
    "有",
    "あり",
    "はい",
    "同意する",
    "✓",
    "✔",
    "レ",
    "■",
    "済",
    "提出済",
    "1",
    "Y",
)
NO = (
    "×",
    "✗",
    "無",
    "なし",
    "いいえ",
    "同意しない",
    "不同意",
    "未提出",
    "空欄",
    "",
    "　",
)


@pytest.mark.parametrize("text", [pytest.param(t, id=f"yes {t}") for t in YES])
def test_marks_that_mean_yes(text: str) -> None:
    assert consent_of(text) is Consent.YES


@pytest.mark.parametrize("text", [pytest.param(t, id=f"no {t!r}") for t in NO])
def test_marks_that_mean_no(text: str) -> None:
    assert consent_of(text) is Consent.NO


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        pytest.param("本人同意", ConsentColumn.PLAIN, id="own"),
        pytest.param("納税状況調査への同意", ConsentColumn.PLAIN, id="to the check"),
        pytest.param("同意書の有無", ConsentColumn.PLAIN, id="有無"),
        pytest.param("同意（する・しない）", ConsentColumn.PLAIN, id="する しない"),
        pytest.param("同意・不同意", ConsentColumn.PLAIN, id="both words"),
        pytest.param("承諾", ConsentColumn.PLAIN, id="承諾"),
        pytest.param("同意する場合は○", ConsentColumn.AGREED, id="○ for yes"),
        pytest.param("同意しない", ConsentColumn.REFUSED, id="しない"),
        pytest.param("不同意の場合○", ConsentColumn.REFUSED, id="○ for no"),
        pytest.param("同意年月日", ConsentColumn.DETAIL, id="day"),
        pytest.param("同意者氏名", ConsentColumn.DETAIL, id="who"),
    ],
)
def test_a_header_tells_what_its_marks_mean(label: str, kind: ConsentColumn) -> None:
    assert consent_column(label) is kind


@pytest.mark.parametrize(
    ("cells", "consent", "unclear"),
    [
        pytest.param({"同意(有)": "○", "同意(無)": ""}, Consent.YES, False, id="有"),
        pytest.param({"同意(有)": "", "同意(無)": "○"}, Consent.NO, False, id="無"),
        pytest.param({"同意(有)": "", "同意(無)": ""}, Consent.NO, False, id="neither"),
        pytest.param({"同意(有)": "○", "同意(無)": "○"}, Consent.NO, True, id="both"),
        pytest.param({"不同意": "○"}, Consent.NO, False, id="refused"),
        pytest.param({"不同意": "レ"}, Consent.NO, False, id="refused with a tick"),
        pytest.param({"不同意": ""}, Consent.UNKNOWN, False, id="not refused"),
        pytest.param({"同意": "○", "不同意": "○"}, Consent.NO, True, id="torn"),
        pytest.param({"同意": "確認中"}, Consent.NO, True, id="unclear"),
        pytest.param(
            {"同意": "○", "同意日": ""}, Consent.YES, False, id="day left out"
        ),
        pytest.param({"同意日": "R8.4.1"}, Consent.YES, False, id="only a day"),
        pytest.param({"同意日": ""}, Consent.NO, False, id="only a day, empty"),
    ],
)
def test_columns_of_consent_are_read_together(
    cells: dict[str, str], consent: Consent, *, unclear: bool
) -> None:
    telling = telling_columns(list(cells))
    assert telling is not None
    entries = list(cells.items())
    found = read_consent(
        [(consent_column(entries[n][0]), entries[n][1]) for n in telling]
    )
    assert (found.consent, found.unclear) == (consent, unclear)


def test_a_pair_under_one_merged_header_is_two_columns() -> None:
    rows = [Row(1, ("氏名", "生年月日", "同意", "")), Row(2, ("", "", "有", "無"))]
    merged = [
        MergedCells(1, 0, 2, 0),
        MergedCells(1, 1, 2, 1),
        MergedCells(1, 2, 1, 3),
    ]
    header = find_header(rows, REQUEST_HEADERS, merged=merged)
    assert header is not None
    assert header.last_row == 2
    assert [header.columns[name] for name in ("consent", "consent_2")] == [2, 3]
    kinds = [consent_column(header.labels[column]) for column in (2, 3)]
    assert kinds == [ConsentColumn.AGREED, ConsentColumn.REFUSED]


def test_a_title_about_consent_is_no_column_of_it() -> None:
    rows = [
        Row(1, ("納税状況確認 調査に同意した者の名簿", "", "")),
        Row(2, ("", "氏名", "生年月日")),
    ]
    header = find_header(rows, REQUEST_HEADERS, merged=[MergedCells(1, 0, 1, 2)])
    assert header is not None
    assert set(header.columns) == {"name", "birth_date"}
