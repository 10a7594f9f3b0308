"""Opens the office of an installation for its review page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from flows.review_app.fields.checking import checker
from flows.review_app.office import Office
from tasks.domain.office.settings import Settings
from tasks.edges.access.office_secrets import office_secret
from tasks.edges.office_database.database import Database
from tasks.edges.towns import home_towns


def open_office(
    database: Database,
    settings: Settings,
    *,
    home: Path,
    work: Path,
    clock: Callable[[], dt.datetime],
    secure: bool = False,
) -> Office:
    """Return the office whose settings these are.

    Args:
        database: Of the installation.
        settings: As read from configs/.
        home: Folder that holds configs/.
        work: Folder for what is only needed for a while.
        clock: Gives the present moment in office time, with zone.
        secure: This program serves TLS itself.
    """
    city = settings.municipality
    return Office(
        database=database,
        clock=clock,
        secret=office_secret(database, "forms"),
        check=checker(
            oldest_birth_year=settings.acceptance.oldest_birth_year,
            home=home_towns(city.prefecture, city.city, frozenset(city.towns)),
        ),
        rules=settings.review.entry,
        sign_in=settings.review.sign_in,
        address=settings.review.address,
        secure=secure or bool(settings.review.proxies),
        home=home,
        work_folder=work,
        city=city.city,
        jobs={one.job: one.title for one in settings.savings.baselines},
    )
