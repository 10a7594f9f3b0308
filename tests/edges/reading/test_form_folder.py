"""The folder of form definitions: versions kept, nobody's work lost, drafts apart."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from tasks.domain.errors import NeedsPersonError
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import open_database, sqlite_url
from tasks.edges.reading.form_folder import OUTSIDE, Change, FormFolder, FormState

AT = dt.datetime(2026, 11, 21, 10, 0, tzinfo=dt.UTC)
ONE, TWO, THREE = "form: one\n", "form: two\n", "form: three\n"


def change(by="hana", why="幅を直した"):
    return Change(by, AT, why)


@pytest.fixture
def forms(tmp_path):
    database = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    folder = tmp_path / "forms"
    folder.mkdir()
    yield FormFolder(folder, database)
    database.close()


def saved(forms, text, base, state=FormState.DRAFT, by="hana"):
    return forms.save("moving", text, base=base, state=state, change=change(by))


def test_a_new_form_is_a_draft_that_no_run_sees(forms):
    made = forms.create("moving", ONE, b"png", change())
    assert made.state is FormState.DRAFT
    assert list(forms.folder.glob("*.yaml")) == []
    assert (forms.folder / "moving.png").read_bytes() == b"png"
    assert forms.names() == ("moving",)


def test_a_draft_put_to_use_is_the_only_one_left(forms):
    made = forms.create("moving", ONE, b"png", change())
    used = saved(forms, TWO, made.sha256, FormState.USED)
    assert forms.find("moving") == used == forms.used("moving")
    assert not (forms.folder / "moving.yaml.draft").exists()
    assert (forms.folder / "moving.yaml").read_text(encoding="utf-8") == TWO


def test_drawing_on_leaves_what_runs_read_with_as_it_is(forms):
    made = forms.create("moving", ONE, b"png", change())
    used = saved(forms, ONE, made.sha256, FormState.USED)
    draft = saved(forms, TWO, used.sha256)
    assert forms.find("moving") == draft
    assert forms.used("moving") == used


def test_every_version_is_kept_with_who_when_and_why(forms):
    made = forms.create("moving", ONE, b"png", change())
    second = saved(forms, TWO, made.sha256, by="ken")
    saved(forms, THREE, second.sha256, FormState.USED)
    kept = forms.history("moving")
    assert [one.number for one in kept] == [3, 2, 1]
    assert [one.by for one in kept] == ["hana", "ken", "hana"]
    assert kept[1].at == AT
    assert kept[0].state is FormState.USED
    assert [forms.kept_text("moving", number) for number in (1, 2, 3)] == [
        ONE,
        TWO,
        THREE,
    ]


def test_the_second_of_two_designers_overwrites_nothing(forms):
    made = forms.create("moving", ONE, b"png", change())
    saved(forms, TWO, made.sha256, by="ken")
    with pytest.raises(NeedsPersonError, match="DESIGN-001"):
        saved(forms, THREE, made.sha256)
    assert forms.find("moving").text == TWO
    assert len(forms.history("moving")) == 2


def test_the_same_save_sent_twice_counts_once(forms):
    made = forms.create("moving", ONE, b"png", change())
    first = saved(forms, TWO, made.sha256)
    assert saved(forms, TWO, made.sha256) == first
    assert len(forms.history("moving")) == 2


@pytest.mark.parametrize("state", list(FormState))
def test_what_was_written_by_hand_is_kept_before_it_is_replaced(forms, state):
    (forms.folder / "moving.yaml").write_text(ONE, encoding="utf-8")
    found = forms.find("moving")
    saved(forms, TWO, found.sha256, state)
    kept = forms.history("moving")
    assert [(one.number, one.why) for one in kept] == [(2, "幅を直した"), (1, OUTSIDE)]
    assert forms.kept_text("moving", 1) == ONE


def test_a_hand_that_edits_while_the_page_is_open_is_a_conflict_too(forms):
    made = forms.create("moving", ONE, b"png", change())
    (forms.folder / "moving.yaml.draft").write_text(THREE, encoding="utf-8")
    with pytest.raises(NeedsPersonError, match="DESIGN-001"):
        saved(forms, TWO, made.sha256)
    assert forms.find("moving").text == THREE


def test_a_draft_thrown_away_stays_in_the_history(forms):
    made = forms.create("moving", ONE, b"png", change())
    forms.discard("moving", base=made.sha256, change=change())
    assert forms.names() == ()
    assert forms.kept_text("moving", 1) == ONE
    assert (forms.folder / "history/moving/moving.png").read_bytes() == b"png"


def test_a_kill_before_the_draft_is_removed_leaves_a_form_in_use(forms):
    made = forms.create("moving", ONE, b"png", change())
    used = saved(forms, TWO, made.sha256, FormState.USED)
    (forms.folder / "moving.yaml.draft").write_text(TWO, encoding="utf-8")
    assert forms.find("moving") == used


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../moving", id="a way out of the folder"),
        pytest.param("Moving", id="capitals"),
        pytest.param("転入届", id="not ASCII"),
        pytest.param("con", id="a device of Windows"),
        pytest.param("history", id="our own folder"),
        pytest.param("a" * 61, id="too long"),
        pytest.param("", id="empty"),
    ],
)
def test_names_that_could_not_be_files_everywhere_are_refused(forms, name):
    with pytest.raises(NeedsPersonError, match="DESIGN-002"):
        forms.create(name, ONE, b"png", change())
    assert [path.name for path in forms.folder.iterdir()] == []


def test_a_name_is_given_once_even_after_its_draft_was_thrown_away(forms):
    made = forms.create("moving", ONE, b"png", change())
    with pytest.raises(NeedsPersonError, match="DESIGN-002"):
        forms.create("moving", TWO, b"other", change())
    forms.discard("moving", base=made.sha256, change=change())
    with pytest.raises(NeedsPersonError, match="DESIGN-002"):
        forms.create("moving", TWO, b"other", change())


@pytest.mark.parametrize("name", ["../forms/moving", "..", "history", "nobody"])
def test_a_name_that_is_no_file_of_the_folder_leads_nowhere(forms, name):
    forms.create("moving", ONE, b"png", change())
    assert forms.find(name) is None
    assert forms.history(name) == ()
    assert forms.kept_text(name, 1) is None


def test_the_audit_log_tells_who_saved_what_without_the_text(forms):
    made = forms.create("moving", ONE, b"png", change())
    used = saved(forms, TWO, made.sha256, FormState.USED, by="ken")
    first, second = AuditLog(forms.database).entries()
    assert (first.action, second.action) == ("form_drafted", "form_saved")
    assert (second.who, second.subject) == ("ken", "moving")
    details = dict(second.details)
    assert details["why"] == "幅を直した"
    assert details["before"] == made.sha256
    assert second.files[0].sha256 == used.sha256
    assert TWO.strip() not in json.dumps(details)


def test_nothing_is_saved_when_the_history_cannot_be_written(forms):
    made = forms.create("moving", ONE, b"png", change())
    past = forms.folder / "history" / "moving"
    for path in past.iterdir():
        path.unlink()
    past.rmdir()
    past.write_text("a file where the folder should be")
    with pytest.raises(NeedsPersonError, match="FILE-003"):
        saved(forms, TWO, made.sha256)
    assert forms.find("moving").text == ONE
    assert len(AuditLog(forms.database).entries()) == 1
