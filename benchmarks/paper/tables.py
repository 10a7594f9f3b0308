"""The result of a run as Markdown tables, put into docs/reading.md between its marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.paper.noise import LEVELS
from benchmarks.paper.report import Row

ENGINES = ("rapid", "shapes", "tesseract")
BEGIN, END = "<!-- score_ocr: begin -->", "<!-- score_ocr: end -->"
Result = Mapping[str, Any]


def percent(rate: object) -> str:
    """Return a rate for a table."""
    return "–" if rate is None else f"{float(str(rate)) * 100:.1f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def cell_table(rows: Iterable[tuple[str, Row]], engines: Sequence[str]) -> str:
    """Return a Markdown table of cells with a name in front."""
    head = [
        *("", "fields", *engines, "two agree", "of these right", "proposed right"),
        *("accepted", "wrong", "95 % at most"),
    ]
    return table(head, (_cell_row(name, row, engines) for name, row in rows))


def _cell_row(name: str, row: Row, engines: Sequence[str]) -> list[str]:
    alone = row["alone"]
    assert isinstance(alone, Mapping)
    return [
        name,
        str(row["fields"]),
        *(percent(alone.get(engine)) for engine in engines),
        percent(row["agree"]),
        percent(row["agree_right"]),
        percent(row["exact"]),
        percent(row["accepted"]),
        f"{row['wrong']} of {row['settled']}",
        f"{float(str(row['wrong_upper_95'])) * 100:.2f}",
    ]


def kind_table(cells: Sequence[Row]) -> str:
    """Return exact, accepted and wrong by kind and writing, a column per level."""
    names = sorted({(str(c["kind"]), str(c["writing"])) for c in cells})
    rows = []
    for kind, writing in names:
        shown = [_short(_merged(cells, kind, writing, level)) for level in LEVELS]
        rows.append([kind, writing, *shown])
    return table(["kind", "writing", *LEVELS], rows)


def _merged(cells: Sequence[Row], kind: str, writing: str, level: str) -> Row | None:
    """Return the cell without seals."""
    wanted = {"kind": kind, "writing": writing, "level": level, "sealed": "False"}
    for cell in cells:
        if all(cell[key] == value for key, value in wanted.items()):
            return cell
    return None


def _short(cell: Row | None) -> str:
    if cell is None or not cell["fields"]:
        return "–"
    wrong = f", **{cell['wrong']} wrong**" if cell["wrong"] else ""
    return f"{percent(cell['exact'])} / {percent(cell['accepted'])} ({cell['fields']}{wrong})"


def page_table(result: Result) -> str:
    """Return how pages were sorted and laid, a row per level."""
    head = [
        *("", "forms", "sorted right", "asked", "taken for another", "laid > 1 mm off"),
        *("worst corner mm", "backs dropped", "strangers refused", "s a page"),
    ]
    rows = [
        _page_row(name, row, result["seconds_by_level"].get(name))
        for name, row in result["page_by_level"].items()
    ]
    seconds = result["reading_seconds_a_page"]
    return table(head, [*rows, _page_row("all", result["page"], seconds)])


def _page_row(name: str, row: Row, seconds: object) -> list[str]:
    return [
        name,
        *(str(row[key]) for key in ("form_pages", "sorted_right", "asked")),
        *(str(row[key]) for key in ("sorted_wrong", "laid_wrong", "worst_corner_mm")),
        f"{row['backs_dropped']} of {row['backs']}",
        f"{row['strangers_refused']} of {row['strangers']}",
        str(seconds),
    ]


def aim_table(aims: Sequence[Row]) -> str:
    """Return the aims beside what was measured."""
    rows = [
        [
            str(aim["name"]),
            str(aim["least"]),
            f"{float(str(aim['measured'] or 0)) * 100:.2f} %",
            str(aim["of"]),
            "yes" if aim["met"] else "**no**",
        ]
        for aim in aims
    ]
    return table(["aim", "at least / at most", "measured", "of", "met"], rows)


def odd_table(rows: Mapping[str, Row]) -> str:
    """Return what happened to pages as they should not come."""
    keys = [
        *("pages", "refused", "read", "taken_for_another", "dropped"),
        *("fields_read", "fields_asked", "fields_settled_wrong"),
    ]
    head = ["", *(key.replace("_", " ") for key in keys)]
    return table(
        head, ([name, *(str(row[k]) for k in keys)] for name, row in rows.items())
    )


def asked_table(rows: Mapping[str, Row]) -> str:
    """Return how often one key answers: the first choice, or any of those shown."""
    return table(
        ["writing", "asked", "first is right %", "one of those shown is right %"],
        [
            [name, str(row["fields"]), percent(row["first"]), percent(row["any"])]
            for name, row in rows.items()
        ],
    )


def document(result: Result) -> str:
    """Return all tables of a result."""
    one = (
        f"{result['pages']} pages, {result['fields']} fields, seed {result['seed']}, "
        f"commit {result['commit']}, {result['processors']} processors "
        f"({result['machine']}), {result['reading_seconds_a_page']} s a page to read, another being read beside it."
    )
    parts = [
        one,
        "### Aims",
        aim_table(result["aims"]),
        "### Pages",
        page_table(result),
        "### All written fields and marks",
        cell_table(result["all"].items(), ENGINES),
        "### Written fields by writing and level",
        "`sealed` counts the fields that a seal or stamp crosses, and no others.",
        cell_table(result["text"].items(), ENGINES),
        "### Marks, choices and codes",
        cell_table(result["marks"].items(), ()),
        "### By kind: proposed right / accepted (fields), without seals",
        kind_table(result["cells"]),
        "### Written fields that are asked: what the person is offered",
        asked_table(result["asked"]),
        "### Corrected fields (struck out, overwritten): to be asked",
        cell_table([("corrected", result["corrected"])], ENGINES),
        "### Pages as they should not come",
        odd_table(result["odd"]),
    ]
    return "\n\n".join(parts)


def put_into(path: Path, text: str, marks: tuple[str, str] = (BEGIN, END)) -> None:
    """Put a text between two marks of a document.

    Raises:
        ValueError: The document lacks the marks.
    """
    old = path.read_text(encoding="utf-8")
    before, begin, rest = old.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not begin or not end:
        raise ValueError(f"{path.name}: no {marks[0]} and {marks[1]}")
    path.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")
