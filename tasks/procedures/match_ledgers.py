"""Who everybody is, and what the ledgers say of those who are settled."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tasks.domain.clerks.decisions import rule_on
from tasks.domain.clerks.receipts import with_receipts
from tasks.domain.errors import NeedsPersonError
from tasks.domain.identity.matching import with_all_numbers
from tasks.domain.lists_and_ledgers.sources import InputNote
from tasks.domain.records import Applicant, Identity, Match
from tasks.domain.taxes.as_of import posted_until, refuse_another_time, too_old
from tasks.domain.taxes.line_findings import with_line_findings
from tasks.domain.taxes.verdicts import needs_search
from tasks.edges.city_ledgers.ledgers import Ledgers, open_ledgers
from tasks.edges.towns import home_towns
from tasks.procedures.check_request import CheckRequest, Gathered, Matched
from tasks.procedures.find_related import find_related
from tasks.procedures.identify import identify


def open_books(request: CheckRequest) -> Ledgers:
    """Return the ledgers of a check, opened; a context manager.

    Raises:
        NeedsPersonError: A ledger cannot be used (FILE-…, TABLE-…).
    """
    return open_ledgers(
        request.persons,
        request.taxes,
        cache_folder=request.cache_folder,
        columns=request.columns,
        today=request.now.date(),
        home=home_towns(request.municipality.prefecture, request.municipality.city),
    )


def day_of_books(request: CheckRequest) -> dt.date:
    """Return the day up to which payments are posted, as the tax ledgers tell it.

    Raises:
        NeedsPersonError: DATE-004 when no tax ledger has a 収納日; what opening raises.
    """
    with open_books(request) as ledgers:
        found = posted_until(ledgers.sources)
    if found is None:
        raise NeedsPersonError("DATE-004", "no tax ledger has a column 収納日")
    return found


def match(request: CheckRequest, gathered: Gathered) -> Matched:
    """Return who everybody is, and the tax lines of those who are settled.

    What clerks decided before is applied, and whoever else the ordinance looks at is
    found. Nobody is looked for without consent, or while a question about the form is
    open; of a protected person no tax line is fetched.

    Raises:
        NeedsPersonError: A ledger cannot be used (FILE-…, TABLE-…); DATE-003 when
            the as-of date lies a year before the ledgers.
    """
    today = request.now.date()
    old = too_old(request.as_of, today=today, valid_days=request.rules.valid_days)
    wanted = [a for a in gathered.applicants if _is_searched(request, a)]
    with open_books(request) as ledgers:
        refuse_another_time(request.as_of, ledgers.sources)
        matches = identify(wanted, ledgers, today=today)
        matches = _ruled(request, wanted, matches, ledgers)
        matches = find_related(request, wanted, matches, ledgers)
        settled = sorted(
            {
                number
                for found in matches.values()
                if found.identity is Identity.SAME and not found.protected
                for number in found.addressee_nos
            }
        )
        lines, notes = with_receipts(
            ledgers.tax_lines(settled),
            request.said.receipts,
            as_of=request.as_of,
            lag_days=request.rules.lag_days,
        )
        lines, found = with_line_findings(
            lines, request.said.findings, rules=request.rules, as_of=request.as_of
        )
        return Matched(
            matches=matches,
            lines=lines,
            sources=tuple(ledgers.sources),
            notes=(
                *ledgers.notes,
                *request.said.notes,
                *notes,
                *found,
                *_decisions_left_aside(matches),
                *filter(None, [old]),
            ),
            totals=ledgers.totals(settled),
            column_uses=ledgers.column_uses,
        )


def _decisions_left_aside(matches: Mapping[str, Match]) -> Iterator[InputNote]:
    """Tell of requests that clerks decided on, and that are asked all the same."""
    told = Counter(
        found.ruling.told
        for found in matches.values()
        if found.ruling and found.ruling.told and not found.ruling.applied
    )
    for sentence, count in sorted(told.items()):
        yield InputNote("", "要確認", "decision_not_used", f"{sentence}。", count)


def _is_searched(request: CheckRequest, applicant: Applicant) -> bool:
    return needs_search(
        applicant,
        rules=request.rules,
        question_open=applicant.row_id in request.forms.open_questions,
    )


def _ruled(
    request: CheckRequest,
    applicants: Sequence[Applicant],
    matches: Mapping[str, Match],
    ledgers: Ledgers,
) -> dict[str, Match]:
    """Return the matches with what clerks decided; whom they chose with all numbers."""
    found = dict(matches)
    about = request.said.about(applicants)
    for applicant in applicants:
        decisions = about.get(applicant.row_id, ())
        found[applicant.row_id] = rule_on(
            applicant,
            found[applicant.row_id],
            decisions,
            request.rules.second_clerk,
        )
    chosen = [m for m in found.values() if m.ruling and m.ruling.applied and m.persons]
    rows = ledgers.expand(person for match in chosen for person in match.persons)
    for match in chosen:
        persons = [row for one in match.persons for row in rows[one.addressee_no]]
        found[match.row_id] = with_all_numbers(match, persons)
    return found
