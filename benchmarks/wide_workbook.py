"""How long a large workbook takes to read with its marks, and in how much memory.

    python -m benchmarks.wide_workbook --rows 1000000 --columns 12 --seed 7350

A workbook of invented lines is written once: text, numbers, dates, padded numbers, a
hidden column, some hidden rows. A process of its own then reads it as a check does:
every cell as text, hidden rows and columns, number formats, formulas without a result.
What it read is held against what was written. Prints the figures and writes
benchmarks/results/wide_workbook.json.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import xlsxwriter

from benchmarks.figures import machine, publish
from benchmarks.process_tree import run
from tasks.domain.office.settings import ColumnNames
from tasks.edges.tables.table_files import open_tables

ROOT = Path(__file__).resolve().parents[1]
_HIDDEN_EVERY = 1000
_HIDDEN_COLUMN = 5


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=12)
    parser.add_argument("--seed", type=int, default=7350)
    parser.add_argument("--folder", type=Path, help="keep the workbook here")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        print(json.dumps(read(options.read)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        book = folder / f"wide-{options.rows}x{options.columns}-{options.seed}.xlsx"
        written = folder / f"{book.stem}.json"
        if not written.exists():
            found = write(book, options.rows, options.columns, options.seed)
            written.write_text(json.dumps(found), encoding="utf-8")
        before = machine()
        module = (sys.executable, "-m", "benchmarks.wide_workbook")
        cost = run(
            (*module, "--read", str(book)), {**os.environ, "PYTHONPATH": str(ROOT)}
        )
        if cost.code:
            raise SystemExit(cost.said)
        same = json.loads(cost.said) == json.loads(written.read_text(encoding="utf-8"))
        size = book.stat().st_size >> 20
    figures: dict[str, Any] = {
        "seconds": cost.seconds,
        "cpu_seconds": cost.cpu_seconds,
        "peak_mb": cost.peak_mb,
        "file_mb": size,
        "everything_read_as_written": same,
        "run": {
            "rows": options.rows,
            "columns": options.columns,
            "seed": options.seed,
            **before,
        },
    }
    publish("wide_workbook", figures)


def write(path: Path, rows: int, columns: int, seed: int) -> dict[str, int]:
    """Write the workbook and return what a reader must find in it."""
    rng = random.Random(seed)  # noqa: S311 - reproducible
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("台帳")
    padded = book.add_format({"num_format": "0000000"})
    day = book.add_format({"num_format": "[$-411]ge.m.d"})
    sheet.set_column(_HIDDEN_COLUMN, _HIDDEN_COLUMN, None, None, {"hidden": True})
    letters = hidden = 0
    for row in range(rows):
        if row % _HIDDEN_EVERY == 1:
            sheet.set_row(row, None, None, {"hidden": True})
            hidden += 1
        for column in range(columns):
            number = rng.randrange(100_000, 999_999)
            if column == 0:
                sheet.write_number(row, column, number, padded)
                letters += 7
            elif column == 1:
                sheet.write_number(row, column, 40_000 + number % 5_000, day)
                letters += len("2020-01-01")
            elif column % 2:
                sheet.write_number(row, column, number)
                letters += 6
            else:
                text = f"架空町{number}番地"
                sheet.write_string(row, column, text)
                letters += len(text)
    book.close()
    return {
        "rows": rows,
        "letters": letters,
        "hidden_rows": hidden,
        "hidden_columns": 1,
    }


def read(path: Path) -> dict[str, int]:
    """Read every cell as a check does and return what was found."""
    (table,) = open_tables(path, columns=ColumnNames()).tables
    count = letters = hidden = 0
    for row in table.rows():
        count += 1
        hidden += row.hidden
        letters += sum(map(len, row.cells))
    return {
        "rows": count,
        "letters": letters,
        "hidden_rows": hidden,
        "hidden_columns": len(table.hidden_columns),
    }


if __name__ == "__main__":
    main()
