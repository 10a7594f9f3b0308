"""Counts of outcomes as rates with bounds, as JSON, and as tables for the docs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.paper.compare import MARKS, Outcome
from benchmarks.paper.laid import ALIGNED_MM, PageOutcome
from ocr.model import FieldKind
from tasks.domain.reading.error_bounds import upper_bound

Row = dict[str, object]


def is_mark(kind: FieldKind) -> bool:
    """Tell whether a field is marked or printed by a machine, not written."""
    return kind in MARKS or kind in (FieldKind.CHOICE, FieldKind.CODE)


def cell(outcomes: Sequence[Outcome]) -> Row:
    """Return the rates of one cell: readers alone, together, accepted, errors.

    Shares count fields with something in them; a written field taken as empty is an
    error, and so is a value taken from an empty one.
    """
    written = [one for one in outcomes if one.written]
    engines = sorted({name for one in written for name in one.readers})
    settled = [one for one in outcomes if one.settled and (one.written or one.wrong)]
    wrong = sum(one.wrong for one in settled)
    agreeing = [one for one in written if one.agree]
    empty = [one for one in outcomes if not one.written]
    return {
        "fields": len(written),
        "exact": _rate(one.exact for one in written),
        "alone": {
            name: _rate(one.readers.get(name, False) for one in written)
            for name in engines
        },
        "agree": _rate(one.agree for one in written),
        "agree_right": _rate(one.agree_right for one in agreeing),
        "accepted": _rate(one.settled for one in written),
        "settled": len(settled),
        "wrong": wrong,
        "wrong_upper_95": round(upper_bound(wrong, len(settled)), 5),
        "empty": len(empty),
        "empty_right": _rate(one.exact for one in empty),
    }


def _rate(hits: Iterable[bool]) -> float | None:
    found = list(hits)
    return round(sum(found) / len(found), 5) if found else None


def grouped(
    outcomes: Iterable[Outcome], key: Callable[[Outcome], tuple[str, ...]]
) -> dict[tuple[str, ...], list[Outcome]]:
    """Return the outcomes by a key, in the key's order."""
    groups: dict[tuple[str, ...], list[Outcome]] = defaultdict(list)
    for one in outcomes:
        groups[key(one)].append(one)
    return dict(sorted(groups.items()))


def ordinary(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the fields of ordinary pages that nobody corrected."""
    return [one for one in outcomes if not one.odd and not one.corrected]


def cells(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return a row per kind, level, writing and seal."""
    groups = grouped(
        ordinary(outcomes),
        lambda one: (one.kind.value, one.level, one.writing, str(one.sealed)),
    )
    names = ("kind", "level", "writing", "sealed")
    return [
        dict(zip(names, key, strict=True)) | cell(group)
        for key, group in groups.items()
    ]


def page_row(pages: Sequence[PageOutcome]) -> Row:
    """Return how pages were sorted, laid, dropped and refused."""
    forms = [one for one in pages if one.form and not one.odd]
    laid = [one.off_mm for one in forms if one.off_mm is not None]
    others = [one for one in pages if not one.form and not one.odd]
    backs = [one for one in others if one.other == "back"]
    strange = [one for one in others if one.other != "back"]
    return {
        "form_pages": len(forms),
        "sorted_right": sum(one.right for one in forms),
        "asked": sum(one.happened == "refused" for one in forms),
        "sorted_wrong": sum(one.happened == "other_form" for one in forms),
        "dropped_wrongly": sum(one.happened == "dropped" for one in forms + strange),
        "laid_wrong": sum(off > ALIGNED_MM for off in laid),
        "worst_corner_mm": round(max(laid, default=0.0), 3),
        "median_corner_mm": round(sorted(laid)[len(laid) // 2], 3) if laid else None,
        "backs": len(backs),
        "backs_dropped": sum(one.right for one in backs),
        "strangers": len(strange),
        "strangers_refused": sum(one.right for one in strange),
    }


def asked_rows(outcomes: Sequence[Outcome]) -> dict[str, Row]:
    """Return, by writing, what is offered for written fields that are asked."""
    asked = [
        one
        for one in ordinary(outcomes)
        if one.written and not one.settled and not is_mark(one.kind)
    ]
    return {
        key[0]: {
            "fields": len(some),
            "first": _rate(one.exact for one in some),
            "any": _rate(one.offered for one in some),
        }
        for key, some in grouped(asked, lambda one: (one.writing,)).items()
    }


def odd_rows(
    pages: Sequence[PageOutcome], outcomes: Sequence[Outcome]
) -> dict[str, Row]:
    """Return what happened to pages as they should not come, by what is wrong."""
    rows: dict[str, Row] = {}
    for kind in sorted({one.odd for one in pages if one.odd}):
        some = [one for one in pages if one.odd == kind]
        numbers = {one.number for one in some}
        fields = [one for one in outcomes if one.page in numbers]
        kana = [o for o in fields if o.kind is FieldKind.KANA and o.odd == "latin"]
        rows[kind] = {
            "pages": len(some),
            "refused": sum(one.happened == "refused" for one in some),
            "read": sum(one.happened == "read" for one in some),
            "taken_for_another": sum(one.happened == "other_form" for one in some),
            "dropped": sum(one.happened == "dropped" for one in some),
            "fields_read": len(fields),
            "fields_asked": sum(not one.settled for one in fields),
            "fields_settled_wrong": sum(one.wrong for one in fields),
            "kana_settled": sum(one.settled for one in kana),
        }
    return rows


@dataclass(frozen=True, slots=True)
class Aim:
    """One aim, and what was measured."""

    name: str
    least: str
    measured: float | None
    """Share, 0 to 1."""
    met: bool
    of: int


def aims(outcomes: Sequence[Outcome], pages: Mapping[str, object]) -> list[Aim]:
    """Return the aims of the reader beside what a run measured."""
    all_of = ordinary(outcomes)
    texts = [one for one in all_of if one.written and not is_mark(one.kind)]
    ticks = [o for o in all_of if o.kind in (FieldKind.CHECK, FieldKind.CHOICE)]
    found = [
        _aim(f"{level} scan, {writing}: right", share, _plain(texts, level, writing))
        for level, writing, share in (
            *(("office", "printed", 0.995), ("office", "hand", 0.97)),
            *(("copy", "printed", 0.98), ("copy", "hand", 0.92)),
        )
    ]
    for writing, share in (("printed", 0.97), ("hand", 0.85)):
        under = [
            one
            for one in texts
            if one.sealed
            and one.writing == writing
            and one.level in ("clean", "office")
        ]
        found.append(_aim(f"under a seal, {writing}: right", share, under))
    found.append(_aim("check boxes and circles: right", 0.998, ticks))
    for writing, share in (("printed", 0.9), ("hand", 0.7)):
        some = [one for one in all_of if one.written and one.writing == writing]
        rate = _rate(one.settled for one in some)
        name = f"without a person, {writing}"
        found.append(Aim(name, f"≥ {share:.0%}", rate, (rate or 0) >= share, len(some)))
    settled = [one for one in all_of if one.settled and (one.written or one.wrong)]
    wrong = _rate(one.wrong for one in settled)
    met = wrong is not None and wrong <= 1 / 2000
    found.append(Aim("wrong among accepted", "≤ 1 in 2,000", wrong, met, len(settled)))
    count, right = int(str(pages["form_pages"])), int(str(pages["sorted_right"]))
    share = right / count if count else None
    found.append(
        Aim("pages sorted right", "≥ 99.9 %", share, (share or 0) >= 0.999, count)
    )
    laid = int(str(pages["laid_wrong"]))
    found.append(
        Aim("aligned wrongly, silently", "0", laid / max(count, 1), laid == 0, count)
    )
    return found


def _plain(texts: Sequence[Outcome], level: str, writing: str) -> list[Outcome]:
    return [
        one
        for one in texts
        if (one.level, one.writing, one.sealed) == (level, writing, False)
    ]


def _aim(name: str, share: float, outcomes: Sequence[Outcome]) -> Aim:
    rate = _rate(one.exact for one in outcomes)
    met = rate is not None and rate >= share
    return Aim(name, f"≥ {share * 100:.1f} %", rate, met, len(outcomes))


def _commonest(group: Sequence[Outcome]) -> list[str]:
    """Return what the first reader takes for what most often, by writing."""
    lines = []
    for key, some in grouped(group, lambda one: (one.writing,)).items():
        fair = [one for one in some if not (one.sealed or one.corrected or one.odd)]
        counts = Counter(pair for one in fair for pair in one.confused)
        if counts:
            shown = " ".join(f"{pair}({n})" for pair, n in counts.most_common(24))
            lines.append(f"  {key[0]} first reader, unsealed: {shown}")
    return lines


def _pages_missed(pages: Sequence[PageOutcome]) -> list[str]:
    missed = [one for one in pages if not one.right or (one.off_mm or 0) > ALIGNED_MM]
    lines = [f"== pages: {len(missed)} of {len(pages)} not as planted (odd ones too)"]
    for one in missed:
        what = one.odd or one.other or "ordinary"
        off = "" if one.off_mm is None else f" {one.off_mm:.2f} mm off"
        place = f"{one.form or '-'} {one.level} turned {90 * one.quarter_turns}"
        lines.append(f"  {what} {place}: {one.happened} {one.trouble}{off}")
    return lines


def confusions(
    outcomes: Iterable[Outcome], pages: Sequence[PageOutcome], limit: int = 400
) -> str:
    """Return what went wrong by kind, for whoever improves the readers."""
    lines = _pages_missed(pages)
    for key, group in grouped(outcomes, lambda one: (one.kind.value,)).items():
        missed = [one for one in group if one.written and not one.exact]
        lines.append(f"== {key[0]}: {len(missed)} of {len(group)} not exact")
        lines += _commonest(group)
        for one in missed[:limit]:
            flags = " sealed" * one.sealed + " corrected" * one.corrected
            flags += f" {one.odd}" * bool(one.odd) + " SETTLED WRONG" * one.wrong
            lines.append(
                f"  {one.level} {one.writing} {one.form}.{one.field_id}{flags}: {one.saw}"
            )
        filled = [one for one in group if not one.written and not one.exact]
        lines += [
            f"  EMPTY {one.level} {one.form}.{one.field_id}: {one.saw}"
            for one in filled[:40]
        ]
    return "\n".join(lines) + "\n"
