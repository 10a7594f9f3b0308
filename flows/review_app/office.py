"""What every room of the review page works with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flows.review_app.access.seals import Signer
from flows.review_app.fields.checking import Checker, checker
from tasks.domain.office.entry_rules import EntryRules
from tasks.domain.office.review_settings import SignInRules
from tasks.domain.review.accounts import SessionLimits
from tasks.domain.review.sign_in_delays import DelayRule
from tasks.edges.office_database.database import Database


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
    sign_in: SignInRules = field(default_factory=SignInRules)
    """How long a sign-in lasts and what guessing costs."""
    address: str = ""
    """As staff type it, when it is not this PC's own."""
    rules: EntryRules = field(default_factory=EntryRules)
    """Who must enter a field how often, and how long somebody is taken to look."""
    secure: bool = False
    """True when browsers reach the page by TLS."""

    @property
    def limits(self) -> SessionLimits:
        """How long a session lasts."""
        return SessionLimits(
            idle=dt.timedelta(minutes=self.sign_in.idle_minutes),
            absolute=dt.timedelta(hours=self.sign_in.session_hours),
        )

    @property
    def delay_rule(self) -> DelayRule:
        """What a failed sign-in costs."""
        return DelayRule(
            free=self.sign_in.free_failures,
            longest=dt.timedelta(minutes=self.sign_in.longest_delay_minutes),
        )

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
