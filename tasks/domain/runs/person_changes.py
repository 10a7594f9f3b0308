"""Why somebody else, nobody or anybody at all is now found for a request row."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.records import Answer, Applicant, Identity, Match, Resident, Verdict
from tasks.domain.runs.line_changes import Cause, Reason

_REQUEST_FIELDS = (
    ("氏名", "name"),
    ("フリガナ", "kana"),
    ("生年月日", "birth_date"),
    ("住所", "address"),
    ("宛名番号", "addressee_no"),
    ("法人番号", "corporate_number"),
)
_LEDGER_FIELDS = (
    ("氏名", "name"),
    ("フリガナ", "kana"),
    ("通称名", "common_name"),
    ("生年月日", "birth_date"),
    ("住所", "address"),
    ("前住所", "former_address"),
    ("法人番号", "corporate_number"),
)


def person_reasons(old: Verdict, new: Verdict) -> Iterator[Reason]:
    """Yield why the person found, or whether one was looked for, is not as before."""
    if _found(old) == _found(new):
        return
    yield from _whether_looked_for(old, new)
    yield from _request_reasons(old.applicant, new.applicant)
    if old.match is None or new.match is None:
        return
    if old.match.protected != new.match.protected:
        yield Reason(Cause.BY_OFFICER)
        return
    yield from _decision_reasons(old.match, new.match)
    yield from _ledger_reasons(old, new)
    if (old.match.doubts, old.match.others_refused) != (
        new.match.doubts,
        new.match.others_refused,
    ) or _others(old.match) != _others(new.match):
        yield Reason(Cause.OTHERS)


def _found(verdict: Verdict) -> tuple[object, ...]:
    """Return all that hangs on who was found, and nothing that hangs on their taxes."""
    match = verdict.match
    if match is None:
        return (verdict.answer,)
    return (
        match.identity,
        match.protected,
        frozenset(number.lstrip("0") for number in match.addressee_nos),
        match.doubts,
        match.others_refused,
    )


def _whether_looked_for(old: Verdict, new: Verdict) -> Iterator[Reason]:
    if old.applicant.consent is not new.applicant.consent:
        words = f"{old.applicant.consent.value} → {new.applicant.consent.value}"
        yield Reason(Cause.CONSENT, words)
    if (old.answer is Answer.QUESTION_OPEN) != (new.answer is Answer.QUESTION_OPEN):
        yield Reason(Cause.QUESTION)


def _request_reasons(old: Applicant, new: Applicant) -> Iterator[Reason]:
    for title, attribute in _REQUEST_FIELDS:
        was, now = getattr(old, attribute), getattr(new, attribute)
        if was != now:
            yield Reason(Cause.REQUEST, f"{title} {_shown(was)} → {_shown(now)}")


def _decision_reasons(old: Match, new: Match) -> Iterator[Reason]:
    was = old.ruling if old.ruling and old.ruling.applied else None
    now = new.ruling if new.ruling and new.ruling.applied else None
    if now and (was is None or was.seen_until != now.seen_until):
        yield Reason(Cause.DECISION, now.told)
    elif was and not now:
        yield Reason(Cause.DECISION_VOID, new.ruling.told if new.ruling else "")
    elif not was and not now and _told(old) != _told(new):
        yield Reason(Cause.DECISION, _told(new))


def _told(match: Match) -> str:
    return match.ruling.told if match.ruling else ""


def _ledger_reasons(old: Verdict, new: Verdict) -> Iterator[Reason]:
    """Yield what the residents' ledger says otherwise of those compared both times."""
    were, are = _residents(old.match), _residents(new.match)
    for number in were.keys() & are.keys():
        yield from _resident_reasons(were[number], are[number])
    if _asked(old.applicant) != _asked(new.applicant):
        return  # others are compared now because something else was asked
    for number in _persons(new.match) - were.keys():
        yield Reason(Cause.PERSON_FOUND, f"宛名番号 {are[number].addressee_no}")
    for number in _persons(old.match) - are.keys():
        yield Reason(Cause.PERSON_GONE, f"宛名番号 {were[number].addressee_no}")


def _resident_reasons(was: Resident, now: Resident) -> Iterator[Reason]:
    for title, attribute in _LEDGER_FIELDS:
        before, after = getattr(was, attribute), getattr(now, attribute)
        if before != after:
            words = f"{title} {_shown(before)} → {_shown(after)}"
            number = f"（宛名番号 {now.addressee_no}）"
            yield Reason(Cause.LEDGER_PERSON, f"{words}{number}")


def _residents(match: Match | None) -> dict[str, Resident]:
    if match is None:
        return {}
    candidates = (entry.resident for entry in match.candidates)
    return {p.addressee_no.lstrip("0"): p for p in (*candidates, *match.persons)}


def _persons(match: Match | None) -> frozenset[str]:
    if match is None or match.identity is not Identity.SAME:
        return frozenset()
    return frozenset(person.addressee_no.lstrip("0") for person in match.persons)


def _others(match: Match) -> frozenset[str]:
    own = _persons(match)
    return frozenset(n.lstrip("0") for n in match.addressee_nos) - own


def _asked(applicant: Applicant) -> tuple[str, ...]:
    return tuple(getattr(applicant, attribute) for _, attribute in _REQUEST_FIELDS)


def _shown(value: object) -> str:
    if hasattr(value, "isoformat"):
        return letter_date(value)  # type: ignore[arg-type]
    return str(value or "（空欄）")
