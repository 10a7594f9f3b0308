"""Timing work by hand on the review page, and the keeper's entries: without JavaScript."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.domain.hours_saved.baseline_study import standing_samples
from tasks.domain.hours_saved.savings import EntryKind
from tasks.domain.review.accounts import Role
from tasks.edges.hours_saved.baseline_store import BaselineStore
from tasks.edges.hours_saved.savings_ledger import SavingsLedger
from tasks.edges.office_database.database import Database, open_database
from tests.flows.review_helpers import (
    NOON,
    Clock,
    ReviewClient,
    hidden,
    review_client,
    sample_home,
)

ROOT = Path(__file__).resolve().parents[2]
JOB = "tax_delinquency"
PAGE = f"/timing/{JOB}"
EVER = (dt.date(2020, 1, 1), dt.date(2099, 1, 1))
JSON = {"accept": "application/json"}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return sample_home(tmp_path / "home", ROOT)


@pytest.fixture
def clerk(database: Database, clock: Clock, home: Path) -> ReviewClient:
    return review_client(database, clock=clock, home=home)


@pytest.fixture
def keeper(database: Database, clock: Clock, home: Path) -> ReviewClient:
    return review_client(
        database,
        clock=clock,
        home=home,
        roles=[Role.KEEPER],
        login="mori",
        name="森 保",
    )


def minutes(database: Database) -> list[tuple[float, int]]:
    samples = standing_samples(BaselineStore(database).samples(JOB))
    return [(one.duration_ms / 60_000, one.items) for one in samples]


def press(client: ReviewClient, key: str, **more: str) -> None:
    page = client.get(PAGE)
    sent = client.send(
        f"{PAGE}/press", key=key, press_id=hidden(page.text, "press_id"), **more
    )
    assert sent.status_code in (200, 422), sent.text


def test_an_item_is_timed_without_its_interruption(
    clerk: ReviewClient, clock: Clock, database: Database
) -> None:
    press(clerk, "start")
    clock.wait(240)
    press(clerk, "pause")
    assert "中断中" in clerk.get(PAGE).text
    clock.wait(1800)
    press(clerk, "resume")
    clock.wait(60)
    press(clerk, "stop", note="2枚組")
    assert minutes(database) == [(5.0, 1)]
    (sample,) = BaselineStore(database).samples(JOB)
    assert (sample.by_whom, sample.note) == ("yamada", "2枚組")
    assert sample.method == "ストップウォッチ（画面）"


def test_laps_time_one_item_after_the_other_and_several_together(
    clerk: ReviewClient, clock: Clock, database: Database
) -> None:
    press(clerk, "start")
    for seconds, key, items in (
        (60, "lap", "1"),
        (120, "lap", "1"),
        (600, "stop", "4"),
    ):
        clock.wait(seconds)
        press(clerk, key, items=items)
    assert minutes(database) == [(1.0, 1), (2.0, 1), (10.0, 4)]
    page = clerk.get(PAGE).text
    assert "2.17分（2分10秒）" in page
    assert "95％信頼区間" in page


def test_a_stretch_thrown_away_and_a_slip_of_the_finger_leave_nothing(
    clerk: ReviewClient, clock: Clock, database: Database
) -> None:
    press(clerk, "start")
    clock.wait(600)
    press(clerk, "discard")
    press(clerk, "start")
    clock.wait(0.4)
    press(clerk, "stop")
    assert minutes(database) == []


def test_the_watch_runs_on_when_page_and_server_are_gone(
    clerk: ReviewClient, clock: Clock, database: Database, home: Path
) -> None:
    press(clerk, "start")
    clock.wait(90)
    again = review_client(database, clock=clock, home=home)
    assert "1分30秒" in again.get(PAGE).text
    clock.wait(30)
    press(again, "stop")
    assert minutes(database) == [(2.0, 1)]


def test_a_watch_left_running_overnight_is_asked_about_first(
    clerk: ReviewClient, clock: Clock, database: Database, home: Path
) -> None:
    press(clerk, "start")
    clock.wait(15 * 3600)
    morning = review_client(database, clock=clock, home=home)
    sent = morning.send(f"{PAGE}/press", key="stop", press_id="a")
    assert "3時間を超えています" in sent.text
    assert minutes(database) == []
    press(morning, "discard")
    press(morning, "start")
    clock.wait(4 * 3600)
    afternoon = review_client(database, clock=clock, home=home)
    press(afternoon, "stop")
    clock.wait(60)
    press(afternoon, "stop")  # it was meant: as long as when it was first pressed
    assert minutes(database) == [(240.0, 1)]


def test_a_press_sent_twice_counts_once_and_a_late_one_from_when_it_was_made(
    clerk: ReviewClient, clock: Clock, database: Database
) -> None:
    press(clerk, "start")
    clock.wait(300)
    for _ in range(2):
        answer = clerk.post(
            f"{PAGE}/press",
            data={
                "csrf": clerk.csrf,
                "key": "lap",
                "press_id": "lost",
                "waited_ms": "120000",
            },
            headers=JSON,
        )
        assert answer.json()["timing"] is True
    assert minutes(database) == [(3.0, 1)]
    assert answer.json()["elapsed_ms"] == 120_000
    assert "3分00秒" in answer.json()["study"]


def test_a_late_press_never_goes_back_before_the_one_before_it(
    clerk: ReviewClient, clock: Clock, database: Database
) -> None:
    press(clerk, "start")
    clock.wait(60)
    sent = clerk.send(f"{PAGE}/press", key="stop", press_id="x", waited_ms="9e9")
    assert sent.status_code == 422 or "1秒に満たない" in sent.text
    assert minutes(database) == []


def test_one_account_times_one_job_at_a_time(
    clerk: ReviewClient, clock: Clock, home: Path, database: Database
) -> None:
    file = home / "configs" / "baselines.yaml"
    text = file.read_text("utf-8")
    other = text[text.index("  - job: tax_delinquency") : text.index("# その単価")]
    other = other.replace("tax_delinquency", "other").replace("滞納確認", "別の業務")
    file.write_text(text.replace("# その単価", other + "# その単価"), "utf-8")
    press(clerk, "start")
    page = clerk.get("/timing/other").text
    assert "「滞納確認」を計測中です" in page
    clerk.send("/timing/other/press", key="start", press_id="b")
    clock.wait(60)
    press(clerk, "stop")
    assert minutes(database) == [(1.0, 1)]


def test_own_samples_are_undone_and_others_only_by_the_keeper(
    clerk: ReviewClient, keeper: ReviewClient, clock: Clock, database: Database
) -> None:
    press(clerk, "start")
    for _ in range(3):
        clock.wait(60)
        press(clerk, "lap")
    clerk.send(f"{PAGE}/cancel", seq="2")
    assert len(minutes(database)) == 2
    assert "取消 yamada" in clerk.get(PAGE).text
    other = review_client(database, clock=clock, home=clerk.office.home, login="ito")
    assert other.send(f"{PAGE}/cancel", seq="1").status_code == 403
    keeper.send(f"{PAGE}/cancel", seq="1")
    assert len(minutes(database)) == 1
    clerk.send(f"{PAGE}/cancel", seq="1")  # taken back already
    assert len(BaselineStore(database).samples(JOB)) == 5


def test_the_page_says_how_many_more_are_wanted(
    clerk: ReviewClient, clock: Clock
) -> None:
    assert "まだ計測がありません" in clerk.get(PAGE).text
    press(clerk, "start")
    for seconds in (240, 300, 360, 420, 480):
        clock.wait(seconds)
        press(clerk, "lap")
    page = clerk.get(PAGE).text
    assert "あと25回ほどで十分です" in page
    assert page.count("<svg") == 1
    for _ in range(12):
        clock.wait(360)
        press(clerk, "lap")
    assert "十分に測れました" in clerk.get(PAGE).text


def test_the_keeper_adopts_the_mean_from_a_month_on(
    clerk: ReviewClient, keeper: ReviewClient, clock: Clock, database: Database
) -> None:
    press(clerk, "start")
    for seconds in (300, 420):
        clock.wait(seconds)
        press(clerk, "lap")
    choice = re.search(r'<option value="(2027-04-01)">', keeper.get(PAGE).text)
    assert choice
    assert clerk.send(f"{PAGE}/adopt", **{"from": "2027-04-01"}).status_code == 403
    keeper.send(f"{PAGE}/adopt", **{"from": "2027-04-01"})
    (version,) = BaselineStore(database).versions()
    assert (version.minutes_per_item, version.adopted_by) == (6.0, "mori")
    assert "令和9年4月" in keeper.get(PAGE).text
    refused = keeper.send(f"{PAGE}/adopt", **{"from": "2027-04-02"})
    assert refused.status_code == 422
    assert "この月から新しい基準にはできません" in refused.text


def test_a_sample_timed_on_paper_is_written_in_once(
    clerk: ReviewClient, database: Database
) -> None:
    for _ in range(2):
        clerk.send(
            f"{PAGE}/samples", minutes="１２．５", items="2", day="", press_id="w1"
        )
    assert minutes(database) == [(12.5, 2)]
    for wrong in ("", "nan", "-3", "たくさん"):
        answer = clerk.send(f"{PAGE}/samples", minutes=wrong, press_id="w2")
        assert "かかった分を数字で入れてください" in answer.text
    late = clerk.send(f"{PAGE}/samples", minutes="3", day="2027-01-01", press_id="w3")
    assert "これからの日は入れられません" in late.text
    assert len(minutes(database)) == 1


def entry(client: ReviewClient, **typed: str):
    given = {"job": JOB, "kind": "様式定義", "amount": "45", "items": "", "day": ""}
    page = client.get("/timing/entries").text
    given |= {"entry_id": hidden(page, "entry_id"), "note": "欄を直した"}
    return client.send("/timing/entries", **(given | typed))


def test_every_kind_of_entry_is_in_the_account_once(
    clerk: ReviewClient, database: Database
) -> None:
    entry(clerk)
    entry(clerk, kind="打合せ", entry_id="twice")
    entry(clerk, kind="打合せ", entry_id="twice")
    entry(clerk, kind="立会い", amount="12")
    entry(clerk, kind="例外対応", amount="20", items="2")
    entry(clerk, kind="手作業", amount="", items="7")
    lines = SavingsLedger(database).lines(*EVER)
    assert [line.kind for line in lines] == [
        EntryKind.FORM_DEFINITION,
        EntryKind.MEETING,
        EntryKind.ATTENDED,
        EntryKind.EXCEPTION,
        EntryKind.BY_HAND,
    ]
    assert [line.upkeep_ms // 60_000 for line in lines] == [45, 45, 0, 0, 0]
    assert (lines[3].exception_items, lines[4].by_hand_items) == (2, 7)
    assert {line.by_whom for line in lines} == {"yamada"}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        pytest.param({"amount": ""}, "かかった分を数字で", id="no time"),
        pytest.param({"amount": "1e9"}, "かかった分を数字で", id="too much"),
        pytest.param({"kind": "昼寝"}, "種類を選んでください", id="kind"),
        pytest.param({"job": "no"}, "業務を選んでください", id="job"),
        pytest.param({"day": "2027-01-01"}, "これからの日は", id="to come"),
        pytest.param({"kind": "手作業", "items": ""}, "件数を数字で", id="no items"),
        pytest.param({"note": "あ" * 201}, "200字まで", id="long"),
    ],
)
def test_an_entry_that_cannot_be_is_asked_for_again_with_what_was_typed(
    clerk: ReviewClient, database: Database, typed: dict[str, str], says: str
) -> None:
    answer = entry(clerk, **typed)
    assert answer.status_code == 422
    assert says in answer.text
    assert SavingsLedger(database).lines(*EVER) == ()


def test_an_entry_is_taken_back_by_who_made_it_or_by_the_keeper(
    clerk: ReviewClient, keeper: ReviewClient, database: Database, clock: Clock
) -> None:
    entry(clerk)
    entry(clerk)
    other = review_client(database, clock=clock, home=clerk.office.home, login="ito")
    assert other.send("/timing/entries/1/cancel").status_code == 403
    clerk.send("/timing/entries/1/cancel")
    keeper.send("/timing/entries/2/cancel")
    lines = SavingsLedger(database).lines(*EVER)
    assert sum(line.upkeep_ms for line in lines) == 0
    assert [line.cancels for line in lines] == [None, None, 1, 2]
    assert keeper.send("/timing/entries/2/cancel").status_code == 422


def test_who_only_looks_cannot_press_and_strangers_see_nothing(
    database: Database, clock: Clock, home: Path
) -> None:
    auditor = review_client(
        database, clock=clock, home=home, roles=[Role.AUDITOR], login="kansa"
    )
    assert 'id="watch"' not in auditor.get(PAGE).text
    assert auditor.send(f"{PAGE}/press", key="start").status_code == 403
    assert auditor.send("/timing/entries", job=JOB).status_code == 403
    elsewhere = review_client(
        database, clock=clock, home=home, jobs=["other"], login="betsu"
    )
    assert elsewhere.get(PAGE).status_code == 404
    assert "測れる業務がありません" in elsewhere.get("/timing").text
    assert elsewhere.post(f"{PAGE}/press", data={"key": "start"}).status_code in (
        403,
        404,
    )


def test_a_press_without_the_token_of_the_session_is_refused(
    clerk: ReviewClient, database: Database
) -> None:
    assert clerk.post(f"{PAGE}/press", data={"key": "start"}).status_code == 403
    assert "止まっています" in clerk.get(PAGE).text


def test_the_day_of_a_sample_is_the_office_s(clerk: ReviewClient, clock: Clock) -> None:
    assert clock.now == NOON
    press(clerk, "start")
    clock.wait(60)
    press(clerk, "stop")
    assert "令和8年11月20日 12:01" in clerk.get(PAGE).text
