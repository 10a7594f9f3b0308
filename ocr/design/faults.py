"""What is wrong with where a definition's boxes are: compared with the blank's print."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np

from ocr.design.blank_looks import (
    Blank,
    Print,
    landmark_count,
    print_on_blank,
    taken_for,
)
from ocr.design.definition_faults import Finding
from ocr.design.shapes import Box, box_of_mm, overlap
from ocr.design.sheet import SHEET_DPI
from ocr.forms import FieldDefinition, FormDefinition
from ocr.model import FieldKind
from ocr.preprocess import (
    MM_PER_INCH,
)

_LEAST_MM: dict[FieldKind, tuple[float, float]] = {
    FieldKind.NAME: (20.0, 4.0),
    FieldKind.KANA: (20.0, 3.5),
    FieldKind.DATE: (20.0, 3.5),
    FieldKind.ADDRESS: (35.0, 4.0),
    FieldKind.POSTAL: (14.0, 3.5),
    FieldKind.PHONE: (20.0, 3.5),
    FieldKind.AMOUNT: (10.0, 3.5),
    FieldKind.DIGITS: (4.0, 3.5),
    FieldKind.TEXT: (5.0, 3.5),
    FieldKind.CHECK: (2.0, 2.0),
    FieldKind.SEAL: (8.0, 8.0),
    FieldKind.SIGNATURE: (20.0, 5.0),
    FieldKind.CODE: (8.0, 5.0),
}
"""Width and height below which people cannot write such a value."""
_LEAST_CELL_MM = 2.8
_PRINT_MM2 = 1.5
_MAY_HOLD_PRINT = (
    FieldKind.DATE,
    FieldKind.SEAL,
    FieldKind.SIGNATURE,
    FieldKind.CHOICE,
    FieldKind.CODE,
)
_SHARED = (FieldKind.SEAL, FieldKind.SIGNATURE)
_MUCH_SHARED = 0.3
_LITTLE_SHARED = 0.08
_OPTION_INK = 0.02
_FRAME_MM = 1.2
_FEW_LANDMARKS = 24
_PERSON = {"name": "氏名", "birth_date": "生年月日", "address": "住所"}
_PX_PER_MM2 = (SHEET_DPI / MM_PER_INCH) ** 2


def findings_of(
    form: FormDefinition, others: Sequence[FormDefinition] = ()
) -> tuple[Finding, ...]:
    """Return what a definition's boxes, labels and blank make one doubt.

    Args:
        form: Valid as YAML.
        others: Forms that pages of this one must not be taken for.
    """
    broken = tuple(_blank_findings(form))
    if any(one.fault for one in broken):
        return broken
    printed = print_on_blank(Blank(form))
    found = list(broken)
    for entry in _drawn_once(form):
        found += _entry_findings(entry, printed)
    found += _overlaps(form)
    found += _totals(form)
    found += _person(form)
    found += _landmarks(form)
    for other in others:
        found += _likeness(form, other)
    return tuple(found)


def _drawn_once(form: FormDefinition) -> list[FieldDefinition]:
    """Return the fields, of tables those of the first and last row."""
    kept = list(form.fields)
    for table in form.tables:
        kept += [entry for entry in table.fields() if entry.row in (1, table.rows)]
    return kept


def _warn(place: str, what: str, remedy: str = "") -> Finding:
    return Finding(fault=False, place=place, what=what, remedy=remedy)


def _fail(place: str, what: str, remedy: str = "") -> Finding:
    return Finding(fault=True, place=place, what=what, remedy=remedy)


def _blank_findings(form: FormDefinition) -> Iterator[Finding]:
    stored: Any = cv2.imdecode(
        np.frombuffer(form.blank.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE
    )
    if stored is None:
        yield _fail("blank", "画像として開けません", "PNG で保存し直します")
        return
    height, width = stored.shape
    for side, px, mm in (
        ("幅", width, form.page_mm[0]),
        ("高さ", height, form.page_mm[1]),
    ):
        drawn = px / form.blank_dpi * MM_PER_INCH
        if abs(drawn - mm) > 0.02 * mm:
            yield _fail(
                "page_mm",
                f"空の用紙の画像の{side}は {drawn:.1f} mm ですが、page_mm は {mm:g} mm です",
                "page_mm と blank_dpi を画像に合わせます",
            )


# --- one field --------------------------------------------------------------------


def _entry_findings(entry: FieldDefinition, printed: Print) -> Iterator[Finding]:
    if not entry.label.strip():
        yield _warn(entry.id, "label がありません", "用紙に印刷された名前を書きます")
    yield from _size(entry)
    if entry.kind is FieldKind.CHECK:
        yield from _tick_box(entry.id, box_of_mm(entry.box_mm), printed)
    elif entry.cells:
        yield from _cells(entry, printed)
    elif entry.kind not in _MAY_HOLD_PRINT:
        yield from _over_print(entry, printed)
    for option in entry.options:
        yield from _option(entry, option.value, box_of_mm(option.box_mm), printed)


def _size(entry: FieldDefinition) -> Iterator[Finding]:
    box = box_of_mm(entry.box_mm)
    if entry.cells and box.width / entry.cells < _LEAST_CELL_MM:
        yield _warn(
            entry.id,
            f"一字分の幅が {box.width / entry.cells:.1f} mm しかありません",
            "cells の数と box_mm の幅を確かめます",
        )
    least = _LEAST_MM.get(entry.kind)
    if least is None or (box.width >= least[0] and box.height >= least[1]):
        return
    small = box.width < least[0] / 2 or box.height < least[1] / 2
    report = _fail if small else _warn
    yield report(
        entry.id,
        f"枠が小さすぎます（{box.width:.1f}×{box.height:.1f} mm、この種類は {least[0]:g}×{least[1]:g} mm 以上）",
        "書き込む場所全体を囲みます",
    )


def _over_print(entry: FieldDefinition, printed: Print) -> Iterator[Finding]:
    box = box_of_mm(entry.box_mm).grown(-0.3)
    inside = printed.part(printed.text, box)
    area = inside.sum() / _PX_PER_MM2
    if area > _PRINT_MM2:
        much = area > 0.04 * box.area and area > 3 * _PRINT_MM2
        report = _fail if much and entry.kind is not FieldKind.TEXT else _warn
        yield report(
            entry.id,
            "枠の中に印刷された文字があります",
            "印刷された文字を外して、書き込む場所だけを囲みます",
        )
    yield from _over_rules(entry, box, printed)


def _over_rules(entry: FieldDefinition, box: Box, printed: Print) -> Iterator[Finding]:
    rules = printed.part(printed.rules, box.grown(-0.5))
    if rules.size == 0:
        return
    upright = _lines(rules.mean(axis=0) > 0.6)
    level = _lines(rules.mean(axis=1) > 0.6)
    if len(upright) >= 2 and _even(upright, rules.shape[1]):
        yield _warn(
            entry.id,
            f"一字ずつの枠が {len(upright) + 1} 個あるようです",
            f"cells: {len(upright) + 1} を加えます",
        )
    elif upright:
        yield _warn(entry.id, "縦の罫線をまたいでいます", "罫線の手前で枠を止めます")
    if len(level) >= entry.lines and level:
        yield _warn(
            entry.id,
            "横の罫線をまたいでいます",
            "一行ずつに分けるか、lines に行数を書きます",
        )


def _lines(marked: Any) -> list[float]:
    """Return the middles of runs of marked rows or columns."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], marked.view(np.int8), [0]))))
    return [float(start + end) / 2 for start, end in edges.reshape(-1, 2)]


def _even(places: Sequence[float], whole: int) -> bool:
    steps = np.diff([0.0, *places, float(whole)])
    return bool(steps.max() < 1.35 * steps.min())


def _cells(entry: FieldDefinition, printed: Print) -> Iterator[Finding]:
    box = box_of_mm(entry.box_mm)
    count = entry.cells or 1
    rules = printed.part(
        printed.rules, Box(box.left, box.top + 0.6, box.right, box.bottom - 0.6)
    )
    found = [
        place / SHEET_DPI * MM_PER_INCH for place in _lines(rules.mean(axis=0) > 0.5)
    ]
    step = box.width / count
    between = [place for place in found if 0.3 * step < place < box.width - 0.3 * step]
    if not between:
        if count > 1:
            yield _warn(
                entry.id,
                "一字ずつの枠の仕切りが見つかりません",
                "cells が要るか確かめます",
            )
        return
    off = max(abs(place / step - round(place / step)) * step for place in between)
    if off > max(0.8, 0.2 * step):
        yield _fail(
            entry.id,
            f"仕切りの位置が cells: {count} の等分と {off:.1f} mm ずれています",
            f"枠の左端から右端までを囲み、cells を枠の数（{len(between) + 1} 個に見えます）にします",
        )


def _tick_box(place: str, box: Box, printed: Print) -> Iterator[Finding]:
    near = [square for square in printed.squares if overlap(square, box.grown(2.0)) > 0]
    if not near:
        inside = printed.part(printed.text, box).sum() / _PX_PER_MM2
        what = "チェックの四角が見つかりません"
        if inside > _PRINT_MM2:
            what += "（枠の中に印刷があります）"
        yield _warn(place, what, "印刷された四角の内側を囲みます")
        return
    square = max(near, key=lambda one: overlap(one, box.grown(2.0)))
    off = max(
        abs(square.left - box.left),
        abs(square.top - box.top),
        abs(square.right - box.right),
        abs(square.bottom - box.bottom),
    )
    if off > _FRAME_MM:
        outside = box.area > square.area
        side = "外側まで囲んで" if outside else "内側の一部だけを囲んで"
        yield _warn(
            place,
            f"印刷された四角の{side}います（{off:.1f} mm 違い）",
            f"box_mm を {list(square.as_mm())} にします",
        )


def _option(
    entry: FieldDefinition, value: str, box: Box, printed: Print
) -> Iterator[Finding]:
    if entry.marked_by == "tick":
        yield from _tick_box(f"{entry.id} › {value}", box, printed)
        return
    inside = printed.part(printed.ink, box)
    if inside.size == 0 or inside.mean() < _OPTION_INK:
        yield _fail(
            f"{entry.id} › {value}",
            "選択肢の枠の中に印刷された文字がありません",
            "印刷された言葉をぴったり囲みます",
        )


# --- fields together --------------------------------------------------------------


def _overlaps(form: FormDefinition) -> Iterator[Finding]:
    for one, other in itertools.combinations(form.every_field, 2):
        if one.kind in _SHARED or other.kind in _SHARED:
            continue
        if (
            one.table
            and one.table == other.table
            and one.row != other.row
            and min(one.row, other.row) > 1
        ):
            continue  # said once, of the first rows
        first, second = box_of_mm(one.box_mm), box_of_mm(other.box_mm)
        share = overlap(first, second) / max(0.1, min(first.area, second.area))
        if share < _LITTLE_SHARED:
            continue
        report = _fail if share > _MUCH_SHARED else _warn
        yield report(
            one.id,
            f"{other.id} の枠と重なっています（小さい方の {share:.0%}）",
            "重ならないように囲み直します",
        )


def _totals(form: FormDefinition) -> Iterator[Finding]:
    kinds = {entry.id: entry.kind for entry in form.every_field}
    for table in form.tables:
        kinds |= {f"{table.id}.{column.id}": column.kind for column in table.columns}
    for total in form.totals:
        for name in (*total.parts, total.total):
            if kinds[name] not in (FieldKind.AMOUNT, FieldKind.DIGITS):
                yield _fail(
                    "totals",
                    f"{name} は金額の欄ではありません",
                    "amount の欄だけを書きます",
                )


def _person(form: FormDefinition) -> Iterator[Finding]:
    if form.continues is not None:
        return
    ids = {entry.id for entry in form.every_field}
    missing = [
        f"{label}（{name}）" for name, label in _PERSON.items() if name not in ids
    ]
    if missing:
        yield _warn(
            "",
            f"本人を確かめる欄がありません: {'、'.join(missing)}",
            "滞納確認に使う様式なら、id をこの名前にします。使わないならこのままでかまいません",
        )


def _landmarks(form: FormDefinition) -> Iterator[Finding]:
    count = landmark_count(Blank(form))
    if count is None:
        yield _fail(
            "blank",
            "印刷が少なく、読み取ったページの位置を合わせられません",
            "罫線や見出し、四隅の印を加えた用紙にします",
        )
    elif count < _FEW_LANDMARKS:
        yield _warn(
            "blank",
            f"位置合わせの目印が {count} か所しかありません",
            "四隅に印を加えると確かになります",
        )


def _likeness(form: FormDefinition, other: FormDefinition) -> Iterator[Finding]:
    """Tell of another form for which this one's pages may be taken."""
    if taken_for(Blank(form), Blank(other)):
        yield _fail(
            "",
            f"{other.form}（{other.version}）と見分けがつきません",
            "様式番号や版など、違う文字を用紙に印刷します",
        )
