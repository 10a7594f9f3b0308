"""answers.csv: every request row once, in the request's own order."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from tasks.domain.records import Verdict
from tasks.domain.runs.check_report import addressee_numbers

ANSWERS_FILE = "answers.csv"
HEADERS = ("番号", "回答", "宛名番号", "根拠", "出典")
_STARTS_FORMULA = frozenset("=+-@＝＋－＠")
_CONTROLS = ("\t", "\r", "\n")


def answers_csv(verdicts: Sequence[Verdict]) -> bytes:
    """Return answers.csv: UTF-8 with BOM, CRLF, every cell quoted.

    Columns: 番号 (the request's own, or the row id when it has none), 回答, 宛名番号
    (joined by `;`, empty unless the person is settled), 根拠, 出典 (file and place).
    The file stays in the tax section.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(HEADERS)
    writer.writerows(
        map(
            text_cell,
            (
                verdict.applicant.request_id or verdict.applicant.row_id,
                verdict.answer.value,
                ";".join(addressee_numbers(verdict)),
                verdict.reason,
                verdict.applicant.source,
            ),
        )
        for verdict in verdicts
    )
    return stream.getvalue().encode("utf-8-sig")


def text_cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    An apostrophe goes before what would start one, also in full width, as Japanese
    Excel reads it (OWASP, CSV injection). Everything else stays as it is.

    Examples:
        >>> text_cell("=1+1"), text_cell("0012345"), text_cell("－")
        ("'=1+1", '0012345', "'－")
    """
    return f"'{text}" if starts_formula(text) else text


def starts_formula(text: str) -> bool:
    r"""Return whether a spreadsheet could take this text for a formula.

    Examples:
        >>> starts_formula("\t@SUM(A1)"), starts_formula("1-2-3")
        (True, False)
    """
    start = text.lstrip()[:1]
    return text[:1] in _CONTROLS or (start != "" and start in _STARTS_FORMULA)
