"""`yakuba form check --scan`: one filled page read by a definition, to see how it goes."""

from __future__ import annotations

import base64
import datetime as dt
import html
from collections.abc import Iterator, Sequence
from pathlib import Path

from flows.commands import terminal
from ocr.design.yaml_text import KIND_NAMES
from ocr.errors import SENTENCES
from ocr.forms import FormDefinition, load_form
from ocr.model import FieldKind, FieldReading, PageReading
from ocr.read import default_engines, read_pages
from tasks.domain.acceptance import FieldStatus, Judgement, judge_page
from tasks.domain.errors import NeedsPersonError
from tasks.domain.settings import AcceptanceRules

DONE, NEEDS_PERSON = 0, 3

_STATUS = {
    FieldStatus.ACCEPTED: "採用",
    FieldStatus.ASK: "要確認",
    FieldStatus.BLANK: "空欄",
}
_MARKS = (FieldKind.CHECK, FieldKind.SEAL, FieldKind.SIGNATURE)
_STYLE = """
body{font-family:sans-serif;margin:1.5em;color:#222}
h1{font-size:1.2em} table{border-collapse:collapse}
th,td{border:1px solid #bbb;padding:.35em .6em;text-align:left;vertical-align:middle}
th{background:#f0f0f0} img{max-width:26em;max-height:7em;display:block}
.ask{background:#fff3d6} .id{color:#777;font-size:.85em}
"""


def try_form(definition: Path, scan: Path, *, out: Path | None, today: dt.date) -> int:
    """Read a filled scan with one definition; show and write what was read.

    Args:
        definition: The YAML, without faults.
        scan: PDF, TIFF, PNG or JPEG.
        out: Where the drawing of the definition goes; the result, an HTML page, is
            put beside it.
        today: For plausible dates.

    Returns:
        0, or 3 when no page fits the form.

    Raises:
        NeedsPersonError: FILE-001 or FILE-003.
        ReadingError: PAGE-001 to PAGE-006 or ENGINE-001.
    """
    if not scan.is_file():
        raise NeedsPersonError("FILE-001", scan.name)
    form = load_form(definition)
    target = (out or Path(f"{definition.stem}_check.png")).with_suffix("")
    result = target.with_name(f"{target.name}_scan.html")
    read = 0
    parts: list[str] = []
    for page in read_pages(scan, [form], default_engines()):
        if page.blank_page:
            continue
        if page.trouble is not None:
            terminal.warn(
                f"{scan.name} {page.page}ページ: {SENTENCES[page.trouble]}（{page.trouble}）"
            )
            continue
        read += 1
        rows = list(_rows(page, today))
        title = f"{page.page}ページ　ずれ {page.residual_mm or 0.0:.2f} mm"
        terminal.show_table(
            title,
            ("ラベル", "種類", "1番目の読取", "2番目の読取", "判定"),
            [row[:5] for row in rows],
        )
        parts.append(_page_html(title, page.fields, rows))
    if parts:
        _write(result, _document(form, scan, parts))
        terminal.show_paths({"試し読み": result})
    return DONE if read else NEEDS_PERSON


def _rows(page: PageReading, today: dt.date) -> Iterator[tuple[str, ...]]:
    judged = judge_page(page, rules=AcceptanceRules(), today=today)
    for reading, judgement in zip(page.fields, judged, strict=True):
        texts = [one.text for one in reading.readings] or [_mark(reading)]
        yield (
            reading.label,
            KIND_NAMES[reading.kind],
            texts[0],
            texts[1] if len(texts) > 1 else "",
            _STATUS[judgement.status],
            _reason(judgement),
        )


def _reason(judgement: Judgement) -> str:
    return judgement.reason if judgement.status is FieldStatus.ASK else ""


def _mark(reading: FieldReading) -> str:
    """Return what marks and choices say in words."""
    if reading.kind in _MARKS:
        return {True: "あり", False: "なし", None: "判別できません"}[reading.checked]
    if reading.kind is FieldKind.CHOICE:
        if reading.chosen is None:
            return "判別できません"
        return "・".join(reading.chosen) or "選択なし"
    return "（空欄）" if reading.blank else "読めません"


def _page_html(
    title: str, fields: Sequence[FieldReading], rows: Sequence[tuple[str, ...]]
) -> str:
    lines = [
        f"<h2>{html.escape(title)}</h2><table>",
        "<tr><th>ラベル<th>種類<th>切り抜き<th>1番目の読取<th>2番目の読取<th>判定</tr>",
    ]
    for reading, row in zip(fields, rows, strict=True):
        label, kind, first, second, status, reason = (html.escape(cell) for cell in row)
        crop = base64.b64encode(reading.crop_png).decode("ascii")
        picture = f'<img alt="" src="data:image/png;base64,{crop}">' if crop else ""
        shade = ' class="ask"' if status == "要確認" else ""
        lines.append(
            f"<tr{shade}><td>{label}<br><span class=id>{html.escape(reading.field_id)}</span>"
            f"<td>{kind}<td>{picture}<td>{first}<td>{second}<td>{status}<br>{reason}</tr>"
        )
    return "\n".join([*lines, "</table>"])


def _document(form: FormDefinition, scan: Path, parts: Sequence[str]) -> str:
    title = html.escape(f"{form.title}　試し読み　{scan.name}")
    return (
        f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1>\n" + "\n".join(parts) + "\n</html>\n"
    )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise NeedsPersonError("FILE-003", f"{path.name}: {error.strerror}") from error
