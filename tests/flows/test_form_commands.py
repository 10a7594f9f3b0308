"""`yakuba form`: a blank becomes a definition that the check accepts at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from ocr.forms import load_form

ROOT = Path(__file__).resolve().parents[2]
BLANK = ROOT / "configs" / "forms" / "subsidy_2026.png"
RUN = CliRunner()


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drafts")
    done = RUN.invoke(app, ["form", "new", str(BLANK), "--out", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


@pytest.mark.slow
def test_a_draft_names_the_usual_fields_by_their_printed_labels(drafted):
    form = load_form(drafted / "subsidy_2026.yaml")
    kinds = {entry.id: entry.kind.value for entry in form.fields}
    usual = {
        "name": "name",
        "kana": "kana",
        "birth_date": "date",
        "address": "address",
        "postal": "postal",
        "phone": "phone",
        "account": "digits",
        "consent": "check",
    }
    assert usual.items() <= kinds.items()
    assert {entry.id: entry.cells for entry in form.fields}["account"] == 7


@pytest.mark.slow
def test_the_check_accepts_a_draft_and_draws_it(drafted):
    picture = drafted / "picture.png"
    definition = drafted / "subsidy_2026.yaml"
    done = RUN.invoke(app, ["form", "check", str(definition), "--out", str(picture)])
    assert done.exit_code == 0, done.output
    assert picture.stat().st_size > 10_000


@pytest.mark.slow
def test_a_draft_never_overwrites_what_somebody_has_put_right(drafted):
    before = (drafted / "subsidy_2026.yaml").read_bytes()
    again = RUN.invoke(app, ["form", "new", str(BLANK), "--out", str(drafted)])
    assert again.exit_code != 0
    assert (drafted / "subsidy_2026.yaml").read_bytes() == before


def test_the_check_tells_all_faults_at_once(tmp_path):
    text = (ROOT / "configs/forms/subsidy_2026.yaml").read_text(encoding="utf-8")
    text = text.replace("kind: kana", "kind: kanna", 1)
    text = text.replace("cells: 7", "cels: 7", 1)
    (tmp_path / "subsidy_2026.png").write_bytes(BLANK.read_bytes())
    (tmp_path / "broken.yaml").write_text(text, encoding="utf-8")
    done = RUN.invoke(app, ["form", "check", str(tmp_path / "broken.yaml")])
    assert done.exit_code == 2
    assert "kanna" in done.output or "kind" in done.output
    assert "cels" in done.output
