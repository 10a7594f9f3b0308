"""Everybody asked about: request lists in their order, then forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.domain.errors import NeedsPersonError, SettingsError
from tasks.domain.lists_and_ledgers.sources import InputNote
from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import (
    Consent,
)
from tasks.domain.taxes.as_of import (
    refuse_day_to_come,
)
from tasks.domain.taxes.related_persons import refuse_unknown_fields
from tasks.edges.tables.request_list import RequestList, read_request
from tasks.procedures.check_request import CheckRequest, FormsIn, Gathered


def gather(request: CheckRequest) -> Gathered:
    """Return everybody asked about: request lists in their order, then forms.

    A list with the same content as an earlier one is counted as excluded.

    Raises:
        NeedsPersonError: FILE-007 when there is nothing to read; DATE-003 when the
            as-of date has not come; the fault of a list, or of all lists together
            when several are faulty.
        SettingsError: columns.yaml names a field of 代表者 that there is not.
    """
    refuse_day_to_come(request.as_of, today=request.now.date())
    faults = refuse_unknown_fields(request.columns)
    if faults:
        raise SettingsError(faults)
    if not request.request_files and not request.forms.applicants:
        _refuse_nothing(request.forms)
    lists, repeated = _read_lists(request)
    forms = request.forms
    return Gathered(
        applicants=(*(a for each in lists for a in each.applicants), *forms.applicants),
        errors=forms.errors,
        excluded=(
            *(
                _excluded_id(each, place)
                for each in lists
                for place, _ in each.excluded
            ),
            *(f"repeated list {number}" for number, _ in enumerate(repeated, start=1)),
            *forms.excluded,
        ),
        sources=(*(each.source for each in lists), *forms.sources),
        notes=(
            *(note for each in lists for note in each.notes),
            *_consent_assumed(lists, request.rules),
            *repeated,
            *forms.notes,
        ),
        column_uses=tuple(use for each in lists for use in each.column_uses),
    )


def _refuse_nothing(forms: FormsIn) -> None:
    if not forms.errors and not forms.excluded:
        raise NeedsPersonError("FILE-007", "no request list and no form to check")


def _read_lists(
    request: CheckRequest,
) -> tuple[list[RequestList], tuple[InputNote, ...]]:
    lists: dict[str, RequestList] = {}
    repeated: list[InputNote] = []
    refused: list[NeedsPersonError] = []
    for path in request.request_files:
        try:
            found = read_request(
                path, columns=request.columns, today=request.now.date()
            )
        except NeedsPersonError as error:
            refused.append(error)
            continue
        sha256 = found.source.sha256
        if sha256 in lists:
            earlier = lists[sha256].source.file
            message = f"「{earlier}」と同じ内容のため、数えませんでした。"
            repeated.append(InputNote(path.name, "", "FILE-005", message))
        else:
            lists[sha256] = found
    _raise_together(refused)
    return list(lists.values()), tuple(repeated)


def _consent_assumed(
    lists: Sequence[RequestList], rules: DelinquencyRules
) -> Iterator[InputNote]:
    """Name the lists that say nothing about consent where the rules take it as given."""
    if not (rules.consent_required and rules.missing_consent_column_means_consent):
        return
    for each in lists:
        silent = sum(a.consent is Consent.UNKNOWN for a in each.applicants)
        if silent:
            message = (
                "同意の列がないため、担当課が全員の同意書を預かっているものとして"
                "調べました。同意書があることを確かめてください。"
            )
            yield InputNote(each.source.file, "", "consent_assumed", message, silent)


def _raise_together(refused: Sequence[NeedsPersonError]) -> None:
    if len(refused) == 1:
        raise refused[0]
    if refused:
        faults = tuple(
            line
            for error in refused
            for line in (error.detail, *(f"  {fault}" for fault in error.faults))
        )
        raise NeedsPersonError(
            refused[0].code, f"{len(refused)} request lists are faulty", faults
        )


def _excluded_id(source: RequestList, place: str) -> str:
    return f"{source.source.sha256[:8]}!{place}"
