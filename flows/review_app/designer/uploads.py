"""Files that come in: a blank to draft from, a filled scan to try."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from flows.review_app.access.gate import (
    Form,
    Visitor,
    demand,
    form_of,
    page,
    record_view,
)
from flows.review_app.designer import jobs
from flows.review_app.designer.desk import DRAFT_SECONDS, UPLOAD_LIMITS, Desk
from flows.review_app.designer.drawing import drawn_from
from flows.review_app.designer.pages import ROLES, Opened, Pages
from ocr.design.yaml_merge import merged_text
from ocr.design.yaml_text import Heading, plain_line
from ocr.errors import ReadingError
from tasks.domain.errors import SENTENCES, YakubaError
from tasks.edges.office_database.audit_log import AuditLog
from tasks.procedures.form_designs import STATUS_NAMES, TriedSheet

MAX_BYTES = 64 * 1024 * 1024
"""Of a request with a file."""
_MOVED, _UNPROCESSABLE = 303, 422
_NOTHING_FOUND = "書き込む場所を一つも見つけられませんでした。空の用紙か、向きが正しいかを確かめてください。"
_NO_FILE = "ファイルを選んでください。"
_NO_PAGE = "ページは1から20までの数で入れてください。"

T = TypeVar("T")


class RefusedError(Exception):
    """What was brought cannot be used; the sentence is for staff."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """One method per file that comes in."""

    desk: Desk
    pages: Pages

    async def created(self, request: Request) -> Response:
        """Draft a definition from a blank and open it."""
        visitor = demand(request, *ROLES)
        form = await form_of(request, max_files=1)
        try:
            return await run_in_threadpool(self._created, request, visitor, form)
        finally:
            await form.data.close()

    def _created(self, request: Request, visitor: Visitor, form: Form) -> Response:
        typed = {key: form.get(key) for key in ("name", "title", "version", "page")}
        try:
            name = self._draft(visitor, form, typed)
        except RefusedError as error:
            return self.pages.index_page(request, visitor, str(error), **typed)
        return RedirectResponse(f"/forms/{name}", _MOVED)

    def _draft(self, visitor: Visitor, form: Form, typed: dict[str, str]) -> str:
        upload = _file_of(form, "blank")
        number = typed["page"] or "1"
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= 20):
            raise RefusedError(_NO_PAGE)
        source = plain_line(PurePath(upload.filename or "").name)[:80]
        name = typed["name"].strip() or self._free_name(source)
        if not self.desk.forms.is_free(name):
            raise RefusedError(SENTENCES["DESIGN-002"])
        heading = Heading(
            name,
            plain_line(typed["title"])[:100],
            plain_line(typed["version"])[:40]
            or self.desk.office.clock().strftime("%Y-%m"),
            f"{name}.png",
            source,
        )
        made = self._with(
            upload,
            lambda path: self.desk.worker.run(
                jobs.draft_blank,
                path,
                int(number),
                heading,
                UPLOAD_LIMITS,
                seconds=DRAFT_SECONDS,
            ),
        )
        if not made.places:
            raise RefusedError(_NOTHING_FOUND)
        change = self.desk.change(visitor, f"{source} から下書き")
        forms = self.desk.forms
        _refusing(lambda: forms.create(name, made.text, made.blank_png, change))
        looks = (forms.folder / f"{name}.png").stat()
        key = f"{name}.png {looks.st_mtime_ns} {looks.st_size}"
        self.desk.remember(key, made.printed)
        return name

    def _free_name(self, source: str) -> str:
        """Return a name from that of the file, with a number when it is taken."""
        stem = re.sub(r"[^a-z0-9]+", "_", PurePath(source).stem.lower()).strip("_")
        stem = stem if re.match(r"[a-z]", stem) else "form"
        return next(
            name
            for name in (stem[:40], *(f"{stem[:40]}_{n}" for n in range(2, 10_000)))
            if self.desk.forms.is_free(name)
        )

    async def tried(self, request: Request) -> Response:
        """Read a filled scan by what is drawn; nothing is stored."""
        demand(request, *ROLES)
        form = await form_of(request, max_files=1)
        try:
            return await run_in_threadpool(self._tried, request, form)
        finally:
            await form.data.close()

    def _tried(self, request: Request, form: Form) -> Response:
        opened = self.pages.open(request)
        with_script = "text/html" not in request.headers.get("accept", "")
        try:
            token, sheets = self._try(opened, form)
        except RefusedError as error:
            if with_script:
                return JSONResponse({"problem": str(error)}, _UNPROCESSABLE)
            return self._trial_page(request, opened, problem=str(error))
        if with_script:
            return JSONResponse(
                {"token": token, "sheets": [_sheet(one) for one in sheets]}
            )
        return self._trial_page(request, opened, token=token, sheets=sheets)

    def _try(self, opened: Opened, form: Form) -> tuple[str, tuple[TriedSheet, ...]]:
        upload = _file_of(form, "scan")
        text = self._drawn_text(opened, form)
        look = self.pages.look(opened.name, text)
        if look.form is None:
            raise RefusedError(
                "様式に書き方の誤りがあります。先に誤りを直してください。"
            )
        definition = look.form
        sheets = self._with(upload, lambda path: self.desk.try_scan(path, definition))
        if not sheets:
            raise RefusedError("白紙のページしかありません。")
        visitor = opened.visitor
        AuditLog(self.desk.office.database).append(
            "form_tried",
            who=visitor.login,
            at=self.desk.office.clock(),
            subject=opened.name,
            details={"pages": len(sheets)},
        )
        token = self.desk.keep_trial(visitor, opened.name, sheets)
        record_view(self.desk.office, visitor, "trial", [opened.name])
        return token, sheets

    def _drawn_text(self, opened: Opened, form: Form) -> str:
        """Return the definition to try: as drawn just now, or else as saved."""
        sent = form.get("drawn")
        if not sent:
            return opened.stored.text
        try:
            values: Any = json.loads(sent)
        except ValueError as error:
            raise HTTPException(400) from error
        drawn = self.pages.drawn(opened, {"values": values})
        return merged_text(opened.stored.text, drawn.values)

    def _trial_page(
        self,
        request: Request,
        opened: Opened,
        *,
        problem: str = "",
        token: str = "",
        sheets: tuple[TriedSheet, ...] = (),
    ) -> Response:
        drawn = drawn_from(opened.stored.text)
        return page(
            request,
            opened.visitor,
            "designer/trial.html",
            status=_UNPROCESSABLE if problem else 200,
            name=opened.name,
            title=drawn.values.get("title", opened.name) if drawn else opened.name,
            problem=problem,
            token=token,
            sheets=[_sheet(one) for one in sheets],
        )

    def trial_page(self, request: Request) -> Response:
        """Ask for a scan to try, for browsers without JavaScript."""
        return self._trial_page(request, self.pages.open(request))

    def picture(self, request: Request) -> Response:
        """Return a page or a field of a trial."""
        opened = self.pages.open(request)
        given = request.path_params
        trial = self.desk.trial(opened.visitor, opened.name, given["token"])
        sheets = {one.page: one for one in trial.sheets} if trial else {}
        sheet = sheets.get(given["page"])
        place = given.get("place")
        if sheet is None or (place is not None and place >= len(sheet.fields)):
            raise HTTPException(404)
        png = sheet.laid_png if place is None else sheet.fields[place].crop_png
        if not png:
            raise HTTPException(404)
        return Response(png, media_type="image/png")

    def _with(self, upload: UploadFile, job: Callable[[Any], T]) -> T:
        """Return what is made of an upload; whatever is wrong with it as a sentence."""
        with self.desk.brought(upload) as path:
            return _refusing(lambda: job(path))


def _refusing(step: Callable[[], T]) -> T:
    try:
        return step()
    except (ReadingError, YakubaError) as error:
        raise RefusedError(error.sentence) from error


def _file_of(form: Form, name: str) -> UploadFile:
    upload = form.file(name)
    if upload is None:
        raise RefusedError(_NO_FILE)
    return upload


def _sheet(sheet: TriedSheet) -> dict[str, Any]:
    return {
        "page": sheet.page,
        "trouble": sheet.trouble,
        "residual_mm": round(sheet.residual_mm or 0.0, 2),
        "fields": [
            {
                "id": one.id,
                "label": one.label,
                "texts": list(dict.fromkeys(one.texts)),
                "value": one.value,
                "status": one.status.value,
                "said": STATUS_NAMES[one.status],
                "reason": one.reason,
                "crop": bool(one.crop_png),
            }
            for one in sheet.fields
        ],
    }
