"""What a clerk chose on the review page, as the record that a workbook would bring too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tasks.domain.clerks.clerk_view import Clerk
from tasks.domain.clerks.decision_columns import Decision, DecisionKey
from tasks.domain.clerks.decision_prints import (
    candidate_print,
    place_print,
    request_print,
)
from tasks.domain.clerks.decision_record import ON_PAGE, IdentityDecision
from tasks.domain.clerks.decisions import one_person
from tasks.domain.normal_forms.masking import mask_my_numbers
from tasks.domain.review.person_question import PersonQuestion

MOST_LETTERS = 200
"""Of a reason."""
_NOT_CHOSEN = "候補の番号か「どの候補でもない」を選んでください。"
_NO_SUCH = "その候補はありません。開き直してください。"
_NOT_ONE = "生年月日の違う候補を、同じ人の別の宛名番号とすることはできません。一人を選んでください。"
_NO_REASON = "理由を入れてください。"
_TOO_LONG = f"理由は{MOST_LETTERS}字までで入れてください。"


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision as typed."""

    choice: Decision
    ranks: tuple[int, ...] = ()
    """1-based, of the candidates that are the person; empty for 該当なし and 保留."""
    reason: str = field(default="", repr=False)


def problem_of(question: PersonQuestion, chosen: Choice) -> str:
    """Return why a choice cannot be recorded: Japanese; empty when it can.

    A workbook lets 保留 go without a reason; here the next clerk wants to know why.
    """
    candidates = question.match.candidates
    if chosen.choice is Decision.SAME and not chosen.ranks:
        return _NOT_CHOSEN
    if not all(1 <= rank <= len(candidates) for rank in chosen.ranks):
        return _NO_SUCH
    if chosen.ranks and chosen.choice is not Decision.SAME:
        return _NOT_CHOSEN
    if chosen.ranks and not one_person(
        [candidates[rank - 1].resident for rank in chosen.ranks]
    ):
        return _NOT_ONE
    if not chosen.reason:
        return _NO_REASON
    return _TOO_LONG if len(chosen.reason) > MOST_LETTERS else ""


def decisions_for(
    question: PersonQuestion,
    chosen: Choice,
    clerk: Clerk,
    *,
    seen_until: int,
    now: dt.datetime,
) -> tuple[IdentityDecision, ...]:
    """Return the record of a decision made on the page.

    Args:
        question: As it was shown.
        chosen: Without a problem.
        clerk: Who decided.
        seen_until: Of the situation shown.
        now: With time zone.
    """
    applicant = question.verdict.applicant
    candidates = question.match.candidates
    prints = tuple(map(candidate_print, candidates))
    return tuple(
        IdentityDecision(
            key=DecisionKey(
                request=request_print(applicant),
                place=place_print(applicant),
                rank=rank,
                candidate=prints[rank - 1] if rank else "",
                seen_until=seen_until,
            ),
            choice=chosen.choice,
            addressee_no=candidates[rank - 1].resident.addressee_no if rank else "",
            reason=mask_my_numbers(chosen.reason),
            by_whom=clerk.name,
            at=now,
            seen=prints,
            file=ON_PAGE,
            account=clerk.account,
        )
        for rank in chosen.ranks or (0,)
    )


def taken_back(
    decisions: Iterable[IdentityDecision], now: dt.datetime
) -> tuple[IdentityDecision, ...]:
    """Return the record of taking back decisions; nobody else's are touched."""
    return tuple(
        replace(
            one,
            choice=Decision.LATER,
            reason="取り消し",
            at=now,
            file=ON_PAGE,
            takes_back=one.seq,
            seq=0,
        )
        for one in decisions
    )
