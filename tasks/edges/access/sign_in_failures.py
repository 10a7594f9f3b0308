"""Counts failed sign-ins before the password is even looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from tasks.domain.review.sign_in_delays import FORGOTTEN_AFTER, DelayRule, wait_left
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import SIGN_IN_FAILURES


@dataclass(frozen=True, slots=True)
class SignInFailures:
    """Failures in a row by subject: an account, an address, a browser (as hashes)."""

    database: Database

    def begin(
        self, subjects: Mapping[str, DelayRule], *, now: dt.datetime
    ) -> dt.timedelta:
        """Count an attempt as failed; return zero, or how long must be waited first.

        An attempt that must wait is not counted, so trying on does not lengthen the
        delay. Counting comes before looking at the password: a hundred attempts at
        once get no more tries than a hundred in a row.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            connection.execute(
                sa.delete(SIGN_IN_FAILURES).where(
                    SIGN_IN_FAILURES.c.last_at <= now - FORGOTTEN_AFTER
                )
            )
            rows = connection.execute(
                sa.select(SIGN_IN_FAILURES).where(
                    SIGN_IN_FAILURES.c.subject.in_(list(subjects))
                )
            )
            known = {row.subject: row for row in rows}
            waits = (
                wait_left(row.failures, row.last_at, now=now, rule=subjects[subject])
                for subject, row in known.items()
            )
            longest = max(waits, default=dt.timedelta(0))
            if longest:
                return longest
            for subject in subjects:
                _count(connection, subject, known=subject in known, now=now)
        return dt.timedelta(0)

    def succeed(self, subjects: Mapping[str, bool]) -> None:
        """Take an attempt back that was counted.

        Args:
            subjects: True when nothing is held against the subject any more; False
                when only this attempt is taken back, as for an address that several
                people, and a guesser with an account of his own, may share.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            for subject, cleared in subjects.items():
                is_subject = SIGN_IN_FAILURES.c.subject == subject
                if cleared:
                    connection.execute(sa.delete(SIGN_IN_FAILURES).where(is_subject))
                else:
                    connection.execute(
                        sa.update(SIGN_IN_FAILURES)
                        .where(is_subject)
                        .values(failures=SIGN_IN_FAILURES.c.failures - 1)
                    )


def _count(
    connection: sa.Connection, subject: str, *, known: bool, now: dt.datetime
) -> None:
    if known:
        connection.execute(
            sa.update(SIGN_IN_FAILURES)
            .where(SIGN_IN_FAILURES.c.subject == subject)
            .values(failures=SIGN_IN_FAILURES.c.failures + 1, last_at=now)
        )
    else:
        connection.execute(
            sa.insert(SIGN_IN_FAILURES).values(subject=subject, failures=1, last_at=now)
        )
