"""How long whole checks take, from files to papers, and whether their answers are right.

    python -m benchmarks.checking --residents 1000000 --applicants 10000 --seed 7310

A planted city (benchmarks/planted_city.py) with its tax ledger is written as cp932 CSV.
Then the command `yakuba check` is run as staff run it: once with nothing kept, once with
the ledgers cached. Every answer is held against the truth. Memory is that of the whole
process tree. Prints the figures and writes benchmarks/results/checking-*.json.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks.figures import machine, publish
from benchmarks.planted_city import CITY, PREFECTURE, Asked, City, Person
from benchmarks.process_tree import Cost, run
from tasks.domain.records import Answer

ROOT = Path(__file__).resolve().parents[1]
AS_OF = dt.date(2026, 10, 31)
_HEADER = (
    *("通知書番号", "宛名番号", "税目", "年度", "期別", "納期限", "調定額", "収納額"),
    *("収納日", "状態"),
)
_PAID_ON = "R8.10.20"
_INSTALMENTS = (
    ("個人市県民税", 0.59, (("R8.6.30", 1), ("R8.8.31", 2), ("R8.11.2", 3))),
    (
        "固定資産税・都市計画税",
        0.38,
        (("R8.4.30", 1), ("R8.7.31", 2), ("R8.12.25", 3), ("R9.3.1", 4)),
    ),
    ("軽自動車税", 0.3, (("R8.6.1", 0),)),
    (
        "国民健康保険税",
        0.16,
        tuple((f"R8.{month}.{day}", month - 6) for month, day in (
            (7, 31), (8, 31), (9, 30), (11, 2), (11, 30), (12, 25))),
    ),
)  # fmt: skip
"""税目, share of grown-ups who owe it, and its 納期限 with 期別."""
_GROWN_UP = dt.date(2006, 11, 4)
_DEBTORS = 0.06
_LAST_DUE = dt.date(2026, 10, 9)
"""What fell due by then and is unpaid is owed; later it may be on its way."""


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, default=1_000_000)
    parser.add_argument("--applicants", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7310)
    parser.add_argument("--folder", type=Path, help="keep the planted city here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "truth.json").exists():
            _in_process(
                plant, folder, options.residents, options.applicants, options.seed
            )
        before = machine()
        figures = measure(folder)
    figures["run"] = {
        "residents": options.residents,
        "applicants": options.applicants,
        "seed": options.seed,
        **before,
    }
    publish(
        f"checking-{options.residents}x{options.applicants}-{options.seed}", figures
    )


def plant(folder: Path, residents: int, applicants: int, seed: int) -> None:
    """Write the ledgers, the request list, the configuration and the truth."""
    rng = random.Random(seed)  # noqa: S311 - reproducible
    city = City(rng)
    city.grow(residents)
    asked = city.ask(applicants)
    city.write(folder / "住民台帳.csv")
    debtors = {person.who for person in city.people if rng.random() < _DEBTORS}
    _write(folder / "税台帳.csv", _HEADER, tax_rows(city.people, debtors, rng))
    owing = _owing(folder / "税台帳.csv", {p.number: p.who for p in city.people})
    header = ("受付番号", "氏名", "フリガナ", "生年月日", "住所", "同意")
    _write(folder / "依頼名簿.csv", header, map(_request_row, asked))
    _configure(folder)
    truth = {
        entry.applicant.request_id: [entry.kind, entry.who, entry.who in owing]
        for entry in asked
    }
    (folder / "truth.json").write_text(json.dumps(truth), encoding="utf-8")


def tax_rows(
    people: Sequence[Person], debtors: set[int], rng: random.Random
) -> Iterator[tuple[str, ...]]:
    """Yield the lines of the tax ledger; debtors have left out some of what was due."""
    notice = 10_000_000
    for person in people:
        if person.birth > _GROWN_UP:
            continue
        is_debtor = person.who in debtors
        for tax, share, instalments in _INSTALMENTS:
            if rng.random() >= share:
                continue
            notice += 1
            yen = str(rng.randint(10, 900) * 100)
            for due, number in instalments:
                paid = _is_due(due) and not (is_debtor and rng.random() < 0.5)
                yield (
                    *(str(notice), person.number, tax, "令和8年度"),
                    *(f"第{number}期" if number else "全期", due, yen),
                    *((yen, _PAID_ON, "") if paid else ("0", "", "")),
                )


def _is_due(due: str) -> bool:
    return _day(due) <= AS_OF


def _day(due: str) -> dt.date:
    year, month, day = map(int, due.lstrip("R").split("."))
    return dt.date(2018 + year, month, day)


def _owing(ledger: Path, who: Mapping[str, int]) -> set[int]:
    """Return who owes anything that fell due before the lag: read back from the file."""
    with ledger.open(encoding="cp932", newline="") as stream:
        return {
            who[row["宛名番号"]]
            for row in csv.DictReader(stream)
            if row["収納額"] == "0" and _day(row["納期限"]) <= _LAST_DUE
        }


def _request_row(entry: Asked) -> tuple[str, ...]:
    asked = entry.applicant
    values = (asked.request_id, asked.name, asked.kana, asked.birth_date, asked.address)
    return (*values, "○")


def _write(path: Path, header: Sequence[str], rows: Any) -> None:
    with path.open("w", encoding="cp932", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(rows)


def _configure(folder: Path) -> None:
    configs = folder / "configs"
    shutil.copytree(ROOT / "configs", configs, dirs_exist_ok=True)
    path = configs / "municipality.yaml"
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    values |= {"city": CITY, "prefecture": PREFECTURE, "towns": []}
    path.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")


def measure(folder: Path) -> dict[str, Any]:
    """Return the figures of a first check, and of one with the ledgers cached."""
    shutil.rmtree(folder / "work", ignore_errors=True)
    figures: dict[str, Any] = {
        "files_mb": {
            path.name: path.stat().st_size >> 20 for path in folder.glob("*.csv")
        },
        "tax_lines": sum(1 for _ in (folder / "税台帳.csv").open("rb")) - 1,
    }
    for name in ("first", "cached"):
        cost = _check(folder, folder / f"out-{name}")
        figures[name] = {
            "seconds": cost.seconds,
            "cpu_seconds": cost.cpu_seconds,
            "peak_mb": cost.peak_mb,
        }
        figures[name]["answers"] = quality(folder, folder / f"out-{name}")
    cache = folder / "work" / "ledger_cache"
    figures["cache_mb"] = sum(p.stat().st_size for p in cache.iterdir()) >> 20
    return figures


def _check(folder: Path, out: Path) -> Cost:
    shutil.rmtree(out, ignore_errors=True)
    cost = run(
        (
            *(sys.executable, "-m", "flows.cli", "check"),
            *("--request", str(folder / "依頼名簿.csv")),
            *("--persons", str(folder / "住民台帳.csv")),
            *("--taxes", str(folder / "税台帳.csv")),
            *("--as-of", AS_OF.isoformat(), "--out", str(out)),
            *("--config", str(folder / "configs")),
        ),
        {**os.environ, "PYTHONPATH": str(ROOT)},
    )
    if cost.code not in (0, 3):
        raise SystemExit(f"yakuba check ended with {cost.code}:\n{cost.said}")
    return cost


def quality(folder: Path, out: Path) -> dict[str, int]:
    """Return how many answers are right, asked or wrong."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    counts: Counter[str] = Counter()
    with (out / "answers.csv").open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        next(reader)
        for request_id, answer, *_ in reader:
            _, who, owes = truth.pop(request_id)
            counts[_outcome(answer, who, owes=owes)] += 1
    counts["never answered"] = len(truth)
    return dict(sorted(counts.items()))


def _outcome(answer: str, who: int | None, *, owes: bool) -> str:
    if answer == Answer.SEVERAL:
        return "asked"
    if answer == Answer.NOT_FOUND:
        return "right" if who is None else "wrong: nobody"
    if who is None:
        return "wrong: a stranger's answer"
    if (answer == Answer.OWING) is owes:
        return "right"
    return "wrong: cleared" if owes else "wrong: accused"


def _in_process(step: Any, *arguments: Any) -> None:
    """Run a step in a process of its own, so that its memory is gone afterwards."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(step, arguments)


if __name__ == "__main__":
    main()
