"""滞納確認: request lists and forms in, answers.csv, 税務課控え and 回答書 out.

`check` is the recipe; its steps can be run one by one, each takes and returns values.
"""

from __future__ import annotations

from dataclasses import replace

from tasks.domain.records import (
    Applicant,
    Identity,
    TaxLine,
    Verdict,
)
from tasks.domain.taxes.verdicts import judge
from tasks.edges.runs.run_history import RunHistory
from tasks.procedures.ask_clerks import ask_clerks
from tasks.procedures.check_request import CheckRequest, CheckResult, Gathered, Matched
from tasks.procedures.gather_requests import gather
from tasks.procedures.keep_runs import earlier_run, keep_run
from tasks.procedures.match_ledgers import match
from tasks.procedures.release_papers import release


def check(request: CheckRequest, history: RunHistory | None = None) -> CheckResult:
    """Answer everybody in the request and release the papers.

    Args:
        request: What the check is made of.
        history: Where the run is kept, and the run before it is found; None: nowhere.

    Raises:
        NeedsPersonError: A file cannot be used (FILE-…, TABLE-…), the result does not
            balance (BALANCE-001, BALANCE-002) or cannot be written (FILE-003).
        SettingsError: The ordinance's rules ask for what is not possible.
    """
    gathered = gather(request)
    if history is not None:
        request = replace(request, earlier=earlier_run(history, gathered))
    matched = match(request, gathered)
    verdicts = judge_all(request, gathered, matched)
    result = release(request, gathered, matched, verdicts)
    if history is not None:
        keep_run(history, request, result)
        ask_clerks(history, request, result)
    return result


def judge_all(
    request: CheckRequest, gathered: Gathered, matched: Matched
) -> tuple[Verdict, ...]:
    """Return one verdict for each applicant, in their order."""
    return tuple(
        judge(
            applicant,
            matched.matches.get(applicant.row_id),
            _lines_of(matched, applicant),
            rules=request.rules,
            as_of=request.as_of,
            question_open=applicant.row_id in request.forms.open_questions,
        )
        for applicant in gathered.applicants
    )


def _lines_of(matched: Matched, applicant: Applicant) -> tuple[TaxLine, ...]:
    found = matched.matches.get(applicant.row_id)
    if found is None or found.identity is not Identity.SAME or found.protected:
        return ()
    return tuple(
        line for no in found.addressee_nos for line in matched.lines.get(no, ())
    )
