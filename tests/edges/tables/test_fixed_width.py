from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.fixed_layout import FixedLayout
from tasks.domain.office.settings import ColumnNames
from tasks.edges.tables.fixed_width import read_fixed_width
from tasks.edges.tables.table_files import open_tables

FIELDS = {"宛名番号": (2, 8), "氏名": (10, 12), "収納額": (22, 6)}


def layout(**changes: object) -> FixedLayout:
    values: dict[str, object] = {
        "files": "*.dat",
        "record_bytes": 30,
        "data": "2",
        "others": ["1", "9"],
        "fields": FIELDS,
        "trailer": {"starts": "8", "count": [2, 6], "sums": {"収納額": [8, 12]}},
    }
    return FixedLayout.model_validate({**values, **changes})


def record(text: str, size: int = 30) -> bytes:
    return text.encode("cp932").ljust(size)


def person(number: int, name: str, yen: int) -> bytes:
    padded = name.encode("cp932").ljust(12)[:12]
    return b"2%08d" % number + padded + b"%06d   " % yen


HEAD, END = record("1みなと市"), record("9")
GOOD = (
    HEAD,
    person(123, "髙橋　一郎", 1200),
    person(124, "ﾔﾏﾀﾞ", 0),
    record("8000002000000001200"),
    END,
)


def write(path: Path, records: tuple[bytes, ...], ends: bytes = b"\r\n") -> Path:
    path.write_bytes(b"".join(one + ends for one in records))
    return path


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param(b"\r\n", id="crlf"),
        pytest.param(b"\n", id="lf"),
        pytest.param(b"", id="no_line_ends"),
    ],
)
@pytest.mark.parametrize(
    "after",
    [pytest.param(b"", id="plain_end"), pytest.param(b"\x1a", id="end_of_file_mark")],
)
def test_fields_are_cut_by_bytes_and_numbered_by_record(
    tmp_path: Path, ends: bytes, after: bytes
) -> None:
    path = write(tmp_path / "a.dat", GOOD, ends)
    path.write_bytes(path.read_bytes() + after)
    rows = list(read_fixed_width(path, layout()).table.rows())
    assert [(row.number, row.cells) for row in rows] == [
        (0, ("宛名番号", "氏名", "収納額")),
        (2, ("00000123", "髙橋　一郎", "001200")),
        (3, ("00000124", "ﾔﾏﾀﾞ", "000000")),
    ]


def changed(place: int, one: bytes) -> tuple[bytes, ...]:
    return (*GOOD[:place], one, *GOOD[place + 1 :])


@pytest.mark.parametrize(
    ("records", "changes", "fault"),
    [
        pytest.param(
            changed(1, GOOD[1][:-1]), {}, "TABLE-008.*2行 30桁: 29 bytes", id="short"
        ),
        pytest.param(
            changed(2, GOOD[2] + b" "), {}, "TABLE-008.*3行 31桁: 31 bytes", id="long"
        ),
        pytest.param(
            changed(2, b"5" + GOOD[2][1:]),
            {},
            "TABLE-008.*3行 1桁: a record of no declared kind",
            id="unknown_kind",
        ),
        pytest.param(
            changed(1, b"2" + b"0" * 8 + "一二三四五六".encode("cp932")[:11] + b"\x81"),
            {"record_bytes": 21, "others": ["1", "9"], "trailer": None,
             "fields": {"宛名番号": (2, 8), "氏名": (10, 12)}},
            "TABLE-008",
            id="other_length_everywhere",
        ),
        pytest.param(
            changed(1, person(123, "一二三四五 六", 1200)),
            {},
            "TABLE-003.*2行 21桁",
            id="letter_cut_in_two",
        ),
        pytest.param(
            changed(1, GOOD[1].replace("髙".encode("cp932"), b"\xfd ")),
            {},
            "TABLE-003.*2行 10桁",
            id="no_letter",
        ),
        pytest.param(
            changed(2, GOOD[2].replace(b"\xd4", b"\x00")),
            {},
            "TABLE-003.*3行 10桁",
            id="control_byte",
        ),
        pytest.param(
            changed(1, GOOD[1]), {"encoding": "jis8"}, "TABLE-003.*2行 10桁", id="kanji_in_jis8"
        ),
        pytest.param(
            changed(2, person(124, "ｱ", 0)[:21] + b"00 1" + b" " * 5),
            {},
            "TABLE-005.*3行 22桁: expected digits",
            id="sum_of_no_digits",
        ),
        pytest.param(
            changed(3, record("8000003000000001200")), {}, "TABLE-008.*4行 2桁", id="count"
        ),
        pytest.param(
            changed(3, record("8000002000000001300")), {}, "TABLE-008.*4行 8桁", id="sum"
        ),
        pytest.param(
            (*GOOD[:3], END), {}, "TABLE-008.*5行 1桁: expected the trailer", id="no_trailer"
        ),
        pytest.param(
            (*GOOD[:4], GOOD[1], END),
            {},
            "TABLE-008.*7行 1桁: expected the trailer",
            id="records_behind_the_trailer",
        ),
    ],
)  # fmt: skip
def test_fault_is_named_by_line_and_column(
    tmp_path: Path, records: tuple[bytes, ...], changes: dict[str, object], fault: str
) -> None:
    path = write(tmp_path / "a.dat", records)
    with pytest.raises(NeedsPersonError, match=fault):
        read_fixed_width(path, layout(**changes))


def test_file_cut_off_without_line_ends_is_named_at_its_end(tmp_path: Path) -> None:
    path = write(tmp_path / "a.dat", GOOD, b"")
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(NeedsPersonError, match="5行 27桁: 26 bytes"):
        read_fixed_width(path, layout())


def test_all_faults_come_at_once_without_a_value(tmp_path: Path) -> None:
    records = (HEAD, GOOD[1][:-1], GOOD[2] + b"x", *GOOD[3:])
    with pytest.raises(NeedsPersonError) as raised:
        read_fixed_width(write(tmp_path / "a.dat", records), layout())
    assert len(raised.value.faults) == 4  # two lengths; the trailer's count and sum
    assert "髙橋" not in str(raised.value)


def test_several_deliveries_in_one_file_are_each_held_against_their_trailer(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "a.dat", (*GOOD[:4], *GOOD))
    assert len(list(read_fixed_width(path, layout()).table.rows())) == 5


def test_vendor_letters_are_counted(tmp_path: Path) -> None:
    gaiji = b"200000123" + b"\xf0\x40".ljust(12) + b"000000   "
    trailer = record("8000001000000000000")
    path = write(tmp_path / "a.dat", (HEAD, gaiji, trailer, END))
    file = open_tables(path, columns=ColumnNames(fixed_width=(layout(),)))
    assert [(note.code, note.count) for note in file.notes] == [("gaiji", 1)]
    assert file.encoding == "cp932"


def test_undeclared_suffix_is_refused_and_declared_one_read(tmp_path: Path) -> None:
    path = write(tmp_path / "宛名.dat", GOOD)
    with pytest.raises(NeedsPersonError, match="FILE-006"):
        open_tables(path, columns=ColumnNames())
    file = open_tables(path, columns=ColumnNames(fixed_width=(layout(),)))
    assert len(list(file.tables[0].rows())) == 3


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        pytest.param({"fields": {"氏名": (30, 2)}}, "超えています", id="beyond_record"),
        pytest.param(
            {"fields": {"氏名": (2, 8), "収納額": (9, 4)}}, "重なって", id="overlapping"
        ),
        pytest.param({"others": ["2"]}, "どの種類か", id="one_start_for_two"),
        pytest.param({"data": ""}, "data", id="kinds_without_data"),
        pytest.param(
            {"trailer": {"starts": "8", "sums": {"税額": [2, 3]}}},
            "fields にありません",
            id="sum_of_unknown_field",
        ),
    ],
)
def test_layout_that_cannot_be_meant_is_refused(
    changes: dict[str, object], fault: str
) -> None:
    with pytest.raises(ValidationError, match=fault):
        layout(**changes)


@given(
    rows=st.lists(
        st.tuples(
            st.text("一ア髙ｱﾞA ", max_size=5).map(lambda name: name.strip()),
            st.integers(0, 999_999),
        ),
        min_size=1,
        max_size=20,
    ),
    ends=st.sampled_from([b"", b"\n", b"\r\n"]),
)
def test_whatever_was_written_reads_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, int]],
    ends: bytes,
) -> None:
    path = tmp_path_factory.mktemp("fixed") / "a.dat"
    trailer = b"8%06d%012d" % (len(rows), sum(yen for _, yen in rows))
    data = (person(n, name, yen) for n, (name, yen) in enumerate(rows))
    write(path, (HEAD, *data, trailer.ljust(30), END), ends)
    found = list(read_fixed_width(path, layout()).table.rows())[1:]
    assert [(row.cells[1], int(row.cells[2])) for row in found] == rows
