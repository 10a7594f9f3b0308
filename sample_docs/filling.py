"""Fills a form as an applicant would, and says what stands in each field."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from sample_docs.cases_forms import FormCase
from sample_docs.designs import Design, Spot
from sample_docs.ledgers import era
from sample_docs.pen import Hand, Page

Fields = dict[str, dict[str, object]]
DPI = 300
"""Dots per inch at which pages are filled; the scanner goes down from here."""


@dataclass(frozen=True, slots=True)
class Filling:
    """How an applicant filled the form."""

    hand: Hand
    seal: str = ""
    """Empty, apart (on the printed 印) or over (over the end of the name)."""
    tick: str = "check"
    """check (✓) or re (レ)."""
    commas: bool = True
    western: bool = False
    """Birth date in Western years."""
    stamp_day: int = 0
    """Day of November 2026 on the city's receipt stamp; 0 for no stamp."""
    wrong_name: str = field(default="", repr=False)
    """Written first and struck out."""
    no_amount: bool = False


def written_fields(design: Design, form: FormCase, how: Filling) -> Fields:
    """Return the truth of each field: the text as written and its normal value."""
    asked = form.case.asked
    birth = asked.birth or dt.date(1900, 1, 1)
    date = era(birth, "kanji")
    if how.western and design.form == "subsidy_2026":
        date = f"{birth.year}年{birth.month}月{birth.day}日"
    postal = asked.postal
    if postal and design.spot("postal").cells is None:
        postal = f"{postal[:3]}-{postal[3:]}"
    total = None if how.no_amount else form.amount_yen
    return {
        "name": _value(asked.name, asked.name.replace("　", "")),
        "kana": _value(asked.kana, asked.kana.replace("　", "")),
        "birth_date": _value(date, birth.isoformat()),
        "postal": _value(postal, asked.postal or None),
        "address": _value(asked.address, asked.address),
        "phone": _value(asked.phone, asked.phone.replace("-", "")),
        "base_yen": _yen(form.base_yen, commas=how.commas),
        "extra_yen": _yen(form.extra_yen, commas=how.commas),
        "amount_yen": _yen(total, commas=how.commas),
        "account": _value(form.account, form.account),
        "account_holder": _value(form.holder, form.holder.replace("　", "")),
        "consent": _value("", asked.consent),
        "seal": _value("", how.seal == "apart"),
    }


def _value(text: str, value: object) -> dict[str, object]:
    return {"text": text, "value": value}


def _yen(yen: int | None, *, commas: bool) -> dict[str, object]:
    if yen is None:
        return _value("", None)
    return _value(f"{yen:,}" if commas else str(yen), yen)


def fill(
    design: Design, form: FormCase, how: Filling, rng: np.random.Generator
) -> tuple[Page, Fields]:
    """Return the filled page and what stands on it."""
    page = Page(design.print_blank(DPI).image, DPI, rng)
    fields = written_fields(design, form, how)
    for spot in design.spots:
        if spot.kind not in ("check", "seal"):
            _write(page, design, spot, str(fields[spot.id]["text"]), how)
    if form.case.asked.consent:
        page.tick(design.spot("consent").box_mm, how.tick, how.hand.ink)
    if how.seal:
        _seal(page, design, form, how)
    _unread(page, design, how)
    return page, fields


def _write(page: Page, design: Design, spot: Spot, text: str, how: Filling) -> None:
    if spot.cells:
        page.write_cells(text, spot.box_mm, spot.cells, how.hand)
    elif spot.id == "name" and how.wrong_name:
        _corrected_name(page, spot, text, how)
    elif spot.id == "birth_date" and design.form == "subsidy_2019":
        _split_date(page, spot, text, how.hand)
    else:
        align = "right" if spot.kind == "amount" else "left"
        page.write(text, spot.box_mm, how.hand, align=align, lines=spot.lines)


def _split_date(page: Page, spot: Spot, text: str, hand: Hand) -> None:
    """Write a date around the printed 年, 月 and 日."""
    left, top, _, high = spot.box_mm
    year, rest = text.split("年")
    month, day = rest.rstrip("日").split("月")
    for part, x, wide in ((year, left, 25.0), (month, 143.5, 12.0), (day, 161.5, 12.0)):
        page.write(part, (x, top, wide, high), hand, align="right")


def _corrected_name(page: Page, spot: Spot, text: str, how: Filling) -> None:
    """Write a wrong name, strike it out with a seal on it, and write the right one."""
    left, top, _, high = spot.box_mm
    wrong = (left, top, 29.0, high)
    page.write(how.wrong_name, wrong, how.hand)
    page.strike((left + 1, top + 1, 27, high - 2), how.hand.ink)
    page.seal(text[:2].strip("　"), (left + 26, top + 3.5), 7.5, 0.85)
    page.write(text, (left + 31, top, 34.0, high), how.hand)


def _seal(page: Page, design: Design, form: FormCase, how: Filling) -> None:
    """Stamp the applicant's seal on the printed 印 or over the end of the name."""
    left, top, wide, high = design.spot("seal").box_mm
    surname = form.case.asked.name.split("　")[0]
    centre = (left + wide / 2, top + high / 2)
    if how.seal == "over":
        name = design.spot("name").box_mm
        size = min(name[3] * 0.74, 6.2) * how.hand.scale
        end = name[0] + 1.2 + len(form.case.asked.name) * size
        centre = (end - size * 0.55, name[1] + name[3] / 2)
    jitter = page.rng.normal(0, 0.7, 2)
    page.seal(
        surname,
        (centre[0] + jitter[0], centre[1] + jitter[1]),
        11.0,
        page.rng.uniform(0.85, 1.0),
    )


def _unread(page: Page, design: Design, how: Filling) -> None:
    """Write what the form asks for but nobody reads: the day, the bank, the stamp."""
    new = design.form == "subsidy_2026"
    day = str(3 + int(page.rng.integers(0, 7)))
    y, high = (33.0, 8.0) if new else (26.0, 8.0)
    spots = (
        ((154.0, "8"), (170.0, "11"), (184.0, day))
        if new
        else ((146.0, "令和8"), (164.0, "11"), (180.5, day))
    )
    for right, text in spots:
        page.write(text, (right - 22, y, 22.0, high), how.hand, align="right")
    bank = (54.0, 175.5, 120.0, 9.0) if new else (92.0, 196.0, 90.0, 8.0)
    page.write("みなと信用金庫　本店", bank, how.hand)
    if new:
        angles = np.linspace(0, 2 * np.pi, 14)
        ring = [(153.8 + 6 * np.cos(a), 190.5 + 3.6 * np.sin(a)) for a in angles]
        page.stroke(ring, 0.4, how.hand.ink)
    if how.stamp_day:
        words = ("みなと市", f"8.11.{how.stamp_day}", "子育て支援課")
        page.stamp(words, (169, 262) if new else (52, 78))
