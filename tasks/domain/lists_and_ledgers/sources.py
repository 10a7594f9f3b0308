"""What came in: each file as it was, and what was odd about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a file was used as."""

    REQUEST = "依頼名簿"
    PERSONS = "住民台帳"
    TAXES = "税台帳"
    FORM = "申請書"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that took part in a run."""

    role: Role
    file: str
    """Name without folders."""
    sha256: str
    rows: int
    """Data rows taken (pages for forms)."""
    encoding: str = ""
    """As declared or proven; empty for workbooks and scans."""
    yen: int = 0
    """Sum of assessed minus paid over the file's tax lines."""
    taxes: tuple[str, ...] = ()
    """税目 that a tax ledger has lines of, as it names them."""
    posted_until: dt.date | None = None
    """Newest 収納日 of a tax ledger; None when it has none."""
    newest_due: dt.date | None = None
    """Newest 納期限 of a tax ledger."""


@dataclass(frozen=True, slots=True)
class InputNote:
    """Something about an input that staff should know (入力品質)."""

    file: str
    place: str
    """`住所列`, `B14`, `行 120`; empty for the whole file."""
    code: str
    """A key of errors.SENTENCES or a stable English word such as hidden_row."""
    message: str
    """Japanese, without a value about a person."""
    count: int = 1


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What a column of an input was taken for (列の対応)."""

    file: str
    sheet: str
    """Empty for delimited files."""
    column: str
    """The spreadsheet's letters."""
    header: str
    """As written; may be empty."""
    used_as: str
    """Japanese word of the field; empty when the column is not used."""
    sure: bool = True
    """False where staff must look whether it is right."""
    reason: str = ""
    """Japanese: why it is unsure, or why the column is not used."""


@dataclass(frozen=True, slots=True)
class LedgerTotal:
    """What the tax ledgers hold of one 宛名番号, counted by the ledger itself."""

    lines: int = 0
    assessed_yen: int = field(default=0, repr=False)
    unpaid_yen: int = field(default=0, repr=False)
    """調定額 minus 収納額; negative where too much was paid."""
