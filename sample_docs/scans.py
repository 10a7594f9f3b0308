"""Makes the scanned files of the inbox and the key of every page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from sample_docs.cases_forms import FormCase
from sample_docs.designs import PAGE_MM, Spot
from sample_docs.filling import DPI, fill, written_fields
from sample_docs.inbox import FILES, FilePlan, PagePlan
from sample_docs.packing import save_pages
from sample_docs.pdf import PdfSheet
from sample_docs.pen import Page
from sample_docs.scanner import add_specks, scan
from sample_docs.sheet import PictureSheet

Key = dict[str, object]

LETTER = (
    "子育て支援課　御中",
    "",
    "　いつもお世話になっております。先日お電話した件ですが、申請書に添える",
    "通帳の写しが見つかりましたので、同封いたします。",
    "",
    "　ご不明な点がありましたら、平日の夕方にお電話ください。",
    "どうぞよろしくお願いいたします。",
    "",
    "　　　　　　　　　　　　　　　　　　　　　令和8年11月9日",
)


def _rng(seed: int, file: str, page: int) -> np.random.Generator:
    """Return the page's own source of chance: pages do not depend on each other."""
    return np.random.default_rng([seed, page, *file.encode("utf-8")])


def write_inbox(
    forms: Sequence[FormCase], folder: Path, seed: int, tell: Callable[[str], None]
) -> list[Key]:
    """Write every file of the inbox and return the key, a line per page.

    Args:
        forms: The applicants on paper, by their place.
        folder: The inbox.
        seed: Of all chance.
        tell: Called with the name of each file when it is done.
    """
    keys: list[Key] = []
    for plan in FILES:
        if plan.packing == "text":
            keys.extend(_text_file(plan, forms, folder))
        else:
            keys.extend(_picture_file(plan, forms, folder, seed))
        tell(plan.file)
    return keys


def _picture_file(
    plan: FilePlan, forms: Sequence[FormCase], folder: Path, seed: int
) -> list[Key]:
    pictures: list[Image.Image] = []
    keys: list[Key] = []
    for number, page_plan in enumerate(plan.pages, start=1):
        rng = _rng(seed, plan.file, number)
        page, key = _page(page_plan, forms, rng)
        picture = scan(page.picture(), DPI, page_plan.scan, rng)
        if page_plan.scan.mode == "bilevel":
            picture = add_specks(picture, 60, rng)
        pictures.append(picture)
        keys.append({"file": plan.file, "page": number, **key})
    how = plan.pages[0].scan
    save_pages(
        pictures,
        folder / plan.file,
        dpi=how.dpi,
        quality=how.quality,
        packing=plan.packing,
    )
    return keys


def _page(
    plan: PagePlan, forms: Sequence[FormCase], rng: np.random.Generator
) -> tuple[Page, Key]:
    if plan.case is None or plan.design is None:
        return _other_page(plan.other, rng), _key(plan, {})
    page, fields = fill(plan.design, forms[plan.case], plan.filling, rng)
    return page, _key(plan, fields)


def _other_page(kind: str, rng: np.random.Generator) -> Page:
    """Return an empty back side or a letter."""
    sheet = PictureSheet(PAGE_MM, DPI)
    if kind == "letter":
        for place, line in enumerate(LETTER):
            sheet.text(28, 50 + place * 11, line, 4.6, "seto")
    return Page(sheet.image, DPI, rng)


def _key(plan: PagePlan, fields: dict[str, dict[str, object]]) -> Key:
    typed = plan.filling.hand.wild == 0
    return {
        "form": plan.design.form if plan.design else None,
        "other": plan.other or None,
        "rotation_deg": {0: 0, 1: 90, 2: 180, 3: 270}[plan.scan.quarter_turns],
        "writing": None if plan.design is None else "printed" if typed else "hand",
        "mode": plan.scan.mode,
        "dpi": plan.scan.dpi,
        "sealed": bool(plan.filling.seal),
        "seal_over_text": plan.filling.seal == "over",
        "born_digital": False,
        "fields": fields,
    }


def _text_file(plan: FilePlan, forms: Sequence[FormCase], folder: Path) -> list[Key]:
    """Write a born-digital PDF: the form filled on a screen, its text readable."""
    page_plan = plan.pages[0]
    if page_plan.case is None or page_plan.design is None:
        raise ValueError("a text file needs a form")
    form = forms[page_plan.case]
    fields = written_fields(page_plan.design, form, page_plan.filling)
    sheet = PdfSheet(PAGE_MM)
    page_plan.design.draw(sheet)
    for spot in page_plan.design.spots:
        _type(sheet, spot, str(fields[spot.id]["text"]))
    if form.case.asked.consent:
        left, top, wide, high = page_plan.design.spot("consent").box_mm
        sheet.line(left + 1, top + high / 2, left + wide * 0.45, top + high - 1, 0.6)
        sheet.line(
            left + wide * 0.45, top + high - 1, left + wide - 0.6, top + 0.8, 0.6
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / plan.file).write_bytes(sheet.pdf())
    key = {**_key(page_plan, fields), "mode": "text", "dpi": None, "born_digital": True}
    return [{"file": plan.file, "page": 1, **key}]


def _type(sheet: PdfSheet, spot: Spot, text: str) -> None:
    """Put one value into its box as a form on a screen does."""
    left, top, wide, high = spot.box_mm
    middle = top + high / 2
    if spot.cells:
        step = wide / spot.cells
        for place, letter in enumerate(text):
            sheet.text(left + step * (place + 0.5), middle, letter, 4.6, anchor="c")
    elif spot.kind == "amount":
        sheet.text(left + wide - 2, middle, text, 4.4, anchor="r")
    elif text:
        sheet.text(left + 1.5, top + high / 2 / spot.lines, text, 4.4)
