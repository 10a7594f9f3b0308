"""A question on its way to the browser: drawn once, for the page and for the batch."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flows.review_app.access.gate import Visitor, record_view, templates
from flows.review_app.fields.tickets import Ticket
from flows.review_app.fields.wording import Question, group_title, question_of
from flows.review_app.office import Office
from tasks.domain.review.double_entry import Stage
from tasks.domain.review_item import Decision
from tasks.edges.review.review_leases import Desk, Leased, Leases
from tasks.edges.review.review_store import ReviewStore

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on a card beside its question."""

    typed: str = ""
    problem: str = ""
    doubt: str = ""
    ticket: str = ""
    """Of an earlier card of the same question, so that its time goes on."""


@dataclass(frozen=True, slots=True)
class Card:
    """One question with what a template needs."""

    question: Question
    ticket: str
    words: Words
    given: bool
    """This person answered it before."""


def store_of(office: Office) -> ReviewStore:
    """Return the questions of an office under its rules."""
    return ReviewStore(office.database, office.rules)


def leases_of(office: Office) -> Leases:
    """Return who looks at what in an office."""
    return Leases(office.database, office.rules)


def desk_of(visitor: Visitor, tab: str = "") -> Desk:
    """Return where a visitor sits."""
    return Desk(visitor.account_id, tab[:40], visitor.jobs)


def card_of(
    office: Office, visitor: Visitor, leased: Leased, words: Words | None = None
) -> Card:
    """Return a question as this visitor sees it: one's own entry, never another's.

    Args:
        office: Whose checks.
        visitor: Who looks.
        leased: The question.
        words: After an answer that could not be stored.
    """
    now = office.clock()
    item = leased.item
    mine = [one for one in leased.given if one.person == visitor.account_id]
    two = office.rules.needs_two(item)
    stage = leased.stage if two else Stage.FIRST
    if two and mine:
        # One's own entry again: shown as it was shown then.
        came = [one.person for one in leased.given].index(visitor.account_id)
        stage = Stage(min(came + 1, Stage.THIRD))
    others = [one for one in leased.given if one.person != visitor.account_id]
    newest = mine[-1] if mine else None
    if newest is None and not two and leased.given:
        newest = leased.given[-1]
    typed = newest.value if newest and newest.decision is Decision.VALUE else ""
    return Card(
        question=question_of(item, office.check, now.date(), stage=stage, given=others),
        ticket=(words.ticket if words else "")
        or Ticket(item.item_id, leased.seen, now).sealed(office.signer),
        words=words or Words(typed=typed),
        given=newest is not None,
    )


def drawn(card: Card, *, group: str, csrf: str) -> str:
    """Return the card's HTML."""
    return (
        templates()
        .get_template("fields/card.html")
        .render(card=card, question=card.question, chosen_group=group, csrf=csrf)
    )


def sent_cards(
    office: Office, visitor: Visitor, leased: Sequence[Leased], group: str
) -> list[dict[str, Any]]:
    """Return questions for the browser, with their pictures; the log says who saw them.

    Raises:
        TryAgainError: STORE-002; then nothing is handed out.
    """
    if leased:
        record_view(office, visitor, "field", [one.item.item_id for one in leased])
    sent = []
    for one in leased:
        card = card_of(office, visitor, one)
        crop = one.item.crop_png
        sent.append(
            {
                "id": one.item.item_id,
                "place": one.place,
                "title": card.question.heading,
                "group": card.question.group,
                "called": group_title(one.item.kind, one.item.field_kind),
                "ticket": card.ticket,
                "html": drawn(card, group=group, csrf=visitor.csrf),
                "crop": base64.b64encode(crop).decode() if crop.startswith(PNG) else "",
            }
        )
    return sent
