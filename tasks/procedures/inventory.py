"""From 業務一覧 to what to automate next, and to the skeleton of a manual."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from ocr.design.picture import japanese_font
from tasks.domain.errors import NeedsPersonError
from tasks.domain.hours_saved.inventory import InventoryJob, goal_by_month, prospects
from tasks.domain.hours_saved.work_manual import work_manual
from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.office.periods import months_after
from tasks.edges.finished_files import write_together
from tasks.edges.hours_saved.chart_shapes import png
from tasks.edges.hours_saved.inventory_charts import pareto
from tasks.edges.hours_saved.inventory_file import load_inventory
from tasks.edges.hours_saved.inventory_report import (
    InventoryStatement,
    inventory_page,
    inventory_workbook,
    summary,
)
from tasks.edges.hours_saved.manual_files import manual_docx, manual_markdown

_MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class InventoryReport:
    """The report of the list, written."""

    statement: InventoryStatement
    words: tuple[str, ...]
    files: tuple[Path, ...]


def report_inventory(
    file: Path, *, folder: Path, margin: float, today: dt.date, city: str
) -> InventoryReport:
    """Write what to automate next as workbook, page and picture.

    Args:
        file: The list, YAML or xlsx.
        folder: Gets 業務一覧報告.xlsx, .html and, where there is a font, .png.
        margin: Share of the time by hand that must be saved to pay.
        today: The KGI is shown for the twelve months up to it.
        city: Printed in the headings.

    Raises:
        NeedsPersonError: As `load_inventory`, and FILE-003.
        SettingsError: SETTINGS-001 with every fault of the list.
    """
    listed = load_inventory(file)
    statement = InventoryStatement(
        rows=prospects(listed.jobs, margin=margin, by="items"),
        months=goal_by_month(
            listed.jobs,
            first=months_after(today.replace(day=1), 1 - _MONTHS_SHOWN),
            last=today,
        ),
        day=letter_date(today),
        city=city,
    )
    contents = {
        "業務一覧報告.xlsx": inventory_workbook(statement),
        "業務一覧報告.html": inventory_page(statement).encode(),
    }
    font = japanese_font()
    if font is not None:
        contents["業務一覧報告.png"] = png(pareto(statement.rows), font)
    return InventoryReport(
        statement, summary(statement), write_together(folder, contents)
    )


def write_manual(
    file: Path, title: str, *, folder: Path, today: dt.date, city: str
) -> tuple[Path, ...]:
    """Write the skeleton of a job's manual as .docx and .md and return the paths.

    Nothing is overwritten: staff write into these files.

    Raises:
        NeedsPersonError: INVENTORY-001 when no job, or several, bear the title;
            INVENTORY-002 when a manual of the job is already there; as
            `load_inventory`; FILE-003.
        SettingsError: SETTINGS-001 with every fault of the list.
    """
    job = _the_job(load_inventory(file).jobs, title)
    manual = work_manual(job, today=today, city=city)
    name = f"業務手順書_{job.section}_{job.title}"
    for sign in '\\/:*?"<>|':
        name = name.replace(sign, "＿")
    existing = [
        f"{name}{end}" for end in (".docx", ".md") if (folder / f"{name}{end}").exists()
    ]
    if existing:
        raise NeedsPersonError("INVENTORY-002", "; ".join(existing), tuple(existing))
    return write_together(
        folder,
        {
            f"{name}.docx": manual_docx(manual),
            f"{name}.md": manual_markdown(manual).encode(),
        },
    )


def _the_job(jobs: tuple[InventoryJob, ...], title: str) -> InventoryJob:
    found = [one for one in jobs if one.title == title]
    if not found:
        found = [one for one in jobs if title in one.title]
    if len(found) != 1:
        among = found or jobs
        names = tuple(f"{one.section} {one.title}" for one in among)
        raise NeedsPersonError(
            "INVENTORY-001", f"{len(found)} jobs bear this title", names
        )
    return found[0]
