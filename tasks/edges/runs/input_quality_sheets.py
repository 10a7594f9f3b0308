"""入力品質 and 列の対応: what was odd about the input, and what its columns were taken for."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.domain.lists_and_ledgers.sources import ColumnUse, InputNote
from tasks.edges.runs.sheet_tables import Column, TableRow, TableSheet, write_table
from tasks.edges.runs.sheets import Book

UNUSED = "使いません"
LOOK_AT_IT = "要確認"


def notes_page(book: Book, notes: Sequence[InputNote]) -> None:
    """Draw 入力品質."""
    columns = (
        Column("ファイル", 28),
        Column("場所", 34),
        Column("内容", 80),
        Column("件数", 8),
    )
    rows = (
        TableRow((note.file, note.place, note.message, note.count)) for note in notes
    )
    page = TableSheet("入力品質", "入力品質　読み込みで気づいたこと", columns)
    write_table(book, page, rows)


def columns_page(book: Book, uses: Sequence[ColumnUse]) -> None:
    """Draw 列の対応: every column of every list and ledger, the unsure ones marked."""
    columns = (
        Column("ファイル", 28),
        Column("シート", 16),
        Column("列", 6, centred=True),
        Column("見出し", 28),
        Column("読んだ意味", 20),
        Column("確かさ", 9, centred=True),
        Column("理由", 44),
    )

    def row(use: ColumnUse) -> TableRow:
        place = (use.file, use.sheet, use.column, use.header)
        sure = "" if not use.used_as else "確か"
        cells = (
            *place,
            use.used_as or UNUSED,
            sure if use.sure else LOOK_AT_IT,
            use.reason,
        )
        if not use.sure:
            return TableRow(cells, styles={5: "wait"})
        return TableRow(cells, style="plain" if use.used_as else "pale")

    title = "列の対応　名簿・台帳のどの列を何として読んだか（違うときは configs/columns.yaml に書きます）"
    page = TableSheet("列の対応", title, columns)
    write_table(book, page, map(row, uses))
