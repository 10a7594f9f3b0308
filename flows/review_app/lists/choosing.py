"""Which questions the address of a list means; nothing in it tells of a person."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flows.review_app.access.gate import Visitor
from flows.review_app.fields.wording import parse_group
from flows.review_app.lists.people import People
from tasks.domain.review.question_list import Filter, State

_SHA256 = re.compile(r"[0-9a-f]{64}")
WORDS = ("job", "group", "form", "document", "person", "first", "last")
"""Words of an address beside the state and the place in the list."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose, and how to say it again."""

    wanted: Filter
    words: Mapping[str, str]
    """Of the address; only what was understood."""

    def address(self, **other: str) -> str:
        """Return the address of this list with some words changed."""
        words = {"state": self.wanted.state.value, **self.words, **other}
        query = urlencode({key: value for key, value in words.items() if value})
        return f"/lists?{query}"

    @property
    def narrowed(self) -> bool:
        """Return whether anything but the state was chosen."""
        return bool(self.words)


def choice_of(
    query: Mapping[str, str],
    *,
    visitor: Visitor,
    people: People,
    zone: dt.tzinfo | None,
) -> Choice:
    """Return what an address means; words that mean nothing are passed over."""
    words = {key: query[key].strip() for key in WORDS if query.get(key, "").strip()}
    since, until = days_of(words, zone)
    if parse_group(words.get("group", "")) is None:
        words.pop("group", None)
    if not _SHA256.fullmatch(words.get("document", "")):
        words.pop("document", None)
    state = _state(query.get("state", ""))
    person = words.get("person", "")
    wanted = Filter(
        state=state,
        jobs=_jobs(visitor, words.get("job", "")),
        group=parse_group(words.get("group", "")),
        form=words.get("form", ""),
        document=words.get("document", ""),
        person=people.account_id(person) if state is State.OPEN else person,
        since=since,
        until=until,
    )
    return Choice(wanted, words)


def days_of(
    words: dict[str, str], zone: dt.tzinfo | None
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return when the days `first` to `last` begin and end; takes out what is no day."""
    moments: list[dt.datetime | None] = []
    for key, later in (("first", 0), ("last", 1)):
        day = _day(words.get(key, ""))
        if day is None:
            words.pop(key, None)
            moments.append(None)
            continue
        after = day + dt.timedelta(days=later)
        moments.append(dt.datetime.combine(after, dt.time(), zone))
    return moments[0], moments[1]


def _state(text: str) -> State:
    return State(text) if text in set(State) else State.OPEN


def _jobs(visitor: Visitor, job: str) -> frozenset[str] | None:
    if not job:
        return visitor.jobs
    return frozenset({job}) if visitor.may_see(job) else frozenset()


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2999 else None
