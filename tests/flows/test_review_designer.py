"""The form designer as a browser without JavaScript, our scripts, and an attacker meet it."""

from __future__ import annotations

import io
import json
import os
import re
import time
import zipfile
from pathlib import Path

import pytest
import yaml
from PIL import Image

from flows.review_app.designer.worker import Worker
from ocr.errors import ReadingError
from ocr.forms import load_forms
from ocr.pages import count_pages
from tasks.domain.errors import NeedsPersonError
from tasks.domain.review.accounts import Role
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import open_database, sqlite_url
from tests.flows.review_helpers import (
    NOON,
    ReviewClient,
    hidden,
    review_client,
    sample_home,
)

ROOT = Path(__file__).resolve().parents[2]
BLANK = ROOT / "configs/forms/subsidy_2026.png"
SCAN = ROOT / "sample_docs/inbox/scan_20261106_001.jpg"
FORM = "/forms/subsidy_2026"
STARTS = "<!doctype html>"


@pytest.fixture
def database(tmp_path):
    found = open_database(sqlite_url(tmp_path / "work/yakuba.sqlite3"))
    yield found
    found.close()


@pytest.fixture
def home(tmp_path):
    return sample_home(tmp_path, ROOT)


@pytest.fixture
def designer(database, home) -> ReviewClient:
    return review_client(database, roles=(Role.DESIGNER,), login="hana", home=home)


def files(home: Path) -> dict[str, bytes]:
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in sorted((home / "configs").rglob("*"))
        if path.is_file()
    }


def opened(client: ReviewClient) -> dict:
    answer = client.get(f"{FORM}/data", headers={"accept": "application/json"})
    assert answer.status_code == 200
    return answer.json()


def sent(shown: dict, **changes: object) -> dict:
    return {"values": shown["values"], "base": shown["base"], "why": "見直し"} | changes


def uploaded(client: ReviewClient, content: bytes, called: str = "用紙.pdf", **fields):
    return client.post(
        "/forms",
        data={"csrf": client.csrf, "page": "1", **fields},
        files={"blank": (called, content)},
    )


# --- who may -----------------------------------------------------------------------

PAGES = ["/forms", *(f"{FORM}{end}" for end in ("", "/data", "/blank.png", "/history"))]
PAGES += [f"{FORM}/table", f"{FORM}/table/f0", f"{FORM}/try"]
ACTIONS = [
    "/forms",
    *(f"{FORM}/{end}" for end in ("check", "suggest", "save", "try", "restore")),
    *(f"{FORM}/{end}" for end in ("discard", "table", "table/f0")),
]


@pytest.mark.parametrize("role", [Role.CLERK, Role.AUDITOR])
def test_only_designers_and_keepers_see_or_change_forms(database, home, role):
    client = review_client(database, roles=(role,), home=home)
    before = files(home)
    assert {client.get(path).status_code for path in PAGES} == {403}
    assert {client.send(path).status_code for path in ACTIONS} == {403}
    assert {client.send_json(path, {}).status_code for path in ACTIONS} == {403}
    assert files(home) == before


def test_a_keeper_may_draw_too(database, home):
    client = review_client(database, roles=(Role.KEEPER,), home=home)
    assert client.get(FORM).status_code == 200


def test_without_the_token_of_the_session_nothing_is_changed(designer, home):
    before = files(home)
    assert {
        designer.post(path, data={"do": "use"}).status_code for path in ACTIONS
    } == {403}
    assert {designer.post(path, json={}).status_code for path in ACTIONS} == {403}
    assert files(home) == before


# --- drawing, as our scripts do ----------------------------------------------------


def test_a_form_opens_with_its_values_and_what_to_look_at(designer):
    state = opened(designer)
    assert state["state"] == "used"
    assert [one["id"] for one in state["values"]["fields"]][:2] == ["name", "kana"]
    assert all(not one["fault"] for one in state["findings"])


def test_a_fault_stands_at_its_field_while_nothing_is_saved(designer, home):
    before = files(home)
    state = opened(designer)
    state["values"]["fields"][3]["cells"] = 3
    state["values"]["fields"][4]["box_mm"] = [200, 290, 135, 13]
    answer = designer.send_json(f"{FORM}/check", {"values": state["values"]})
    found = answer.json()["findings"]
    assert any(one["fault"] and "はみ出し" in one["what"] for one in found)
    state["values"]["fields"][4]["box_mm"] = [53.5, 111.5, 135, 13]
    answer = designer.send_json(f"{FORM}/check", {"values": state["values"]})
    faults = [one for one in answer.json()["findings"] if one["fault"]]
    assert [one["at"] for one in faults] == [["fields", 3]]
    assert files(home) == before


def test_what_is_saved_as_a_draft_changes_no_run(designer, home):
    state = opened(designer)
    state["values"]["fields"][0]["label"] = "申請者"
    answer = designer.send_json(f"{FORM}/save", sent(state, state="draft"))
    assert answer.status_code == 200
    assert answer.json()["state"] == "draft"
    used = {form.form: form for form in load_forms(home / "configs/forms")}
    assert used["subsidy_2026"].fields[0].label == "氏名"
    assert opened(designer)["values"]["fields"][0]["label"] == "申請者"


def test_what_is_put_to_use_is_read_with_and_keeps_its_comments(designer, home):
    state = opened(designer)
    state["values"]["fields"][0]["label"] = "申請者"
    assert designer.send_json(f"{FORM}/save", sent(state, state="used")).is_success
    text = (home / "configs/forms/subsidy_2026.yaml").read_text(encoding="utf-8")
    assert "# 足して合計になる金額。" in text
    assert yaml.safe_load(text)["fields"][0]["label"] == "申請者"
    assert [one.action for one in AuditLog(designer.office.database).entries()][
        -1
    ] == "form_saved"


def test_a_form_with_faults_is_not_put_to_use(designer, home):
    before = files(home)
    state = opened(designer)
    state["values"]["fields"][1]["id"] = "name"
    answer = designer.send_json(f"{FORM}/save", sent(state, state="used"))
    assert answer.status_code == 422
    assert any(one["fault"] for one in answer.json()["findings"])
    assert files(home) == before
    assert designer.send_json(f"{FORM}/save", sent(state, state="draft")).is_success


def test_a_list_of_words_that_the_city_does_not_have_keeps_a_form_from_use(designer):
    state = opened(designer)
    state["values"]["fields"][0]["words"] = "surnames"
    answer = designer.send_json(f"{FORM}/save", sent(state, state="used"))
    assert answer.status_code == 422
    assert [one["at"] for one in answer.json()["findings"] if one["fault"]] == [
        ["fields", 0]
    ]


def test_of_two_designers_the_second_is_shown_what_the_first_did(
    designer, database, home
):
    ken = review_client(database, roles=(Role.DESIGNER,), login="ken", home=home)
    state, other = opened(designer), opened(ken)
    other["values"]["fields"][0]["label"] = "申請者"
    assert ken.send_json(f"{FORM}/save", sent(other, state="used")).is_success
    state["values"]["fields"][0]["box_mm"] = [54, 77, 72, 11.5]
    answer = designer.send_json(f"{FORM}/save", sent(state, state="used"))
    assert answer.status_code == 409
    said = answer.json()
    assert said["by"] == "ken"
    assert ["-", "    label: 申請者"] in said["diff"]
    assert opened(designer)["values"]["fields"][0]["label"] == "申請者"
    again = sent(state, state="used", base=said["base"])
    assert designer.send_json(f"{FORM}/save", again).is_success
    page = designer.get(f"{FORM}/history?version=2").text
    assert "ken" in page
    assert "label: 申請者" in page


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([], id="a list"),
        pytest.param({"values": "x"}, id="a text"),
        pytest.param({"values": {"fields": "x"}}, id="fields that are none"),
        pytest.param(
            {"values": {"tables": [{"columns": 3}]}}, id="columns of a number"
        ),
        pytest.param({"values": {"fields": [{}] * 700}}, id="too many fields"),
        pytest.param({"values": {"title": "x" * 600}}, id="a title without end"),
        pytest.param(
            {"values": json.loads('{"a":' * 12 + "1" + "}" * 12)}, id="too deep"
        ),
    ],
)
def test_what_is_no_definition_is_refused(designer, home, value):
    before = files(home)
    for path in ("check", "save"):
        assert designer.send_json(f"{FORM}/{path}", value).status_code == 400
    assert files(home) == before


def test_a_path_that_comes_in_is_never_followed(designer, home):
    state = opened(designer)
    state["values"] |= {"blank": "/etc/passwd", "page_mm": [1, 1]}
    answer = designer.send_json(f"{FORM}/save", sent(state, state="draft"))
    assert answer.json()["values"]["blank"] == "subsidy_2026.png"
    assert answer.json()["values"]["page_mm"] == [210, 297]


@pytest.mark.parametrize(
    "path",
    ["/forms/..%2F..%2Fmunicipality", "/forms/history", "/forms/%2e%2e", "/forms/no"],
)
def test_a_name_that_is_no_form_leads_nowhere(designer, path):
    assert designer.get(path).status_code == 404
    assert designer.get(f"{path}/blank.png").status_code == 404


# --- history -----------------------------------------------------------------------


def test_an_old_version_comes_back_as_a_draft(designer, home):
    state = opened(designer)
    state["values"]["fields"][0]["label"] = "申請者"
    designer.send_json(f"{FORM}/save", sent(state, state="used"))
    page = designer.get(f"{FORM}/history?version=1").text
    base = hidden(page, "base")
    answer = designer.send(f"{FORM}/restore", number="1", base=base)
    assert answer.status_code == 200
    assert opened(designer)["values"]["fields"][0]["label"] == "氏名"
    assert opened(designer)["state"] == "draft"
    stale = designer.send(f"{FORM}/restore", number="2", base=base)
    assert stale.status_code == 409
    answer = designer.send(f"{FORM}/discard", base=opened(designer)["base"])
    assert opened(designer)["values"]["fields"][0]["label"] == "申請者"
    assert designer.get(f"{FORM}/history?version=99").status_code == 404


def test_a_definition_broken_by_hand_can_be_seen_and_brought_back(designer, home):
    state = opened(designer)
    state["values"]["title"] = "新しい名前"
    designer.send_json(f"{FORM}/save", sent(state, state="used"))
    path = home / "configs/forms/subsidy_2026.yaml"
    path.write_text("form: [", encoding="utf-8")
    page = designer.get(FORM)
    assert "前の版に戻してください" in page.text
    assert designer.get("/forms").status_code == 200
    base = hidden(designer.get(f"{FORM}/history?version=2").text, "base")
    assert designer.send(f"{FORM}/restore", number="2", base=base).status_code == 200
    assert opened(designer)["values"]["title"] == "新しい名前"


def test_a_file_that_is_no_text_does_not_hide_the_others(designer, home):
    (home / "configs/forms/old.yaml").write_bytes("form: 様式".encode("cp932"))
    page = designer.get("/forms")
    assert page.status_code == 200
    assert "様式定義は見つからないか、扱えません" in page.text
    assert designer.get("/forms/old").status_code == 409
    assert designer.get(FORM).status_code == 200


def test_a_form_named_by_hand_in_japanese_is_drawn_too(designer, home):
    folder = home / "configs/forms"
    (folder / "subsidy_2026.yaml").rename(folder / "申請書.yaml")
    assert "/forms/%E7%94%B3" in designer.get("/forms").text
    assert designer.get("/forms/申請書").status_code == 200
    answer = designer.get("/forms/申請書/data", headers={"accept": "application/json"})
    state = answer.json()
    state["values"]["title"] = "申請書"
    saved = designer.send_json("/forms/申請書/save", sent(state, state="used"))
    assert saved.is_success
    base = hidden(designer.get("/forms/申請書/history?version=1").text, "base")
    answer = designer.send("/forms/申請書/restore", number="1", base=base)
    assert answer.status_code == 200


# --- without JavaScript ------------------------------------------------------------


def test_a_field_is_put_right_by_a_plain_form(designer, home):
    page = designer.get(f"{FORM}/table").text
    assert "生年月日" in page
    page = designer.get(f"{FORM}/table/f2").text
    fields = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', page))
    fields |= {"kind": "date", "error_class": "strict", "options": "", "csrf": ""}
    del fields["do"], fields["several"]
    fields |= {"label": "誕生日", "left": "54.5", "csrf": designer.csrf}
    answer = designer.post(f"{FORM}/table/f2", data=fields)
    assert answer.status_code == 200
    assert "誕生日" in answer.text
    saved = opened(designer)["values"]["fields"][2]
    assert saved["label"] == "誕生日"
    assert saved["box_mm"] == [54.5, 91.5, 62, 8]
    base = hidden(answer.text, "base")
    answer = designer.send(f"{FORM}/table", base=base, do="use", why="名前を直した")
    used = {form.form: form for form in load_forms(home / "configs/forms")}
    assert used["subsidy_2026"].fields[2].label == "誕生日"


def test_plain_forms_add_and_remove_fields_and_say_what_is_wrong(designer):
    base = opened(designer)["base"]
    new = {
        "id": "sex",
        "label": "性別",
        "kind": "choice",
        "error_class": "ordinary",
        "left": "150",
        "top": "60",
        "width": "30",
        "height": "6",
        "options": "男 150 60 10 6\n女 165 60 10 6",
        "base": base,
    }
    bad = designer.send(f"{FORM}/table/fnew", **{**new, "left": "左"})
    assert bad.status_code == 422
    assert "数（ミリメートル）" in bad.text
    assert designer.send(f"{FORM}/table/fnew", **new).status_code == 200
    added = opened(designer)["values"]["fields"][-1]
    assert [one["value"] for one in added["options"]] == ["男", "女"]
    base = opened(designer)["base"]
    last = len(opened(designer)["values"]["fields"]) - 1
    designer.send(f"{FORM}/table/f{last}", do="remove", base=base)
    assert len(opened(designer)["values"]["fields"]) == last
    stale = designer.send(f"{FORM}/table/f0", do="remove", base=base)
    assert stale.status_code == 409
    assert "ほかの人が" in stale.text
    assert designer.get(f"{FORM}/table/f99").status_code == 404
    assert designer.get(f"{FORM}/table/t0c0").status_code == 404


# --- what is brought ---------------------------------------------------------------


def tiff(pages: int) -> bytes:
    stream = io.BytesIO()
    sheets = [Image.new("1", (200, 280), 1) for _ in range(pages)]
    sheets[0].save(stream, "TIFF", save_all=True, append_images=sheets[1:])
    return stream.getvalue()


def zipped(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as whole:
        whole.writestr("form.pdf", content)
    return stream.getvalue()


def sample(name: str) -> bytes:
    return (ROOT / "sample_docs/bad" / name).read_bytes()


@pytest.mark.slow
def test_what_is_no_paper_is_refused_with_a_sentence_and_leaves_nothing(designer, home):
    refused = {
        "画像.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "読める形式"),
        "用紙.pdf": (b"<html><script>alert(1)</script></html>", "読める形式"),
        "用紙.zip": (zipped(b"<html>"), "読める形式"),
        "二つの顔.zip": (zipped(b"%PDF-1.7"), "壊れています"),
        "空.pdf": (b"", "空"),
        "偽.pdf": (sample("名前を変えたプログラム.pdf"), "読める形式"),
        "爆弾.png": (sample("巨大画像.png"), "大きすぎます"),
        "鍵.pdf": (sample("パスワード付き.pdf"), "パスワード"),
        "途中.pdf": (sample("途中で切れた.pdf"), "壊れています"),
        "多い.tif": (tiff(21), "ページ数"),
        "白紙.tif": (tiff(1), ""),
        "../../../逃.png": (b"\x89PNG\r\n\x1a\n<svg/>", "壊れています"),
    }
    before = files(home)
    for name, (content, sentence) in refused.items():
        answer = uploaded(designer, content, name)
        assert answer.status_code == 422, name
        assert sentence in answer.text
        tried = designer.post(
            f"{FORM}/try", data={"csrf": designer.csrf}, files={"scan": (name, content)}
        )
        assert tried.status_code == 422 or "見つ" in tried.text or "当て" in tried.text
    assert files(home) == before
    assert list((home / "work/designer").iterdir()) == []
    assert "ファイルを選んで" in designer.send("/forms", page="1").text
    assert "1から20まで" in uploaded(designer, b"x", page="0").text


def test_uploads_that_a_killed_server_left_are_removed_and_fresh_ones_are_not(
    database, home
):
    old, fresh = (home / f"work/designer/upload_{name}" for name in ("old", "fresh"))
    for folder in (old, fresh):
        folder.mkdir(parents=True)
        (folder / "upload").write_bytes(b"%PDF-")
    then = NOON.timestamp() - 7200
    os.utime(old, (then, then))
    os.utime(fresh, (NOON.timestamp(), NOON.timestamp()))
    review_client(database, roles=(Role.DESIGNER,), home=home)
    assert not old.exists()
    assert fresh.exists()


def test_more_than_a_file_may_have_is_refused_before_it_is_read(designer):
    answer = designer.post(
        "/forms", content=b"x", headers={"content-length": str(10**9)}
    )
    assert answer.status_code == 413


def test_a_definition_longer_than_any_is_refused_before_it_is_read(designer):
    headers = {"x-csrf-token": designer.csrf, "content-length": "2000000"}
    for path in ("check", "save", "suggest"):
        answer = designer.post(f"{FORM}/{path}", content=b"{}", headers=headers)
        assert answer.status_code == 413


@pytest.mark.slow
def test_a_blank_becomes_a_draft_is_tried_and_put_to_use_without_javascript(
    designer, home
):
    for old in (home / "configs/forms").glob("subsidy_2026.*"):
        old.unlink()
    answer = uploaded(designer, BLANK.read_bytes(), "../新しい様式.png", name="../x")
    assert answer.status_code == 422
    assert "別の名前" in answer.text
    answer = uploaded(designer, BLANK.read_bytes(), "../../2026 form.png")
    assert answer.status_code == 200
    assert answer.url.path == "/forms/form"
    assert [form.form for form in load_forms(home / "configs/forms")] == [
        "subsidy_2019"
    ]
    table = designer.get("/forms/form/table").text
    assert "生年月日" in table
    tried = designer.post(
        "/forms/form/try",
        data={"csrf": designer.csrf},
        files={"scan": ("../scan.jpg", SCAN.read_bytes())},
    )
    assert tried.status_code == 200
    assert "748-0011" in tried.text or "7480011" in tried.text
    crop = re.search(r'src="(/forms/form/try/[^"]+png)"', tried.text)
    assert crop is not None
    picture = designer.get(crop.group(1))
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["cache-control"] == "no-store"
    assert list((home / "work/designer").iterdir()) == []
    actions = [one.action for one in AuditLog(designer.office.database).entries()]
    assert actions[-2:] == ["form_tried", "viewed"]
    answer = designer.send(
        "/forms/form/table", do="use", why="新様式", base=hidden(table, "base")
    )
    assert answer.status_code == 200
    assert "form" in {form.form for form in load_forms(home / "configs/forms")}
    stranger = review_client(
        designer.office.database, roles=(Role.DESIGNER,), login="ken", home=home
    )
    assert stranger.get(crop.group(1)).status_code == 404


# --- the helper process ------------------------------------------------------------


@pytest.fixture
def worker():
    made = Worker()
    yield made
    made.close()


@pytest.mark.slow
def test_what_takes_too_long_is_ended_and_the_next_job_runs(worker):
    began = time.monotonic()
    with pytest.raises(NeedsPersonError, match="DESIGN-005"):
        worker.run(time.sleep, 60, seconds=0.5)
    assert time.monotonic() - began < 20
    assert worker.run(max, 1, 2, seconds=20) == 2


@pytest.mark.slow
def test_what_breaks_the_helper_or_raises_in_it_is_told_by_kind_alone(worker, tmp_path):
    with pytest.raises(NeedsPersonError, match="DESIGN-005"):
        worker.run(os._exit, 3, seconds=20)
    with pytest.raises(NeedsPersonError, match=r"raised ValueError$"):
        worker.run(int, "潮見 渚", seconds=20)
    empty = tmp_path / "empty"
    empty.touch()
    with pytest.raises(ReadingError, match="PAGE-005"):
        worker.run(count_pages, empty, seconds=20)
