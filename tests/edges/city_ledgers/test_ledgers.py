from __future__ import annotations

import csv
import datetime as dt
import multiprocessing
import os
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from tasks.domain.errors import NeedsPersonError
from tasks.domain.identity.person_keys import applicant_keys
from tasks.domain.normal_forms.addresses import Home
from tasks.domain.office.settings import ColumnNames
from tasks.domain.records import Applicant, TaxStatus
from tasks.edges.city_ledgers.ledgers import Ledgers, open_ledgers

TODAY = dt.date(2026, 11, 4)
PERSON_HEADER = [
    *(
        "宛名番号",
        "名寄せ番号",
        "氏名",
        "カナ",
        "生年月日",
        "住所",
        "方書",
        "前住所",
        "通称",
    ),
    *("支援措置", "個人番号", "法人番号"),
]
PERSONS = [
    ["0001", "A1", "甲野　一", "ｺｳﾉ ﾊｼﾞﾒ", "S60.04.01", "本町一丁目２番３号", "", "", "", "", "123456789018", ""],
    ["0002", "A1", "甲野　一", "ｺｳﾉ ﾊｼﾞﾒ", "S60.04.01", "港町4番地5", "", "", "", "", "123456789018", ""],
    ["0003", "", "乙野　二", "ｵﾂﾉ ﾂｷﾞ", "H02.05.06", "港町6番地7", "コーポ101", "", "", "", "", ""],
    ["0004", "", "乙野　二", "ｵﾂﾉ ﾂｷﾞ", "H02.05.06", "港町6番地7", "", "", "", "", "", ""],
    ["0007", "", "丁野　四", "ﾁｮｳﾉ ﾖﾂ", "H03.05.06", "港町7番地7", "", "", "", "", "", ""],
    ["0008", "", "丁野　四", "ﾁｮｳﾉ ﾖﾂ", "平成3年5月6日", "港町７－７", "", "", "", "", "", ""],
    ["0005", "", "丙野　三", "ﾍｲﾉ ﾐﾂ", "平成2年13月1日", "港町8", "", "", "", "有", "", ""],
    ["0006", "", "㈱みなと", "ﾐﾅﾄ", "", "本町1-1", "", "", "", "", "", "7000012050002"],
]  # fmt: skip
TAX_HEADER = [
    "宛名番号",
    "税目",
    "賦課年度",
    "期別",
    "納期限",
    "調定額",
    "収納額",
    "状態",
]
TAXES = [
    ["0001", "軽自動車税", "令和8年度", "全期", "R8.6.1", "10,800", "10,800", ""],
    ["0002", "固定資産税", "2026", "1", "5080430", "53,000", "", "徴収猶予"],
    ["0002", "固定資産税", "2026", "2", "5080731", "53,000", "3,000", ""],
    ["合計", "", "", "", "", "116,800", "13,800", ""],
]


def write(path: Path, rows: Iterable[Sequence[str]], encoding: str = "cp932") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


@pytest.fixture
def persons(tmp_path: Path) -> Path:
    return write(tmp_path / "住民台帳.csv", [PERSON_HEADER, *PERSONS])


@pytest.fixture
def taxes(tmp_path: Path) -> Path:
    return write(tmp_path / "税.csv", [TAX_HEADER, *TAXES])


def opened(
    persons: Sequence[Path],
    taxes: Sequence[Path],
    **columns: dict[str, tuple[str, ...]],
) -> Ledgers:
    return open_ledgers(
        persons,
        taxes,
        cache_folder=(*persons, *taxes)[0].parent / "cache",
        columns=ColumnNames(),
        today=TODAY,
    )


@pytest.fixture
def ledgers(persons: Path, taxes: Path) -> Iterator[Ledgers]:
    with opened([persons], [taxes]) as found:
        yield found


def numbers(ledgers: Ledgers, number: str) -> list[str]:
    every = ledgers.candidates([asked(addressee_no=number)])["list:1"]
    resident = next(e.resident for e in every if e.resident.addressee_no == number)
    return [person.addressee_no for person in ledgers.expand([resident])[number]]


def asked(**values: str):  # type: ignore[no-untyped-def]
    applicant = Applicant("list:1", "a.csv!1行", "1", values.pop("name", ""), **values)
    return applicant_keys(applicant, today=TODAY)


def test_sources_say_what_was_taken(ledgers: Ledgers) -> None:
    assert [(s.file, s.rows, s.encoding, s.yen) for s in ledgers.sources] == [
        ("住民台帳.csv", 8, "cp932", 0),
        ("税.csv", 3, "cp932", 103_000),
    ]
    assert ledgers.yen == 103_000


def test_notes_say_what_was_odd(ledgers: Ledgers) -> None:
    assert {note.code for note in ledgers.notes} == {
        "my_number_dropped",
        "birth_date_unread",
        "row_excluded",
        "paid_empty",
    }


@pytest.mark.parametrize(
    ("header", "cell", "name", "deceased"),
    [
        pytest.param("死亡年月日", "R8.4.1", "甲野　一", True, id="day_of_death"),
        pytest.param("死亡フラグ", "0", "甲野　一", False, id="no_flag"),
        pytest.param("異動事由", "死亡", "甲野　一", True, id="state"),
        pytest.param("異動事由", "転出", "甲野　一", False, id="moved_away"),
        pytest.param("備考", "死亡", "甲野　一", False, id="another_column"),
        pytest.param("備考", "", "故　甲野　一", True, id="before_the_name"),
        pytest.param("備考", "", "亡　甲野　一", True, id="before_the_name_too"),
        pytest.param("備考", "", "故野　一", False, id="family_name"),
    ],
)
def test_resident_is_deceased_where_the_ledger_says_so(
    tmp_path: Path, header: str, cell: str, name: str, deceased: bool
) -> None:
    row = ["0001", "", name, "", "S60.4.1", "本町1-2-3", *[""] * 6, cell]
    ledger = write(tmp_path / "住民台帳.csv", [[*PERSON_HEADER, header], row])
    with opened([ledger], []) as ledgers:
        found = ledgers.candidates([asked(addressee_no="0001")])["list:1"]
    assert [entry.resident.deceased for entry in found] == [deceased]


def test_my_numbers_never_reach_the_cache(ledgers: Ledgers, persons: Path) -> None:
    caches = list((persons.parent / "cache").iterdir())
    assert caches
    for cache in caches:
        assert b"123456789018" not in cache.read_bytes()
    with duckdb.connect(str(caches[0]), read_only=True) as database:
        rows = database.execute("SELECT * FROM information_schema.columns").fetchall()
    assert rows


def test_cache_of_one_user_is_not_readable_by_others(
    ledgers: Ledgers, persons: Path
) -> None:
    for cache in (persons.parent / "cache").iterdir():
        assert cache.stat().st_mode & 0o077 == 0


def test_tax_lines_are_typed(ledgers: Ledgers) -> None:
    lines = ledgers.tax_lines(["0002", "0003"])
    assert lines["0003"] == ()
    assert [
        (x.tax, x.fiscal_year, x.instalment, x.due_date) for x in lines["0002"]
    ] == [
        ("固定資産税", 2026, 1, dt.date(2026, 4, 30)),
        ("固定資産税", 2026, 2, dt.date(2026, 7, 31)),
    ]
    assert [(x.assessed_yen, x.paid_yen) for x in lines["0002"]] == [
        (53_000, 0),
        (53_000, 3_000),
    ]
    assert lines["0002"][0].status is TaxStatus.GRACE


def test_lost_leading_zeros_of_a_tax_ledger_still_meet(persons: Path) -> None:
    rows = [[line[0].lstrip("0"), *line[1:]] for line in TAXES[:3]]
    taxes = write(persons.parent / "t.csv", [TAX_HEADER, *rows])
    with opened([persons], [taxes]) as ledgers:
        assert len(ledgers.tax_lines(["0002"])["0002"]) == 2
        assert ledgers.tax_lines(["0002"])["0002"][0].addressee_no == "0002"


def test_all_numbers_of_a_person_come_by_group(ledgers: Ledgers) -> None:
    assert numbers(ledgers, "0001") == ["0001", "0002"]


def test_all_numbers_of_a_person_come_by_name_birth_date_and_address(
    ledgers: Ledgers,
) -> None:
    assert numbers(ledgers, "0008") == ["0007", "0008"]


def test_another_room_is_another_person(ledgers: Ledgers) -> None:
    assert numbers(ledgers, "0004") == ["0004"]


@pytest.mark.parametrize(
    ("group", "births", "joined"),
    [
        pytest.param(("0012", "12"), ("S60.4.1", "S60.4.1"), True, id="lost_zeros"),
        pytest.param(("12", "12"), ("S60.4.1", ""), True, id="no_birth_date"),
        pytest.param(("12", "12"), ("S60.4.1", "H2.5.6"), False, id="two_births"),
        pytest.param(("0", "0"), ("S60.4.1", "S60.4.1"), False, id="zero"),
        pytest.param(("なし", "なし"), ("S60.4.1", ""), False, id="none"),
    ],
)
def test_group_joins_only_people_of_one_birth_date(
    tmp_path: Path, group: tuple[str, str], births: tuple[str, str], joined: bool
) -> None:
    rows = [
        ["0001", group[0], "甲野　一", "", births[0], "本町1-2-3", *[""] * 6],
        ["0002", group[1], "甲野　一", "", births[1], "港町4-5-6", *[""] * 6],
    ]
    with opened([write(tmp_path / "p.csv", [PERSON_HEADER, *rows])], []) as ledgers:
        assert numbers(ledgers, "0001") == (["0001", "0002"] if joined else ["0001"])


def test_group_of_different_birth_dates_joins_nobody_and_is_noted(
    tmp_path: Path,
) -> None:
    births = ("S60.4.1", "", "H2.5.6")
    files = [
        write(
            tmp_path / f"{number}.csv",
            [
                PERSON_HEADER,
                [f"{number}", "99", "甲野　一", "", birth, f"本町{number}", *[""] * 6],
            ],
        )
        for number, birth in enumerate(births, start=1)
    ]
    with opened(files, []) as ledgers:
        assert numbers(ledgers, "1") == ["1"]
        noted = [note for note in ledgers.notes if note.code == "group_parted"]
    assert [(note.place, note.count) for note in noted] == [("名寄せ番号", 1)]


HIDDEN = ["9", "", "甲野　花", "", "S60.4.1", "港町9-9", "", "", "", "有", "", ""]


@pytest.mark.parametrize(
    ("address", "room", "former", "hides"),
    [
        pytest.param("港町９番地９", "", "", True, id="same_house"),
        pytest.param("港町9-9", "コーポ101", "", True, id="room_unknown"),
        pytest.param("本町1-1", "", "港町9-9", True, id="moved_out"),
        pytest.param("港町9-8", "", "", False, id="next_door"),
    ],
)
def test_address_shared_with_a_protected_person_is_marked(
    tmp_path: Path, address: str, room: str, former: str, hides: bool
) -> None:
    row = ["1", "", "甲野　次", "", "S62.4.1", address, room, former, *[""] * 4]
    path = write(tmp_path / "p.csv", [PERSON_HEADER, HIDDEN, row])
    with opened([path], []) as ledgers:
        found = ledgers.candidates([asked(addressee_no="1")])["list:1"]
    assert [entry.hides_address for entry in found] == [hides]


def test_household_shared_with_a_protected_person_is_marked(tmp_path: Path) -> None:
    header = [*PERSON_HEADER, "世帯番号"]
    row = ["1", "", "甲野　次", "", "S62.4.1", "読めない所", *[""] * 6, "7"]
    alone = ["2", "", "乙野　次", "", "S62.4.1", "港町1-1", *[""] * 6, "0"]
    other = [
        "3",
        "",
        "乙野　花",
        "",
        "S60.4.1",
        "港町2-2",
        *[""] * 3,
        "有",
        "",
        "",
        "0",
    ]
    rows = [header, [*HIDDEN, "0007"], row, alone, other]
    with opened([write(tmp_path / "p.csv", rows)], []) as ledgers:
        for number, hides in (("1", True), ("2", False)):
            found = ledgers.candidates([asked(addressee_no=number)])["list:1"]
            assert [entry.hides_address for entry in found] == [hides]


def test_home_is_part_of_the_cache_and_of_the_addresses(persons: Path) -> None:
    home = Home("汐見県", "みなと市", frozenset({"本町", "港町"}))
    for its in (None, home):
        with open_ledgers(
            [persons],
            [],
            cache_folder=persons.parent / "cache",
            columns=ColumnNames(),
            today=TODAY,
            home=its,
        ) as ledgers:
            found = ledgers.candidates([asked(addressee_no="1")])["list:1"]
            assert ledgers.home is its
        assert found[0].keys.addresses[0].city == ("みなと市" if its else "")
    assert len(list((persons.parent / "cache").glob("*.duckdb"))) == 2


def test_illegible_birth_date_is_no_birth_date(ledgers: Ledgers) -> None:
    found = ledgers.candidates([asked(addressee_no="5")])["list:1"]
    assert found[0].resident.birth_date is None
    assert found[0].resident.protected


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"addressee_no": "1"}, id="number_without_zeros"),
        pytest.param({"name": "甲野一", "birth_date": "1985/4/1"}, id="name_and_birth"),
        pytest.param({"kana": "コウノハジメ", "birth_date": "1985/4/1"}, id="kana"),
        pytest.param(
            {"name": "申野一", "birth_date": "S60.4.1", "address": "本町1-2-3"},
            id="misread_name",
        ),
        pytest.param(
            {"name": "甲野一", "birth_date": "S60.4.7", "address": "本町1-2-3"},
            id="misread_birth_date",
        ),
    ],
)
def test_search_brings_up_the_person(ledgers: Ledgers, values: dict[str, str]) -> None:
    found = ledgers.candidates([asked(**values)])["list:1"]
    assert found[0].resident.addressee_no == "0001"


def test_search_gives_every_applicant_an_entry(ledgers: Ledgers) -> None:
    assert ledgers.candidates([asked(name="誰それ")]) == {"list:1": ()}
    assert ledgers.candidates([]) == {}


def test_second_opening_builds_nothing(persons: Path, taxes: Path) -> None:
    opened([persons], [taxes]).close()
    before = {
        p.name: p.stat().st_mtime_ns for p in (persons.parent / "cache").iterdir()
    }
    renamed = persons.rename(persons.parent / "別名.csv")
    with opened([renamed], [taxes]) as ledgers:
        assert ledgers.sources[0].file == "別名.csv"
        assert {note.file for note in ledgers.notes} == {"別名.csv", "税.csv"}
    after = {p.name: p.stat().st_mtime_ns for p in (persons.parent / "cache").iterdir()}
    assert after == before


def test_damaged_cache_is_built_again(persons: Path, taxes: Path) -> None:
    opened([persons], [taxes]).close()
    for cache in (persons.parent / "cache").iterdir():
        cache.write_bytes(b"not a database at all" * 500)
    with opened([persons], [taxes]) as ledgers:
        assert ledgers.yen == 103_000


def test_other_column_names_are_another_cache(persons: Path, taxes: Path) -> None:
    opened([persons], [taxes]).close()
    open_ledgers(
        [persons],
        [taxes],
        cache_folder=persons.parent / "cache",
        columns=ColumnNames(persons={"kana": ("よみ",)}),
        today=TODAY,
    ).close()
    assert len(list((persons.parent / "cache").iterdir())) == 3


def test_same_tax_file_twice_is_counted_once(persons: Path, taxes: Path) -> None:
    copy = persons.parent / "写し.csv"
    copy.write_bytes(taxes.read_bytes())
    with opened([persons], [taxes, copy]) as ledgers:
        assert ledgers.yen == 103_000
        assert "FILE-005" in {note.code for note in ledgers.notes}


def test_number_on_two_rows_stops_with_their_places(tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", [PERSON_HEADER, *PERSONS, PERSONS[0]])
    with pytest.raises(NeedsPersonError, match="TABLE-007") as raised:
        opened([path], [])
    assert raised.value.faults == ("2行, 10行: one 宛名番号",)


def test_number_in_two_files_stops(persons: Path) -> None:
    other = write(persons.parent / "q.csv", [PERSON_HEADER, PERSONS[0]])
    with pytest.raises(NeedsPersonError, match="TABLE-007"):
        opened([persons, other], [])


@pytest.mark.parametrize(
    ("headers", "cells", "protected"),
    [
        pytest.param(["抑止区分"], ["対象"], True, id="抑止"),
        pytest.param(["発行停止フラグ"], ["1"], True, id="発行停止"),
        pytest.param(["閲覧・交付制限"], ["有"], True, id="制限"),
        pytest.param(["ＤＶ"], ["該当"], True, id="DV"),
        pytest.param(["支援措置区分"], ["解除"], True, id="lifted may be renewed"),
        pytest.param(["支援措置区分", "発行抑止"], ["", "抑止"], True, id="second"),
        pytest.param(["支援措置区分", "発行抑止"], ["0", "無"], False, id="neither"),
        pytest.param(["支援措置開始日"], ["R7.4.1"], True, id="only a day"),
        pytest.param(["支援措置"], ["対象外"], False, id="対象外"),
    ],
)
def test_any_column_about_protection_protects(
    tmp_path: Path, headers: list[str], cells: list[str], *, protected: bool
) -> None:
    line = ["0001", "甲野　一", "S60.04.01", "本町一丁目２番３号"]
    header = ["宛名番号", "氏名", "生年月日", "住所"]
    path = write(tmp_path / "p.csv", [[*header, *headers], [*line, *cells]])
    with opened([path], []) as ledgers:
        found = ledgers.candidates([asked(addressee_no="1")])["list:1"]
        codes = {note.code for note in ledgers.notes}
    assert found[0].resident.protected is protected
    assert "protection_column_missing" not in codes


def test_a_ledger_without_a_column_of_protection_is_read_and_named(
    tmp_path: Path,
) -> None:
    rows = [["宛名番号", "氏名", "生年月日", "住所"], ["1", "甲", "S60.4.1", "本町1"]]
    with opened([write(tmp_path / "p.csv", rows)], []) as ledgers:
        told = [n for n in ledgers.notes if n.code == "protection_column_missing"]
    assert [note.file for note in told] == ["p.csv"]


@pytest.mark.parametrize(
    ("column", "value", "place"),
    [
        pytest.param(5, "83e2000", "F3", id="exponent"),
        pytest.param(5, "1,23,456", "F3", id="separators"),
        pytest.param(5, "", "F3", id="no_assessment"),
        pytest.param(6, "1万円くらい", "G3", id="words"),
        pytest.param(4, "令和8年4月31日", "E3", id="no_such_day"),
        pytest.param(4, "8.4.30", "E3", id="ambiguous_date"),
        pytest.param(2, "第8", "C3", id="year_without_era"),
        pytest.param(7, "特別扱い", "H3", id="unknown_state"),
        pytest.param(3, "いつか", "D3", id="unknown_instalment"),
    ],
)
def test_bad_cell_is_named_by_its_place_and_not_by_its_value(
    tmp_path: Path, column: int, value: str, place: str
) -> None:
    bad = [*TAXES[1]]
    bad[column] = value
    path = write(tmp_path / "t.csv", [TAX_HEADER, TAXES[0], bad])
    with pytest.raises(NeedsPersonError, match="TABLE-005") as raised:
        opened([], [path])
    assert [fault.split(":")[0] for fault in raised.value.faults] == [place]
    assert not value or value not in str(raised.value.faults)


def test_all_bad_cells_come_at_once(tmp_path: Path) -> None:
    bad = [["0001", "税", "x", "x", "x", "x", "x", "x"]] * 3
    path = write(tmp_path / "t.csv", [TAX_HEADER, *bad])
    with pytest.raises(NeedsPersonError, match="18 cells"):
        opened([], [path])


def test_failed_load_leaves_nothing_behind(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", [TAX_HEADER, ["0001", "税", *["x"] * 6]])
    with pytest.raises(NeedsPersonError):
        opened([], [path])
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param([["甲", "乙"], ["1", "2"]], "TABLE-001", id="no_header"),
        pytest.param(
            [["宛名番号", "氏名"], ["1", "甲"]], "TABLE-002", id="few_columns"
        ),
        pytest.param(
            [PERSON_HEADER, [*PERSONS[0], "余り"]], "TABLE-005", id="shifted_cells"
        ),
        pytest.param(
            [PERSON_HEADER, ["", *PERSONS[0][1:]]], "TABLE-005", id="no_number"
        ),
    ],
)
def test_bad_residents_ledger_says_what_is_wrong(
    tmp_path: Path, rows: list[list[str]], code: str
) -> None:
    with pytest.raises(NeedsPersonError, match=code):
        opened([write(tmp_path / "p.csv", rows)], [])


def test_unpaid_amounts_replace_paid_ones(tmp_path: Path) -> None:
    header = ["宛名番号", "年度", "期別", "納期限", "調定額", "未納額"]
    lines = [["0001", "R8", "1", "R8.6.1", "1000", "400"]]
    path = write(tmp_path / "固定資産税.csv", [header, *lines])
    with opened([], [path]) as ledgers:
        line = ledgers.tax_lines(["0001"])["0001"][0]
    assert (line.tax, line.paid_yen) == ("固定資産税", 600)


def test_an_empty_unpaid_amount_is_never_paid(tmp_path: Path) -> None:
    header = ["宛名番号", "年度", "期別", "納期限", "調定額", "未納額"]
    lines = [["0001", "R8", str(n), "R8.6.1", "1000", "0" if n else ""] for n in (1, 0)]
    path = write(tmp_path / "固定資産税.csv", [header, *lines])
    with pytest.raises(NeedsPersonError, match="TABLE-005") as raised:
        opened([], [path])
    assert raised.value.faults == ("F3: expected 未納額, found nothing",)


@pytest.mark.parametrize(
    ("year", "due", "fits"),
    [
        pytest.param("令和8年度", "R8.4.1", True, id="first day"),
        pytest.param("令和8年度", "R8.3.31", False, id="the day before"),
        pytest.param("令和元年度", "R8.3.31", True, id="seven years back"),
        pytest.param("令和元年度", "R8.4.1", False, id="beyond"),
        pytest.param("令和8年度", "R10.6.1", False, id="10 for 8"),
        pytest.param("令和8年度", "R1.6.1", False, id="01 for 08"),
        pytest.param("令和8年度", "R80.6.1", False, id="80 for 8"),
    ],
)
def test_a_due_date_that_cannot_belong_to_its_year_stops_at_its_cell(
    tmp_path: Path, year: str, due: str, *, fits: bool
) -> None:
    line = ["0001", "軽自動車税", year, "全期", due, "10,800", "0", ""]
    path = write(tmp_path / "t.csv", [TAX_HEADER, TAXES[0], ["0002", *line[1:]]])
    if fits:
        opened([], [path]).close()
        return
    with pytest.raises(NeedsPersonError, match=r"TABLE-005.*fiscal year") as raised:
        opened([], [path])
    assert raised.value.faults[0].startswith("E3: 納期限 ")


def test_the_year_booked_says_nothing_about_due_dates(tmp_path: Path) -> None:
    header = [*TAX_HEADER]
    header[2] = "調定年度"
    line = ["0001", "固定資産税", "令和8年度", "1", "R2.4.30", "10,800", "0", ""]
    with opened([], [write(tmp_path / "t.csv", [header, line])]) as ledgers:
        assert ledgers.yen == 10_800
    both = write(
        tmp_path / "u.csv",
        [[*header, "賦課年度"], [*line, "令和2年度"]],
    )
    with opened([], [both]) as ledgers:
        assert ledgers.tax_lines(["1"])["1"][0].fiscal_year == 2020


@pytest.mark.parametrize(
    ("headers", "amounts"),
    [
        pytest.param(["年税額", "期別税額"], ["43,200", "10,800"], id="期別税額"),
        pytest.param(["期割額", "年税額"], ["10,800", "43,200"], id="期割額"),
        pytest.param(["年税額", "調定額"], ["43,200", "10,800"], id="調定額"),
    ],
)
def test_the_amount_of_the_instalment_is_taken_not_that_of_the_year(
    tmp_path: Path, headers: list[str], amounts: list[str]
) -> None:
    header = ["宛名番号", "税目", "賦課年度", "期別", "納期限", *headers, "収納額"]
    line = ["0001", "固定資産税", "令和8年度", "1", "R8.6.1", *amounts, "0"]
    with opened([], [write(tmp_path / "t.csv", [header, line])]) as ledgers:
        assert ledgers.yen == 10_800


def test_the_amount_of_a_year_serves_only_where_the_year_is_paid_at_once(
    tmp_path: Path,
) -> None:
    header = ["宛名番号", "税目", "賦課年度", "期別", "納期限", "年税額", "収納額"]
    line = ["0001", "軽自動車税", "令和8年度", "全期", "R8.6.1", "10,800", "0"]
    with opened([], [write(tmp_path / "t.csv", [header, line])]) as ledgers:
        assert ledgers.yen == 10_800
    line[3] = "1"
    with pytest.raises(NeedsPersonError, match=r"TABLE-002.*F1: 年税額"):
        opened([], [write(tmp_path / "u.csv", [header, line])])


@pytest.mark.parametrize("role", ["persons", "taxes"])
def test_a_ledger_of_a_header_and_nothing_else_stops(tmp_path: Path, role: str) -> None:
    header = PERSON_HEADER if role == "persons" else TAX_HEADER
    path = write(tmp_path / "t.csv", [header, ["合計", *[""] * (len(header) - 1)]])
    with pytest.raises(NeedsPersonError, match="TABLE-009"):
        opened(*(([path], []) if role == "persons" else ([], [path])))


CAR = ["0001", "軽自動車税", "令和8年度", "全期", "R8.6.1", "10,800", "0", ""]
LAND = ["0001", "固定資産税", "令和8年度", "1", "R8.4.30", "53,000", "0", ""]


def changed(line: list[str], **cells: str) -> list[str]:
    places = {"due": 4, "assessed": 5, "paid": 6}
    return [
        next(
            (cells[name] for name, at in places.items() if at == n and name in cells),
            text,
        )
        for n, text in enumerate(line)
    ]


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        pytest.param(CAR, CAR, True, id="the same line"),
        pytest.param(CAR, changed(CAR, paid="10,800"), True, id="since paid"),
        pytest.param(LAND, changed(LAND, assessed="54,000"), True, id="corrected"),
        pytest.param(LAND, ["1", *LAND[1:]], True, id="number without zeros"),
        pytest.param(CAR, changed(CAR, assessed="2,400"), False, id="another car"),
        pytest.param(CAR, changed(CAR, due="R8.7.31"), False, id="随時 later"),
        pytest.param(LAND, changed(LAND, due="R8.5.31"), False, id="another day"),
        pytest.param(LAND, ["0002", *LAND[1:]], False, id="another person"),
    ],
)
@pytest.mark.parametrize("files", ["one", "two"])
def test_an_instalment_on_two_lines_stops_with_their_places(
    tmp_path: Path, first: list[str], second: list[str], files: str, *, refused: bool
) -> None:
    if files == "two":  # a copy of a file is counted once, so they differ elsewhere
        rows = [[first], [second, ["0099", *LAND[1:]]]]
    else:
        rows = [[first, second]]
    paths = [
        write(tmp_path / f"税{n}.csv", [TAX_HEADER, *lines])
        for n, lines in enumerate(rows)
    ]
    if not refused:
        opened([], paths).close()
        return
    with pytest.raises(NeedsPersonError, match=r"TABLE-007: 1 instalments") as raised:
        opened([], paths)
    second_place = "税0.csv!3行" if files == "one" else "税1.csv!2行"
    assert raised.value.faults == (f"税0.csv!2行, {second_place}: one 期別",)


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        pytest.param("市県民税", "個人市県民税", True, id="short and long"),
        pytest.param("市民税・県民税", "市県民税（普徴）", True, id="one amount"),
        pytest.param("固定資産税", "固定資産税・都市計画税", True, id="part and whole"),
        pytest.param("国保税", "国民健康保険税", True, id="国保"),
        pytest.param("市民税", "県民税", False, id="two parts of a tax"),
        pytest.param("国保税(医療分)", "国保税(介護分)", False, id="two shares"),
        pytest.param("固定資産税", "国民健康保険税", False, id="two taxes"),
    ],
)
def test_a_line_is_found_twice_though_its_tax_is_spelt_differently(
    tmp_path: Path, first: str, second: str, *, refused: bool
) -> None:
    paths = [
        write(tmp_path / f"台帳{n}.csv", [TAX_HEADER, [LAND[0], tax, *LAND[2:]]])
        for n, tax in enumerate((first, second))
    ]
    if not refused:
        opened([], paths).close()
        return
    with pytest.raises(NeedsPersonError, match=r"TABLE-007: 1 instalments") as raised:
        opened([], paths)
    assert raised.value.faults == ("台帳0.csv!2行, 台帳1.csv!2行: one 期別",)


def test_one_file_without_plates_cannot_hide_the_cars_of_the_other(
    tmp_path: Path,
) -> None:
    plated = write(tmp_path / "軽自.csv", [[*TAX_HEADER, "標識番号"], [*CAR, "み 1"]])
    plain = write(tmp_path / "車.csv", [TAX_HEADER, CAR])
    with pytest.raises(NeedsPersonError, match="TABLE-007"):
        opened([], [plated, plain])


def test_a_year_whose_due_dates_lie_after_it_stops_and_a_single_one_does_not(
    tmp_path: Path,
) -> None:
    def lines(late: int) -> list[list[str]]:
        return [
            [f"{n:04}", *(changed(LAND, due="R9.6.30") if n <= late else LAND)[1:]]
            for n in range(1, 31)
        ]

    opened([], [write(tmp_path / "a.csv", [TAX_HEADER, *lines(1)])]).close()
    with pytest.raises(NeedsPersonError, match="TABLE-005") as raised:
        opened([], [write(tmp_path / "b.csv", [TAX_HEADER, *lines(16)])])
    assert raised.value.faults[0].startswith("固定資産税 2026年度: 納期限 of 16 of 30")


def test_two_cars_of_one_price_are_told_apart_by_their_plates(tmp_path: Path) -> None:
    rows = [[*TAX_HEADER, "標識番号"], [*CAR, "み 1"], [*CAR, "み 2"]]
    with opened([], [write(tmp_path / "t.csv", rows)]) as ledgers:
        assert ledgers.yen == 21_600
    rows.append([*CAR, "み 2"])
    with pytest.raises(NeedsPersonError, match="TABLE-007"):
        opened([], [write(tmp_path / "u.csv", rows)])


def test_lines_that_stand_twice_are_named_within_bounds(tmp_path: Path) -> None:
    rows = [[f"{n:04}", *LAND[1:]] for n in range(1, 302)]
    path = write(tmp_path / "t.csv", [TAX_HEADER, *rows, *rows])
    with pytest.raises(NeedsPersonError, match="TABLE-007: 301 ") as raised:
        opened([], [path])
    assert len(raised.value.faults) == 200


def test_a_ledger_says_its_taxes_and_its_newest_days(tmp_path: Path) -> None:
    rows = [
        [*TAX_HEADER, "収納日", "備考"],
        [*LAND, "R8.4.28", ""],
        [*CAR, "R8.6.3", ""],
        [*changed(CAR, due="R8.9.30"), "R80.6.3", ""],
        [*changed(CAR, due="R8.10.30"), "不明", ""],
    ]
    path = write(tmp_path / "t.csv", rows)
    for _ in ("loaded", "from its cache"):
        with opened([], [path]) as ledgers:
            (source,) = ledgers.sources
        assert source.taxes == ("固定資産税", "軽自動車税")
        assert source.posted_until == dt.date(2026, 6, 3)
        assert source.newest_due == dt.date(2026, 10, 30)


def test_contradicting_amounts_stop(tmp_path: Path) -> None:
    header = [
        "宛名番号",
        "税目",
        "年度",
        "期別",
        "納期限",
        "調定額",
        "収納額",
        "未納額",
    ]
    lines = [["0001", "税", "R8", "1", "R8.6.1", "1000", "700", "400"]]
    with pytest.raises(NeedsPersonError, match="contradict"):
        opened([], [write(tmp_path / "t.csv", [header, *lines])])


def test_ledger_without_tax_name_anywhere_stops(tmp_path: Path) -> None:
    header = ["宛名番号", "年度", "期別", "納期限", "調定額", "収納額"]
    lines = [["0001", "R8", "1", "R8.6.1", "1000", "400"]]
    with pytest.raises(NeedsPersonError, match=r"TABLE-002.*税目"):
        opened([], [write(tmp_path / "台帳.csv", [header, *lines])])


def test_workbook_ledger_with_real_dates_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("軽自動車税")
        day = book.add_format({"num_format": "yyyy/m/d"})
        sheet.write(0, 0, "軽自動車税 収納台帳")
        sheet.write_row(
            2, 0, ["宛名番号", "年度", "期別", "納期限", "調定額", "収納額"]
        )
        sheet.write_row(3, 0, [7, "R8", "全期"])
        sheet.write_datetime(3, 3, dt.datetime(2026, 6, 1), day)  # noqa: DTZ001
        sheet.write_row(3, 4, [10800, 0])
    with opened([], [path]) as ledgers:
        line = ledgers.tax_lines(["0007"])["0007"][0]
    assert (line.tax, line.due_date, line.assessed_yen) == (
        "軽自動車税",
        dt.date(2026, 6, 1),
        10_800,
    )


def test_tax_of_an_unknown_person_is_noted(persons: Path) -> None:
    path = write(persons.parent / "t.csv", [TAX_HEADER, ["0999", *TAXES[0][1:]]])
    with opened([persons], [path]) as ledgers:
        assert "unknown_number" in {note.code for note in ledgers.notes}


def _open_and_sum(persons: Path, taxes: Path, results: object) -> None:
    with opened([persons], [taxes]) as ledgers:
        results.put(ledgers.yen)  # type: ignore[attr-defined]


@pytest.mark.slow
def test_two_processes_may_load_the_same_files_at_once(
    persons: Path, taxes: Path
) -> None:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    workers = [
        context.Process(target=_open_and_sum, args=(persons, taxes, results))
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    assert [results.get(timeout=60) for _ in workers] == [103_000, 103_000]
    for worker in workers:
        worker.join()
    assert not list((persons.parent / "cache").glob("*.part*"))


def _load_forever(persons: Path, taxes: Path) -> None:
    while True:
        for cache in (persons.parent / "cache").glob("*.duckdb"):
            cache.unlink(missing_ok=True)
        opened([persons], [taxes]).close()


@pytest.mark.slow
def test_kill_while_loading_leaves_no_half_cache(tmp_path: Path) -> None:
    lines = [[f"{n:06d}", *PERSONS[2][1:]] for n in range(3000)]
    persons = write(tmp_path / "p.csv", [PERSON_HEADER, *lines])
    taxes = write(tmp_path / "t.csv", [TAX_HEADER, *TAXES])
    context = multiprocessing.get_context("spawn")
    for wait in (1.2, 1.6, 2.0, 2.3):
        worker = context.Process(target=_load_forever, args=(persons, taxes))
        worker.start()
        time.sleep(wait)
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()
        with opened([persons], [taxes]) as ledgers:
            assert ledgers.sources[0].rows == 3000
            assert ledgers.yen == 103_000
