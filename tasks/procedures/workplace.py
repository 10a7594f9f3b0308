"""Where the work is done: settings, forms and stores of one installation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from ocr.errors import FormDefinitionError
from ocr.forms import FormDefinition, load_forms
from ocr.model import PLACES, TOWNS
from tasks.domain.errors import SettingsError
from tasks.domain.office.settings import Settings
from tasks.edges.config_files import load_settings
from tasks.edges.hours_saved.savings_ledger import SavingsLedger
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.reading.accuracy_store import AccuracyStore
from tasks.edges.reading.document_store import DocumentStore
from tasks.edges.review.clerk_record import ClerkRecord
from tasks.edges.review.review_store import ReviewStore
from tasks.edges.runs.run_history import RunHistory
from tasks.edges.towns import home_towns


@dataclass(frozen=True, slots=True)
class Workplace:
    """One installation, opened."""

    home: Path
    """Folder that holds configs/; relative paths count from here."""
    work: Path
    """Databases, caches, results."""
    settings: Settings
    forms: tuple[FormDefinition, ...]
    database: Database

    @property
    def documents(self) -> DocumentStore:
        """Readings of paper."""
        return DocumentStore(self.database)

    @property
    def review(self) -> ReviewStore:
        """Questions to staff."""
        return ReviewStore(self.database, self.settings.review.entry)

    @property
    def accuracy(self) -> AccuracyStore:
        """What the blind sample showed."""
        return AccuracyStore(self.database)

    @property
    def savings(self) -> SavingsLedger:
        """The account of minutes."""
        return SavingsLedger(self.database)

    @property
    def clerks(self) -> ClerkRecord:
        """What clerks decided and noted on 税務課控え."""
        return ClerkRecord(self.database)

    @property
    def history(self) -> RunHistory:
        """The runs of 滞納確認."""
        return RunHistory(self.database)

    @property
    def audit(self) -> AuditLog:
        """Who did what on which files."""
        return AuditLog(self.database)

    @property
    def program(self) -> str:
        """Version of the program, printed on papers."""
        return version("yakuba")

    @property
    def words(self) -> dict[str, frozenset[str]]:
        """What fields usually hold, by list: the city's towns, and what it listed."""
        return word_lists(self.settings)

    @property
    def ledger_cache(self) -> Path:
        """Folder of the normalised ledgers."""
        return self.work / "ledger_cache"

    def path(self, written: str) -> Path:
        """Return a path as staff wrote it; relative ones count from home."""
        return (self.home / written).resolve()


_OUTER = re.compile(r".+(?:郡(?P<a>.+[町村])|市(?P<b>.+区))$")


def word_lists(settings: Settings) -> dict[str, frozenset[str]]:
    """Return what fields usually hold, by list: the city's towns, and what it listed."""
    city = settings.municipality
    home = home_towns(city.prefecture, city.city, frozenset(city.towns))
    names = {city.city, _without_outer(city.city)}
    places = frozenset(names | {f"{city.prefecture}{name}" for name in names})
    return {TOWNS: home.towns, PLACES: places} | {
        name: frozenset(words) for name, words in settings.words.lists.items()
    }


def _without_outer(city: str) -> str:
    """Return a city as people write it who leave out its 郡, or the city of its ward.

    Examples:
        >>> _without_outer("朝凪郡白砂町"), _without_outer("名古屋市中区")
        ('白砂町', '中区')
        >>> _without_outer("みなと市"), _without_outer("郡山市")
        ('みなと市', '郡山市')
    """
    found = _OUTER.match(city)
    return (found["a"] or found["b"]) if found else city


def find_home(environ: Mapping[str, str], here: Path) -> Path:
    """Return the folder that holds configs/.

    YAKUBA_HOME names it; else it is the current folder when that holds configs/, else
    the folder of the installation.
    """
    if environ.get("YAKUBA_HOME"):
        return Path(environ["YAKUBA_HOME"]).resolve()
    if (here / "configs").is_dir():
        return here.resolve()
    return Path(__file__).resolve().parents[2]


def find_work(environ: Mapping[str, str]) -> Path | None:
    """Return the work folder that YAKUBA_WORK names, or None: as configured."""
    named = environ.get("YAKUBA_WORK")
    return Path(named).resolve() if named else None


def open_workplace(home: Path, *, work: Path | None = None) -> Workplace:
    """Return the installation of a folder, its database brought up to date.

    Args:
        home: Folder that holds configs/.
        work: Work folder in place of the configured one.

    Raises:
        SettingsError: All faults of all configuration files and form definitions.
        NeedsPersonError: STORE-001 when the database cannot be opened.
        TryAgainError: STORE-002 while another program holds it.
    """
    faults: list[str] = []
    settings: Settings | None = None
    forms: tuple[FormDefinition, ...] = ()
    try:
        settings = load_settings(home / "configs")
    except SettingsError as error:
        faults.extend(error.faults)
    try:
        forms = load_forms(home / "configs" / "forms")
    except FormDefinitionError as error:
        faults.extend(error.faults)
    if settings is not None:
        faults.extend(_unknown_lists(forms, settings))
    if faults or settings is None:
        raise SettingsError(tuple(faults))
    folder = work or (home / settings.municipality.work_folder)
    url = settings.municipality.database_url or sqlite_url(folder / "yakuba.sqlite3")
    return Workplace(
        home=home,
        work=folder,
        settings=settings,
        forms=forms,
        database=open_database(url),
    )


def _unknown_lists(forms: Sequence[FormDefinition], settings: Settings) -> list[str]:
    known = {TOWNS, PLACES, *settings.words.lists}
    return [
        f"{form.form} {form.version}: {entry.id}: 一覧 {entry.words} が words.yaml にありません"
        for form in forms
        for entry in form.every_field
        if entry.words and entry.words not in known
    ]


STAFF_FOLDERS = (
    "inbox",
    "requests",
    "ledgers/persons",
    "ledgers/taxes",
    "decisions",
    "results",
)
"""Folders of the work folder in which staff put files or find them."""


def make_folders(place: Workplace) -> None:
    """Make the folders that the run form names, where they are missing."""
    for name in STAFF_FOLDERS:
        (place.work / name).mkdir(parents=True, exist_ok=True)
