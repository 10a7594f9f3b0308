"""The residents' ledger (宛名台帳) into its cache: text as it came beside its match keys."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence

import duckdb

from tasks.domain.errors import NeedsPersonError
from tasks.domain.identity.person_keys import (
    ADDRESS_COLUMNS,
    KANA_COLUMNS,
    NAME_COLUMNS,
    address_form,
    birth_form,
    corporate_form,
    group_form,
    kana_form,
    name_form,
    number_form,
)
from tasks.domain.lists_and_ledgers.header_words import (
    PERSON_HEADERS,
    columns_of,
    dictionary,
)
from tasks.domain.lists_and_ledgers.ledger_values import is_protected, says_deceased
from tasks.domain.lists_and_ledgers.sources import InputNote, Role, SourceFile
from tasks.domain.normal_forms.addresses import Home
from tasks.domain.office.settings import ColumnNames
from tasks.edges.city_ledgers.ledger_staging import (
    Faults,
    LedgerSheet,
    drop_staged,
    ledger_sheets,
    load_forms,
    refuse_empty,
    stage,
)
from tasks.edges.tables.table_files import TableFile

_NAMES = tuple(PERSON_HEADERS)
_BETWEEN = "\x1f"
"""Between the texts of several columns about 支援措置."""
_NEEDS = (
    ("addressee_no",),
    ("name", "family_name"),
    ("birth_date",),
    ("address",),
)
_TEXTS = {
    # what is looked up: where its texts come from
    "name_forms": ("whole_name", "common_name"),
    "kana_forms": ("whole_kana",),
    "birth_forms": ("birth_date",),
    "address_forms": ("whole_address", "former_address"),
    "number_forms": ("addressee_no",),
    "group_forms": ("person_group",),
    "corporate_forms": ("corporate_number",),
    "protected_forms": ("protected",),
    "deceased_forms": ("deceased",),
}
_LATE = "^(?:[故亡][ \u3000]|亡..|[(（][故亡][)）])"
"""故 or 亡 before a name, as `normalize_name` knows it."""
_GONE = "転出|除票|消除|除住民|国外"
"""States of somebody who no longer lives in the city; 転出予定 still does."""
_SEVERAL = ("protected", "death")
"""Fields whose header is known by a part of it, so that several columns may bear it."""
_OF_DIGITS = {"number_forms": "text", "group_forms": "ltrim(text, '0')"}
"""What number_form and group_form give for texts of digits only, in SQL."""


def load_persons(
    database: duckdb.DuckDBPyConnection,
    file: TableFile,
    *,
    columns: ColumnNames,
    today: dt.date,
    home: Home | None = None,
) -> tuple[SourceFile, list[InputNote]]:
    """Fill an empty database with the table `residents` of one file.

    Args:
        database: Open for writing.
        file: The ledger.
        columns: Header names of the configuration.
        today: For birth dates.
        home: Municipality of addresses without one.

    Raises:
        NeedsPersonError: TABLE-001, TABLE-002, TABLE-005, TABLE-006 as in `stage`;
            TABLE-007 with the places of rows that share a 宛名番号; TABLE-009 when
            there is nobody.
    """
    words = dictionary(PERSON_HEADERS, columns.persons, "persons")
    sheets, notes = ledger_sheets(file, words, _NEEDS)
    further = {
        field: [
            name
            for name in columns_of(field)[1:]
            if any(name in sheet.header.columns for sheet in sheets)
        ]
        for field in _SEVERAL
    }
    columns_staged = (*_NAMES, *further["protected"], *further["death"])
    notes += stage(database, file, sheets, columns_staged)
    refuse_empty(database, file)
    notes += _without_protection(sheets)
    _put_together(database, further)
    _load_forms(database, today, home)
    _check_numbers(database, file)
    _make_residents(database)
    notes += _notes(database, file)
    rows, before = database.execute(
        "SELECT (SELECT count(*) FROM residents), (SELECT count(*) FROM persons)"
    ).fetchall()[0]
    if rows != before:
        raise NeedsPersonError(
            "BALANCE-001", f"{file.path.name}: {before} became {rows}"
        )
    return (
        SourceFile(Role.PERSONS, file.path.name, file.sha256, rows, file.encoding),
        notes,
    )


def _without_protection(sheets: Sequence[LedgerSheet]) -> Iterator[InputNote]:
    for sheet in sheets:
        if "protected" not in sheet.header.columns:
            table = sheet.table
            message = (
                "支援措置の列が見つからないため、支援措置の対象者を分けて扱えません。"
                "列があるときは、設定の列名辞書（persons: protected）に加えてください。"
            )
            yield InputNote(
                table.file, table.sheet, "protection_column_missing", message
            )


def _put_together(
    database: duckdb.DuckDBPyConnection, further: Mapping[str, Sequence[str]]
) -> None:
    """Join names, addresses, marks of 支援措置 and of death that come in several columns."""
    columns = ", ".join(("protected", *further["protected"]))
    deaths = ", ".join(("death", *further["death"]))
    database.execute(
        f"""
        CREATE TEMP TABLE persons AS
        SELECT * EXCLUDE ({columns}, {deaths}),
            CASE WHEN name <> '' THEN name
                 ELSE trim(family_name || '\u3000' || given_name, '\u3000')
            END AS whole_name,
            CASE WHEN kana <> '' THEN kana
                 ELSE trim(family_kana || '\u3000' || given_kana, '\u3000')
            END AS whole_kana,
            CASE WHEN address_tail = '' THEN address
                 ELSE address || '\u3000' || address_tail END AS whole_address,
            concat_ws('{_BETWEEN}', {columns}) AS protected,
            concat_ws('{_BETWEEN}', life_state, {deaths}) AS deceased
        FROM raw
        """  # noqa: S608
    )
    drop_staged(database)


def _load_forms(
    database: duckdb.DuckDBPyConnection, today: dt.date, home: Home | None
) -> None:
    def birth(text: str) -> tuple[object, ...]:
        return (birth_form(text, today=today),)

    def single(
        read: Callable[[str], object],
    ) -> Callable[[str], tuple[object, ...]]:
        return lambda text: (read(text),)

    kinds: dict[str, tuple[dict[str, str], Callable[[str], tuple[object, ...]]]] = {
        "name_forms": (NAME_COLUMNS, name_form),
        "kana_forms": (KANA_COLUMNS, kana_form),
        "birth_forms": ({"day": "DATE"}, birth),
        "address_forms": (
            ADDRESS_COLUMNS,
            functools.partial(address_form, home=home),
        ),
        "number_forms": ({"value": "VARCHAR"}, single(number_form)),
        "group_forms": ({"value": "VARCHAR"}, single(group_form)),
        "corporate_forms": ({"value": "VARCHAR"}, single(corporate_form)),
        "protected_forms": ({"value": "BOOLEAN"}, single(_any_protected)),
        "deceased_forms": ({"value": "BOOLEAN"}, single(_is_deceased)),
    }
    for table, (columns, read) in kinds.items():
        texts = " UNION ".join(
            f"SELECT DISTINCT {name} AS text FROM persons"  # noqa: S608
            for name in _TEXTS[table]
        )
        of_digits = _OF_DIGITS.get(table, "")
        load_forms(database, table, columns, texts, read, of_digits=of_digits)


def _any_protected(text: str) -> bool:
    """Return True when one of a row's columns about 支援措置 is not clearly empty."""
    return any(is_protected(cell) for cell in text.split(_BETWEEN))


def _is_deceased(text: str) -> bool:
    """Return True when a row's state or one of its columns about death says so."""
    life_state, *deaths = text.split(_BETWEEN)
    return any(says_deceased(death, life_state) for death in deaths)


def _check_numbers(database: duckdb.DuckDBPyConnection, file: TableFile) -> None:
    faults = Faults(file.path.name)
    wrong = database.execute(
        """
        SELECT sheet, row FROM persons JOIN number_forms AS forms
        ON persons.addressee_no = forms.text WHERE forms.value IS NULL ORDER BY ALL
        """
    ).fetchall()
    for sheet, row in wrong:
        faults.add(f"{sheet}!{row}行: expected 宛名番号".lstrip("!"))
    faults.stop("TABLE-005", "cells that cannot be read")
    twice = database.execute(
        """
        SELECT first(sheet ORDER BY row), list(row ORDER BY row)[:5]
        FROM persons JOIN number_forms AS forms ON persons.addressee_no = forms.text
        GROUP BY ltrim(forms.value, '0') HAVING count(*) > 1 ORDER BY ALL
        """
    ).fetchall()
    for sheet, rows in twice:
        listed = ", ".join(f"{row}行" for row in rows)
        faults.add(f"{sheet}!{listed}: one 宛名番号".lstrip("!"))
    faults.stop("TABLE-007", "宛名番号 on several rows")


def _make_residents(database: duckdb.DuckDBPyConnection) -> None:
    """Join the texts with their keys; n_ name, c_ 通称名, k_ kana, a_/f_ addresses."""

    def keys(prefix: str, columns: dict[str, str]) -> str:
        return ", ".join(f"{prefix}.{name} AS {prefix}_{name}" for name in columns)

    def place(prefix: str) -> str:
        town = f"split_part({prefix}.key, '|', 3)"
        return (
            f"CASE WHEN {prefix}.number <> '' THEN {town} || '|' || {prefix}.number "
            f"ELSE '' END AS {prefix}_place, {town} AS {prefix}_town_key"
        )

    database.execute(
        f"""
        CREATE TABLE residents AS
        SELECT ltrim(numbers.value, '0') AS number_key,
               numbers.value AS addressee_no,
               whole_name AS name, whole_kana AS kana, births.day AS birth_date,
               birth_date <> '' AS birth_written,
               whole_address AS address, former_address, common_name, postal,
               household_no, person_group, groups.value AS group_key,
               coalesce(corporations.value, '') AS corporate_number,
               protections.value AS protected,
               deaths.value OR regexp_matches(whole_name, '{_LATE}') AS deceased,
               regexp_matches(life_state, '{_GONE}')
                   AND NOT contains(life_state, '予定') AS moved_out,
               {keys("n", NAME_COLUMNS)}, {keys("c", NAME_COLUMNS)},
               {keys("k", KANA_COLUMNS)},
               {keys("a", ADDRESS_COLUMNS)}, {keys("f", ADDRESS_COLUMNS)},
               {place("a")}, {place("f")}
        FROM persons
        JOIN number_forms AS numbers ON persons.addressee_no = numbers.text
        JOIN group_forms AS groups ON persons.person_group = groups.text
        JOIN name_forms AS n ON persons.whole_name = n.text
        JOIN name_forms AS c ON persons.common_name = c.text
        JOIN kana_forms AS k ON persons.whole_kana = k.text
        JOIN birth_forms AS births ON persons.birth_date = births.text
        JOIN address_forms AS a ON persons.whole_address = a.text
        JOIN address_forms AS f ON persons.former_address = f.text
        JOIN corporate_forms AS corporations
          ON persons.corporate_number = corporations.text
        JOIN protected_forms AS protections ON persons.protected = protections.text
        JOIN deceased_forms AS deaths ON persons.deceased = deaths.text
        ORDER BY persons.sheet, persons.row
        """  # noqa: S608
    )


def _notes(database: duckdb.DuckDBPyConnection, file: TableFile) -> Iterator[InputNote]:
    births, names, addresses, corporations = database.execute(
        """
        SELECT count(*) FILTER (birth_written AND birth_date IS NULL),
               count(*) FILTER (NOT n_legible),
               count(*) FILTER (address <> '' AND a_key = ''),
               (SELECT count(*) FROM persons JOIN corporate_forms AS forms
                ON persons.corporate_number = forms.text
                WHERE persons.corporate_number <> '' AND forms.value IS NULL)
        FROM residents
        """
    ).fetchall()[0]
    counts = (
        (births, "生年月日", "birth_date_unread", "日付として読めない生年月日があります。"),
        (names, "氏名", "name_illegible", "外字などで読み取れない字を含む氏名があります。"),
        (addresses, "住所", "address_unread", "番地まで読み取れない住所があります。"),
        (corporations, "法人番号", "corporate_number_unread", "検査数字の合わない法人番号があります。"),
    )  # fmt: skip
    for count, place, code, message in counts:
        if count:
            yield InputNote(file.path.name, place, code, message, count)
