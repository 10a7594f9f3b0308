from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.domain.errors import NeedsPersonError
from tasks.edges.tables import delimited_blocks
from tasks.edges.tables.delimited import read_delimited
from tasks.edges.tables.delimited_blocks import NotPlainError, read_blocks

Cells = list[tuple[int, tuple[str, ...]]]


def by_blocks(path: Path, *, encoding: str, after: int = 0, width: int = 2) -> Cells:
    """Every row of a file as blocks give it, cells behind the width cut off."""
    found: Cells = []
    for block in read_blocks(path, encoding, ",", after=after, width=width):
        if block.columns is None:
            found += [(row.number, row.cells) for row in block.rows]
        else:
            cells = zip(*(c.to_pylist() for c in block.columns.columns), strict=True)
            found += enumerate(cells, start=block.first)
    return found


def by_rows(path: Path) -> Cells:
    """Every row of a file as csv gives it."""
    table = read_delimited(path).table
    return [(row.number, row.cells) for row in table.rows()]


def without_blanks_behind(rows: Cells) -> Cells:
    """Blank cells behind the last filled one say nothing; a blank line is such cells."""
    return [(number, _stripped(cells)) for number, cells in rows]


def _stripped(cells: tuple[str, ...]) -> tuple[str, ...]:
    while cells and not cells[-1].strip(delimited_blocks.BLANKS):
        cells = cells[:-1]
    return cells


@given(st.text('a山,",\n\r\x00 ', max_size=40))
@example('a,b\n"a,"b",c"\n')  # broken in a way that the number of quotes hides
@example('a,b\nx,"a",b"\n')
@example('a,b\n"",""\n"""","a""b"\n')
@example("a,b\n\n\nc,d")
@example('"a\n",b\r\n"c\r\nd",e\r\n')
@example("a,b, ,\nc,d,,\n")
@example("a,b\nc,d,e\n")
def test_blocks_give_what_csv_gives_or_refuse(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("blocks") / "a.csv"
    path.write_bytes(text.encode())
    try:
        found = by_blocks(path, encoding="utf-8")
    except NotPlainError:
        return
    if text:
        assert without_blanks_behind(found) == without_blanks_behind(by_rows(path))


@pytest.mark.parametrize(
    "quoting",
    [
        pytest.param(csv.QUOTE_MINIMAL, id="quotes_where_needed"),
        pytest.param(csv.QUOTE_ALL, id="quotes_everywhere"),
    ],
)
@given(
    rows=st.lists(
        st.tuples(*[st.text('a山髙0,"\n 　', max_size=6)] * 3), min_size=1, max_size=30
    )
)
def test_what_a_system_writes_comes_as_columns_whatever_the_block_size(
    tmp_path_factory: pytest.TempPathFactory,
    quoting: int,
    rows: list[tuple[str, str, str]],
) -> None:
    written = io.StringIO()
    csv.writer(written, quoting=quoting, lineterminator="\r\n").writerows(rows)  # type: ignore[arg-type]
    path = tmp_path_factory.mktemp("blocks") / "a.csv"
    path.write_bytes(written.getvalue().encode("cp932"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited_blocks, "_BLOCK_BYTES", 7)
        found = by_blocks(path, encoding="cp932", width=3)
        columns = [
            block.columns is not None
            for block in read_blocks(path, "cp932", ",", after=0, width=3)
        ]
    assert found == [(n, row) for n, row in enumerate(rows, start=1)]
    assert all(columns)


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "cp932", "utf-16-le", "utf-8"]
)
def test_blocks_of_every_encoding_begin_below_the_header(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "a.csv"
    text = '"題,\n名",\r\n氏名,番号\r\n' + "髙橋,1\r\n" * 3
    path.write_bytes(text.encode(encoding))
    assert by_blocks(path, encoding=encoding, after=2) == [
        (number, ("髙橋", "1")) for number in (3, 4, 5)
    ]


def test_a_broken_file_is_refused_by_both(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'a,b\n"a"b,c\n')
    with pytest.raises(NotPlainError):
        by_blocks(path, encoding="utf-8")
    with pytest.raises(NeedsPersonError, match="TABLE-008"):
        by_rows(path)
