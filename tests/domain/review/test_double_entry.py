"""One person's word, two that agree, or a third look; and what is shown side by side."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.office.entry_rules import DoubleEntry, EntryRules, in_grid
from tasks.domain.review.double_entry import (
    Stage,
    corrected,
    entries,
    same_entry,
    stage_after,
)
from tasks.domain.review_item import Decision, QuestionKind, ReviewAnswer, ReviewItem

NOON = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)


def question(kind: str = "amount", read: str = "12,000", **changes: str) -> ReviewItem:
    made = ReviewItem(
        item_id="00" * 16,
        job="job",
        kind=QuestionKind.FIELD,
        document_sha256="ab" * 32,
        file="scan.pdf",
        page=1,
        field_id=kind,
        label=kind,
        field_kind=kind,
        form="hojokin",
        reason="",
        value_read=read,
        error_class="strict",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def said(
    value: str, by: str = "anna", decision: Decision = Decision.VALUE
) -> ReviewAnswer:
    shown = value if decision is Decision.VALUE else ""
    return ReviewAnswer("00" * 16, decision, shown, by, NOON, 1.0)


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        pytest.param("amount", "12,000", "１２０００円", True, id="one amount"),
        pytest.param("amount", "12000", "12001", False, id="a yen apart"),
        pytest.param("date", "昭和49年3月8日", "1974/3/8", True, id="one day"),
        pytest.param(
            "name", "高橋 渚", "髙橋 渚", False, id="a variant is a difference"
        ),
        pytest.param("digits", "0012", "12", False, id="leading zeros count"),
        pytest.param("digits", "?", "?", True, id="the same nonsense"),
    ],
)
def test_normal_forms_are_compared(kind: str, one: str, other: str, same: bool) -> None:
    assert same_entry(said(one), said(other, "ben"), question(kind)) is same


def test_an_empty_field_is_not_a_zero() -> None:
    blank = said("", "ben", Decision.BLANK)
    assert not same_entry(said("0"), blank, question())
    assert same_entry(blank, said("", "anna", Decision.BLANK), question())


@given(st.lists(st.sampled_from(["1", "2", "3"]), min_size=3, max_size=3))
def test_two_who_agree_settle_in_whatever_order_they_come(values: list[str]) -> None:
    item = question()
    people = [said(value, by) for value, by in zip(values, "abc", strict=True)]
    for first, second, third in permutations(people):
        assert stage_after([], first, item, two=True) is Stage.SECOND
        after = stage_after([first], second, item, two=True)
        agree = first.value == second.value
        assert after is (Stage.SETTLED if agree else Stage.THIRD)
        assert stage_after([first, second], third, item, two=True) is Stage.SETTLED


@given(st.lists(st.sampled_from(["1", "2"]), min_size=1, max_size=5))
def test_one_person_alone_never_settles_however_often_he_answers(
    values: list[str],
) -> None:
    given_so_far: list[ReviewAnswer] = []
    for value in values:
        answer = said(value)
        assert stage_after(given_so_far, answer, question(), two=True) is Stage.SECOND
        given_so_far.append(answer)
    assert len(entries(given_so_far)) == 1
    assert stage_after([], said("1"), question(), two=False) is Stage.SETTLED


@pytest.mark.parametrize(
    ("item", "answer", "wanted"),
    [
        pytest.param(question(), said("12000"), (0, 0), id="the same amount"),
        pytest.param(question(), said("17,000"), (1, 1), id="one digit"),
        pytest.param(question("name", "潮見渚"), said("潮見 渚"), (0, 0), id="a space"),
        pytest.param(question("name", "高橋"), said("髙橋"), (1, 1), id="a variant"),
        pytest.param(question("name", ""), said("潮見"), (1, 2), id="nothing read"),
        pytest.param(
            question(), said("", decision=Decision.BLANK), (1, 6), id="was empty"
        ),
        pytest.param(
            question(), said("", decision=Decision.UNREADABLE), (0, 0), id="unreadable"
        ),
        pytest.param(
            replace(question(), kind=QuestionKind.BLIND), said("9"), (0, 0), id="blind"
        ),
    ],
)
def test_what_was_corrected_is_counted(
    item: ReviewItem, answer: ReviewAnswer, wanted: tuple[int, int]
) -> None:
    assert corrected(item, answer) == wanted


@pytest.mark.parametrize(
    ("item", "reading"),
    [
        pytest.param(
            question("seal", "yes", error_class="statistics"), "yes", id="seal"
        ),
        pytest.param(question("digits", "12", error_class="ordinary"), "12", id="two"),
        pytest.param(
            question("digits", "123", error_class="ordinary"), None, id="three"
        ),
        pytest.param(question("check", "yes"), None, id="strict"),
        pytest.param(
            question("check", "yes", error_class=""), None, id="class unknown"
        ),
        pytest.param(
            question("name", "渚", error_class="ordinary"), None, id="writing"
        ),
        pytest.param(question("seal", "", error_class="ordinary"), None, id="not read"),
        pytest.param(
            replace(
                question("seal", "yes", error_class="ordinary"), kind=QuestionKind.BLIND
            ),
            None,
            id="blind",
        ),
    ],
)
def test_only_what_a_glance_can_judge_is_shown_side_by_side(
    item: ReviewItem, reading: str | None
) -> None:
    assert in_grid(item, EntryRules()) == reading


def test_a_field_named_in_the_settings_is_entered_twice_whatever_it_is() -> None:
    rules = EntryRules(double_entry=DoubleEntry(fields=("name",)))
    name = question("name", error_class="ordinary")
    assert rules.needs_two(name)
    assert in_grid(replace(name, field_kind="seal", field_id="name"), rules) is None
    off = EntryRules(double_entry=DoubleEntry(enabled=False, fields=("name",)))
    assert not off.needs_two(name)
