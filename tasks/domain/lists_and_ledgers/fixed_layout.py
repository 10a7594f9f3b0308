"""The layout of a file of fixed-width records, as configs/columns.yaml declares it."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Place = tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
"""First byte of a field in its record, counted from 1, and its number of bytes."""


class TrailerLayout(BaseModel):
    """The record that says how much stands above it (トレーラレコード)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    starts: Annotated[str, Field(min_length=1)]
    """What its first bytes are, e.g. 8."""
    count: Place | None = None
    """Number of data records."""
    sums: dict[str, Place] = {}
    """Field: sum of it over all data records."""


class FixedLayout(BaseModel):
    """Records of one length, as 全銀協 laid them down and many city systems write."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    files: Annotated[str, Field(min_length=1)]
    """File name pattern, e.g. '*.dat'."""
    encoding: Literal["cp932", "jis8"] = "cp932"
    """jis8: JIS X 0201 of 8 bits, half-width katakana and nothing of two bytes."""
    record_bytes: Annotated[int, Field(ge=1)]
    """Without line ends."""
    data: str = ""
    """First bytes of a data record, e.g. 2; empty: every record is one."""
    others: tuple[str, ...] = ()
    """First bytes of records that are passed over: header and end records."""
    fields: Annotated[dict[str, Place], Field(min_length=1)]
    """Header, as the dictionary of columns knows it: where it stands."""
    trailer: TrailerLayout | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        faults = [*self._beyond_record(), *self._overlapping(), *self._starts()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _beyond_record(self) -> list[str]:
        trailer = self.trailer
        places = {**self.fields, **(trailer.sums if trailer else {})}
        if trailer and trailer.count:
            places["count"] = trailer.count
        return [
            f"{name}: レコードの長さ（{self.record_bytes}バイト）を超えています"
            for name, (start, size) in places.items()
            if start + size - 1 > self.record_bytes
        ]

    def _overlapping(self) -> list[str]:
        places = sorted((place, name) for name, place in self.fields.items())
        return [
            f"{name}と{following}の位置が重なっています"
            for ((start, size), name), ((later, _), following) in pairwise(places)
            if start + size > later
        ]

    def _starts(self) -> list[str]:
        trailer = self.trailer
        faults = [
            f"trailer: {name} は fields にありません"
            for name in (trailer.sums if trailer else ())
            if name not in self.fields
        ]
        if (self.others or trailer) and not self.data:
            faults.append("data: others や trailer があるときは書いてください")
        starts = [*self.others, *([trailer.starts] if trailer else []), self.data]
        texts = [text for text in starts if text]
        faults += [
            f"{one} で始まるレコードがどの種類か決まりません"
            for place, one in enumerate(texts)
            for other in texts[place + 1 :]
            if one.startswith(other) or other.startswith(one)
        ]
        if not all(text.isascii() for text in texts):
            faults.append("data・others・trailer の始まりは半角で書いてください")
        return faults
