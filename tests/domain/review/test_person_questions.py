"""Laws of decisions by several clerks: blind, agreed, taken back; page and run agree."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.clerks.clerk_view import Clerk
from tasks.domain.clerks.decision_columns import Decision
from tasks.domain.clerks.decision_record import IdentityDecision, standing
from tasks.domain.clerks.decisions import rule_on
from tasks.domain.clerks.findings import (
    Finding,
    FindingKey,
    Person,
    read_persons,
    use_of,
)
from tasks.domain.clerks.second_clerk import has_rivals
from tasks.domain.records import (
    Answer,
    Applicant,
    Evidence,
    Identity,
    Level,
    Match,
    Resident,
    Verdict,
)
from tasks.domain.review.finding_question import FoundChoice, problem_in
from tasks.domain.review.person_choice import (
    Choice,
    decisions_for,
    problem_of,
    taken_back,
)
from tasks.domain.review.person_question import PersonQuestion, Stage, situation_of

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
CLERKS = tuple(Clerk(f"係 {n}", f"kakari{n}") for n in range(4))
SECONDS = st.sampled_from([(), ("すべて",), ("似た候補",), ("該当なし",)])


def question(second: tuple[str, ...]) -> PersonQuestion:
    verdict = Verdict(ASKED, MATCH, Answer.SEVERAL)
    return PersonQuestion("0" * 32, "job", "run", NOW, verdict, second)


@st.composite
def histories(
    draw: st.DrawFn, second: tuple[str, ...]
) -> tuple[PersonQuestion, list[IdentityDecision]]:
    """Clerks at the page, one after the other, each seeing what the page shows him."""
    asked, record = question(second), list[IdentityDecision]()
    for step in range(draw(st.integers(0, 6))):
        clerk = draw(st.sampled_from(CLERKS))
        situation = situation_of(asked, record, clerk)
        if situation.mine and draw(st.booleans()):
            said = taken_back(situation.mine, NOW)
        elif situation.may_decide:
            rank = draw(st.integers(0, 3))
            choice = Choice(
                Decision.SAME
                if rank
                else draw(st.sampled_from([Decision.NOBODY, Decision.LATER])),
                (rank,) if rank else (),
                "確認",
            )
            said = decisions_for(
                asked,
                choice,
                clerk,
                seen_until=situation.seen_until,
                now=NOW + dt.timedelta(minutes=step),
            )
        else:
            continue
        record += [replace(one, seq=len(record) + n) for n, one in enumerate(said, 1)]
    return asked, record


@given(SECONDS.flatmap(histories))
def test_the_page_calls_decided_exactly_what_a_run_applies(
    told: tuple[PersonQuestion, list[IdentityDecision]],
) -> None:
    asked, record = told
    ruled = rule_on(ASKED, MATCH, record, asked.second)
    applied = ruled.ruling is not None and ruled.ruling.applied
    assert (situation_of(asked, record).stage is Stage.DECIDED) == applied


@given(histories(("すべて",)))
def test_nobody_is_settled_by_one_clerk_alone_where_two_must_agree(
    told: tuple[PersonQuestion, list[IdentityDecision]],
) -> None:
    asked, record = told
    ruled = rule_on(ASKED, MATCH, record, asked.second)
    if ruled.identity is not Identity.ASK:
        chosen = {person.addressee_no for person in ruled.persons}
        agreeing = {
            one.account
            for one in record
            if not one.takes_back
            and (
                {one.addressee_no} == chosen
                if chosen
                else one.choice is Decision.NOBODY
            )
        }
        assert len(agreeing) >= 2


@given(histories(("すべて",)), st.sampled_from(CLERKS))
def test_a_second_clerk_never_sees_what_the_first_one_said(
    told: tuple[PersonQuestion, list[IdentityDecision]], clerk: Clerk
) -> None:
    asked, record = told
    situation = situation_of(asked, record, clerk)
    if situation.stage is Stage.SECOND and situation.may_decide:
        said = [one for one in standing(record) if one.choice is not Decision.LATER]
        assert said
        assert not {one.seq for one in said} & {one.seq for one in situation.shown}
        assert situation.seen_until < min(one.seq for one in said)


@given(SECONDS.flatmap(histories), st.sampled_from(CLERKS))
def test_taking_back_leaves_what_others_said_standing(
    told: tuple[PersonQuestion, list[IdentityDecision]], clerk: Clerk
) -> None:
    asked, record = told
    mine = situation_of(asked, record, clerk).mine
    undone = [
        *record,
        *(
            replace(one, seq=len(record) + n)
            for n, one in enumerate(taken_back(mine, NOW), 1)
        ),
    ]
    for other in CLERKS:
        if other != clerk:
            before = {one.seq for one in situation_of(asked, record, other).mine}
            after = {one.seq for one in situation_of(asked, undone, other).mine}
            assert before <= after
    assert situation_of(asked, undone, clerk).mine == ()


@given(SECONDS.flatmap(histories))
def test_one_person_of_two_names_or_spellings_is_one_voice(
    told: tuple[PersonQuestion, list[IdentityDecision]],
) -> None:
    _, record = told
    alone = [
        replace(one, by_whom="山田　葵" if n % 2 else "山田葵", account="")
        for n, one in enumerate(record)
    ]
    ruled = rule_on(ASKED, MATCH, alone, ("すべて",))
    assert ruled.identity is Identity.ASK
    renamed = [
        replace(one, by_whom=f"名前{n}", account="yamada")
        for n, one in enumerate(record)
    ]
    assert rule_on(ASKED, MATCH, renamed, ("すべて",)).identity is Identity.ASK


def test_a_merged_person_and_a_new_number_change_what_was_seen() -> None:
    asked = question(())
    said = decisions_for(
        asked,
        Choice(Decision.SAME, (1,), "確認"),
        CLERKS[0],
        seen_until=0,
        now=NOW,
    )
    record = [replace(one, seq=1) for one in said]
    assert rule_on(ASKED, MATCH, record).identity is Identity.SAME
    merged = replace(CANDIDATES[0], other_numbers=("009",))
    changed = replace(MATCH, candidates=(merged, *CANDIDATES[1:]))
    assert rule_on(ASKED, changed, record).identity is Identity.ASK


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        pytest.param(Choice(Decision.SAME, (), "確認"), "候補の番号", id="nobody"),
        pytest.param(Choice(Decision.SAME, (0,), "確認"), "ありません", id="no zero"),
        pytest.param(Choice(Decision.SAME, (4,), "確認"), "ありません", id="too many"),
        pytest.param(
            Choice(Decision.SAME, (1, 2), "確認"), "生年月日の違う", id="two people"
        ),
        pytest.param(Choice(Decision.NOBODY, (1,), "確認"), "候補の番号", id="both"),
        pytest.param(Choice(Decision.NOBODY), "理由", id="no reason"),
        pytest.param(Choice(Decision.SAME, (1,), "確認"), "", id="whole"),
    ],
)
def test_a_choice_that_is_not_whole_is_told(chosen: Choice, told: str) -> None:
    problem = problem_of(question(()), chosen)
    assert told in problem if told else not problem


def test_rivals_are_different_people_and_near_in_two_kinds() -> None:
    assert has_rivals(CANDIDATES)
    assert not has_rivals(CANDIDATES[:1])
    one = replace(CANDIDATES[0], other_numbers=("002",))
    two = replace(CANDIDATES[1], other_numbers=("001",))
    assert not has_rivals((one, two))
    far = replace(CANDIDATES[1], birth_date=Level.DIFFERS, address=Level.DIFFERS)
    assert not has_rivals((CANDIDATES[0], far))


KEY = FindingKey("LINE", "1" * 16, "2" * 16)


def finding(result: str, seq: int, clerk: int = 0, **more: object) -> Finding:
    seen = int(more.pop("seen", 0))  # type: ignore[call-overload]
    return Finding(
        replace(KEY, seen_until=seen),
        result,
        "確認",
        f"係 {clerk}",
        NOW,
        account=f"kakari{clerk}",
        seq=seq,
        **more,  # type: ignore[arg-type]
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["完納", "未納あり", "保留"]),
            st.integers(0, 3),
            st.integers(0, 5),
        ),
        max_size=6,
    ),
    st.booleans(),
)
def test_a_finding_is_used_only_while_all_that_stands_says_it(
    said: list[tuple[str, int, int]], two: bool
) -> None:
    record = [
        finding(result, seq, clerk, seen=min(seen, seq - 1))
        for seq, (result, clerk, seen) in enumerate(said, 1)
    ]
    use = use_of(KEY, record, last_day=NOW.date(), second=("すべて",) if two else ())
    if use.found is not None:
        assert use.found.result != "保留"
        assert use.voices >= (2 if two else 1)
    moved = replace(KEY, facts="3" * 16)
    assert use_of(moved, record, last_day=NOW.date()).found is None


def test_what_passes_ends_with_its_last_day() -> None:
    record = [finding("猶予中", 1, until=dt.date(2026, 11, 20))]
    assert use_of(KEY, record, last_day=dt.date(2026, 11, 20)).found
    assert not use_of(KEY, record, last_day=dt.date(2026, 11, 21)).found


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[0-9]{1,15}", fullmatch=True),
            st.sampled_from(["検査 花子", "別当　次郎", "株式会社 検査"]),
        ),
        max_size=5,
    )
)
def test_people_named_by_number_and_name_read_back(
    named: list[tuple[str, str]],
) -> None:
    text = "、".join(f"{number} {name}" for number, name in named)
    found = read_persons(text)
    assert found is not None
    assert [one.number for one in found] == [number for number, _ in named]
    assert "".join(number for number, _ in named[:1]) not in repr(found) or not named


def test_findings_that_are_not_whole_are_told() -> None:
    assert "一つ以上" in problem_in([])
    assert "いつまで" in problem_in([finding("猶予中", 1)])
    assert "理由" in problem_in([replace(finding("完納", 1), reason="")])
    family = replace(finding("この人たち", 1), key=replace(KEY, kind="HOUSEHOLD"))
    assert "宛名番号" in problem_in([family])
    assert not problem_in([replace(family, persons=(Person("12", "検査花子"),))])
    assert FoundChoice(0, "完納").persons == ()
