"""A year of the account of minutes, made from a seed: `python -m sample_docs.savings_year`.

Twelve jobs of an invented city, two of which lose time and one that nobody measured.
Writes a database and its report in every form.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tasks.domain.hours_saved.baseline_study import MeasuredBaseline
from tasks.domain.office.periods import Period
from tasks.domain.office.settings import Baseline, HourRate, SavingsRules, YearCost
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.office_database.database_tables import (
    BLIND_RESULTS,
    REVIEW_ANSWERS,
    REVIEW_ITEMS,
    SAVINGS_FIELDS,
    SAVINGS_LINES,
)
from tasks.procedures.savings_report import SavingsReport, make_report

SEED = 20268
YEAR = 2026
TOKYO = dt.timezone(dt.timedelta(hours=9))
CITY = "みなと市（架空）"


@dataclass(frozen=True)
class Job:
    """One job of the invented city."""

    job: str
    section: str
    title: str
    contents: str
    minutes: float
    """An item takes by hand."""
    samples: int
    error: float | None
    rate: str
    a_year: int
    """Items."""
    by_hand: float
    """Share of them."""
    review_s: float
    """Checking of an item, in seconds."""
    fields: int
    """Of an item."""
    asked: float
    """Share of the fields."""
    wrong_in: int
    """One accepted field in so many is wrong."""
    begins: int = 4
    """Month in which the job begins."""


PART_TIME, OVERTIME = "会計年度任用職員", "時間外単価"

# fmt: off
JOBS = (
    Job("donation", "税務課", "ふるさと納税ワンストップ特例", "申請書の入力", 3.0, 42, 0.18, PART_TIME, 20_000, 0.01, 24, 14, 0.05, 4000),
    Job("tax_delinquency", "税務課", "滞納確認", "申請書の入力と台帳の照合", 6.0, 40, 0.40, "", 9_600, 0.03, 42, 11, 0.12, 2500),
    Job("slips", "収納課", "納付書の読取", "金額と期別の入力", 1.0, 30, 0.06, PART_TIME, 2_900, 0.02, 118, 9, 0.95, 900, 9),
    Job("reminders", "収納課", "督促状の返戻処理", "宛先の調べ直し", 7.5, 25, 0.90, "", 1_150, 0.12, 65, 6, 0.20, 700),
    Job("survey", "企画課", "市民アンケートの集計", "回答の入力", 4.4, 36, 0.22, PART_TIME, 4_200, 0.00, 21, 30, 0.04, 1500),
    Job("childcare", "子育て支援課", "保育所入所申請の入力", "申請書と就労証明の入力", 12.5, 24, 1.10, OVERTIME, 1_300, 0.08, 160, 38, 0.18, 1100),
    Job("allowance", "子育て支援課", "児童手当現況届", "届の入力と所得の照合", 5.2, 31, 0.35, "", 5_400, 0.04, 38, 16, 0.09, 2200, 6),
    Job("meter", "水道課", "使用開始・中止の届", "届の入力", 3.8, 28, 0.30, "", 6_100, 0.02, 30, 12, 0.08, 1800),
    Job("fire", "消防本部", "防火管理者の届", "台帳の更新", 8.0, 0, None, "", 620, 0.06, 75, 18, 0.15, 900),
    Job("travel", "職員課", "旅費の精算", "命令簿と領収書の照合", 6.6, 33, 0.55, "", 3_900, 0.05, 48, 10, 0.11, 1600),
    Job("light_vehicle", "税務課", "軽自動車税の減免申請", "手帳の写しの確認と入力", 9.0, 12, 1.60, "", 340, 0.30, 410, 15, 0.60, 300, 5),
    Job("bidders", "契約課", "入札参加資格の更新", "添付書類の確認", 14.0, 20, 1.30, "", 880, 0.10, 190, 22, 0.16, 1200, 10),
)
# fmt: on
UPKEEP_KINDS = ("様式定義", "画面操作の手順", "打合せ", "研修")


def rules() -> SavingsRules:
    """Return baselines, rates and costs of the invented city."""
    return SavingsRules(
        yen_per_hour=2643,
        yen_basis="令和7年度一般会計の職員給与費 ÷ 総勤務時間（みなと市、架空）",
        rates=(
            HourRate(
                name=OVERTIME,
                yen_per_hour=3120,
                yen_basis="令和7年度の時間外勤務手当 ÷ 時間外勤務の総時間（架空）",
            ),
            HourRate(
                name=PART_TIME,
                yen_per_hour=1420,
                yen_basis="令和8年度の会計年度任用職員（一般事務）の報酬単価（架空）",
            ),
        ),
        costs=(
            YearCost(
                year=YEAR,
                what="スキャナー2台・パソコン3台・研修",
                introduction_yen=2_600_000,
                introduced_in=4,
                running_yen=960_000,
            ),
        ),
        baselines=tuple(
            (MeasuredBaseline if one.samples else Baseline)(
                job=one.job,
                title=one.title,
                section=one.section,
                contents=one.contents,
                minutes_per_item=one.minutes,
                samples=one.samples,
                error_minutes=one.error,
                rate=one.rate,
                measured_by=f"{one.section}（ストップウォッチ）"
                if one.samples
                else "見込み",
                measured_on=dt.date(YEAR, 3, 20),
                valid_from=dt.date(YEAR, 4, 1),
            )
            for one in JOBS
        ),
    )


def lines_of_year(seed: int) -> Iterator[dict[str, object]]:
    """Yield every line of the account: runs of each job, and what keepers typed."""
    dice = random.Random(seed)
    for one in JOBS:
        months = [
            month
            for month in Period.fiscal_year(YEAR).months()
            if month >= _begins(one)
        ]
        for month in months:
            yield from _month(one, month, len(months), dice)


def _month(
    one: Job, month: dt.date, months: int, dice: random.Random
) -> Iterator[dict[str, object]]:
    left = round(one.a_year / months * dice.uniform(0.7, 1.3))
    runs = min(20, max(1, left // 4))
    # Clerks learn, and so does the reading: checking gets a little faster each month.
    learnt = 1.25 - 0.035 * ((month.month - 4) % 12)
    for number in range(runs):
        items = left // (runs - number)
        left -= items
        by_hand = sum(dice.random() < one.by_hand for _ in range(items))
        review = one.review_s * items * learnt * dice.uniform(0.85, 1.15)
        yield {
            **_line(one, month.replace(day=1 + number)),
            "run_id": f"{one.job}-{month:%y%m}-{number}",
            "items": items - by_hand,
            "by_hand_items": by_hand,
            "minutes_per_item": one.minutes,
            "samples": one.samples,
            "machine_ms": 2500 * items,
            "attended_ms": round(dice.uniform(30_000, 120_000)),
            "review_ms": round(review * 1000),
        }
    for _ in range(dice.randint(0, 2)):
        yield {
            **_line(one, month.replace(day=25)),
            "upkeep_ms": 60_000 * dice.choice((20, 30, 45, 60, 90, 120)),
            "kind": dice.choice(UPKEEP_KINDS),
            "by_whom": one.section,
        }
    if dice.random() < 0.4:
        yield {
            **_line(one, month.replace(day=26)),
            "exception_ms": 60_000 * dice.randint(10, 80),
            "exception_items": dice.randint(1, 6),
            "kind": "例外対応",
            "by_whom": one.section,
        }


def _line(one: Job, day: dt.date) -> dict[str, object]:
    return {
        "job": one.job,
        "run_id": "",
        "at": dt.datetime.combine(day, dt.time(2), tzinfo=TOKYO),
        "day": day.isoformat(),
        "minutes_per_item": 0.0,
        "samples": 0,
        "kind": "実行",
        "by_whom": "",
        "note": "",
        **dict.fromkeys(
            (
                "items",
                "by_hand_items",
                "exception_items",
                "machine_ms",
                "attended_ms",
                "review_ms",
                "upkeep_ms",
                "exception_ms",
            ),
            0,
        ),
    }


def _begins(one: Job) -> dt.date:
    return dt.date(YEAR if one.begins >= 4 else YEAR + 1, one.begins, 1)


def fill(database: Database, seed: int) -> None:
    """Write the year into an empty database."""
    dice = random.Random(seed + 1)
    with database.writing() as connection:
        connection.execute(sa.insert(SAVINGS_LINES), list(lines_of_year(seed)))
        for one in JOBS:
            total = one.a_year * one.fields
            asked = round(total * one.asked)
            connection.execute(
                sa.insert(SAVINGS_FIELDS).values(
                    job=one.job,
                    item_key="year",
                    day=f"{YEAR}-10-01",
                    accepted=total - asked,
                    asked=asked,
                )
            )
            blind = [
                (f"{one.job}-{number}", int(dice.random() < 1 / one.wrong_in))
                for number in range(round((total - asked) * 0.02))
            ]
            connection.execute(
                sa.insert(REVIEW_ITEMS),
                [_question(one.job, key) for key, _ in blind],
            )
            connection.execute(
                sa.insert(REVIEW_ANSWERS).values(
                    item_id=blind[0][0],
                    decision="value",
                    value="",
                    by_whom=one.section,
                    at=dt.datetime(YEAR, 10, 1, 12, tzinfo=TOKYO),
                    # Its seconds are in the lines of the account already.
                    seconds=0.0,
                    account="",
                    settles=1,
                    corrected_fields=round(asked * 0.31),
                    corrected_characters=round(asked * 0.31 * 1.7),
                )
            )
            connection.execute(
                sa.insert(BLIND_RESULTS),
                [
                    {
                        "item_id": key,
                        "form": one.job,
                        "field_kind": "name",
                        "error_class": "ordinary",
                        "wrong": wrong,
                        "at": dt.datetime(YEAR, 10, 1, 12, tzinfo=TOKYO),
                    }
                    for key, wrong in blind
                ],
            )


def _question(job: str, key: str) -> dict[str, object]:
    texts = (
        "document_sha256",
        "file",
        "field_id",
        "label",
        "field_kind",
        "form",
        "reason",
        "value_read",
        "choices",
        "place",
    )
    return {
        **dict.fromkeys(texts, ""),
        "item_id": key,
        "job": job,
        "kind": "blind",
        "page": 1,
        "is_open": 0,
        "withdrawn": 0,
        "several": 0,
    }


def report(database: Database, folder: Path) -> SavingsReport:
    """Return the report of the year, written."""
    return make_report(
        Period.fiscal_year(YEAR),
        database=database,
        rules=rules(),
        folder=folder,
        now=dt.datetime(YEAR + 1, 4, 1, 6, tzinfo=TOKYO),
        city=CITY,
    )


def main() -> None:
    """Make the year and its report."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=Path("work/savings_year"))
    arguments.add_argument("--seed", type=int, default=SEED)
    given = arguments.parse_args()
    file = given.out / "yakuba.sqlite3"
    file.unlink(missing_ok=True)
    database = open_database(sqlite_url(file))
    fill(database, given.seed)
    made = report(database, given.out)
    print(made.markdown)
    for path in (made.workbook, made.page, made.csv, made.picture):
        print(path)
    database.close()


if __name__ == "__main__":
    main()
