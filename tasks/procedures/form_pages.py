"""What becomes of one scanned page: the applicant it names, and what is still asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tasks.domain.office.settings import AcceptanceRules
from tasks.domain.reading.acceptance import (
    PERSON_FIELDS,
    FieldStatus,
    Judgement,
)
from tasks.domain.reading.accuracy import BlindResult
from tasks.domain.reading.calibration import Calibration
from tasks.domain.records import Applicant, Consent
from tasks.domain.review_item import (
    ReviewItem,
)
from tasks.procedures.person_trials import ScannedPage

NEEDED = (*PERSON_FIELDS, "consent")
"""Fields without which no answer can be given."""

OTHERS_CONSENT = "others_consent"
"""A check mark by which the others of the household agree; a form need not have it."""


class PageState(StrEnum):
    """Where one page stands in the balance of a run."""

    READY = "ready"
    """An applicant whose needed fields are all settled."""
    QUESTION = "question"
    ERROR = "error"
    """Staff said that it cannot be read."""
    EXCLUDED = "excluded"
    """Empty sheet, or no form of this job as staff said."""


@dataclass(frozen=True, slots=True)
class FormPage:
    """One scanned page after judgement."""

    row_id: str
    """`form:<first 16 of SHA-256>:p<page>`."""
    state: PageState
    applicant: Applicant
    """What is settled so far; empty strings for what is not."""
    judgements: tuple[Judgement, ...]
    asked: tuple[ReviewItem, ...] = field(default=(), repr=False)
    """Open questions, and blind samples not looked at yet."""
    blind: tuple[BlindResult, ...] = ()
    """The blind sample, as far as staff have settled it."""
    reason: str = ""

    @property
    def blind_checked(self) -> int:
        """Accepted values of the blind sample that staff have settled."""
        return len(self.blind)

    @property
    def blind_wrong(self) -> int:
        """How many of them were wrong."""
        return sum(one.wrong for one in self.blind)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What acceptance rests on."""

    rules: AcceptanceRules
    calibration: Calibration = field(default_factory=Calibration)
    postal_towns: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    """Postal code as 123-4567 to the joined names of towns it covers."""
    words: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    """What fields usually hold, by the name of the list."""
    fallen_back: frozenset[tuple[str, str, str]] = frozenset()
    """(form, kind, error class) that the blind sample showed to be bad."""


def state_of(final: Sequence[Judgement], unreadable: set[str]) -> PageState:
    """Return where a page stands.

    Args:
        final: Its fields after the answers given so far.
        unreadable: Identifiers of fields that staff could not read.
    """
    needed = {item.field_id: item for item in final if item.field_id in NEEDED}
    if unreadable & set(needed):
        return PageState.ERROR
    if any(item.status is FieldStatus.ASK for item in needed.values()):
        return PageState.QUESTION
    if any(
        needed[name].status is FieldStatus.BLANK
        for name in PERSON_FIELDS
        if name in needed
    ):
        return PageState.ERROR
    return PageState.READY


def applicant_of(entry: ScannedPage, final: Sequence[Judgement]) -> Applicant:
    """Return the applicant whom the settled fields of a page name."""
    values = {
        item.field_id: item.value
        for item in final
        if item.status is FieldStatus.ACCEPTED
    }
    # A form has a place for consent: what is not ticked is not given.
    consent = Consent.YES if values.get("consent") == "yes" else Consent.NO
    others = Consent.UNKNOWN
    if any(item.field_id == OTHERS_CONSENT for item in final):
        agreed = values.get(OTHERS_CONSENT) == "yes"
        others = Consent.YES if agreed else Consent.NO
    return Applicant(
        row_id=entry.row_id,
        source=entry.source,
        request_id=entry.source,
        name=values.get("name", ""),
        kana=values.get("kana", ""),
        birth_date=values.get("birth_date", ""),
        address=values.get("address", ""),
        postal=values.get("postal", ""),
        phone=values.get("phone", ""),
        consent=consent,
        others_consent=others,
    )
