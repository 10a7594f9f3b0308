"""Items counted once whatever their file is called, and the baselines they were counted at."""

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.domain.hours_saved.baseline_study import MeasuredBaseline
from tasks.domain.hours_saved.savings import EntryKind, RunEffort, TypedEntry
from tasks.domain.hours_saved.sent_again import SENT_AGAIN_DAYS, ItemPrints
from tasks.domain.office.settings import Baseline
from tasks.edges.hours_saved.counted_items import former_baselines
from tasks.edges.hours_saved.savings_ledger import SavingsLedger
from tasks.edges.office_database.database import Database, open_database
from tasks.edges.office_database.database_tables import PERSON_QUESTIONS, PERSON_TIMES

TOKYO = dt.timezone(dt.timedelta(hours=9))
NIGHT = dt.datetime(2026, 4, 15, 2, 0, tzinfo=TOKYO)
JOB = "tax_delinquency"
EVER = (dt.date(2026, 1, 1), dt.date(2027, 12, 31))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.close()


@pytest.fixture
def ledger(database: Database) -> SavingsLedger:
    return SavingsLedger(database)


def baseline(minutes: float = 6.0, *, measured: bool = False) -> Baseline:
    return (MeasuredBaseline if measured else Baseline)(
        job=JOB,
        title="滞納確認",
        section="税務課",
        minutes_per_item=minutes,
        samples=40,
        measured_by="税務課",
        measured_on=NIGHT.date(),
        valid_from=dt.date(2026, 4, 1),
    )


def sent(
    file: str, *people: str, days: int = 0, by_hand: tuple[str, ...] = ()
) -> RunEffort:
    rows = [
        ItemPrints(f"list:{file}:{number}", (one,))
        for number, one in enumerate(people, start=1)
    ]
    hand = tuple(one.key for one in rows if one.prints[0] in by_hand)
    return RunEffort(
        JOB,
        f"run-{file}",
        NIGHT + dt.timedelta(days=days),
        items=tuple(one.key for one in rows if one.key not in hand),
        by_hand=hand,
        prints=tuple(rows),
    )


def counted(ledger: SavingsLedger) -> int:
    return sum(line.items + line.by_hand_items for line in ledger.lines(*EVER))


def test_a_corrected_list_counts_only_what_it_adds(ledger: SavingsLedger) -> None:
    ledger.record(sent("a", "p", "q", "r"), baseline())
    line = ledger.record(sent("b", "p", "q", "r", "new", days=2), baseline())
    assert line is not None
    assert line.items == 1
    assert counted(ledger) == 4


def test_a_correction_of_a_correction_is_the_same_work_too(
    ledger: SavingsLedger,
) -> None:
    ledger.record(sent("a", "p", "q"), baseline())
    assert ledger.record(sent("b", "p", "q", days=14), baseline()) is None
    assert ledger.record(sent("c", "p", "q", days=28), baseline()) is None
    assert counted(ledger) == 2


def test_the_list_of_the_next_month_is_work_of_its_own(ledger: SavingsLedger) -> None:
    ledger.record(sent("a", "p", "q"), baseline())
    ledger.record(sent("b", "p", "q", days=SENT_AGAIN_DAYS), baseline())
    assert counted(ledger) == 2
    ledger.record(sent("c", "p", "q", days=2 * SENT_AGAIN_DAYS + 1), baseline())
    assert counted(ledger) == 4


def test_what_came_in_again_is_never_counted_under_its_new_key_either(
    ledger: SavingsLedger,
) -> None:
    ledger.record(sent("a", "p"), baseline())
    ledger.record(sent("b", "p", days=1), baseline())
    assert ledger.record(sent("b", "p", days=200), baseline()) is None


def test_an_item_by_hand_is_not_done_by_machine_when_it_comes_in_again(
    ledger: SavingsLedger,
) -> None:
    ledger.record(sent("a", "p", "q", by_hand=("q",)), baseline())
    assert ledger.record(sent("b", "p", "q", days=1), baseline()) is None
    (line,) = ledger.lines(*EVER)
    assert (line.items, line.by_hand_items) == (1, 1)


def test_the_same_list_of_another_job_is_other_work(ledger: SavingsLedger) -> None:
    ledger.record(sent("a", "p"), baseline())
    other = RunEffort(
        "other",
        "r",
        NIGHT,
        items=("list:b:1",),
        prints=(ItemPrints("list:b:1", ("p",)),),
    )
    line = ledger.record(other, baseline().model_copy(update={"job": "other"}))
    assert line is not None
    assert line.items == 1


def test_lists_longer_than_one_query_takes(ledger: SavingsLedger) -> None:
    people = [f"p{number}" for number in range(1300)]
    ledger.record(sent("a", *people), baseline())
    line = ledger.record(sent("b", *people, "x", days=1), baseline())
    assert line is not None
    assert line.items == 1


def test_seconds_spent_on_who_is_meant_are_counted_once(ledger: SavingsLedger) -> None:
    question = dict.fromkeys(
        (
            "question_id",
            "run_id",
            "place",
            "stage",
            "voices",
            "leased_by",
            "body_print",
        ),
        "q",
    ) | {"job": JOB, "asked_at": NIGHT}
    time = {
        "question_id": "q",
        "job": JOB,
        "account": "a",
        "at": NIGHT,
        "record_seq": 1,
    }
    with ledger.database.writing() as connection:
        connection.execute(sa.insert(PERSON_QUESTIONS).values(question))
        for number, seconds in enumerate((20.0, 25.5)):
            connection.execute(
                sa.insert(PERSON_TIMES).values(
                    {**time, "answer_id": str(number), "seconds": seconds}
                )
            )
    line = ledger.record(sent("a"), baseline())
    assert line is not None
    assert line.review_ms == 45_500
    assert ledger.record(sent("a"), baseline()) is None


def test_every_baseline_that_lines_were_counted_at_is_kept_as_it_was(
    ledger: SavingsLedger,
) -> None:
    ledger.record(sent("a", "p"), baseline())
    ledger.record(sent("b", "q"), baseline())
    ledger.record(sent("c", "r"), baseline(9.0, measured=True))
    first, second = former_baselines(ledger.database)
    assert first == baseline()
    assert second == baseline(9.0, measured=True)
    assert isinstance(second, MeasuredBaseline)


def entry(
    kind: EntryKind = EntryKind.MEETING, *, minutes: float = 0.0, items: int = 0
) -> TypedEntry:
    return TypedEntry(JOB, kind, NIGHT, NIGHT.date(), "税務課", minutes, items)


def test_attending_that_is_typed_in_is_taken_off_as_attending(
    ledger: SavingsLedger,
) -> None:
    line = ledger.enter(entry(EntryKind.ATTENDED, minutes=12), baseline())
    assert (line.attended_ms, line.upkeep_ms) == (12 * 60_000, 0)
    assert line.saved_minutes == -12
    back = ledger.cancel(line.line_id, by_whom="課", at=NIGHT, note="")
    assert back.attended_ms == -12 * 60_000


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(entry(minutes=float("nan")), id="no number"),
        pytest.param(entry(minutes=float("inf")), id="endless"),
        pytest.param(entry(minutes=1e9), id="more than anybody works"),
        pytest.param(entry(EntryKind.EXCEPTION, minutes=5, items=-3), id="negative"),
        pytest.param(entry(EntryKind.BY_HAND, items=10**9), id="more than there are"),
    ],
)
def test_an_entry_that_cannot_be_true_is_refused(
    ledger: SavingsLedger, wrong: TypedEntry
) -> None:
    with pytest.raises(NeedsPersonError, match="ACCOUNT-001"):
        ledger.enter(wrong, baseline())
    assert ledger.lines(*EVER) == ()
