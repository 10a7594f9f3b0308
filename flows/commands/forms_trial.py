"""`yakuba form check --scan`: one filled page read by a definition, to see how it goes."""

from __future__ import annotations

import base64
import datetime as dt
import html
from collections.abc import Iterator, Sequence
from pathlib import Path

from flows.commands import terminal
from ocr.design.yaml_text import KIND_NAMES
from ocr.forms import FormDefinition, load_form
from ocr.pages import Limits
from ocr.read import default_engines
from tasks.domain.errors import NeedsPersonError
from tasks.domain.office.settings import AcceptanceRules
from tasks.procedures.form_designs import (
    STATUS_NAMES,
    TrialRules,
    TriedField,
    TriedSheet,
    tried,
)

DONE, NEEDS_PERSON = 0, 3

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
    rules = TrialRules(AcceptanceRules(), {}, today, Limits())
    for sheet in tried(scan, form, default_engines().readers, rules):
        if sheet.trouble:
            terminal.warn(f"{scan.name} {sheet.page}ページ: {sheet.trouble}")
            continue
        read += 1
        rows = list(_rows(sheet))
        title = f"{sheet.page}ページ　ずれ {sheet.residual_mm or 0.0:.2f} mm"
        terminal.show_table(
            title,
            ("ラベル", "種類", "1番目の読取", "2番目の読取", "判定"),
            [row[:5] for row in rows],
        )
        parts.append(_page_html(title, sheet.fields, rows))
    if parts:
        _write(result, _document(form, scan, parts))
        terminal.show_paths({"試し読み": result})
    return DONE if read else NEEDS_PERSON


def _rows(sheet: TriedSheet) -> Iterator[tuple[str, ...]]:
    for one in sheet.fields:
        yield (
            one.label,
            KIND_NAMES[one.kind],
            one.texts[0],
            one.texts[1] if len(one.texts) > 1 else "",
            STATUS_NAMES[one.status],
            one.reason,
        )


def _page_html(
    title: str, fields: Sequence[TriedField], rows: Sequence[tuple[str, ...]]
) -> str:
    lines = [
        f"<h2>{html.escape(title)}</h2><table>",
        "<tr><th>ラベル<th>種類<th>切り抜き<th>1番目の読取<th>2番目の読取<th>判定</tr>",
    ]
    for one, row in zip(fields, rows, strict=True):
        label, kind, first, second, status, reason = (html.escape(cell) for cell in row)
        crop = base64.b64encode(one.crop_png).decode("ascii")
        picture = f'<img alt="" src="data:image/png;base64,{crop}">' if crop else ""
        shade = ' class="ask"' if status == "要確認" else ""
        lines.append(
            f"<tr{shade}><td>{label}<br><span class=id>{html.escape(one.id)}</span>"
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
