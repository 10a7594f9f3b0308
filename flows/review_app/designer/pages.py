"""The designer's pages: the list of forms, the drawing board, save, try, history."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from flows.review_app.access.gate import Role, Visitor, demand, form_of, json_of, page
from flows.review_app.designer.desk import Desk
from flows.review_app.designer.drawing import (
    Drawn,
    NotADrawingError,
    as_shown,
    drawn_from,
    drawn_of,
    suggestion,
)
from flows.review_app.designer.wording import (
    CHECK_DIGITS,
    CLASSES,
    KINDS,
    STATES,
    word_choices,
)
from ocr.design.shapes import box_of_mm
from ocr.design.suggest import suggested, suggested_at
from ocr.design.yaml_merge import merged_text, plain_values
from ocr.forms import ERAS, FormDefinition
from tasks.domain.errors import NeedsPersonError, YakubaError
from tasks.edges.reading.form_folder import FormState, StoredForm
from tasks.procedures.form_designs import LookedThrough, look_through

ROLES = (Role.DESIGNER, Role.KEEPER)
_MOVED, _CONFLICT, _UNPROCESSABLE = 303, 409, 422
_LONGEST_WHY = 200
_LONGEST_JSON = 1_000_000
SHOWN_HISTORY = 100
_OF_PAPER = ("page_mm", "blank", "blank_dpi")


@dataclass(frozen=True, slots=True)
class Opened:
    """A form that somebody works on."""

    visitor: Visitor
    stored: StoredForm

    @property
    def name(self) -> str:
        """Of its file."""
        return self.stored.name


@dataclass(frozen=True, slots=True)
class Pages:
    """One method per page."""

    desk: Desk

    def index(self, request: Request) -> Response:
        """List the forms, and ask for a new blank."""
        visitor = demand(request, *ROLES)
        return self.index_page(request, visitor)

    def index_page(
        self, request: Request, visitor: Visitor, problem: str = "", **typed: str
    ) -> Response:
        """Return the list; with a problem what was typed is kept."""
        forms = [self._listed(name) for name in self.desk.forms.names()]
        return page(
            request,
            visitor,
            "designer/index.html",
            status=_UNPROCESSABLE if problem else 200,
            forms=forms,
            problem=problem,
            typed=typed,
        )

    def _listed(self, name: str) -> dict[str, Any]:
        forms = self.desk.forms
        try:
            found = forms.find(name)
            used = forms.used(name)
        except YakubaError as error:
            broken = {"name": name, "title": name, "version": "", "fields": ""}
            return {**broken, "state": error.sentence, "draft": False}
        drawn = drawn_from(found.text) if found else None
        values = drawn.values if drawn else {}
        draft = found is not None and found.state is FormState.DRAFT
        return {
            "name": name,
            "title": values.get("title") or name,
            "version": values.get("version", ""),
            "fields": len(values.get("fields", ())) + len(values.get("tables", ())),
            "state": STATES[draft, used is not None],
            "draft": draft,
        }

    def board(self, request: Request) -> Response:
        """Show the drawing board of one form."""
        opened = self.open(request)
        drawn = drawn_from(opened.stored.text)
        return page(
            request,
            opened.visitor,
            "designer/board.html",
            name=opened.name,
            stored=opened.stored,
            used=self.desk.forms.used(opened.name) is not None,
            drawn=drawn,
            look=None if drawn else self.look(opened.name, opened.stored.text),
            kinds=KINDS,
            classes=CLASSES,
            check_digits=CHECK_DIGITS,
            word_lists=word_choices(self.desk.lists()),
            eras=ERAS,
        )

    def data(self, request: Request) -> Response:
        """Return the form as values, with its faults."""
        opened = self.open(request)
        return JSONResponse(self.state(opened.stored))

    def state(self, stored: StoredForm) -> dict[str, Any]:
        """Return a form as the board takes it.

        Raises:
            HTTPException: 422 when its YAML cannot be drawn.
        """
        drawn = drawn_from(stored.text)
        if drawn is None:
            raise HTTPException(_UNPROCESSABLE)
        return {
            "base": stored.sha256,
            "state": stored.state.value,
            "used": self.desk.forms.used(stored.name) is not None,
            "values": drawn.values,
            "findings": self.shown(self.look(stored.name, stored.text), drawn),
        }

    def blank(self, request: Request) -> Response:
        """Return the picture of the blank."""
        opened = self.open(request)
        form = self.own_blank(opened)
        content = form.blank.read_bytes()
        if not content.startswith(b"\x89PNG\r\n\x1a\n"):
            raise HTTPException(404)
        return Response(content, media_type="image/png")

    async def checked(self, request: Request) -> Response:
        """Say what is wrong with what is drawn; nothing is stored."""
        demand(request, *ROLES)
        sent = await _json(request)
        return await run_in_threadpool(self._checked, request, sent)

    def _checked(self, request: Request, sent: Any) -> Response:
        opened = self.open(request)
        drawn = self.drawn(opened, sent)
        text = merged_text(opened.stored.text, drawn.values)
        look = self.look(opened.name, text)
        return JSONResponse({"findings": self.shown(look, drawn)})

    async def suggested(self, request: Request) -> Response:
        """Say what a place seems to be that was drawn or pointed at."""
        demand(request, *ROLES)
        sent = await _json(request)
        return await run_in_threadpool(self._suggested, request, sent)

    def _suggested(self, request: Request, sent: Any) -> Response:
        form = self.own_blank(self.open(request))
        looks = form.blank.stat()
        key = f"{form.blank.name} {looks.st_mtime_ns} {looks.st_size}"
        try:
            printed = self.desk.printed(key, form)
            place = [float(side) for side in sent["place"]]
        except (KeyError, TypeError, ValueError) as error:
            raise HTTPException(400) from error
        if len(place) == 4:
            found = suggested(printed, box_of_mm(place))
            return JSONResponse({"field": suggestion(found)})
        if len(place) != 2:
            raise HTTPException(400)
        at = suggested_at(printed, place[0], place[1])
        return JSONResponse({"field": suggestion(at) if at else None})

    async def saved(self, request: Request) -> Response:
        """Save what is drawn."""
        demand(request, *ROLES)
        sent = await _json(request)
        return await run_in_threadpool(self._saved, request, sent)

    def _saved(self, request: Request, sent: Any) -> Response:
        opened = self.open(request)
        drawn = self.drawn(opened, sent)
        base, why = str(sent.get("base", "")), str(sent.get("why", ""))
        use = sent.get("state") == FormState.USED.value
        text = merged_text(opened.stored.text, drawn.values)
        look = self.look(opened.name, text)
        if use and not look.usable:
            shown = self.shown(look, drawn)
            return JSONResponse(
                {"problem": "誤りがあるため、まだ使えません。", "findings": shown},
                _UNPROCESSABLE,
            )
        try:
            stored = self.save(opened, text, base, use=use, why=why)
        except NeedsPersonError as error:
            if error.code != "DESIGN-001":
                raise
            return JSONResponse(self._conflict(opened, text, error), _CONFLICT)
        return JSONResponse(self.state(stored))

    def save(
        self, opened: Opened, text: str, base: str, *, use: bool, why: str
    ) -> StoredForm:
        """Return the form saved, as a draft or for use.

        Raises:
            YakubaError: DESIGN-001 when somebody saved meanwhile; FILE-003, STORE-002.
        """
        change = self.desk.change(opened.visitor, " ".join(why.split())[:_LONGEST_WHY])
        state = FormState.USED if use else FormState.DRAFT
        return self.desk.forms.save(
            opened.name, text, base=base, state=state, change=change
        )

    def _conflict(
        self, opened: Opened, text: str, error: NeedsPersonError
    ) -> dict[str, Any]:
        last = next(iter(self.desk.forms.history(opened.name)), None)
        return {
            "problem": error.sentence,
            "base": opened.stored.sha256,
            "by": last.by if last and last.sha256 == opened.stored.sha256 else "",
            "diff": diff_lines(opened.stored.text, text),
        }

    async def restored(self, request: Request) -> Response:
        """Make a version of the history the draft."""
        demand(request, *ROLES)
        form = await form_of(request)
        number, base = form.get("number"), form.get("base")
        return await run_in_threadpool(self._restored, request, number, base)

    def _restored(self, request: Request, number: str, base: str) -> Response:
        opened = self.open(request)
        text = self.kept(opened.name, number)
        self.save(opened, text, base, use=False, why=f"版 {int(number)} に戻した")
        return RedirectResponse(f"/forms/{opened.name}", _MOVED)

    async def discarded(self, request: Request) -> Response:
        """Take a draft away."""
        demand(request, *ROLES)
        form = await form_of(request)
        return await run_in_threadpool(self._discarded, request, form.get("base"))

    def _discarded(self, request: Request, base: str) -> Response:
        opened = self.open(request)
        change = self.desk.change(opened.visitor, "下書きをやめた")
        self.desk.forms.discard(opened.name, base=base, change=change)
        return RedirectResponse("/forms", _MOVED)

    def history(self, request: Request) -> Response:
        """List every version; show how one differs from what is worked on."""
        opened = self.open(request)
        number = request.query_params.get("version", "")
        lines = []
        if number:
            lines = diff_lines(self.kept(opened.name, number), opened.stored.text)
        versions = self.desk.forms.history(opened.name)
        return page(
            request,
            opened.visitor,
            "designer/history.html",
            name=opened.name,
            stored=opened.stored,
            versions=versions[:SHOWN_HISTORY],
            total=len(versions),
            chosen=number,
            lines=lines,
        )

    def kept(self, name: str, number: str) -> str:
        """Return the text of a version.

        Raises:
            HTTPException: 404 when there is no such version.
        """
        plain = number.isascii() and number.isdigit() and len(number) < 7
        text = self.desk.forms.kept_text(name, int(number)) if plain else None
        if text is None:
            raise HTTPException(404)
        return text

    # --- what the pages share --------------------------------------------------

    def open(self, request: Request) -> Opened:
        """Return who asks, and the form of the path.

        Raises:
            HTTPException: 403 without the role, 404 when there is no such form.
            NeedsPersonError: DESIGN-003.
        """
        visitor = demand(request, *ROLES)
        stored = self.desk.forms.find(request.path_params["name"])
        if stored is None:
            raise HTTPException(404)
        return Opened(visitor, stored)

    def drawn(self, opened: Opened, sent: Any) -> Drawn:
        """Return what was sent as a definition; its blank stays the one it has.

        Raises:
            HTTPException: 400 when it is no definition.
        """
        try:
            drawn = drawn_of(sent["values"])
        except (NotADrawingError, KeyError, TypeError) as error:
            raise HTTPException(400) from error
        before = drawn_from(opened.stored.text)
        # A path that came in is never followed: only the file's own counts.
        kept = {key: before.values.get(key) for key in _OF_PAPER} if before else {}
        own = {key: one for key, one in kept.items() if one is not None}
        others = {k: v for k, v in drawn.values.items() if k not in _OF_PAPER}
        return Drawn({**others, **own})

    def look(self, name: str, text: str) -> LookedThrough:
        """Return what a definition is and what is wrong with it."""
        forms = self.desk.forms
        others = forms.used_paths(but=name)
        return look_through(text, forms.folder, others, self.desk.lists())

    def shown(self, look: LookedThrough, drawn: Drawn) -> list[dict[str, Any]]:
        """Return faults as the board shows them."""
        return as_shown(look.findings, drawn)

    def own_blank(self, opened: Opened) -> FormDefinition:
        """Return a definition with the form's blank; its fields may have faults.

        Raises:
            HTTPException: 404 when there is no blank.
        """
        drawn = drawn_from(opened.stored.text)
        if drawn is None:
            raise HTTPException(404)
        values = plain_values(drawn.values)
        head = {
            key: values.get(key)
            for key in ("form", "title", "version", "page_mm", "blank", "blank_dpi")
        }
        anywhere = {"id": "x", "label": "", "kind": "text", "box_mm": [0, 0, 1, 1]}
        try:
            form = FormDefinition.model_validate({**head, "fields": [anywhere]})
        except ValueError as error:
            raise HTTPException(404) from error
        blank = self.desk.forms.folder / form.blank
        if not blank.is_file():
            raise HTTPException(404)
        return form.model_copy(update={"blank": blank.resolve()})


async def _json(request: Request) -> Any:
    """Return what was sent; a definition is short, though files here may be long."""
    if int(request.headers.get("content-length", "0")) > _LONGEST_JSON:
        raise HTTPException(413)
    return await json_of(request)


def diff_lines(before: str, after: str) -> list[tuple[str, str]]:
    """Return how one text became another: lines with +, - or nothing before them."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), lineterm="", n=2
    )
    return [
        ("…", "") if line.startswith("@@") else (line[:1].strip(), line[1:])
        for line in lines
        if not line.startswith(("---", "+++"))
    ]
