"""Writes the answer keys: what stands on each page, and the true answer of everybody."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from sample_docs.cases import Case
from sample_docs.cases_forms import FormCase
from sample_docs.inbox import FILES
from sample_docs.request_list import list_row, written_number

ANSWER_COLUMNS = (
    *("source", "file", "page", "row", "request_id"),
    *("answer", "addressee_nos", "case"),
)
"""page counts from 1 (forms); row is the row Excel shows, request_id 番号 as written."""


def form_places(forms: Sequence[FormCase]) -> list[tuple[str, int, Case]]:
    """Return file, page and case of every page that holds a form."""
    return [
        (plan.file, number, forms[page.case].case)
        for plan in FILES
        for number, page in enumerate(plan.pages, start=1)
        if page.case is not None
    ]


def write_forms(keys: Sequence[dict[str, object]], path: Path) -> None:
    """Write forms.jsonl (UTF-8, LF): a line per page of the inbox."""
    lines = [json.dumps(key, ensure_ascii=False) + "\n" for key in keys]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(lines).encode("utf-8"))


def write_answers(
    on_list: Sequence[Case], on_forms: Sequence[tuple[str, int, Case]], path: Path
) -> None:
    """Write answers.csv (UTF-8, LF).

    Args:
        on_list: Cases of the request list in their order.
        on_forms: File name, page and case of every filled page.
        path: Where to write.
    """
    rows = [list(ANSWER_COLUMNS)]
    for place, case in enumerate(on_list):
        where = ["list", "申請者名簿.xlsx", "", str(list_row(place))]
        where.append(written_number(place))
        rows.append([*where, case.answer, ";".join(case.numbers), case.title])
    for file, page, case in on_forms:
        where = ["form", file, str(page), "", ""]
        rows.append([*where, case.answer, ";".join(case.numbers), case.title])
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode("utf-8"))
