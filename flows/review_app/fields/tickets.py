"""What a question carries to the browser and back: when it was shown, what was known."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from flows.review_app.access.seals import Signer

_PURPOSE = "shown"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One question as it was handed out; holds no value."""

    item_id: str
    seen: str
    """Identifier of its newest answer at that time; empty for none."""
    at: dt.datetime
    """With time zone."""

    def sealed(self, signer: Signer) -> str:
        """Return the text for a form."""
        return signer.sign(
            f"{self.item_id} {self.at.isoformat()} {self.seen}", _PURPOSE
        )

    def answer_id(self, signer: Signer) -> str:
        """Return the identifier of the answer a form with this ticket gives.

        The same form sent twice is the same answer.
        """
        return str(uuid.uuid5(uuid.NAMESPACE_OID, self.sealed(signer)))


def opened(text: str, item_id: str, signer: Signer) -> Ticket | None:
    """Return the ticket of a question, or None when it is none of ours for it."""
    plain = signer.open(text, _PURPOSE)
    if plain is None:
        return None
    named, at, seen = plain.split(" ", 2)
    if named != item_id:
        return None
    return Ticket(item_id, seen, dt.datetime.fromisoformat(at))
