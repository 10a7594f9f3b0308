"""押印・書面の見直し: from a folder of blank forms to a list of what they demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ocr.errors import ReadingError
from tasks.domain.errors import YakubaError
from tasks.domain.reading.form_demands import FormSheet, demands_in
from tasks.edges.finished_files import write_together
from tasks.edges.reading.blank_forms import forms_in, printed_lines
from tasks.edges.reading.form_list import NAME, form_list, read_ticks


@dataclass(frozen=True, slots=True)
class FormReview:
    """What the forms of a folder demand."""

    forms: tuple[FormSheet, ...]
    workbook: Path
    kept: int
    """Decisions of earlier runs that were taken over."""


def review_forms(folder: Path, *, out: Path, tell: Callable[[str], None]) -> FormReview:
    """Read every form below a folder and write 様式の見直し.xlsx.

    A form that cannot be read is listed with the reason and does not stop the others.

    Args:
        folder: One sub-folder for each section.
        out: Gets the workbook; decisions in the one already there are kept.
        tell: Called with each file's name before it is read.

    Raises:
        NeedsPersonError: FILE-001, FILE-007, FILE-003; TABLE-008 when the earlier
            workbook is broken, which is then left as it is.
    """
    ticks = read_ticks(out / NAME)
    forms: list[FormSheet] = []
    for path in forms_in(folder):
        file = path.relative_to(folder).as_posix()
        if path.name == NAME:
            continue
        tell(file)
        section = file.split("/")[0] if "/" in file else ""
        try:
            forms.append(FormSheet(file, section, demands_in(printed_lines(path))))
        except (YakubaError, ReadingError) as error:
            forms.append(
                FormSheet(file, section, (), f"{error.sentence}（{error.code}）")
            )
    (workbook,) = write_together(out, {NAME: form_list(forms, ticks)})
    return FormReview(tuple(forms), workbook, len(ticks))
