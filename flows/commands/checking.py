"""`yakuba check`: request lists against ledgers, without Prefect."""

from __future__ import annotations

import datetime as dt
import getpass
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from flows.clock import now
from flows.commands import terminal
from tasks.domain.errors import NeedsPersonError
from tasks.domain.runs.check_report import Letter
from tasks.edges.config_files import load_settings
from tasks.edges.office_database.database import open_database, sqlite_url
from tasks.edges.review.clerk_record import ClerkRecord
from tasks.edges.runs.run_history import RunHistory
from tasks.procedures.check_request import CheckRequest, CheckResult
from tasks.procedures.delinquency_check import check
from tasks.procedures.run_results import reply_paths
from tasks.procedures.take_clerks_word import take_clerks_word

DONE, NEEDS_PERSON = 0, 3


@dataclass(frozen=True, slots=True)
class CheckFiles:
    """What the command line names."""

    requests: tuple[Path, ...]
    persons: tuple[Path, ...]
    taxes: tuple[Path, ...]
    decisions: tuple[Path, ...] = ()
    """Copies of 税務課控え.xlsx that clerks filled in."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, and by which letter."""

    letter: Letter
    who: str
    """Who runs it; empty: the account on this PC."""


def check_lists(
    files: CheckFiles,
    *,
    asked: Asked,
    as_of: dt.date,
    out: Path,
    configs: Path,
    work: Path | None = None,
) -> int:
    """Answer everybody in the lists, print the counts, return the exit code.

    Raises:
        SettingsError: When the configuration is wrong.
        NeedsPersonError: When a file cannot be used or the result does not balance.
    """
    settings = load_settings(configs)
    _refuse_missing((*files.requests, *files.persons, *files.taxes, *files.decisions))
    moment = now()
    who = asked.who or account()
    work = work or (configs.parent / settings.municipality.work_folder).resolve()
    database = open_database(
        settings.municipality.database_url or sqlite_url(work / "yakuba.sqlite3")
    )
    try:
        said = take_clerks_word(
            files.decisions, ClerkRecord(database), now=moment, who=who
        )
        request = CheckRequest(
            request_files=files.requests,
            persons=files.persons,
            taxes=files.taxes,
            as_of=as_of,
            out_folder=out,
            cache_folder=work / "ledger_cache",
            rules=settings.delinquency,
            columns=settings.columns,
            municipality=settings.municipality,
            now=moment,
            who=who,
            program=version("yakuba"),
            run_id=uuid.uuid4().hex[:12],
            letter=asked.letter,
            said=said,
        )
        result = check(request, RunHistory(database))
    finally:
        database.close()
    _show(result)
    return NEEDS_PERSON if result.needs_person else DONE


def account() -> str:
    """Return the account that is logged in on this PC."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no account has a name here
        return "yakuba check"


def _refuse_missing(files: Sequence[Path]) -> None:
    missing = tuple(path.name for path in files if not path.is_file())
    if missing:
        raise NeedsPersonError("FILE-001", f"{len(missing)} files", missing)


def _show(result: CheckResult) -> None:
    terminal.show_table(
        "回答の件数",
        ("回答", "件数"),
        [(answer.value, f"{n:,}") for answer, n in result.counts.items() if n],
    )
    terminal.show_balance(
        result.came_in, [(o.value, n) for o, n in result.outcomes.items()]
    )
    if result.notes:
        terminal.say(
            f"入力について {len(result.notes)} 件の注意があります（税務課控えの「入力品質」）。"
        )
    terminal.show_paths(
        {
            "回答一覧": result.answers_csv,
            "税務課控え": result.office_copy,
            **reply_paths(result),
        }
    )
