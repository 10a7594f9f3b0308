"""Laws of clerks' decisions: nobody is identified but by a standing 同一 on what stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.clerks.clerk_word import ClerkWord
from tasks.domain.clerks.decision_columns import Decision, DecisionKey
from tasks.domain.clerks.decision_prints import (
    candidate_print,
    place_print,
    request_print,
)
from tasks.domain.clerks.decision_record import IdentityDecision, standing
from tasks.domain.clerks.decisions import rule_on
from tasks.domain.records import (
    Applicant,
    Evidence,
    Identity,
    Level,
    Match,
    Resident,
)

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
ASKED = Applicant(
    "list:1",
    "名簿.csv!5行",
    "A-1",
    "検査 一郎",
    birth_date="S55.3.1",
    address="検査町1-1",
)
CANDIDATES = tuple(
    Evidence(
        Resident(f"00{n}", "検査 一郎", "", dt.date(1980, 3, n), f"検査町{n}-1"),
        Level.EQUAL,
        Level.MISSING,
        Level.NEAR,
        Level.NEAR,
    )
    for n in (1, 2, 3)
)
MATCH = Match("list:1", Identity.ASK, "要確認", candidates=CANDIDATES)
PRINTS = tuple(map(candidate_print, CANDIDATES))


def decision(
    choice: Decision, rank: int, seq: int, seen_until: int = 0
) -> IdentityDecision:
    on_request = choice is Decision.NOBODY
    return IdentityDecision(
        key=DecisionKey(
            request_print(ASKED),
            place_print(ASKED),
            0 if on_request else rank,
            "" if on_request else PRINTS[rank - 1],
            seen_until,
        ),
        choice=choice,
        addressee_no="" if on_request else f"00{rank}",
        reason="確認",
        by_whom="係",
        at=NOW + dt.timedelta(minutes=seq),
        seen=PRINTS,
        seq=seq,
    )


@st.composite
def histories(draw: st.DrawFn) -> list[IdentityDecision]:
    return [
        decision(
            draw(st.sampled_from(Decision)),
            draw(st.integers(1, 3)),
            seq,
            draw(st.integers(0, seq - 1)),
        )
        for seq in range(1, draw(st.integers(0, 5)) + 1)
    ]


@given(histories())
def test_nobody_is_the_person_without_a_standing_same_and_nothing_against_it(
    history: list[IdentityDecision],
) -> None:
    found = rule_on(ASKED, MATCH, history)
    left = standing(history)
    same = {d.addressee_no for d in left if d.choice is Decision.SAME}
    against = {d.addressee_no for d in left if d.choice is Decision.OTHER}
    nobody = any(d.choice is Decision.NOBODY for d in left)
    if found.identity is Identity.SAME:
        assert {person.addressee_no for person in found.persons} == same
        assert len(same) == 1
        assert not nobody
        assert not same & against
    if found.identity is Identity.NONE:
        assert not same
        assert nobody or against == {"001", "002", "003"}


@given(histories())
def test_the_newest_decision_on_a_sheet_that_shows_all_before_stands_alone(
    history: list[IdentityDecision],
) -> None:
    last = decision(Decision.SAME, 2, len(history) + 1, len(history))
    found = rule_on(ASKED, MATCH, [*history, last])
    assert [person.addressee_no for person in found.persons] == ["002"]


@given(histories(), st.integers(0, 2))
def test_a_candidate_who_changed_is_never_identified_by_an_old_decision(
    history: list[IdentityDecision], place: int
) -> None:
    changed = list(CANDIDATES)
    person = replace(changed[place].resident, address="港町9-9")
    changed[place] = replace(changed[place], resident=person)
    found = rule_on(ASKED, replace(MATCH, candidates=tuple(changed)), history)
    assert person.addressee_no not in {one.addressee_no for one in found.persons}


@given(histories())
def test_a_request_that_changed_is_never_decided(
    history: list[IdentityDecision],
) -> None:
    for changed in (
        replace(ASKED, name="検査 二郎"),
        replace(ASKED, birth_date="S55.3.2"),
        replace(ASKED, address="検査町1-2"),
        replace(ASKED, kana="ケンサ"),
    ):
        assert rule_on(changed, MATCH, history).identity is Identity.ASK


@given(histories())
def test_somebody_protected_is_never_decided_on_by_a_sheet(
    history: list[IdentityDecision],
) -> None:
    protected = Match("list:1", Identity.ASK, "", protected=True)
    assert rule_on(ASKED, protected, history) == protected


@given(histories())
def test_a_word_about_one_applicant_is_never_about_another(
    history: list[IdentityDecision],
) -> None:
    other = replace(
        ASKED, row_id="list:2", source="別.csv!5行", request_id="B-1", name="別人"
    )
    said = ClerkWord(tuple(history))
    assert set(said.about([ASKED, other])) == ({"list:1"} if history else set())
