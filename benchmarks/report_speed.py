"""How long the papers of one large 滞納確認 take to write, and in how much memory.

    python -m benchmarks.report_speed --rows 100000 --seed 7001

A planted request of that many rows: people found with their tax lines, people to ask
about with candidates, people not found. Everything a run releases is drawn and written:
税務課控え.xlsx with all its sheets, 回答書.xlsx, answers.csv. Memory is the peak of the
process while writing above what it held before, and the whole beside it; CPU seconds
stand beside the clock's, for a machine that does other work. Prints the figures and writes benchmarks/results/report_speed.json.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import multiprocessing
import os
import random
import resource
import tempfile
import threading
import time
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.figures import machine, publish
from tasks.domain.lists_and_ledgers.sources import InputNote, Role, SourceFile
from tasks.domain.office.settings import DelinquencyRules, Municipality
from tasks.domain.records import (
    Answer,
    Applicant,
    Consent,
    Evidence,
    Identity,
    Level,
    Match,
    Resident,
    TaxLine,
    TaxStatus,
    Verdict,
    WrittenCell,
)
from tasks.domain.runs.check_report import CheckReport, Letter
from tasks.domain.runs.conservation import Balance
from tasks.edges.finished_files import write_together
from tasks.edges.runs.answer_files import ANSWERS_FILE, answers_csv
from tasks.edges.runs.office_copy import OFFICE_COPY_FILE, office_copy
from tasks.edges.runs.reply_workbooks import reply_letters

ROOT = Path(__file__).resolve().parents[1]
AS_OF = dt.date(2026, 10, 31)
NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=9)))
TAXES = ("個人市県民税", "固定資産税・都市計画税", "軽自動車税", "国民健康保険税")
RULES = DelinquencyRules(
    taxes=TAXES,
    charge_rates={
        2025: (Decimal("2.4"), Decimal("8.7")),
        2026: (Decimal("2.8"), Decimal("9.1")),
    },
)
FAMILY = [
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "佐々木",
    "山口",
    "松本",
    "井上",
]
GIVEN = [
    "一郎",
    "花子",
    "健太",
    "美咲",
    "翔",
    "陽菜",
    "大輔",
    "さくら",
    "拓也",
    "結衣",
    "誠",
    "恵子",
    "隆",
    "由美子",
    "勇気",
    "真理",
]
TOWNS = [
    "磯部町",
    "駅前",
    "鴎台",
    "風見台",
    "北新町",
    "桜浜",
    "汐見町",
    "中央",
    "灯台前",
    "遠見町",
    "凪町",
    "波止場",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7001)
    parser.add_argument("--keep", type=Path, help="leave the papers here")
    parser.add_argument(
        "--alone",
        action="store_true",
        help="take the processor from others while writing (needs root)",
    )
    options = parser.parse_args()
    before = machine()
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        figures = pool.apply(
            measured, (options.rows, options.seed, options.keep, options.alone)
        )
    figures["run"] = {
        "rows": options.rows,
        "seed": options.seed,
        "alone": options.alone,
        **before,
    }
    publish("report_speed", figures)


def measured(rows: int, seed: int, keep: Path | None, alone: int) -> dict[str, Any]:
    """Return seconds and megabytes of writing everything a run releases."""
    report = planted(rows, random.Random(seed))  # noqa: S311 - reproducible
    gc.collect()
    with tempfile.TemporaryDirectory() as temporary:
        folder = keep or Path(temporary)
        memory = Memory()
        with memory:
            if alone:
                os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
            began, cpu_began = time.perf_counter(), time.process_time()
            papers = {ANSWERS_FILE: answers_csv(report.verdicts)}
            csv_s = time.perf_counter() - began
            papers |= reply_letters(report)
            letter_s = time.perf_counter() - began - csv_s
            papers[OFFICE_COPY_FILE] = office_copy(report)
            copy_s = time.perf_counter() - began - csv_s - letter_s
            write_together(folder, papers)
            seconds = time.perf_counter() - began
            cpu_s = time.process_time() - cpu_began
            if alone:
                os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return {
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu_s, 1),
        "seconds_by_paper": {
            "answers.csv": round(csv_s, 1),
            "回答書": round(letter_s, 1),
            "税務課控え": round(copy_s, 1),
        },
        "peak_mb_of_writing": round(memory.peak_mb - memory.before_mb),
        "mb_of_the_answers_themselves": round(memory.before_mb),
        "peak_mb_whole_process": round(
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        ),
        "mb_of_files": {
            name: round(len(content) / 2**20, 1) for name, content in papers.items()
        },
        "tax_lines": sum(len(verdict.lines) for verdict in report.verdicts),
    }


@dataclass
class Memory:
    """Watches what the process holds while a block runs."""

    before_mb: float = 0.0
    peak_mb: float = 0.0
    _done: threading.Event = field(default_factory=threading.Event)
    _watcher: threading.Thread | None = None

    def __enter__(self) -> Memory:
        self.before_mb = self.peak_mb = held_mb()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        assert self._watcher is not None
        self._watcher.join()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            self.peak_mb = max(self.peak_mb, held_mb())


def held_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def planted(rows: int, chance: random.Random) -> CheckReport:
    """Return a report of a large request: 75 % found, 15 % to ask, 8 % not found."""
    verdicts = tuple(_verdict(row, chance) for row in range(rows))
    return CheckReport(
        verdicts=verdicts,
        balances=(Balance("受付から回答まで", "件", rows, (("回答済み", rows),)),),
        sources=(
            SourceFile(Role.REQUEST, "名簿.xlsx", "ab" * 32, rows),
            SourceFile(Role.TAXES, "税.csv", "cd" * 32, rows * 4, taxes=TAXES),
        ),
        notes=(InputNote("名簿.xlsx", "12行", "hidden_row", "非表示の行です。"),),
        rules=RULES,
        municipality=Municipality(
            prefecture="汐見県",
            city="みなと市",
            name_for_letters="みなと市長",
            tax_section="総務部税務課",
        ),
        as_of=AS_OF,
        now=NOW,
        who="測定",
        program="0",
        letter=Letter("子育て支援課", "みなと税第12号", dt.date(2026, 11, 13)),
    )


def _verdict(row: int, chance: random.Random) -> Verdict:
    applicant = _applicant(row, chance)
    kind = chance.random()
    if kind < 0.02:
        return Verdict(
            applicant,
            None,
            Answer.OUT_OF_SCOPE,
            reason="同意がないため、台帳を調べていません。",
        )
    if kind < 0.25:
        found = kind < 0.17
        match = Match(
            applicant.row_id,
            Identity.ASK if found else Identity.NONE,
            "氏名と生年月日だけの一致",
            candidates=tuple(
                Evidence(
                    _resident(row * 10 + place, chance),
                    Level.NEAR,
                    Level.EQUAL,
                    Level.EQUAL,
                    Level.DIFFERS,
                    rule="住所が相違",
                )
                for place in range(2 if found else 1)
            ),
        )
        answer = Answer.SEVERAL if found else Answer.NOT_FOUND
        reason = "本人と確かめる証拠がそろわず、職員の確認が必要です（氏名と生年月日だけの一致）。"
        return Verdict(applicant, match, answer, reason=reason)
    return _found(applicant, row, chance)


def _found(applicant: Applicant, row: int, chance: random.Random) -> Verdict:
    resident = _resident(row * 10, chance)
    equal = Level.EQUAL
    match = Match(
        applicant.row_id,
        Identity.SAME,
        "氏名・生年月日・住所が一致",
        persons=(resident,),
        candidates=(Evidence(resident, equal, equal, equal, equal),),
    )
    lines = tuple(
        _line(resident.addressee_no, chance) for _ in range(chance.randint(2, 8))
    )
    owing = any(line.paid_yen < line.assessed_yen for line in lines)
    return Verdict(
        applicant,
        match,
        Answer.OWING if owing else Answer.PAID,
        taxes=(TAXES[0],) if owing else TAXES[:2],
        arrears_yen=54_000 if owing else 0,
        arrears_charge_yen=1_300 if owing else 0,
        lines=lines,
        reason="対象の税目の全期別が納付済みです（氏名・生年月日・住所が一致）。",
    )


def _applicant(row: int, chance: random.Random) -> Applicant:
    name, kana = _name(chance), "サトウ　イチロウ"
    address, born = _address(chance), _birth(chance).isoformat()
    return Applicant(
        row_id=f"list:1a2b3c4d:{row + 4}",
        source=f"名簿.xlsx!{row + 4}行",
        request_id=str(row + 1),
        name=name,
        kana=kana,
        birth_date=born,
        address=address,
        consent=Consent.YES,
        written=(
            WrittenCell("番号", str(row + 1), is_number=True),
            WrittenCell("受付日", "2026-10-19"),
            WrittenCell("氏名", name),
            WrittenCell("フリガナ", kana),
            WrittenCell("生年月日", born),
            WrittenCell("住所", address),
            WrittenCell("電話番号", f"0{chance.randrange(10**9):09}"),
            WrittenCell("申請額", "50000", is_number=True),
            WrittenCell("同意", "有"),
        ),
    )


def _resident(number: int, chance: random.Random) -> Resident:
    return Resident(
        f"{number:010}",
        _name(chance),
        "サトウ　イチロウ",
        _birth(chance),
        _address(chance),
    )


def _line(number: str, chance: random.Random) -> TaxLine:
    assessed = chance.randrange(20, 900) * 100
    paid = assessed if chance.random() < 0.97 else 0
    due = dt.date(2025, 6, 30) + dt.timedelta(days=chance.randrange(400))
    tax = chance.choice(TAXES)
    instalment = chance.randint(1, 4)
    return TaxLine(
        number, tax, due.year, instalment, due, assessed, paid, TaxStatus.NORMAL
    )


def _name(chance: random.Random) -> str:
    return f"{chance.choice(FAMILY)}　{chance.choice(GIVEN)}"


def _address(chance: random.Random) -> str:
    town = chance.choice(TOWNS)
    return f"みなと市{town}{chance.randint(1, 9)}丁目{chance.randint(1, 40)}番{chance.randint(1, 30)}号"


def _birth(chance: random.Random) -> dt.date:
    return dt.date(1940, 1, 1) + dt.timedelta(days=chance.randrange(24_000))


if __name__ == "__main__":
    main()
