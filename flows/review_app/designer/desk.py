"""The designer's desk: the folder of forms, the helper process, what lies on it now."""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from starlette.datastructures import UploadFile

from flows.review_app.access.gate import Visitor
from flows.review_app.designer import jobs
from flows.review_app.designer.worker import Worker
from flows.review_app.office import Office
from ocr.design.suggest import BlankPrint
from ocr.forms import FormDefinition
from ocr.pages import Limits
from tasks.domain.errors import SettingsError
from tasks.edges.config_files import load_settings
from tasks.edges.reading.form_folder import Change, FormFolder
from tasks.procedures.form_designs import TrialRules, TriedSheet
from tasks.procedures.workplace import word_lists

UPLOAD_LIMITS = Limits(max_pages=20)
"""On a blank or a sample; pixels as everywhere."""
DRAFT_SECONDS, TRIAL_SECONDS = 120.0, 120.0
_KEPT_TRIALS, _TRIAL_MINUTES = 8, 15
_KEPT_PRINTS = 16
_LEFT_SECONDS = 3600.0
_COPY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Trial:
    """A scan that was tried; kept in memory only, for whoever brought it."""

    account_id: str
    name: str
    """Of the form."""
    at: dt.datetime
    sheets: tuple[TriedSheet, ...] = field(repr=False)


@dataclass(slots=True)
class Desk:
    """What the pages of this room share."""

    office: Office
    worker: Worker = field(default_factory=Worker)
    _trials: OrderedDict[str, Trial] = field(default_factory=OrderedDict)
    _prints: OrderedDict[str, BlankPrint] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def forms(self) -> FormFolder:
        """The definitions of the installation."""
        return FormFolder(self.office.configs / "forms", self.office.database)

    def change(self, visitor: Visitor, why: str) -> Change:
        """Return who changes something now, and why."""
        return Change(visitor.login, self.office.clock(), why)

    @contextlib.contextmanager
    def brought(self, upload: UploadFile) -> Iterator[Path]:
        """Yield a copy of what was uploaded; gone afterwards, whatever happens.

        Its own name is never used: the copy is called `upload`.
        """
        folder = self._folder()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix="upload_") as temporary:
            path = Path(temporary) / "upload"
            with path.open("wb") as stream:
                shutil.copyfileobj(upload.file, stream, _COPY_BYTES)
            yield path

    def sweep(self) -> None:
        """Remove what a killed server left of uploads; another's are not touched."""
        oldest = self.office.clock().timestamp() - _LEFT_SECONDS
        for left in self._folder().glob("upload_*"):
            with contextlib.suppress(OSError):
                if left.stat().st_mtime < oldest:
                    shutil.rmtree(left, ignore_errors=True)

    def _folder(self) -> Path:
        return self.office.work / "designer"

    def try_scan(self, path: Path, form: FormDefinition) -> tuple[TriedSheet, ...]:
        """Return what a run would make of a scan, by the settings of this office.

        Raises:
            ReadingError: PAGE-001 to PAGE-006, ENGINE-001.
            SettingsError: The settings have faults.
            YakubaError: DESIGN-004, DESIGN-005.
        """
        settings = load_settings(self.office.configs)
        rules = TrialRules(
            settings.acceptance,
            word_lists(settings),
            self.office.clock().date(),
            UPLOAD_LIMITS,
        )
        return self.worker.run(jobs.try_scan, path, form, rules, seconds=TRIAL_SECONDS)

    def lists(self) -> tuple[str, ...] | None:
        """Return the names of the lists of words; None while settings have faults."""
        try:
            return ("towns", *load_settings(self.office.configs).words.lists)
        except SettingsError:
            return None

    def keep_trial(
        self, visitor: Visitor, name: str, sheets: tuple[TriedSheet, ...]
    ) -> str:
        """Keep a trial for some minutes; return the token under which it is found."""
        token = secrets.token_urlsafe(16)
        trial = Trial(visitor.account_id, name, self.office.clock(), sheets)
        with self._lock:
            self._trials[token] = trial
            while len(self._trials) > _KEPT_TRIALS:
                self._trials.popitem(last=False)
        return token

    def trial(self, visitor: Visitor, name: str, token: str) -> Trial | None:
        """Return a trial of this visitor's, None when it is gone."""
        oldest = self.office.clock() - dt.timedelta(minutes=_TRIAL_MINUTES)
        with self._lock:
            for key in [key for key, one in self._trials.items() if one.at < oldest]:
                del self._trials[key]
            found = self._trials.get(token)
        mine = found is not None and found.account_id == visitor.account_id
        return found if mine and found is not None and found.name == name else None

    def remember(self, key: str, printed: BlankPrint) -> None:
        """Keep what is printed on a blank."""
        with self._lock:
            self._prints[key] = printed
            self._prints.move_to_end(key)
            while len(self._prints) > _KEPT_PRINTS:
                self._prints.popitem(last=False)

    def printed(self, key: str, form: FormDefinition) -> BlankPrint:
        """Return what is printed on a blank; the first time takes seconds.

        Args:
            key: Of the blank: its name and time.
            form: A definition with that blank; its fields do not matter.

        Raises:
            ReadingError: ENGINE-001.
            YakubaError: DESIGN-004, DESIGN-005.
        """
        with self._lock:
            known = self._prints.get(key)
        if known is not None:
            return known
        found = self.worker.run(jobs.look_at_blank, form, seconds=DRAFT_SECONDS)
        self.remember(key, found)
        return found
