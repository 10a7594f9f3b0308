"""What every room of the review page works with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flows.review_app.access.seals import Signer
from flows.review_app.fields.checking import Checker, checker
from tasks.domain.accounts import SessionLimits
from tasks.domain.entry_rules import EntryRules
from tasks.edges.database import Database


@dataclass(frozen=True, slots=True)
class Office:
    """One installation as its review page knows it."""

    database: Database
    clock: Callable[[], dt.datetime]
    """Gives the present moment in office time, with zone."""
    secret: bytes = field(repr=False)
    """32 bytes or more that seal form fields; the same after a restart."""
    check: Checker = field(default_factory=checker)
    """Tells what a typed text means."""
    city: str = ""
    """Printed in the heading, e.g. みなと市."""
    home: Path | None = None
    """Folder that holds configs/; None where no files are needed."""
    work_folder: Path | None = None
    """For databases and what is uploaded; `work` below home when not given."""
    jobs: Mapping[str, str] = field(default_factory=dict)
    """Title of each job known, by its name."""
    limits: SessionLimits = field(default_factory=SessionLimits)
    rules: EntryRules = field(default_factory=EntryRules)
    """Who must enter a field how often, and how long somebody is taken to look."""
    secure: bool = False
    """True when browsers reach the page by TLS."""

    @property
    def signer(self) -> Signer:
        """Seals what a form carries to the browser and back."""
        return Signer(self.secret)

    @property
    def configs(self) -> Path:
        """Folder of the settings and forms.

        Raises:
            ValueError: The office was opened without a home.
        """
        if self.home is None:
            msg = "this office has no folder of its own"
            raise ValueError(msg)
        return self.home / "configs"

    @property
    def work(self) -> Path:
        """Folder for what is only needed for a while.

        Raises:
            ValueError: The office was opened without a home.
        """
        return self.work_folder or self.configs.parent / "work"
