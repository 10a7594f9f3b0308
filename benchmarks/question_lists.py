"""How fast the review page's lists are with very many questions.

    python -m benchmarks.question_lists --questions 100000 --write
    python -m benchmarks.question_lists --url postgresql://user@host/an_empty_database

Half of the questions are answered, by twenty people over four months. Of each list the
first page, the page after it and the count are read; the figures are medians.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa

from benchmarks.figures import machine, publish
from tasks.domain.review.question_list import Filter, State
from tasks.domain.review_item import QuestionKind, ReviewItem, item_id
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.audit_search import AuditFilter, AuditSearch
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.office_database.database_tables import REVIEW_ANSWERS, REVIEW_ITEMS
from tasks.edges.review.question_lists import QuestionLists
from tasks.edges.review.review_store import ReviewStore

SEED = 20261120
NOW = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
KINDS = ("date", "name", "kana", "address", "amount", "postal", "phone", "check")
JOBS = ("tax_delinquency", "subsidy", "nursery")
PAGE_ROWS = 50
TIMES = 9
AUDIT_ENTRIES = 2_000


def question(number: int) -> ReviewItem:
    document = hashlib.sha256(str(number // 12).encode()).hexdigest()
    field_kind = KINDS[number % len(KINDS)]
    job = JOBS[number % len(JOBS)] if number % 50 else "rare"
    kind = QuestionKind.FIELD
    return ReviewItem(
        item_id=item_id(job, document, number % 12, f"f{number}", kind),
        job=job,
        kind=kind,
        document_sha256=document,
        file=f"scan_{number // 12:06}.pdf",
        page=number % 12 + 1,
        field_id=f"f{number}",
        label="氏名",
        field_kind=field_kind,
        form=f"form_{number % 7}",
        reason="二つの読取結果が一致しません。",
        value_read="潮見 渚",
        choices=("潮見 渚", "汐見 渚"),
    )


def fill(database: Database, count: int) -> None:
    """Ask questions and answer half of them, as the stores would but in bulk."""
    store = ReviewStore(database)
    for start in range(0, count, 5_000):
        end = min(start + 5_000, count)
        store.ask([question(number) for number in range(start, end)], at=NOW)
    chance = random.Random(SEED)  # noqa: S311 - planted, not secret
    with database.writing() as connection:
        keys = list(
            connection.scalars(sa.select(REVIEW_ITEMS.c.item_id).limit(count // 2))
        )
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            connection.execute(
                sa.insert(REVIEW_ANSWERS), [_answer(key, chance) for key in some]
            )
        given = REVIEW_ANSWERS.c
        mine = given.item_id == REVIEW_ITEMS.c.item_id
        connection.execute(
            sa.update(REVIEW_ITEMS)
            .where(REVIEW_ITEMS.c.item_id.in_(sa.select(given.item_id)))
            .values(
                stage=0,
                is_open=0,
                settled_at=sa.select(given.at).where(mine).scalar_subquery(),
                settled_by=sa.select(given.by_whom).where(mine).scalar_subquery(),
            )
        )
    log = AuditLog(database)
    for number in range(AUDIT_ENTRIES):
        log.append("viewed", who=f"clerk{number % 20}", at=NOW, subject=keys[number])


def _answer(key: str, chance: random.Random) -> dict[str, object]:
    return {
        "item_id": key,
        "decision": "value",
        "value": "潮見 渚",
        "by_whom": f"clerk{chance.randrange(20)}",
        "at": NOW - dt.timedelta(seconds=chance.randrange(10**7)),
        "seconds": 2.0,
        "account": "",
        "answer_id": key,
        "settles": 1,
        "corrected_fields": 0,
        "corrected_characters": 0,
    }


def lists() -> dict[str, Filter]:
    some = frozenset({"subsidy", "rare"})
    day = NOW - dt.timedelta(days=50)
    group = (QuestionKind.FIELD, "date")
    done = Filter(state=State.DONE)
    document = hashlib.sha256(b"77").hexdigest()
    return {
        "open": Filter(),
        "open, two jobs": Filter(jobs=some),
        "open, a rare job": Filter(jobs=frozenset({"rare"})),
        "open, one kind": Filter(group=group),
        "open, one form": Filter(form="form_3"),
        "open, one file": Filter(document=document),
        "open, one person looks": Filter(person="account"),
        "held": Filter(state=State.HELD),
        "done": done,
        "done, two jobs": Filter(state=State.DONE, jobs=some),
        "done, one person": Filter(state=State.DONE, person="clerk3"),
        "done, one kind": Filter(state=State.DONE, group=group),
        "done, one form": Filter(state=State.DONE, form="form_2"),
        "done, one day": Filter(
            state=State.DONE, since=day, until=day + dt.timedelta(days=1)
        ),
        "done, everything narrowed": Filter(
            state=State.DONE,
            jobs=some,
            group=group,
            form="form_2",
            person="clerk3",
            since=day - dt.timedelta(days=30),
            until=day,
        ),
        "withdrawn": Filter(state=State.WITHDRAWN),
    }


def milliseconds(what: Callable[[], Any]) -> float:
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        what()
        taken.append((time.perf_counter() - start) * 1000)
    return round(median(taken), 2)


def measure(database: Database) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    asked = QuestionLists(database)
    for name, wanted in lists().items():
        rows = asked.page(wanted, NOW, size=PAGE_ROWS).rows
        last = rows[-1].item_id if rows else ""
        found[name] = {
            "page_ms": milliseconds(
                lambda w=wanted: asked.page(w, NOW, size=PAGE_ROWS)
            ),
            "next_ms": milliseconds(
                lambda w=wanted, key=last: asked.page(w, NOW, size=PAGE_ROWS, after=key)
            ),
            "count_ms": milliseconds(lambda w=wanted: asked.count(w, NOW)),
        }
        print(f"{name:28}", found[name])
    search = AuditSearch(database)
    for name, what in {
        "progress of every job": lambda: asked.progress(None),
        "forms": lambda: asked.forms(None),
        "files by part of a name": lambda: asked.documents("0077", None, most=20),
        "log, newest": lambda: search.page(AuditFilter(), size=PAGE_ROWS),
        "log, one person": lambda: search.page(AuditFilter(who="clerk3"), size=50),
    }.items():
        found[name] = {"page_ms": milliseconds(what)}
        print(f"{name:28}", found[name])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=100_000)
    parser.add_argument("--url", default="", help="of an empty database")
    parser.add_argument("--write", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = wanted.url or sqlite_url(Path(folder) / "yakuba.sqlite3")
        database = open_database(url)
        fill(database, wanted.questions)
        found = measure(database)
        kind = database.engine.dialect.name
        database.close()
    slowest = max(value for one in found.values() for value in one.values())
    print(f"slowest: {slowest} ms")
    if wanted.write:
        found_all = {
            "seed": SEED,
            "questions": wanted.questions,
            "page_rows": PAGE_ROWS,
            "median_of": TIMES,
            "slowest_ms": slowest,
            "lists": found,
        }
        publish(f"question_lists_{kind}", found_all | machine())


if __name__ == "__main__":
    main()
