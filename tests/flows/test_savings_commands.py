"""`yakuba baseline` and `yakuba account`: what staff type into the account."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.commands.stopwatch import Timed, time_items
from tasks.domain.hours_saved.savings import EntryKind
from tasks.edges.hours_saved.baseline_store import BaselineStore
from tasks.edges.hours_saved.savings_ledger import SavingsLedger
from tasks.edges.office_database.database import open_database, sqlite_url

ROOT = Path(__file__).resolve().parents[2]
RUN = CliRunner()
JOB = "tax_delinquency"
EVER = (dt.date(2020, 1, 1), dt.date(2099, 1, 1))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    monkeypatch.setenv("YAKUBA_HOME", str(tmp_path))
    monkeypatch.delenv("YAKUBA_WORK", raising=False)
    return tmp_path


def told(*arguments: str, text: str = "", code: int = 0) -> str:
    done = RUN.invoke(app, arguments, input=text)
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def store(office: Path) -> BaselineStore:
    return BaselineStore(open_database(sqlite_url(office / "work/yakuba.sqlite3")))


def lines(typed: list[str]) -> Iterator[str]:
    yield from typed


def timed(typed: list[str], ticks: list[float]) -> list[Timed]:
    left, clock = lines(typed), iter(ticks)
    return list(time_items(lambda _: next(left, None), lambda: next(clock)))


def test_enter_starts_and_ends_an_item() -> None:
    assert timed(["", "", "", "", "q"], [0, 61, 100, 130]) == [
        Timed(61, 1),
        Timed(30, 1),
    ]


def test_a_number_ends_several_items_at_once() -> None:
    assert timed(["", "12", "q"], [0, 600]) == [Timed(600, 12)]


def test_a_pause_is_not_counted() -> None:
    assert timed(["", "p", "", "", "q"], [0, 40, 1000, 1020]) == [Timed(60, 1)]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(["", "x", "q"], id="thrown away"),
        pytest.param(["", "p", "x", "q"], id="thrown away in a pause"),
        pytest.param([""], id="input ends"),
        pytest.param(["", "p"], id="input ends in a pause"),
        pytest.param(["q"], id="never started"),
    ],
)
def test_what_was_not_finished_is_not_kept(typed: list[str]) -> None:
    assert timed(typed, [0, 10, 20, 30]) == []


def test_a_word_nobody_knows_goes_on_timing() -> None:
    assert timed(["", "?", "0", "", "q"], [0, 50]) == [Timed(50, 1)]


def test_a_slip_of_the_finger_is_no_sample(office: Path) -> None:
    out = told("baseline", "record", JOB, text="\n\nq\n")
    assert "1秒に満たないため" in out
    assert store(office).samples() == ()


def test_samples_become_a_baseline_from_a_month_on(office: Path) -> None:
    for minutes in ("5", "6", "7", "60"):
        told("baseline", "add", JOB, "--minutes", minutes, "--by", "税務課")
    out = told("baseline", "cancel", "4", "--note", "電話に出た")
    assert "番号 4 を取り消しました" in out
    shown = told("baseline", "show", JOB)
    assert "平均 6.00分／件（3回、3件、95％信頼区間 3.52～8.48分）" in shown
    told("baseline", "adopt", JOB, "--from", "2027-04-01", "--by", "課長")
    (version,) = store(office).versions()
    assert (version.minutes_per_item, version.samples) == (6.0, 3)
    assert (version.valid_from, version.adopted_by) == (dt.date(2027, 4, 1), "課長")
    assert version.measured_by == "税務課（時計と記録紙）、取消1回"
    assert "令和9年4月" in told("baseline", "show", JOB)


def test_a_month_already_counted_keeps_its_baseline(office: Path) -> None:
    told("baseline", "add", JOB, "--minutes", "5")
    told("account", "by-hand", JOB, "--items", "3", "--on", "2026-10-05")
    done = RUN.invoke(app, ["baseline", "adopt", JOB, "--from", "2026-10-01"])
    assert "STUDY-002" in str(done.exception)
    told("baseline", "adopt", JOB, "--from", "2026-11-01")


def test_a_job_that_is_not_configured_is_named_with_those_that_are(
    office: Path,
) -> None:
    for command in (["baseline", "record"], ["account", "upkeep"]):
        more = ["--minutes", "5"] if command[0] == "account" else []
        out = told(*command, "no_such_job", *more, code=2)
        assert "no_such_job" in out
        assert JOB in out


def test_the_keeper_s_entries_are_in_the_account_and_can_be_taken_back(
    office: Path,
) -> None:
    told("account", "upkeep", JOB, "--minutes", "45", "--kind", "様式定義")
    told("account", "exception", JOB, "--minutes", "20", "--items", "2")
    told("account", "by-hand", JOB, "--items", "7")
    told("account", "cancel", "2", "--note", "別の業務だった")
    shown = told("account", "show")
    assert "2 の取消" in shown
    ledger = SavingsLedger(store(office).database)
    kinds = [line.kind for line in ledger.lines(*EVER)]
    assert kinds == [
        EntryKind.FORM_DEFINITION,
        EntryKind.EXCEPTION,
        EntryKind.BY_HAND,
        EntryKind.CANCELLED,
    ]
    assert sum(line.saved_minutes for line in ledger.lines(*EVER)) == -45


def test_a_kind_of_upkeep_nobody_knows_is_refused(office: Path) -> None:
    out = told("account", "upkeep", JOB, "--minutes", "5", "--kind", "昼寝", code=2)
    assert "様式定義・画面操作の手順・打合せ" in out


def test_work_of_days_to_come_cannot_be_entered(office: Path) -> None:
    day = "2099-01-05"
    done = RUN.invoke(app, ["account", "by-hand", JOB, "--items", "1", "--on", day])
    assert done.exit_code != 0
    assert SavingsLedger(store(office).database).lines(*EVER) == ()
