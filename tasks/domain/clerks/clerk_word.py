"""Everything that clerks wrote on 税務課控え and that is recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.domain.clerks.decision_prints import place_print, request_print
from tasks.domain.clerks.decision_record import IdentityDecision
from tasks.domain.clerks.findings import Finding
from tasks.domain.clerks.receipts import Receipt
from tasks.domain.lists_and_ledgers.sources import InputNote
from tasks.domain.records import Applicant


@dataclass(frozen=True, slots=True)
class ClerkWord:
    """Decisions, receipts and findings, oldest first; nothing is ever taken out."""

    decisions: tuple[IdentityDecision, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[InputNote, ...] = ()
    """On the workbooks read in by this run."""

    def about(
        self, applicants: Sequence[Applicant]
    ) -> Mapping[str, tuple[IdentityDecision, ...]]:
        """Return the decisions on each applicant's row or on its place, by row id."""
        by_request: dict[str, list[IdentityDecision]] = defaultdict(list)
        by_place: dict[str, list[IdentityDecision]] = defaultdict(list)
        for decision in self.decisions:
            by_request[decision.key.request].append(decision)
            by_place[decision.key.place].append(decision)
        found: dict[str, tuple[IdentityDecision, ...]] = {}
        if not by_request:
            return found
        for applicant in applicants:
            own = by_request.get(request_print(applicant), [])
            here = by_place.get(place_print(applicant), [])
            both = {decision.seq: decision for decision in (*own, *here)}
            if both:
                found[applicant.row_id] = tuple(both[seq] for seq in sorted(both))
        return found
