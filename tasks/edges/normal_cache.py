"""Normal forms of whole columns: once per distinct text, on both cores, kept on disk.

A result is kept under the file's SHA-256, the rule version, the column and what else it
depends on, so a file that comes again costs only its reading.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tasks.domain.addresses import Home
from tasks.domain.normalize import RULE_VERSION, fields_of, normal_rows

_WORTH_A_SECOND_CORE = 20_000
"""Distinct texts below which starting processes costs more than it saves."""
_CHUNK = 25_000
_PARTING = "\x00"  # no normal form holds a control letter

_Column = tuple[npt.NDArray[np.int32], list[str]]


def normalize_columns(  # noqa: PLR0913 - what a result depends on, each by name
    frame: pd.DataFrame,
    kinds: Mapping[str, str],
    *,
    today: dt.date,
    home: Home | None = None,
    source_sha256: str = "",
    folder: Path | None = None,
    workers: int = 2,
) -> pd.DataFrame:
    """Return the normal forms of some columns, row by row as in frame.

    Args:
        frame: Columns of text; missing values count as empty.
        kinds: Column of frame: kind of `normalize`.
        today: For dates.
        home: For addresses.
        source_sha256: Of the file frame was read from; empty: nothing is kept.
        folder: Where results are kept; None: nothing is kept.
        workers: Processes to use.

    Returns:
        Categorical columns `<column>_<field>` for each of `fields_of`: empty where
        there is no value, candidates of an ambiguous value joined by `;`.
    """
    found: dict[str, list[_Column]] = {}
    places: dict[str, Path] = {}
    for column, kind in kinds.items() if folder and source_sha256 else ():
        name = _key(source_sha256, column, kind, today, home)
        places[column] = Path(folder or "") / f"{name}.npz"
        kept = _kept(places[column], len(frame))
        if kept is not None:
            found[column] = kept
    missing = {column: kind for column, kind in kinds.items() if column not in found}
    for column, made in _made(frame, missing, today, home, workers).items():
        found[column] = made
        if column in places:
            _keep(places[column], made)
    return pd.DataFrame(
        {
            f"{column}_{field}": pd.Categorical.from_codes(codes, pd.Index(names))
            for column, kind in kinds.items()
            for field, (codes, names) in zip(
                fields_of(kind), found[column], strict=True
            )
        },
        index=frame.index,
        copy=False,
    )


def _key(source: str, column: str, kind: str, today: dt.date, home: Home | None) -> str:
    known = asdict(home) | {"towns": sorted(home.towns)} if home else None
    parts = [source, RULE_VERSION, column, kind, today.year, known]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _made(
    frame: pd.DataFrame,
    kinds: Mapping[str, str],
    today: dt.date,
    home: Home | None,
    workers: int,
) -> dict[str, list[_Column]]:
    """Normal forms of columns that are not kept yet, over all of them at once."""
    codes: dict[str, npt.NDArray[np.intp]] = {}
    distinct: dict[str, list[str]] = {}
    for column in kinds:
        texts = frame[column].fillna("").astype(str).to_numpy(dtype=object)
        codes[column], found = pd.factorize(texts)
        distinct[column] = list(found)
    rows = _rows(distinct, kinds, today, home, workers)
    return {
        column: _columns(rows[column], codes[column], len(fields_of(kind)))
        for column, kind in kinds.items()
    }


def _columns(
    rows: list[tuple[str, ...]], codes: npt.NDArray[np.intp], fields: int
) -> list[_Column]:
    columns: list[_Column] = []
    for values in zip(*rows, strict=True) if rows else ((),) * fields:
        places, names = pd.factorize(np.array(values, dtype=object))
        columns.append((places.astype(np.int32)[codes], list(names)))
    return columns


def _rows(
    distinct: Mapping[str, list[str]],
    kinds: Mapping[str, str],
    today: dt.date,
    home: Home | None,
    workers: int,
) -> dict[str, list[tuple[str, ...]]]:
    """A tuple per distinct text, in one process or several."""
    if workers < 2 or sum(map(len, distinct.values())) < _WORTH_A_SECOND_CORE:
        return {
            column: normal_rows(kind, distinct[column], today=today, home=home)
            for column, kind in kinds.items()
        }
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = {
            column: [
                pool.submit(
                    normal_rows,
                    kind,
                    distinct[column][n : n + _CHUNK],
                    today=today,
                    home=home,
                )
                for n in range(0, len(distinct[column]), _CHUNK)
            ]
            for column, kind in kinds.items()
        }
        return {
            column: [row for one in futures for row in one.result()]
            for column, futures in waiting.items()
        }


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
