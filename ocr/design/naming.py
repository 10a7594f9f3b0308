"""A place and its label become a field: identifier, kind, how bad an error is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ocr.design.places import Place
from ocr.design.shapes import Box
from ocr.design.vocabulary import (
    ASIDE,
    CheckDigit,
    Meaning,
    meaning_of,
    person_of,
    plain,
)
from ocr.model import ErrorClass, FieldKind

_IN_CELLS = (
    FieldKind.AMOUNT,
    FieldKind.DIGITS,
    FieldKind.POSTAL,
    FieldKind.PHONE,
    FieldKind.KANA,
    FieldKind.DATE,
)
_PRINTED = (FieldKind.SEAL, FieldKind.CHECK, FieldKind.DATE, FieldKind.POSTAL)
_PLAIN_IDS = {
    FieldKind.AMOUNT: "yen",
    FieldKind.CHECK: "check",
    FieldKind.CHOICE: "choice",
    FieldKind.CODE: "code",
    FieldKind.DATE: "date",
    FieldKind.DIGITS: "number",
    FieldKind.POSTAL: "postal",
    FieldKind.SEAL: "seal",
}
_FAMILY_IDS = {
    "普通": "account_kind",
    "男": "sex",
    "男性": "sex",
    "銀行": "bank_kind",
    "本店": "branch_kind",
    "支店": "branch_kind",
    "同居": "living_together",
    "新規": "request_kind",
}
UNKNOWN_LABEL = "（不明）"
"""Of a field beside which no label was found."""
_CODE_MM = (12.0, 45.0)
_CODE_NOTE = (
    "ラベルのない四角なので、二次元コードの枠と見ました。違うときは種類を選び直します"
)
_LINE_MM = 7.5
_MOST_LINES = 12
_LONGEST_LABEL = 30


@dataclass(frozen=True, slots=True)
class DraftField:
    """A field as it will be written into the YAML."""

    id: str
    label: str
    kind: FieldKind
    box: Box
    required: bool = False
    error_class: ErrorClass = ErrorClass.ORDINARY
    cells: int | None = None
    lines: int = 1
    options: tuple[tuple[str, Box], ...] = ()
    marked_by: str = "circle"
    several: bool = False
    check_digit: CheckDigit | None = None
    notes: tuple[str, ...] = ()
    """Japanese, for the designer."""


@dataclass(frozen=True, slots=True)
class DraftTable:
    """Repeated rows as they will be written into the YAML."""

    id: str
    label: str
    rows: int
    row_height_mm: float
    columns: tuple[DraftField, ...]

    @property
    def box(self) -> Box:
        """Of the first row."""
        first = self.columns[0].box
        return Box(
            first.left,
            first.top,
            max(column.box.right for column in self.columns),
            first.bottom,
        )


@dataclass(slots=True)
class Names:
    """Identifiers that are taken."""

    taken: dict[str, int] = field(default_factory=dict)

    def new(self, wanted: str) -> str:
        """Return the identifier, numbered when it is taken.

        Examples:
            >>> names = Names()
            >>> names.new("name"), names.new("name")
            ('name', 'name_2')
        """
        count = self.taken.get(wanted, 0) + 1
        self.taken[wanted] = count
        return wanted if count == 1 else self.new_numbered(wanted, count)

    def new_numbered(self, wanted: str, count: int) -> str:
        """Return `wanted_count`, or the next number that is free."""
        while f"{wanted}_{count}" in self.taken:
            count += 1
        self.taken[f"{wanted}_{count}"] = 1
        return f"{wanted}_{count}"


def field_of(place: Place, label: str, context: str = "") -> DraftField:
    """Return what a place with a label is; its identifier is not yet unique.

    Args:
        place: Where to write.
        label: Printed beside or above it; a label inside the place comes first.
        context: What stands before the label, e.g. 配偶者.
    """
    if place.hint is FieldKind.CHECK and not place.label:
        place = _digit_instead(place, label)
    text = place.label or label
    if not text and _is_for_a_code(place):
        place = replace(place, hint=FieldKind.CODE, note=_CODE_NOTE)
    meaning = meaning_of(text) or (meaning_of(label) if label else None)
    kind = _kind(place, meaning)
    fits = meaning if meaning is not None and _agrees(meaning, kind) else None
    notes = [place.note] if place.note else []
    if not text and kind is not FieldKind.CODE:
        notes.append("ラベルを見つけられませんでした。label と id を書き入れます")
    elif kind is FieldKind.TEXT and fits is None:
        notes.append("種類を推測できませんでした。kind を確かめます")
    shown = shown_label(text, kind, place)
    who = person_of(context) or person_of(label if place.label else "")
    return DraftField(
        id=_id(fits, kind, place, who or person_of(text)),
        label=_with_context(shown, context if person_of(context) else ""),
        kind=kind,
        box=place.box,
        required=bool(fits and fits.required and not who),
        error_class=_error_class(fits, kind),
        cells=place.cells,
        lines=_lines(place, kind),
        options=place.options,
        marked_by=place.marked_by,
        several=place.several,
        check_digit=fits.check_digit if fits and kind is FieldKind.DIGITS else None,
        notes=tuple(notes),
    )


def _digit_instead(place: Place, label: str) -> Place:
    """Return a lone square under a label like 期別 as a box for one digit."""
    meaning = meaning_of(label)
    if meaning is not None and meaning.kind is FieldKind.DIGITS:
        return replace(place, hint=FieldKind.DIGITS, cells=1)
    return place


def _is_for_a_code(place: Place) -> bool:
    """Tell whether a place without any word is as large and square as a QR code."""
    wide, high = place.box.width, place.box.height
    least, most = _CODE_MM
    bare = place.hint is None and not place.cells and not place.options
    return bare and least < wide < most and 0.85 < wide / high < 1.18


def _kind(place: Place, meaning: Meaning | None) -> FieldKind:
    if place.hint is FieldKind.DATE:
        return FieldKind.DATE
    if place.options:
        return FieldKind.CHOICE
    if place.hint in _PRINTED and place.hint is not None:
        return place.hint
    likely = meaning.kind if meaning is not None else None
    if place.cells or place.hint is FieldKind.DIGITS:
        return (
            likely if likely in _IN_CELLS and likely else place.hint or FieldKind.DIGITS
        )
    if place.hint is not None:
        return place.hint
    return FieldKind.TEXT if likely in (None, FieldKind.CHECK) else likely


def _agrees(meaning: Meaning, kind: FieldKind) -> bool:
    if meaning.kind is kind:
        return True
    textual = (FieldKind.TEXT, FieldKind.NAME)
    return kind is FieldKind.CHOICE or (meaning.kind in textual and kind in textual)


def _id(meaning: Meaning | None, kind: FieldKind, place: Place, who: str) -> str:
    found = meaning.id if meaning is not None else _PLAIN_IDS.get(kind, "text")
    if kind is FieldKind.CHOICE and (
        meaning is None or meaning.kind is not FieldKind.TEXT
    ):
        found = next(
            (_FAMILY_IDS[value] for value, _ in place.options if value in _FAMILY_IDS),
            "choice",
        )
    if who and not found.startswith(who):
        return f"{who}_{found}"
    return found


def _error_class(meaning: Meaning | None, kind: FieldKind) -> ErrorClass:
    if meaning is not None:
        return meaning.error_class
    if kind is FieldKind.AMOUNT:
        return ErrorClass.STRICT
    return ErrorClass.STATISTICS if kind is FieldKind.SEAL else ErrorClass.ORDINARY


def _lines(place: Place, kind: FieldKind) -> int:
    if kind not in (FieldKind.ADDRESS, FieldKind.TEXT) or place.cells:
        return 1
    if place.lines > 1:
        return place.lines
    count = int(place.box.height // _LINE_MM) if place.box.height >= 11.5 else 1
    if kind is FieldKind.ADDRESS:
        return min(3, max(count, 2 if place.box.height >= 11.5 else 1))
    return max(1, min(count, _MOST_LINES))


def shown_label(text: str, kind: FieldKind, place: Place) -> str:
    """Return the label as it is written into the YAML.

    Examples:
        >>> shown_label("１　氏　　名", FieldKind.NAME, Place(Box(0, 0, 1, 1)))
        '氏名'
    """
    shown = plain(text)
    if len(shown) > _LONGEST_LABEL:
        return shown[:_LONGEST_LABEL] + "…"
    if shown:
        return shown
    if place.options:
        return "・".join(value for value, _ in place.options)[:24]
    usual = {"seal": "印", "date": "日付", "check": "チェック", "code": "コード"}
    return usual.get(kind.value, UNKNOWN_LABEL)


def _with_context(label: str, context: str) -> str:
    folded = plain(context)
    if not folded or len(folded) > 12 or ASIDE.search(folded) or folded in label:
        return label
    return f"{folded} {label}"


def numbered(fields: Iterable[DraftField], names: Names) -> list[DraftField]:
    """Return the fields with identifiers of their own."""
    return [replace(one, id=names.new(one.id)) for one in fields]
