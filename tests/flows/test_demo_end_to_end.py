"""The demo from paper to answers: right by the key, once, nothing outside, nobody named."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.commands.demo import CONDITIONS
from ocr.model import DocumentReading, FieldKind
from ocr.read import reading_rule_version
from tasks.domain.hours_saved.savings import SavingsLine
from tasks.domain.reading.acceptance import FieldStatus, Judgement
from tasks.domain.reading.field_values import value_of
from tasks.domain.records import Answer
from tasks.domain.review_item import Decision, QuestionKind, ReviewAnswer, ReviewItem
from tasks.domain.runs.conservation import Outcome, outcome_of
from tasks.edges.city_ledgers.ledgers import open_ledgers
from tasks.edges.reading.page_pictures import PagePictures
from tasks.procedures.check_request import JOB
from tasks.procedures.judge_forms import judge_forms
from tasks.procedures.measure_accuracy import grounds_of
from tasks.procedures.workplace import Workplace, open_workplace

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_docs"
ALONE = Path(__file__).parent / "alone"
TODAY = dt.date(2026, 11, 20)
NEEDS_PERSON = 3
SECONDS_PER_ANSWER = 2.5
CLERKS = ("検査係", "検査係二")
"""The second one enters what two people must enter: amounts and account numbers."""
LEAST_FORMS_ANSWERED = 18
"""Of 30: fewer would mean that the proofs no longer work."""

FORMS: dict[tuple[str, int], dict] = {
    (entry["file"], entry["page"]): entry
    for entry in map(
        json.loads,
        (SAMPLES / "keys/forms.jsonl").read_text(encoding="utf-8").splitlines(),
    )
}
KEY = list(
    csv.DictReader(
        io.StringIO((SAMPLES / "keys/answers.csv").read_text(encoding="utf-8-sig"))
    )
)


@dataclass(frozen=True)
class State:
    """What a work folder holds after a run."""

    folders: tuple[str, ...]
    answers: dict[str, tuple[str, str]]
    """番号: (回答, 宛名番号), of the newest folder."""
    lines: tuple[SavingsLine, ...]
    counted: int
    asked: int
    """Questions ever stored, answered or withdrawn ones included."""
    open_items: tuple[ReviewItem, ...]
    without_picture: tuple[str, ...]
    """Fields asked about without the picture of what is written there."""
    audited: int


@dataclass(frozen=True)
class Story:
    """The demo run, run again, answered by staff, run once more."""

    first: object
    second: object
    third: object
    after_first: State
    after_second: State
    after_third: State
    judged: dict[tuple[str, int], tuple[Judgement, ...]]
    answers_given: int
    outward: str
    no_route: int | None
    """None where no network namespace can be made."""


def answers_in(folder: Path) -> dict[str, tuple[str, str]]:
    text = (folder / "answers.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    found = {row["番号"]: (row["回答"], row["宛名番号"]) for row in rows}
    assert len(found) == len(rows), "a number stands twice"
    return found


def look(place: Workplace) -> State:
    folders = sorted(
        (place.work / "results").iterdir(), key=lambda path: path.stat().st_mtime_ns
    )
    counts = place.review.count_questions(JOB)
    return State(
        folders=tuple(path.name for path in folders),
        answers=answers_in(folders[-1]),
        lines=place.savings.lines(dt.date(2000, 1, 1), dt.date(2100, 1, 1), JOB),
        counted=place.savings.counted_items(JOB),
        asked=sum(each.open + each.answered for each in counts),
        open_items=place.review.open_items(JOB),
        without_picture=tuple(
            f"{one.file} p{one.page} {one.field_id}"
            for one in place.review.open_items(JOB)
            if not place.review.crop(one.item_id)
            or not PagePictures(place.database).around(one)
        ),
        audited=place.audit.verify(),
    )


def readings(place: Workplace) -> tuple[DocumentReading, ...]:
    rule = reading_rule_version(place.forms, place.words)
    found = []
    for path in sorted((SAMPLES / "inbox").iterdir()):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        document = place.documents.find(sha256, rule)
        assert document is not None, f"{path.name} was not read"
        found.append(document)
    return tuple(found)


def judgements(place: Workplace) -> dict[tuple[str, int], tuple[Judgement, ...]]:
    """Return what was accepted without anybody's answer, by file and page."""
    ledgers = SAMPLES / "ledgers"
    with open_ledgers(
        (ledgers / "住民台帳.csv",),
        tuple(p for p in sorted(ledgers.iterdir()) if p.stem != "住民台帳"),
        cache_folder=place.ledger_cache,
        columns=place.settings.columns,
        today=TODAY,
    ) as opened:
        documents = readings(place)
        pages = judge_forms(
            documents,
            job=JOB,
            ledgers=opened,
            grounds=grounds_of(place.settings.acceptance, documents, place.words),
            answers={},
            today=TODAY,
        )
    places = [(doc.file, page.page) for doc in documents for page in doc.pages]
    return {where: page.judgements for where, page in zip(places, pages, strict=True)}


def truthful(item: ReviewItem, clerk: str) -> ReviewAnswer:
    """Return what a careful clerk would say, by the key."""
    entry = FORMS[(item.file, item.page)]
    decision, value = Decision.VALUE, ""
    if item.kind is QuestionKind.PAGE:
        assert entry["form"] is None, "a form was not known as one"
        decision = Decision.EXCLUDE
    else:
        truth = entry["fields"][item.field_id]
        if item.field_kind in (FieldKind.CHECK.value, FieldKind.SEAL.value):
            value = "yes" if truth["value"] else "no"
        elif truth["text"]:
            value = truth["text"]
        else:
            decision = Decision.BLANK
    return ReviewAnswer(
        item_id=item.item_id,
        decision=decision,
        value=value,
        by=clerk,
        at=dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC),
        seconds=SECONDS_PER_ANSWER,
    )


@pytest.fixture(scope="module")
def story(
    tmp_path_factory: pytest.TempPathFactory, new_office, prefect_api: str
) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("demo")
    office = new_office(folder / "office")
    for path in (SAMPLES / "inbox").iterdir():
        office.put(path)
    notes, report = folder / "outward.txt", folder / "no_route.txt"
    lonely = office.with_environment(
        PYTHONPATH=os.pathsep.join((str(ALONE), office.environment["PYTHONPATH"])),
        YAKUBA_TEST_OUTWARD=str(notes),
    )
    first = lonely.run_command(
        [
            *(sys.executable, str(ALONE / "without_network.py"), str(report)),
            *office.command("demo"),
        ]
    )
    place = open_workplace(office.home, work=office.work)
    after_first = look(place)
    judged = judgements(place)
    again = office.with_environment(PREFECT_API_URL=prefect_api)
    second = again.demo()
    after_second = look(place)
    given = 0
    for clerk in CLERKS:
        for item in place.review.open_items(JOB):
            place.review.settle(truthful(item, clerk))
            given += 1
    third = again.demo()
    after_third = look(place)
    place.database.close()
    return Story(
        first,
        second,
        third,
        after_first,
        after_second,
        after_third,
        judged,
        given,
        notes.read_text(encoding="utf-8") if notes.exists() else "",
        int(report.read_text(encoding="utf-8")) if report.exists() else None,
    )


def number_of(row: dict[str, str]) -> str:
    """Return how answers.csv names this row of the key."""
    return row["request_id"] or f"{row['file']} {row['page']}ページ"


def truth_of(row: dict[str, str]) -> tuple[str, set[str]]:
    return row["answer"], set(filter(None, row["addressee_nos"].split(";")))


def balance_printed(printed: str) -> tuple[int, dict[str, int]]:
    (line,) = re.findall(r"^入力 .* = .*$", printed, re.MULTILINE)
    came_in, outcomes = line.removeprefix("入力 ").split(" = ")
    return int(came_in), {
        part.rsplit(" ", 1)[0]: int(part.rsplit(" ", 1)[1])
        for part in outcomes.split(" + ")
    }


def test_the_demo_ends_with_something_for_a_person_and_no_error_words(
    story: Story,
) -> None:
    for run in (story.first, story.second, story.third):
        assert run.code == NEEDS_PERSON, run.printed
        assert "Traceback" not in run.printed
        assert "エラー:" not in run.printed


def test_every_answer_of_the_demo_is_the_one_in_the_key(story: Story) -> None:
    wrong = {}
    answered: Counter[str] = Counter()
    for row in KEY:
        answer, numbers = story.after_first.answers[number_of(row)]
        if row["source"] == "form" and outcome_of(Answer(answer)) is Outcome.QUESTION:
            continue
        answered[row["source"]] += 1
        if (answer, set(filter(None, numbers.split(";")))) != truth_of(row):
            wrong[number_of(row)] = (answer, row["answer"], row["case"])
    assert wrong == {}
    assert answered["list"] == sum(row["source"] == "list" for row in KEY)
    assert answered["form"] >= LEAST_FORMS_ANSWERED


def test_no_applicant_is_missing_and_the_balance_is_printed(story: Story) -> None:
    letters = {
        f"{file} {page}ページ"
        for (file, page), entry in FORMS.items()
        if entry["other"] == "letter"
    }
    assert len(letters) == 1
    assert set(story.after_first.answers) == {*map(number_of, KEY)} | letters
    came_in, outcomes = balance_printed(story.first.out)
    assert came_in == sum(outcomes.values())
    given = Counter(
        outcome_of(Answer(answer)).value
        for answer, _ in story.after_first.answers.values()
    )
    excluded = outcomes.pop(Outcome.EXCLUDED.value)
    backs = sum(entry["other"] == "back" for entry in FORMS.values())
    assert excluded >= given[Outcome.EXCLUDED.value] + backs
    assert outcomes == {
        Outcome.ANSWERED.value: given[Outcome.ANSWERED.value],
        Outcome.QUESTION.value: given[Outcome.QUESTION.value],
        Outcome.ERROR.value: 0,
    }


def test_no_accepted_field_differs_from_what_is_written(story: Story) -> None:
    wrong = []
    accepted = 0
    for (file, page), judged in story.judged.items():
        entry = FORMS[(file, page)]
        truths = entry["fields"]
        for item in judged:
            if item.status is not FieldStatus.ACCEPTED:
                continue
            accepted += 1
            truth = truths[item.field_id]
            if item.kind in (FieldKind.CHECK, FieldKind.SEAL):
                written = (
                    entry["sealed"] if item.kind is FieldKind.SEAL else truth["value"]
                )
                same = item.value == ("yes" if written else "no")
            else:
                seen, written = (
                    value_of(item.kind, text, today=TODAY).key
                    for text in (item.value, truth["text"])
                )
                same = seen == written
            if not same:
                wrong.append(f"{file} p{page} {item.field_id}")
    assert wrong == []
    assert accepted > 200


def test_a_field_that_is_not_filled_in_is_never_accepted_and_none_is_dropped(
    story: Story,
) -> None:
    for where, judged in story.judged.items():
        truths = FORMS[where]["fields"]
        assert {item.field_id for item in judged} == set(truths)
        for item in judged:
            if item.kind in (FieldKind.CHECK, FieldKind.SEAL):
                continue
            if item.status is FieldStatus.BLANK:
                assert truths[item.field_id]["text"] == "", (where, item.field_id)


def test_a_second_run_over_the_same_inbox_does_nothing_twice(story: Story) -> None:
    before, after = story.after_first, story.after_second
    assert after.folders == before.folders
    assert after.answers == before.answers
    assert after.lines == before.lines
    assert after.counted == before.counted
    assert after.asked == before.asked
    assert after.open_items == before.open_items
    assert "新しく終わった申請はありません" in story.second.out


def test_every_question_comes_with_the_pictures_of_field_and_page(
    story: Story,
) -> None:
    assert len(story.after_first.open_items) > 0
    assert story.after_first.without_picture == ()


def test_answers_of_staff_lead_every_form_to_the_answer_in_the_key(
    story: Story,
) -> None:
    found = story.after_third.answers
    wrong = {
        number_of(row): (found[number_of(row)][0], row["answer"], row["case"])
        for row in KEY
        if (
            found[number_of(row)][0],
            set(filter(None, found[number_of(row)][1].split(";"))),
        )
        != truth_of(row)
    }
    assert wrong == {}
    assert set(found) == set(map(number_of, KEY))
    assert story.answers_given > len(story.after_second.open_items) > 0
    assert story.after_third.open_items == ()


def test_each_form_and_each_second_of_staff_is_counted_once(story: Story) -> None:
    lines = story.after_third.lines
    assert len(lines) == 2
    by_hand = sum(row["answer"] == Answer.SEVERAL.value for row in KEY)
    assert sum(line.items for line in lines) == len(KEY) - by_hand
    assert sum(line.by_hand_items for line in lines) == by_hand
    assert story.after_third.counted == len(KEY)
    assert lines[0].review_minutes == 0
    assert lines[1].review_minutes == pytest.approx(
        story.answers_given * SECONDS_PER_ANSWER / 60
    )


def test_the_audit_log_has_each_run_and_each_answer_and_is_whole(story: Story) -> None:
    # Beginning and end of each run; the second one found nothing new to keep.
    assert story.after_second.audited == 2 * 2 + 1
    assert story.after_third.audited == 5 + story.answers_given + 2 + 1


def test_nothing_of_a_run_reaches_beyond_loopback(story: Story) -> None:
    assert story.outward == ""
    if story.no_route is None:
        pytest.skip("no network namespace without root: only Python was watched")
    assert story.no_route == 0


def test_the_watch_over_connections_sees_each_kind_of_try(tmp_path: Path) -> None:
    notes, report = tmp_path / "outward.txt", tmp_path / "no_route.txt"
    tries = (
        "import asyncio, contextlib, ctypes, socket, struct\n"
        "with contextlib.suppress(OSError): socket.create_connection(('192.0.2.1', 80))\n"
        "with contextlib.suppress(OSError): socket.getaddrinfo('example.invalid', 80)\n"
        "async def go():\n"
        "    await asyncio.open_connection('2001:db8::1', 80)\n"
        "with contextlib.suppress(OSError): asyncio.run(go())\n"
        "native = socket.socket()\n"
        "where = struct.pack('=HH4s8x', socket.AF_INET, 80 << 8, bytes((192, 0, 2, 1)))\n"
        "ctypes.CDLL(None).connect(native.fileno(), where, len(where))\n"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(ALONE),
        "YAKUBA_TEST_OUTWARD": str(notes),
    }
    command = [sys.executable, str(ALONE / "without_network.py"), str(report)]
    subprocess.run([*command, sys.executable, "-c", tries], env=environment, check=True)
    assert len(notes.read_text(encoding="utf-8").splitlines()) == 3
    if report.exists():
        assert int(report.read_text(encoding="utf-8")) == 1


def spellings(text: str) -> set[str]:
    """Return the text as it could stand in a log or in JSON."""
    bare = {text, text.replace("　", " "), re.sub(r"[\s　]", "", text)}
    return bare | {json.dumps(one)[1:-1] for one in bare}


def personal() -> set[str]:
    """Return what must not leave: of everybody in the ledger and on every form."""
    found: set[str] = set()
    ledger = (SAMPLES / "ledgers/住民台帳.csv").read_text(encoding="cp932")
    for row in csv.DictReader(io.StringIO(ledger)):
        for column in ("氏名", "氏名カナ", "住所", "前住所", "個人番号", "生年月日"):
            found.add(row[column])
    for entry in FORMS.values():
        for name, truth in entry["fields"].items():
            if name in ("name", "kana", "birth_date", "address", "phone", "account"):
                found |= {truth["text"], str(truth["value"])}
    return {each for one in found if len(one) >= 4 for each in spellings(one)}


def found_in(files: list[Path], wanted: set[str]) -> set[str]:
    """Return what stands in the files; each piece of text is searched only once."""
    pieces: set[str] = set()
    for path in files:
        text = path.read_bytes().decode("utf-8", "replace")
        text = re.sub(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", "", text)
        pieces.update(re.split(r"[\x00-\x1f\ufffd\"{}\[\]]+", text))
    told = "\n".join(one for one in pieces if re.search(r"[^\x00-\x7f]|\\u|\d{2}", one))
    return {one for one in wanted if one in told}


def test_no_person_is_named_in_prefects_database_in_logs_or_on_the_terminal(
    story: Story, tmp_path_factory: pytest.TempPathFactory
) -> None:
    work = next(tmp_path_factory.getbasetemp().glob("demo*")) / "office/work/demo"
    prefect = [path for path in (work / "prefect").rglob("*") if path.is_file()]
    assert any(path.name == "prefect.db" for path in prefect)
    logs = [path for path in work.rglob("*.log*") if path.is_file()]
    wanted = personal()
    assert found_in([*prefect, *logs], wanted) == set()
    shown = story.first.printed + story.second.printed + story.third.printed
    assert {one for one in wanted if one in shown} == set()
    # The search finds people where they belong, so it would find them elsewhere.
    assert len(found_in([work / "yakuba.sqlite3"], wanted)) > 100
    assert CONDITIONS["as_of"].encode() in b"".join(p.read_bytes() for p in prefect)
