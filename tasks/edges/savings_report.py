"""The table of hours saved, as a workbook and as a page in Japanese."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from tasks.domain.errors import NeedsPersonError
from tasks.domain.letter_dates import letter_date
from tasks.domain.savings import JobSavings, Period
from tasks.domain.settings import SavingsRules

HEADINGS = (
    "担当課",
    "業務名",
    "内容",
    "導入前 h",
    "導入後 h",
    "削減 h",
    "削減率",
    "金額",
)
ESTIMATE = "仮"


def report_rows(rows: Sequence[JobSavings]) -> tuple[dict[str, str], ...]:
    """Return the table as texts by heading, total last, as a Prefect artifact takes it.

    A job whose baseline was never measured is marked 仮 and gets no yen; the total's
    yen then leaves it out and is 仮 as well.
    """
    texts = [_texts(row) for row in rows]
    before = sum(row.before_minutes for row in rows)
    after = sum(row.after_minutes for row in rows)
    total = {
        "担当課": "合計",
        "業務名": f"{len(rows)}業務",
        "内容": "",
        **_hours(before, after, (before - after) / before if before else None),
        "金額": _total_yen(rows),
    }
    return (*texts, total)


def report_markdown(
    rows: Sequence[JobSavings], rules: SavingsRules, period: Period
) -> str:
    """Return the report as markdown in Japanese."""
    lines = [f"## 削減時間 {period_title(period)}", ""]
    if not rows:
        return "\n".join([*lines, "この期間の記録はありません。"])
    lines += ["| " + " | ".join(HEADINGS) + " |"]
    lines += ["|---|---|---|---:|---:|---:|---:|---:|"]
    lines += [
        "| " + " | ".join(_cell(row[heading]) for heading in HEADINGS) + " |"
        for row in report_rows(rows)
    ]
    return "\n".join([*lines, "", *(f"- {note}" for note in notes(rows, rules))])


def notes(rows: Sequence[JobSavings], rules: SavingsRules) -> tuple[str, ...]:
    """Return what a reader must know beside the figures."""
    found = [
        f"金額は1時間 {rules.yen_per_hour:,}円で換算。根拠: {rules.yen_basis}",
        "導入後には、機械に付いていた時間、質問の確認にかかった実測の時間、手作業に回った分、"
        "維持の手間を含みます。",
    ]
    if any(row.estimate for row in rows):
        found.append(
            "「仮」は導入前の時間を測っていない業務です。金額は出しません。"
            "実測して configs/baselines.yaml に書いてください。"
        )
    slower = [row.title for row in rows if row.saved_minutes < 0]
    if slower:
        found.append(f"手作業より時間がかかった業務: {'、'.join(slower)}")
    return tuple(found)


def period_title(period: Period) -> str:
    """Return the days in words, e.g. 令和8年4月1日～令和8年4月30日."""
    return f"{letter_date(period.first)}～{letter_date(period.last)}"


def write_report(
    rows: Sequence[JobSavings], rules: SavingsRules, period: Period, file: Path
) -> Path:
    """Write the workbook and return its path; hours are numbers, not texts.

    Raises:
        NeedsPersonError: FILE-003 when the file cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False})
    sheet = book.add_worksheet("削減時間")
    title = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format(
        {"bold": True, "bg_color": "#DCE6F1", "border": 1, "align": "center"}
    )
    sheet.write(0, 0, f"削減時間　{period_title(period)}", title)
    for column, heading in enumerate(HEADINGS):
        sheet.write_string(2, column, heading, head)
    for number, row in enumerate(rows):
        _write_row(book, sheet, 3 + number, row)
    last = 3 + len(rows)
    _write_total(book, sheet, last, rows)
    for number, note in enumerate(notes(rows, rules)):
        sheet.write_string(last + 2 + number, 0, f"・{note}")
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 2, 26)
    sheet.set_column(3, 7, 12)
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    try:
        book.close()
    except (FileCreateError, OSError) as error:
        raise NeedsPersonError("FILE-003", file.name) from error
    return file


def _write_row(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    line: int,
    row: JobSavings,
) -> None:
    text, hours, share, yen = _formats(book, bold=False)
    texts = _texts(row)
    for column, heading in enumerate(HEADINGS[:3]):
        sheet.write_string(line, column, texts[heading], text)
    sheet.write_number(line, 3, row.before_minutes / 60, hours)
    sheet.write_number(line, 4, row.after_minutes / 60, hours)
    sheet.write_number(line, 5, row.saved_minutes / 60, hours)
    if row.share is None:
        sheet.write_string(line, 6, "－", text)
    else:
        sheet.write_number(line, 6, row.share, share)
    if row.yen is None:
        sheet.write_string(line, 7, ESTIMATE, text)
    else:
        sheet.write_number(line, 7, row.yen, yen)


def _write_total(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    line: int,
    rows: Sequence[JobSavings],
) -> None:
    text, hours, share, _ = _formats(book, bold=True)
    before = sum(row.before_minutes for row in rows)
    after = sum(row.after_minutes for row in rows)
    for column, words in enumerate(("合計", f"{len(rows)}業務", "")):
        sheet.write_string(line, column, words, text)
    for column, minutes in enumerate((before, after, before - after), start=3):
        sheet.write_number(line, column, minutes / 60, hours)
    if before:
        sheet.write_number(line, 6, (before - after) / before, share)
    else:
        sheet.write_string(line, 6, "－", text)
    sheet.write_string(line, 7, _total_yen(rows), text)


def _formats(
    book: xlsxwriter.Workbook, *, bold: bool
) -> tuple[xlsxwriter.format.Format, ...]:
    base = {"border": 1, "bold": bold, "font_color": "#000000"}
    minus = "[Red]-#,##0.0"
    return (
        book.add_format(base),
        book.add_format({**base, "num_format": f"#,##0.0;{minus}"}),
        book.add_format({**base, "num_format": "0%;[Red]-0%"}),
        book.add_format({**base, "num_format": "#,##0円;[Red]-#,##0円"}),
    )


def _texts(row: JobSavings) -> dict[str, str]:
    title = f"{row.title}（{ESTIMATE}）" if row.estimate else row.title
    return {
        "担当課": row.section,
        "業務名": title,
        "内容": row.contents,
        **_hours(row.before_minutes, row.after_minutes, row.share),
        "金額": ESTIMATE if row.yen is None else f"{row.yen:,}円",
    }


def _hours(before: float, after: float, share: float | None) -> dict[str, str]:
    return {
        "導入前 h": f"{before / 60:,.1f}",
        "導入後 h": f"{after / 60:,.1f}",
        "削減 h": f"{(before - after) / 60:,.1f}",
        "削減率": "－" if share is None else f"{share:.0%}",
    }


def _total_yen(rows: Sequence[JobSavings]) -> str:
    known = [row.yen for row in rows if row.yen is not None]
    if not known:
        return ESTIMATE
    mark = f"（{ESTIMATE}を除く）" if len(known) < len(rows) else ""
    return f"{sum(known):,}円{mark}"


def _cell(text: str) -> str:
    return text.replace("|", "｜").replace("\n", " ")
