"""How fast and how right applicants are identified in a city's ledger, truth planted.

    python -m benchmarks.matching --residents 1000000 --applicants 10000 --seed 2026
    python -m benchmarks.matching --residents 1000000 --seed 2026 --splink
    python -m benchmarks.matching --residents 100000 --seed 2026 --hard 500

Prints a table and writes benchmarks/results/matching-*.json with machine, commit, seed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import os
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import matching_splink
from benchmarks.figures import machine, publish
from benchmarks.hard_cases import HardCases
from benchmarks.planted_city import Asked, City
from tasks.domain.identity.matching import RULES_VERSION
from tasks.domain.identity.person_keys import applicant_keys
from tasks.domain.office.settings import ColumnNames
from tasks.domain.records import Identity, Match
from tasks.edges.city_ledgers.ledgers import open_ledgers
from tasks.procedures.identify import identify

TODAY = dt.date(2026, 11, 4)


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=1_000_000)
    parser.add_argument("--applicants", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--hard", type=int, default=0, help="applicants of each case")
    parser.add_argument("--splink", action="store_true", help="Splink beside ours")
    parser.add_argument(
        "--alone",
        action="store_true",
        help="take the processor from others while deciding (needs root)",
    )
    parser.add_argument("--folder", type=Path, help="keep ledger and cache here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        figures = run(options, options.folder or Path(temporary))
    name = f"matching-{options.residents}x{options.applicants}-{options.seed}"
    if options.hard:
        name = f"matching-hard-{options.residents}-{options.seed}"
    publish(name, figures)


def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Return the figures of one seed, each step measured in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    city = City(random.Random(options.seed))  # noqa: S311 - reproducible
    city.grow(options.residents)
    asked = city.ask(options.applicants)
    if options.hard:
        asked = HardCases(city).ask(options.hard, first_number=0)
    truth = {person.number: person.who for person in city.people}
    ledger = folder / f"住民台帳-{options.residents}-{options.seed}.csv"
    city.write(ledger)
    del city
    applicants = [entry.applicant for entry in asked]
    figures: dict[str, Any] = {"load": _in_process(_load, ledger, folder)}
    matched = _in_process(_match, ledger, folder, applicants, alone=options.alone)
    matches = matched.pop("matches")
    figures["match"] = matched
    figures["quality"] = quality(asked, matches, truth)
    if options.splink:
        linked = _in_process(_splink, ledger, folder, applicants, alone=options.alone)
        ranked = linked.pop("ranked")
        whom = {entry.applicant.row_id: entry.who for entry in asked}
        figures["splink"] = linked | {"at": matching_splink.score(ranked, whom, truth)}
    figures["run"] = {
        "residents": len(truth),
        "applicants": len(asked),
        "seed": options.seed,
        "alone": options.alone,
        **versions(),
    }
    return figures


def _in_process(step: Any, *arguments: Any, alone: bool = False) -> dict[str, Any]:
    """Return a step's figures with the peak memory of a process of its own."""
    context = multiprocessing.get_context("spawn")
    first = _take_the_processor if alone else None
    with context.Pool(1, initializer=first) as pool:
        result: dict[str, Any] = pool.apply(step, arguments)
    return result


def _take_the_processor() -> None:
    """Run before everybody else: figures as on an idle machine, for some seconds."""
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))


def _peak_mb() -> int:
    """Return this process's own peak; ru_maxrss would include the one that made it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    lines = status.read_text(encoding="ascii").splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    return int(peak.split()[1]) // 1024


def _open(ledger: Path, folder: Path) -> Any:
    return open_ledgers(
        [ledger],
        [],
        cache_folder=folder / "cache",
        columns=ColumnNames(),
        today=TODAY,
    )


def _load(ledger: Path, folder: Path) -> dict[str, Any]:
    started = time.perf_counter()
    _open(ledger, folder).close()
    return {
        "seconds": round(time.perf_counter() - started, 2),
        "peak_mb": _peak_mb(),
        "csv_mb": ledger.stat().st_size >> 20,
        "cache_mb": sum(p.stat().st_size for p in (folder / "cache").iterdir()) >> 20,
    }


def _match(ledger: Path, folder: Path, applicants: Sequence[Any]) -> dict[str, Any]:
    before_mb = _peak_mb()
    started = time.perf_counter()
    with _open(ledger, folder) as ledgers:
        opened, opened_cpu = time.perf_counter(), time.process_time()
        matches = identify(applicants, ledgers, today=TODAY)
        done, done_cpu = time.perf_counter(), time.process_time()
    return {
        "open_seconds": round(opened - started, 2),
        "identify_seconds": round(done - opened, 2),
        "identify_cpu_seconds": round(done_cpu - opened_cpu, 2),
        "peak_mb": _peak_mb(),
        "peak_mb_before": before_mb,
        "matches": matches,
    }


def _splink(ledger: Path, folder: Path, applicants: Sequence[Any]) -> dict[str, Any]:
    """Return Splink's figures on the keys that our own search has just used."""
    _open(ledger, folder).close()
    cache = max(
        (folder / "cache").glob("*.duckdb"), key=lambda path: path.stat().st_mtime
    )
    keys = [applicant_keys(applicant, today=TODAY) for applicant in applicants]
    before_mb = _peak_mb()
    found = matching_splink.link(cache, keys)
    return found | {"peak_mb": _peak_mb(), "peak_mb_before": before_mb}


def quality(
    asked: Sequence[Asked], matches: dict[str, Match], truth: dict[str, int]
) -> dict[str, Any]:
    """Return how the decisions stand to the truth.

    wrong_person would tell one person's tax as another's; wrong_numbers is the right
    person without all his 宛名番号; wrong_nobody says 該当者なし of somebody who is there.
    """
    numbers_of: dict[int, set[str]] = {}
    for number, who in truth.items():
        numbers_of.setdefault(who, set()).add(number)
    counts: Counter[str] = Counter()
    by_kind: dict[str, Counter[str]] = {}
    ranks: Counter[int] = Counter()
    for entry in asked:
        match = matches[entry.applicant.row_id]
        outcome = _outcome(entry, match, truth, numbers_of)
        counts[outcome] += 1
        by_kind.setdefault(entry.kind, Counter())[outcome] += 1
        if match.identity is Identity.ASK and entry.who is not None:
            ranks[_rank(entry, match, truth)] += 1
    listed = sum(ranks.values()) or 1
    wrong = ("wrong_person", "wrong_numbers", "wrong_nobody")
    return {
        **dict.fromkeys(wrong, 0),
        **dict(sorted(counts.items())),
        "asked_share": round(
            sum(n for o, n in counts.items() if o.startswith("asked")) / len(asked), 4
        ),
        "true_person_first": round(ranks[1] / listed, 4),
        "true_person_within_three": round(sum(ranks[n] for n in (1, 2, 3)) / listed, 4),
        "true_person_not_listed": ranks[0],
        "by_kind": {
            kind: dict(sorted(found.items())) for kind, found in sorted(by_kind.items())
        },
    }


def _outcome(
    entry: Asked,
    match: Match,
    truth: dict[str, int],
    numbers_of: dict[int, set[str]],
) -> str:
    if match.identity is Identity.ASK:
        return "asked_protected" if match.protected else "asked"
    if match.identity is Identity.NONE:
        return "right_nobody" if entry.who is None else "wrong_nobody"
    numbers = {person.addressee_no for person in match.persons}
    if entry.who is None or {truth[number] for number in numbers} != {entry.who}:
        return "wrong_person"
    return "right_person" if numbers == numbers_of[entry.who] else "wrong_numbers"


def _rank(entry: Asked, match: Match, truth: dict[str, int]) -> int:
    """Return the place of the true person among the candidates, 0 when not listed."""
    if match.protected:
        return 1  # nobody is listed by rule; the named officer has the true person
    people = list(
        dict.fromkeys(truth[c.resident.addressee_no] for c in match.candidates)
    )
    return people.index(entry.who) + 1 if entry.who in people else 0


def versions() -> dict[str, Any]:
    """Return what figures of matching depend on beside the data."""
    return {
        "rules_version": RULES_VERSION,
        "duckdb": duckdb.__version__,
        **machine(),
    }


if __name__ == "__main__":
    main()
