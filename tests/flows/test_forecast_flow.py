"""A job that will not pay, through real Prefect runs: asked by hand, recorded at night."""

from __future__ import annotations

import json
import shutil
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from flows.parameters import BY_SCHEDULE
from tasks.domain.hours_saved.forecast import WARNING, ForecastOutcome
from tasks.edges.hours_saved.forecast_store import ForecastStore, KeptForecast
from tasks.edges.office_database.database import open_database, sqlite_url

pytestmark = pytest.mark.slow

JOB = "tax_delinquency"
RUN = """
import json, sys
from flows.parameters import TaxDelinquencyParameters
from flows.tax_delinquency import tax_delinquency
given = TaxDelinquencyParameters.model_validate(json.loads(sys.argv[1]))
print("RELEASED", tax_delinquency(given) is not None)
"""


@pytest.fixture
def losing(office: Any) -> Any:
    """An office whose work by hand takes six seconds: no question is worth asking."""
    file = office.configs / "baselines.yaml"
    text = file.read_text("utf-8")
    assert "minutes_per_item: 6.0" in text
    file.write_text(
        text.replace("minutes_per_item: 6.0", "minutes_per_item: 0.1"), "utf-8"
    )
    (sample,) = (Path(__file__).parents[2] / "sample_docs/inbox").glob("電子申請*.pdf")
    office.put(sample)
    return office


def start(office: Any, **conditions: object) -> Any:
    given = {
        "inbox": str(office.inbox),
        "request_folder": "",
        "persons_folder": "sample_docs/ledgers/住民台帳.csv",
        "taxes_folder": "sample_docs/ledgers",
        "decisions_folder": "",
        "as_of": "2026-10-31",
        **conditions,
    }
    return office.run_command([sys.executable, "-c", RUN, json.dumps(given)])


def forecasts(work: Path) -> tuple[KeptForecast, ...]:
    database = open_database(sqlite_url(work / "yakuba.sqlite3"))
    found = ForecastStore(database).forecasts(JOB)
    database.close()
    return found


def shown(office: Any, key: str) -> list[str]:
    """Return what Prefect shows under a key, as text."""
    request = urllib.request.Request(
        f"{office.environment['PREFECT_API_URL']}/artifacts/filter",
        json.dumps({"artifacts": {"key": {"any_": [key]}}}).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return [str(one["data"]) for one in json.load(answer)]


def test_a_run_that_will_not_pay_is_confirmed_by_hand_and_goes_on_at_night(
    losing: Any,
) -> None:
    work = losing.home / "work"
    stopped = start(losing, started_by="税務課")
    assert stopped.code != 0
    assert "RELEASED" not in stopped.out
    assert "FORECAST-001" in stopped.printed
    assert not list(work.rglob("answers.csv"))
    (asked,) = forecasts(work)
    assert (asked.outcome, asked.pays) == (ForecastOutcome.STOPPED, False)
    assert any(
        "手作業より遅い見込みでも実行する" in text and WARNING in text
        for text in shown(losing, "error")
    )

    confirmed = start(losing, started_by="税務課", even_if_slower=True)
    assert confirmed.code == 0, confirmed.err
    assert "RELEASED True" in confirmed.out
    assert [one.outcome for one in forecasts(work)] == [
        ForecastOutcome.STOPPED,
        ForecastOutcome.CONFIRMED,
    ]
    assert any(WARNING in text for text in shown(losing, "mikomi"))

    # The same papers come in for the first time in another work folder.
    other = losing.home / "night"
    shutil.rmtree(other, ignore_errors=True)
    night = start(
        losing.with_environment(YAKUBA_WORK=str(other)), started_by=BY_SCHEDULE
    )
    assert night.code == 0, night.err
    (kept,) = forecasts(other)
    assert (kept.outcome, kept.by_whom) == (ForecastOutcome.NIGHT, BY_SCHEDULE)
    assert not kept.pays
    assert list(losing.home.rglob("answers.csv"))
