"""The same work without JavaScript: a table of fields, one plain form for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from flows.review_app.access.gate import Form, demand, form_of, page
from flows.review_app.designer.drawing import Drawn, drawn_from, drawn_of
from flows.review_app.designer.pages import ROLES, Opened, Pages
from flows.review_app.designer.wording import CHECK_DIGITS, CLASSES, KINDS, word_choices
from ocr.design.yaml_merge import NOTES, merged_text
from tasks.domain.errors import NeedsPersonError

_MOVED, _UNPROCESSABLE, _CONFLICT = 303, 422, 409
_SIDES = ("left", "top", "width", "height")
_HEAD = ("title", "version", "form", "continues", "bound_by", "code_begins")
_NEW = "new"

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plain:
    """One method per page."""

    pages: Pages

    def table(self, request: Request) -> Response:
        """Show every field with its faults, and what can be done with the form."""
        return self._table(request, self.pages.open(request))

    def _table(
        self, request: Request, opened: Opened, problem: str = "", status: int = 200
    ) -> Response:
        drawn = self._drawn(opened)
        look = self.pages.look(opened.name, opened.stored.text)
        findings = self.pages.shown(look, drawn)
        return page(
            request,
            opened.visitor,
            "designer/table.html",
            status=status,
            name=opened.name,
            stored=opened.stored,
            values=drawn.values,
            rows=list(_rows(drawn.values, findings)),
            findings=[one for one in findings if not one["at"]],
            faults=sum(one["fault"] for one in findings),
            kinds=KINDS,
            problem=problem,
        )

    def field(self, request: Request) -> Response:
        """Show the form of one field."""
        opened = self.pages.open(request)
        drawn = self._drawn(opened)
        one = _member(drawn.values, request.path_params["place"])
        return self._field_page(request, opened, one, "")

    def _field_page(
        self, request: Request, opened: Opened, one: Values, problem: str
    ) -> Response:
        return page(
            request,
            opened.visitor,
            "designer/field.html",
            status=_UNPROCESSABLE if problem else 200,
            name=opened.name,
            place=request.path_params["place"],
            base=opened.stored.sha256,
            one=one,
            box=dict(zip(_SIDES, one.get("box_mm", ("", "", "", "")), strict=False)),
            is_table="columns" in one,
            kinds=KINDS,
            classes=CLASSES,
            check_digits=CHECK_DIGITS,
            word_lists=word_choices(self.pages.desk.lists()),
            problem=problem,
        )

    async def changed(self, request: Request) -> Response:
        """Save one field as a plain form sent it, as a draft."""
        demand(request, *ROLES)
        form = await form_of(request)
        return await run_in_threadpool(self._changed, request, form)

    def _changed(self, request: Request, form: Form) -> Response:
        opened = self.pages.open(request)
        drawn = self._drawn(opened)
        place = request.path_params["place"]
        one = _member(drawn.values, place)
        if form.get("do") == "remove":
            _remove(drawn.values, place)
            why = f"{one.get('label', '')} を消した"
        else:
            problem = _take(one, form)
            if problem:
                return self._field_page(request, opened, one, problem)
            _put(drawn.values, place, one)
            why = f"{one.get('label', '')} を直した"
        return self._save(request, opened, drawn, (form.get("base"), why))

    async def headed(self, request: Request) -> Response:
        """Save title, version and the like, or put the form to use."""
        demand(request, *ROLES)
        form = await form_of(request)
        return await run_in_threadpool(self._headed, request, form)

    def _headed(self, request: Request, form: Form) -> Response:
        opened = self.pages.open(request)
        drawn = self._drawn(opened)
        if form.get("do") == "use":
            look = self.pages.look(opened.name, opened.stored.text)
            if not look.usable:
                problem = "誤りがあるため、まだ使えません。"
                return self._table(request, opened, problem, _UNPROCESSABLE)
            what = (form.get("base"), form.get("why"))
            return self._save(request, opened, drawn, what, use=True)
        for key in _HEAD:
            text = form.get(key).strip()
            drawn.values[key] = text
            if not text and key not in _HEAD[:3]:
                del drawn.values[key]
        return self._save(request, opened, drawn, (form.get("base"), "見出しを直した"))

    def _save(
        self,
        request: Request,
        opened: Opened,
        drawn: Drawn,
        what: tuple[str, str],
        *,
        use: bool = False,
    ) -> Response:
        base, why = what
        text = merged_text(opened.stored.text, drawn_of(drawn.values).values)
        try:
            self.pages.save(opened, text, base, use=use, why=why)
        except NeedsPersonError as error:
            if error.code != "DESIGN-001":
                raise
            return self._table(request, opened, error.sentence, _CONFLICT)
        return RedirectResponse(f"/forms/{opened.name}/table", _MOVED)

    def _drawn(self, opened: Opened) -> Drawn:
        drawn = drawn_from(opened.stored.text)
        if drawn is None:
            raise HTTPException(_UNPROCESSABLE)
        return drawn


# --- where a field is: f0, t1, t1c2; fnew, t1cnew ---------------------------------


def _rows(values: Values, findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return every field, table and column with its address and faults."""
    rows: list[dict[str, Any]] = []

    def add(place: str, at: list[str | int], one: Values, depth: int) -> None:
        own = [said for said in findings if said["at"] == at]
        rows.append({"place": place, "one": one, "depth": depth, "findings": own})

    for number, one in enumerate(values.get("fields", ())):
        add(f"f{number}", ["fields", number], one, 0)
    for number, table in enumerate(values.get("tables", ())):
        add(f"t{number}", ["tables", number], table, 0)
        for place, column in enumerate(table.get("columns", ())):
            at: list[str | int] = ["tables", number, "columns", place]
            add(f"t{number}c{place}", at, column, 1)
    return rows


def _list_of(values: Values, place: str) -> tuple[list[Values], str]:
    """Return the list that an address points into, and the number in it.

    Raises:
        HTTPException: 404 when there is no such place.
    """
    table, _, column = place.removeprefix("t").partition("c")
    try:
        if place.startswith("f"):
            found: list[Values] = values.setdefault("fields", [])
            return found, place[1:]
        if place.startswith("t") and column:
            columns: list[Values] = values["tables"][_number(table)]["columns"]
            return columns, column
        if place.startswith("t"):
            tables: list[Values] = values["tables"]
            return tables, table
    except (KeyError, IndexError) as error:
        raise HTTPException(404) from error
    raise HTTPException(404)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise HTTPException(404)
    return int(text)


def _member(values: Values, place: str) -> Values:
    listed, number = _list_of(values, place)
    if number == _NEW:
        return {"id": "", "label": "", "kind": "text", "was": "", NOTES: []}
    if _number(number) >= len(listed):
        raise HTTPException(404)
    return listed[_number(number)]


def _put(values: Values, place: str, one: Values) -> None:
    listed, number = _list_of(values, place)
    if number == _NEW:
        listed.append(one)


def _remove(values: Values, place: str) -> None:
    listed, number = _list_of(values, place)
    del listed[_number(number)]
    if not values.get("tables", True):
        del values["tables"]


def _take(one: Values, form: Form) -> str:
    """Lay what a plain form sent into a field; return what is wrong with it."""
    if "columns" in one:
        numbers = {"rows": form.get("rows"), "row_height_mm": form.get("row_height_mm")}
        _texts(one, form, ("id", "label"))
        return _numbers(one, numbers)
    sides = [form.get(side).strip() for side in _SIDES]
    box: Values = {}
    problem = _numbers(box, dict(zip(_SIDES, sides, strict=True)))
    if len(box) == len(_SIDES):
        one["box_mm"] = [box[side] for side in _SIDES]
    _texts(
        one,
        form,
        ("id", "label", "kind", "error_class", "words", "check_digit", "says"),
    )
    one["required"] = "required" in form
    counts = {key: form.get(key) for key in ("cells", "lines") if form.get(key)}
    for key in ("cells", "lines"):
        one.pop(key, None)
    problem = problem or _numbers(one, counts) or _options(one, form)
    one[NOTES] = []
    return problem


def _texts(one: Values, form: Form, keys: tuple[str, ...]) -> None:
    for key in keys:
        text = form.get(key).strip()
        if text or key in ("id", "label"):
            one[key] = text
        else:
            one.pop(key, None)


def _numbers(one: Values, texts: Mapping[str, str]) -> str:
    for key, text in texts.items():
        try:
            number = float(text)
        except ValueError:
            return "場所と大きさは、数（ミリメートル）で入れてください。"
        one[key] = int(number) if number.is_integer() else number
    return ""


def _options(one: Values, form: Form) -> str:
    """Lay the words to choose from into a field: one a line, 語 左 上 幅 高さ."""
    lines = [line.split() for line in form.get("options").splitlines() if line.strip()]
    one.pop("options", None)
    for key in ("marked_by", "several"):
        one.pop(key, None)
    if not lines:
        return ""
    if form.get("marked_by") == "tick":
        one["marked_by"] = "tick"
    if "several" in form:
        one["several"] = True
    try:
        one["options"] = [
            {"value": value, "box_mm": [float(side) for side in sides]}
            for value, *sides in lines
        ]
    except ValueError:
        return (
            "選択肢は、1行に「語 左 上 幅 高さ」の順に、空白で区切って書いてください。"
        )
    return ""
