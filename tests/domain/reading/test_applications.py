"""Pages of one application: joined when that is proved, told when it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.errors import SENTENCES
from ocr.model import PageReading
from tasks.domain.reading.applications import Sheet, SheetRule, join_sheets

RULES = {
    "front": SheetRule("front", needs=frozenset({"back"})),
    "back": SheetRule("back"),
    "slip": SheetRule("slip", needs=frozenset({"list"}), numbered=True),
    "list": SheetRule("list", numbered=True, repeats=True),
}
FURTHER = {"back": "front", "list": "slip"}


def stack(*written: str, document: str = "a") -> list[Sheet]:
    """Return pages from words: form, form#number, blank or trouble."""
    sheets = []
    for number, word in enumerate(written, 1):
        form, _, bound_by = word.partition("#")
        known = form not in ("blank", "trouble")
        page = PageReading(
            page=number,
            form=form if known else None,
            form_version="1" if known else None,
            rotation_deg=0,
            residual_mm=None,
            born_digital=False,
            fields=(),
            trouble="FORM-001" if form == "trouble" else None,
            blank_page=form == "blank",
            continues=FURTHER.get(form),
            bound_by=bound_by,
        )
        sheets.append(Sheet(document, page))
    return sheets


def joined(*written: str) -> list[tuple[list[int], str | None]]:
    return [
        ([sheet.page.page for sheet in one.sheets], one.trouble)
        for one in join_sheets(stack(*written), RULES)
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(
            ("front", "back", "front", "back"),
            [([1, 2], None), ([3, 4], None)],
            id="backs follow their fronts",
        ),
        pytest.param(
            ("front", "blank", "back"), [([1, 3], None)], id="an empty sheet between"
        ),
        pytest.param(("front",), [([1], "FORM-008")], id="back is missing"),
        pytest.param(("back",), [([1], "FORM-008")], id="front is missing"),
        pytest.param(
            ("front", "trouble", "back"),
            [([1], "FORM-008"), ([3], "FORM-008")],
            id="nothing is joined over a page that could not be read",
        ),
        pytest.param(("front", "back", "back"), [([1, 2, 3], "FORM-009")], id="twice"),
        pytest.param(
            ("other", "other"), [([1], None), ([2], None)], id="forms without a rule"
        ),
        pytest.param(
            ("other", "back"),
            [([1], None), ([2], "FORM-008")],
            id="a back behind another form's front",
        ),
        pytest.param(
            ("list#7", "slip#8", "slip#7", "list#8", "list#7"),
            [([3, 1, 5], None), ([2, 4], None)],
            id="numbers join sheets in any order",
        ),
        pytest.param(
            ("slip#7", "list"),
            [([1], "FORM-008"), ([2], "FORM-007")],
            id="a number that cannot be read joins nothing",
        ),
        pytest.param(
            ("slip#7", "list#8"),
            [([1], "FORM-008"), ([2], "FORM-008")],
            id="numbers that differ join nothing",
        ),
        pytest.param(
            ("slip#7", "list#7", "slip#7"),
            [([1, 3, 2], "FORM-009")],
            id="twice by number",
        ),
        pytest.param(
            ("slip#7", "front#7"), [([1, 2], "FORM-007")], id="one number, two forms"
        ),
        pytest.param(
            ("slip#7", "list#7", "back#7"),
            [([1, 2, 3], "FORM-007")],
            id="a stranger's back under the number",
        ),
    ],
)
def test_pages_are_joined_only_when_that_is_proved(written, expected):
    assert joined(*written) == expected


def test_sheets_of_two_files_are_not_joined_by_following_each_other():
    sheets = [*stack("front", document="a"), *stack("back", document="b")]
    assert [one.trouble for one in join_sheets(sheets, RULES)] == ["FORM-008"] * 2


def test_every_trouble_has_its_sentence():
    assert {"FORM-007", "FORM-008", "FORM-009"} <= SENTENCES.keys()


WORDS = st.lists(
    st.sampled_from(
        [
            "front",
            "back",
            "slip#1",
            "slip#2",
            "list#1",
            "list#2",
            "list",
            "blank",
            "trouble",
            "other",
        ]
    ),
    max_size=12,
)


@given(WORDS)
def test_every_readable_page_is_in_exactly_one_application(written):
    found = [page for pages, _ in joined(*written) for page in pages]
    readable = [
        number
        for number, word in enumerate(written, 1)
        if word not in ("blank", "trouble")
    ]
    assert sorted(found) == readable


@given(
    st.lists(st.sampled_from(["slip#1", "slip#2", "list#1", "list#2"]), max_size=8),
    st.randoms(use_true_random=False),
)
def test_the_order_of_numbered_sheets_never_changes_the_verdict(written, random):
    def verdicts(words):
        return sorted(
            (
                one.number,
                sorted(str(s.page.form) for s in one.sheets),
                one.trouble or "",
            )
            for one in join_sheets(stack(*words), RULES)
        )

    shuffled = list(written)
    random.shuffle(shuffled)
    assert verdicts(written) == verdicts(shuffled)


def test_rules_come_from_the_form_definitions():
    from ocr.forms import FormDefinition
    from tasks.procedures.sheet_rules import sheet_rules

    def form(name: str, **more: object) -> FormDefinition:
        number = {"id": "number", "label": "番号", "kind": "digits"}
        return FormDefinition.model_validate(
            {
                "form": name,
                "title": name,
                "version": "1",
                "page_mm": [210, 297],
                "blank": f"{name}.png",
                "blank_dpi": 200,
                "fields": [{**number, "box_mm": [10, 10, 50, 10]}],
                **more,
            }
        )

    rules = sheet_rules(
        [
            form("front"),
            form("back", continues="front"),
            form("slip", bound_by="number"),
        ]
    )
    assert rules["front"] == SheetRule("front", needs=frozenset({"back"}))
    assert rules["back"] == SheetRule("back")
    assert rules["slip"] == SheetRule("slip", numbered=True)
