"""The table of hours saved as texts: one place for page, CSV, artifact and terminal."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.domain.hours_saved.savings_statement import (
    ESTIMATE,
    SavingsStatement,
    hours_words,
    net_words,
    row_yen_words,
    share_words,
    title_words,
    total_yen_words,
    yen_words,
)
from tasks.domain.hours_saved.savings_table import (
    Effort,
    JobSavings,
    Quality,
    SavingsTable,
)

HEADINGS = (
    "担当課",
    "業務名",
    "内容",
    "件数",
    "導入前 h",
    "導入後 h",
    "削減 h",
    "削減率",
    "金額",
    "単価",
    "抜取検査の誤り",
    "質問",
)
NUMBERS = frozenset(HEADINGS[3:]) - {"単価"}
"""Headings of columns set to the right."""


@dataclass(frozen=True, slots=True)
class TableLine:
    """A row as texts by heading."""

    texts: dict[str, str]
    look: str
    """job, sum (of a section) or all."""
    saved_ms: int


def table_lines(table: SavingsTable) -> tuple[TableLine, ...]:
    """Return the rows by section, each section's sum where it has several, the total.

    What was counted at a baseline that nobody measured is marked 仮 and gets no yen;
    sums leave it out of the yen.
    """
    lines: list[TableLine] = []
    for section, rows in table.sections:
        lines += [_job_line(row) for row in rows]
        if len(rows) > 1:
            lines.append(_section_line(section, rows))
    total = {
        "担当課": "",
        "業務名": f"合計（{len(table.jobs)}業務{_guessed_words(table)}）",
        "内容": "",
        **_numbers(table.total),
        "金額": total_yen_words(table),
        "単価": "",
        **_quality(_together([row.quality for row in table.jobs])),
    }
    return (*lines, TableLine(total, "all", table.total.saved_ms))


def figures(
    statement: SavingsStatement, pay_back: str
) -> tuple[tuple[str, str, bool], ...]:
    """Return the figures that count: name, text, and whether it is a loss."""
    total, yen = statement.table.total, statement.table.yen
    return (
        (
            f"削減（時間）{_guessed_words(statement.table)}",
            hours_words(total.saved_ms),
            total.saved_ms < 0,
        ),
        ("削減率", share_words(total), total.saved_ms < 0),
        (
            "削減の金額（仮を除く）"
            if statement.table.estimates and yen is not None
            else "削減の金額",
            yen_words(yen),
            (yen or 0) < 0,
        ),
        (
            "経費を引いた差引",
            net_words(statement),
            (statement.net_yen or 0) < 0,
        ),
        ("投資の回収", pay_back, False),
    )


def _job_line(row: JobSavings) -> TableLine:
    texts = {
        "担当課": row.section,
        "業務名": title_words(row),
        "内容": row.contents,
        **_numbers(row.effort),
        "金額": row_yen_words(row),
        "単価": ""
        if row.yen is None
        else "、".join(f"{one.name} {one.yen_per_hour:,}円" for one in row.rates),
        **_quality(row.quality),
    }
    return TableLine(texts, "job", row.effort.saved_ms)


def _section_line(section: str, rows: tuple[JobSavings, ...]) -> TableLine:
    effort = section_effort(rows)
    known = [row.yen for row in rows if row.yen is not None]
    guesses = any(row.estimate or row.partly for row in rows)
    mark = f"（{ESTIMATE}を除く）" if known and guesses else ""
    texts = {
        "担当課": section,
        "業務名": f"小計（{len(rows)}業務）",
        "内容": "",
        **_numbers(effort),
        "金額": yen_words(sum(known) if known else None) + mark,
        "単価": "",
        **_quality(_together([row.quality for row in rows])),
    }
    return TableLine(texts, "sum", effort.saved_ms)


def _guessed_words(table: SavingsTable) -> str:
    """Return how much of the hours rests on guesses; empty when nothing does."""
    if not table.estimates:
        return ""
    return f"、うち{ESTIMATE} {hours_words(table.guessed.saved_ms)}時間"


def section_effort(rows: tuple[JobSavings, ...]) -> Effort:
    """Return the rows of a section added up."""
    names = (
        "items",
        "by_hand_items",
        "exception_items",
        "before_ms",
        "attended_ms",
        "review_ms",
        "by_hand_ms",
        "exception_ms",
        "upkeep_ms",
        "machine_ms",
    )
    return Effort(
        **{name: sum(getattr(row.effort, name) for row in rows) for name in names}
    )


def items_words(effort: Effort) -> str:
    """Return how many items, and how many of them by hand.

    Examples:
        >>> items_words(Effort(items=120, by_hand_items=5))
        '125件（うち手作業 5件）'
    """
    text = f"{effort.items + effort.by_hand_items:,}件"
    if effort.by_hand_items:
        text += f"（うち手作業 {effort.by_hand_items:,}件）"
    return text


def _numbers(effort: Effort) -> dict[str, str]:
    return {
        "件数": items_words(effort),
        "導入前 h": hours_words(effort.before_ms),
        "導入後 h": hours_words(effort.after_ms),
        "削減 h": hours_words(effort.saved_ms),
        "削減率": share_words(effort),
    }


def _together(parts: list[Quality]) -> Quality:
    return Quality(
        sum(one.blind_checked for one in parts),
        sum(one.blind_wrong for one in parts),
        sum(one.fields_accepted for one in parts),
        sum(one.fields_asked for one in parts),
        sum(one.corrected_fields for one in parts),
        sum(one.corrected_characters for one in parts),
    )


def _quality(one: Quality) -> dict[str, str]:
    """Return errors of the blind sample with their 95 % bound, and the asked share."""
    wrong = "－"
    if one.worst_error is not None:
        wrong = (
            f"{one.blind_wrong:,}／{one.blind_checked:,}（上限 {one.worst_error:.2%}）"
        )
    asked = "－" if one.asked_share is None else f"{one.asked_share:.1%}"
    if one.corrected_fields:
        asked += (
            f"（訂正 {one.corrected_fields:,}項目・{one.corrected_characters:,}字）"
        )
    return {"抜取検査の誤り": wrong, "質問": asked}
