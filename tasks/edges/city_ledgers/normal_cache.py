"""Normal forms of whole columns: once per distinct text, on both cores, kept on disk.

Tables of pandas and of Arrow are taken alike and share what is kept.

A result is kept under the file's SHA-256, the rule version, the column and what else it
depends on, so a file that comes again costs only its reading.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from tasks.domain.normal_forms.addresses import Home
from tasks.domain.normal_forms.normal import NormalStatus
from tasks.domain.normal_forms.normalize import RULE_VERSION, fields_of, normal_rows
from tasks.edges.city_ledgers import arrow_texts

_WORTH_A_SECOND_CORE = 20_000
"""Distinct texts below which starting processes costs more than it saves."""
_CHUNK = 25_000
_PARTING = "\x00"  # no normal form holds a control letter

_MISSING = {"status": NormalStatus.INVALID.value, "notes": "missing"}
"""What a missing cell still says."""

_Column = tuple[npt.NDArray[np.int32], list[str]]
"""Per row a place among the texts, -1 where the cell is missing; the texts."""


@overload
def normalize_columns(
    table: pd.DataFrame,
    kinds: Mapping[str, str],
    *,
    today: dt.date,
    home: Home | None = None,
    source_sha256: str = "",
    folder: Path | None = None,
    workers: int = 2,
) -> pd.DataFrame: ...
@overload
def normalize_columns(
    table: pa.Table,
    kinds: Mapping[str, str],
    *,
    today: dt.date,
    home: Home | None = None,
    source_sha256: str = "",
    folder: Path | None = None,
    workers: int = 2,
) -> pa.Table: ...
def normalize_columns(  # noqa: PLR0913 - what a result depends on, each by name
    table: pd.DataFrame | pa.Table,
    kinds: Mapping[str, str],
    *,
    today: dt.date,
    home: Home | None = None,
    source_sha256: str = "",
    folder: Path | None = None,
    workers: int = 2,
) -> pd.DataFrame | pa.Table:
    """Return the normal forms of some columns, row by row as in table.

    Args:
        table: Columns of text, of pandas or Arrow; the result is its like.
        kinds: Column of table: kind of `normalize`.
        today: For dates.
        home: For addresses.
        source_sha256: Of the file table was read from; empty: nothing is kept.
        folder: Where results are kept; None: nothing is kept.
        workers: Processes to use.

    Returns:
        Columns `<column>_<field>` for each of `fields_of`: empty where a text has no
        value, candidates of an ambiguous value joined by `;`. A missing cell stays
        missing, its status is invalid, its note missing. pandas: categorical, on the
        index of table. Arrow: the text type that column has in table.

    Raises:
        KeyError: table lacks a column of kinds.
    """
    found: dict[str, list[_Column]] = {}
    places: dict[str, Path] = {}
    for column, kind in kinds.items() if folder and source_sha256 else ():
        name = _key(source_sha256, column, kind, today, home)
        places[column] = Path(folder or "") / f"{name}.npz"
        kept = _kept(places[column], len(table))
        if kept is not None:
            found[column] = kept
    missing = {column: kind for column, kind in kinds.items() if column not in found}
    for column, made in _made(table, missing, today, home, workers).items():
        found[column] = made
        if column in places:
            _keep(places[column], made)
    if isinstance(table, pd.DataFrame):
        return pd.DataFrame(
            {
                name: pd.Categorical.from_codes(codes, _names(texts))
                for name, _, (codes, texts) in _laid_out(kinds, found)
            },
            index=table.index,
            copy=False,
        )
    return pa.table(
        {
            name: arrow_texts.filled(codes, texts, table.schema.field(column).type)
            for name, column, (codes, texts) in _laid_out(kinds, found)
        }
    )


def _laid_out(
    kinds: Mapping[str, str], found: Mapping[str, list[_Column]]
) -> Iterator[tuple[str, str, _Column]]:
    """Name, source column and content of every column of a result."""
    for column, kind in kinds.items():
        for field, content in zip(fields_of(kind), found[column], strict=True):
            yield f"{column}_{field}", column, content


def _names(texts: list[str]) -> pd.Index:
    return pd.Index(texts, dtype=str)


def _key(source: str, column: str, kind: str, today: dt.date, home: Home | None) -> str:
    known = asdict(home) | {"towns": sorted(home.towns)} if home else None
    parts = [source, RULE_VERSION, column, kind, today.year, known]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _made(
    table: pd.DataFrame | pa.Table,
    kinds: Mapping[str, str],
    today: dt.date,
    home: Home | None,
    workers: int,
) -> dict[str, list[_Column]]:
    """Normal forms of columns that are not kept yet, over all of them at once."""
    codes: dict[str, npt.NDArray[np.int64]] = {}
    distinct: dict[str, list[str]] = {}
    for column in kinds:
        if isinstance(table, pd.DataFrame):
            codes[column], distinct[column] = _distinct(table[column])
        else:
            codes[column], distinct[column] = arrow_texts.distinct(table.column(column))
    fields = _fields(distinct, kinds, today, home, workers)
    return {
        column: _columns(fields[column], codes[column], fields_of(kind))
        for column, kind in kinds.items()
    }


def _distinct(cells: pd.Series) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Where each row finds its text among the distinct ones; -1: missing."""
    if cells.dtype == object:  # may hold anything, and text no other storage takes
        missing = cells.isna().to_numpy()
        texts = np.array([str(cell) for cell in cells], dtype=object)
        codes, found = pd.factorize(texts)
        return np.where(missing, -1, codes), list(found)
    if not isinstance(cells.dtype, pd.StringDtype):
        cells = cells.astype(str)
    places, distinct = pd.factorize(cells)
    return places, distinct.tolist()


def _columns(
    fields: list[list[str]],
    codes: npt.NDArray[np.int64],
    names: tuple[str, ...],
) -> list[_Column]:
    """A column per field; a missing row is missing in all but status and notes."""
    columns: list[_Column] = []
    for field, values in zip(names, fields, strict=True):
        places, found = pd.factorize(np.array(values, dtype=object))
        texts = found.tolist()
        missing = -1
        if field in _MISSING and (codes < 0).any():
            texts = list(dict.fromkeys((*texts, _MISSING[field])))
            missing = texts.index(_MISSING[field])
        at = np.append(places, missing).astype(np.int32)  # -1 finds the last one
        columns.append((at[codes], texts))
    return columns


def _fields(
    distinct: Mapping[str, list[str]],
    kinds: Mapping[str, str],
    today: dt.date,
    home: Home | None,
    workers: int,
) -> dict[str, list[list[str]]]:
    """Per column its fields, each a list over the distinct texts."""
    if workers < 2 or sum(map(len, distinct.values())) < _WORTH_A_SECOND_CORE:
        return {
            column: _chunk(kind, distinct[column], today, home)
            for column, kind in kinds.items()
        }
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = {
            column: [
                pool.submit(_chunk, kind, distinct[column][n : n + _CHUNK], today, home)
                for n in range(0, len(distinct[column]), _CHUNK)
            ]
            for column, kind in kinds.items()
        }
        return {
            column: [
                list(chain.from_iterable(parts))
                for parts in zip(*(one.result() for one in chunks), strict=True)
            ]
            or _nothing(kinds[column])
            for column, chunks in waiting.items()
        }


def _chunk(
    kind: str, texts: list[str], today: dt.date, home: Home | None
) -> list[list[str]]:
    """The fields of some texts; by field, since that travels faster between processes."""
    rows = normal_rows(kind, texts, today=today, home=home)
    return [list(field) for field in zip(*rows, strict=True)] or _nothing(kind)


def _nothing(kind: str) -> list[list[str]]:
    return [[] for _ in fields_of(kind)]


def _keep(place: Path, columns: list[_Column]) -> None:
    """Write whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, npt.NDArray[Any]] = {}
    for number, (codes, categories) in enumerate(columns):
        arrays[f"codes{number}"] = codes
        text = _PARTING.join(categories).encode()
        arrays[f"names{number}"] = np.frombuffer(text, dtype=np.uint8)
        arrays[f"count{number}"] = np.array(len(categories))
    temporary = place.with_name(f"{place.stem}.{uuid.uuid4().hex}.part")
    with temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    temporary.replace(place)


def _kept(place: Path, rows: int) -> list[_Column] | None:
    """Read what was kept; None when there is nothing or it does not fit."""
    if not place.exists():
        return None
    with np.load(place, allow_pickle=False) as arrays:
        columns: list[_Column] = []
        for number in range(sum(name.startswith("codes") for name in arrays.files)):
            count = int(arrays[f"count{number}"])
            text = arrays[f"names{number}"].tobytes().decode()
            categories = text.split(_PARTING) if count else []
            columns.append((arrays[f"codes{number}"], categories))
    fits = all(len(codes) == rows for codes, _ in columns)
    return columns if fits else None
