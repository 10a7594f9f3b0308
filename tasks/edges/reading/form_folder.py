"""configs/forms as the form designer keeps it: definitions, drafts, every old version.

`NAME.yaml` is read with by the next run. `NAME.yaml.draft` is being drawn; no run sees
it. `history/NAME/0001.yaml, 0002.yaml ...` are all versions there ever were, each with
a JSON file that says who saved it, when and why. Nothing is taken out of the history.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tasks.domain.errors import NeedsPersonError
from tasks.edges.finished_files import write_together
from tasks.edges.office_database.audit_log import AuditEvent, AuditFile, append_entry
from tasks.edges.office_database.database import Database

USED_SUFFIX, DRAFT_SUFFIX = ".yaml", ".yaml.draft"
HISTORY = "history"
OUTSIDE = "画面の外で保存された内容"
"""Why a version is kept that somebody wrote into the folder by hand."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_RESERVED = re.compile(r"con|prn|aux|nul|history|(com|lpt)[0-9]")
"""Names that Windows keeps for itself, and our own."""
_MOST_BYTES = 1_000_000


class FormState(StrEnum):
    """Whether runs read with a definition."""

    USED = "used"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class StoredForm:
    """A definition as it lies in the folder."""

    name: str
    """Of its file, without ending."""
    state: FormState
    text: str = field(repr=False)
    sha256: str
    """Of the text: what a save must name as its base."""


@dataclass(frozen=True, slots=True)
class Change:
    """Who saves, when and why."""

    by: str
    at: dt.datetime
    """With time zone."""
    why: str


@dataclass(frozen=True, slots=True)
class KeptForm:
    """One version of the history."""

    number: int
    """1, 2, 3 ..."""
    state: FormState
    by: str
    """Empty when it was written by hand."""
    at: dt.datetime
    why: str
    sha256: str


@dataclass(frozen=True, slots=True)
class FormFolder:
    """The definitions of one installation."""

    folder: Path
    """configs/forms."""
    database: Database

    def names(self) -> tuple[str, ...]:
        """Return the definitions and drafts there are, sorted."""
        found = {
            path.name.removesuffix(suffix)
            for suffix in (USED_SUFFIX, DRAFT_SUFFIX)
            for path in self.folder.glob(f"*{suffix}")
        }
        return tuple(sorted(found))

    def find(self, name: str) -> StoredForm | None:
        """Return what is being worked on: the draft, or else the definition in use.

        Args:
            name: As it came in; only names of files that are there lead to a file.

        Raises:
            NeedsPersonError: DESIGN-003 when the file is not UTF-8 or cannot be read.
        """
        if name not in self.names():
            return None
        used = self._stored(name, FormState.USED)
        draft = self._stored(name, FormState.DRAFT)
        # A kill between the two steps of a save leaves a draft that is in use.
        if draft is None or (used is not None and used.text == draft.text):
            return used
        return draft

    def used(self, name: str) -> StoredForm | None:
        """Return the definition that runs read with, None when there is none."""
        return self._stored(name, FormState.USED) if name in self.names() else None

    def used_paths(self, *, but: str = "") -> tuple[Path, ...]:
        """Return the files that runs read with, all but one name's."""
        return tuple(
            path
            for path in sorted(self.folder.glob(f"*{USED_SUFFIX}"))
            if path.name != f"{but}{USED_SUFFIX}"
        )

    def is_free(self, name: str) -> bool:
        """Return whether a new form may have this name; old names stay taken."""
        fits = _NAME.fullmatch(name) and not _RESERVED.fullmatch(name)
        return bool(fits) and not (
            (self.folder / f"{name}.png").exists()
            or self._past(name).exists()
            or name in self.names()
        )

    def create(self, name: str, text: str, blank: bytes, change: Change) -> StoredForm:
        """Return a new draft, written beside the picture of its blank.

        Args:
            name: Of its file.
            text: YAML whose blank is `name.png`.
            blank: PNG.
            change: Who, when, why.

        Raises:
            NeedsPersonError: DESIGN-002 when the name cannot be used or is taken,
                FILE-003 when nothing can be written.
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            if not self.is_free(name):
                raise NeedsPersonError("DESIGN-002", "taken, or no identifier")
            stored = _stored_form(name, FormState.DRAFT, text)
            self._keep(stored, change)
            append_entry(connection, self._event("form_drafted", stored, change, ""))
            write_together(
                self.folder,
                {f"{name}.png": blank, f"{name}{DRAFT_SUFFIX}": text.encode()},
            )
        return stored

    def save(
        self, name: str, text: str, *, base: str, state: FormState, change: Change
    ) -> StoredForm:
        """Return a definition saved, with every earlier version kept.

        Args:
            name: Of a definition or draft that is there.
            text: YAML; for `USED` without faults, which is the caller's to see to.
            base: SHA-256 of the text that was changed.
            state: `DRAFT` leaves what runs read with as it is.
            change: Who, when, why.

        Raises:
            NeedsPersonError: DESIGN-001 when somebody saved meanwhile: nothing is
                written. DESIGN-003 when there is no such definition or the text is too
                long; FILE-003.
            TryAgainError: STORE-002.
        """
        if len(text.encode()) > _MOST_BYTES:
            raise NeedsPersonError("DESIGN-003", "too long")
        with self.database.writing() as connection:
            current = self.find(name)
            if current is None:
                raise NeedsPersonError("DESIGN-003", "no such definition")
            stored = _stored_form(name, state, text)
            if stored == current:
                return current  # sent twice, or nothing changed
            if current.sha256 != base:
                raise NeedsPersonError("DESIGN-001", f"{name}: saved by another")
            self._keep_outside(name, change.at)
            number = self._keep(stored, change)
            event = self._event("form_saved", stored, change, current.sha256, number)
            append_entry(connection, event)
            self._put(stored)
        return stored

    def discard(self, name: str, *, base: str, change: Change) -> None:
        """Take a draft away; what is in use stays, and the draft is in the history.

        Args:
            name: Of a draft.
            base: SHA-256 of the draft as it was seen.
            change: Who, when, why.

        Raises:
            NeedsPersonError: DESIGN-001 when it was saved meanwhile, DESIGN-003 when
                there is no draft; FILE-003.
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            current = self.find(name)
            if current is None or current.state is not FormState.DRAFT:
                raise NeedsPersonError("DESIGN-003", "no such draft")
            if current.sha256 != base:
                raise NeedsPersonError("DESIGN-001", f"{name}: saved by another")
            self._keep_outside(name, change.at)
            event = self._event("form_draft_discarded", current, change, base)
            append_entry(connection, event)
            self._path(name, FormState.DRAFT).unlink(missing_ok=True)
            own_blank = self.folder / f"{name}.png"
            if self.used(name) is None and own_blank.exists():
                own_blank.replace(self._past(name) / own_blank.name)

    def history(self, name: str) -> tuple[KeptForm, ...]:
        """Return the versions kept of a definition, newest first."""
        if not _is_plain(name):
            return ()
        found = [
            _kept_form(path)
            for path in self._past(name).glob("*.json")
            if path.stem.isdigit()
        ]
        return tuple(sorted(found, key=lambda one: -one.number))

    def kept_text(self, name: str, number: int) -> str | None:
        """Return the YAML of one version kept, None when there is no such."""
        if number not in {one.number for one in self.history(name)}:
            return None
        return (self._past(name) / f"{number:04}.yaml").read_text(encoding="utf-8")

    def _path(self, name: str, state: FormState) -> Path:
        used = state is FormState.USED
        return self.folder / f"{name}{USED_SUFFIX if used else DRAFT_SUFFIX}"

    def _past(self, name: str) -> Path:
        return self.folder / HISTORY / name

    def _stored(self, name: str, state: FormState) -> StoredForm | None:
        try:
            text = self._path(name, state).read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise NeedsPersonError(
                "DESIGN-003", f"{name}: {type(error).__name__}"
            ) from error
        return _stored_form(name, state, text)

    def _put(self, stored: StoredForm) -> None:
        path = self._path(stored.name, stored.state)
        write_together(self.folder, {path.name: stored.text.encode()})
        if stored.state is FormState.USED:
            self._path(stored.name, FormState.DRAFT).unlink(missing_ok=True)

    def _keep_outside(self, name: str, at: dt.datetime) -> None:
        """Keep what lies in the folder and was never saved by the designer."""
        kept = {(one.state, one.sha256) for one in self.history(name)}
        for state in FormState:
            found = self._stored(name, state)
            if found is not None and (state, found.sha256) not in kept:
                self._keep(found, Change("", at, OUTSIDE))

    def _keep(self, stored: StoredForm, change: Change) -> int:
        number = 1 + max((one.number for one in self.history(stored.name)), default=0)
        said = {
            "state": stored.state.value,
            "by": change.by,
            "at": change.at.isoformat(),
            "why": change.why,
            "sha256": stored.sha256,
        }
        write_together(
            self._past(stored.name),
            {
                f"{number:04}.yaml": stored.text.encode(),
                f"{number:04}.json": json.dumps(said, ensure_ascii=False).encode(),
            },
        )
        return number

    def _event(
        self,
        action: str,
        stored: StoredForm,
        change: Change,
        before: str,
        number: int = 1,
    ) -> AuditEvent:
        return AuditEvent(
            action,
            change.by,
            change.at,
            stored.name,
            (AuditFile(f"{stored.name}.yaml", stored.sha256),),
            {
                "state": stored.state.value,
                "version": number,
                "before": before,
                "why": change.why,
            },
        )


def _is_plain(name: str) -> bool:
    """Tell whether a name cannot lead out of the folder of the history."""
    return bool(name) and not name.startswith(".") and Path(name).name == name


def _stored_form(name: str, state: FormState, text: str) -> StoredForm:
    return StoredForm(name, state, text, hashlib.sha256(text.encode()).hexdigest())


def _kept_form(path: Path) -> KeptForm:
    said = json.loads(path.read_text(encoding="utf-8"))
    return KeptForm(
        number=int(path.stem),
        state=FormState(said["state"]),
        by=said["by"],
        at=dt.datetime.fromisoformat(said["at"]),
        why=said["why"],
        sha256=said["sha256"],
    )
