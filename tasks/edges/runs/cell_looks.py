"""How a cell of a workbook is drawn: each value as what it is, none as a formula."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

from xlsxwriter.format import Format

from tasks.domain.identity.differences import Marked
from tasks.edges.runs.answer_files import starts_formula

Cell: TypeAlias = str | int | float | Decimal | dt.date | Marked | None
"""Text, a whole number with thousands marked, a number as it is, a percentage, a day,
text with marked pieces, or nothing."""

Style: TypeAlias = str
"""A key of STYLES."""

LONGEST_TEXT = 32_000
"""Characters of a cell; Excel ends at 32,767."""

RED = "#C00000"
RULE = "#A6A6A6"
_DIFFERS: dict[str, Any] = {"font_color": RED, "bold": True}
STYLES: Mapping[Style, dict[str, Any]] = {
    "plain": {},
    "bold": {"bold": True},
    "centre": {"align": "center"},
    "head": {
        "bold": True,
        "bg_color": "#1F3864",
        "font_color": "#FFFFFF",
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
    },
    "head_result": {
        "bold": True,
        "bg_color": "#385723",
        "font_color": "#FFFFFF",
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
    },
    "letter_head": {"bold": True, "bg_color": "#E7E6E6"},
    "request": {"bold": True, "bg_color": "#DDEBF7"},
    "fill_in": {"bg_color": "#FFF2CC"},
    "good": {"bg_color": "#E2EFDA"},
    "bad": {"bg_color": "#FCE4D6", "font_color": RED},
    "wait": {"bg_color": "#FFF2CC"},
    "pale": {"font_color": "#7F7F7F"},
}

_EXCELS_FIRST_DAY = dt.date(1900, 1, 1)
_EPOCH = dt.date(1899, 12, 30)
_AFTER_ITS_LEAP_DAY = 61
"""Excel believes in 29 February 1900, so days before it count one less."""
_SHORT = 24
_MOST_KEPT = 20_000
_TO_ESCAPE = re.compile(
    r"[&<>\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_"
)
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

FormatMaker: TypeAlias = Callable[..., Format]
"""`Book.format`."""


class Look:
    """How some cells are drawn; the format of each kind of value is made once."""

    def __init__(
        self, make: FormatMaker, style: Style, properties: dict[str, Any]
    ) -> None:
        self._make = make
        self._style = style
        self._properties = properties
        blank = f' s="{self._xf()}"/>'
        self.known: dict[object, str] = {"": blank, (): blank, None: blank}
        """Cells drawn before, by value. No numbers: 1 and 1.0 are one key."""

    def xml(self, value: Cell) -> str:
        """Return a cell as the file holds it, behind its place: `<c r="B14"`.

        Text stays text whatever it looks like.
        """
        if isinstance(value, int):
            return f"{self._number}{value}</v></c>"
        if isinstance(value, float | Decimal):
            kind = self._percent if isinstance(value, Decimal) else self._as_it_is
            return f"{kind}{value:.15g}</v></c>"
        return self.known.get(value) or self._drawn(value)

    def _text(self, text: str) -> str:
        """Return a text's cell; short ones come again and are kept."""
        opening = self._quoted if starts_formula(text) else self._plain
        # Blanks at the ends are lost without it; everywhere it would be a fifth of a file.
        kept = ' xml:space="preserve"' if text != text.strip() else ""
        found = f"{opening}{kept}>{escaped(text)}</t></is></c>"
        if len(text) <= _SHORT and len(self.known) < _MOST_KEPT:
            self.known[text] = found
        return found

    def _drawn(self, value: str | dt.date | Marked | None) -> str:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dt.date):
            return self._day_xml(value)
        return self._marked_xml(value or ())

    def _day_xml(self, value: dt.date) -> str:
        if value < _EXCELS_FIRST_DAY:
            return self.xml(value.isoformat())
        serial = (value - _EPOCH).days
        if serial < _AFTER_ITS_LEAP_DAY:
            serial -= 1
        self.known[value] = f"{self._day}{serial}</v></c>"
        return self.known[value]

    def _marked_xml(self, marked: Marked) -> str:
        text = "".join(piece for piece, _ in marked)
        if len(marked) > 1 and len(text) <= LONGEST_TEXT:
            runs = "".join(
                f'<r><rPr>{self._red_piece if differs else self._piece}</rPr><t xml:space="preserve">{escaped(piece)}</t></r>'
                for piece, differs in marked
            )
            form = self._quoted_xf if starts_formula(text) else self._text_xf
            return f' s="{form}" t="inlineStr"><is>{runs}</is></c>'
        if any(differs for _, differs in marked):
            return self._all_red.xml(text)
        return self.xml(text)

    def _xf(self, **kind: Any) -> int:
        found = self._make(self._style, **(kind | self._properties))
        # The library writes no cell of ours (decision 0012), so it has to be asked.
        return int(found._get_xf_index())  # noqa: SLF001

    @cached_property
    def _all_red(self) -> Look:
        return Look(self._make, self._style, self._properties | _DIFFERS)

    @cached_property
    def _text_xf(self) -> int:
        return self._xf(text_wrap=True, num_format="@")

    @cached_property
    def _quoted_xf(self) -> int:
        return self._xf(text_wrap=True, num_format="@", quote_prefix=True)

    @cached_property
    def _plain(self) -> str:
        return _open_text(self._text_xf)

    @cached_property
    def _quoted(self) -> str:
        return _open_text(self._quoted_xf)

    @cached_property
    def _number(self) -> str:
        return f' s="{self._xf(num_format="#,##0")}"><v>'

    @cached_property
    def _as_it_is(self) -> str:
        return f' s="{self._xf(num_format="General")}"><v>'

    @cached_property
    def _percent(self) -> str:
        return f""" s="{self._xf(num_format='0.0#"％"')}"><v>"""

    @cached_property
    def _day(self) -> str:
        return f' s="{self._xf(num_format="yyyy-mm-dd", align="center")}"><v>'

    @cached_property
    def _piece(self) -> str:
        return _piece_font(self._make(self._style, **self._properties))

    @cached_property
    def _red_piece(self) -> str:
        return _piece_font(self._make(self._style, **(self._properties | _DIFFERS)))


def escaped(text: str) -> str:
    r"""Return text as it stands in the file's XML, cut where Excel would refuse it.

    Examples:
        >>> escaped("A&B"), escaped("a\rb"), escaped("_x000D_")
        ('A&amp;B', 'a_x000D_b', '_x005F_x000D_')
    """
    if len(text) > LONGEST_TEXT:
        text = f"{text[:LONGEST_TEXT]}…（長いため以下省略）"
    return _TO_ESCAPE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    text = found.group()
    if len(text) > 1:
        return f"_x005F{text}"
    return _NAMED.get(text) or f"_x{ord(text):04X}_"


def _open_text(form: int) -> str:
    return f' s="{form}" t="inlineStr"><is><t'


def _piece_font(form: Format) -> str:
    red = form.font_color is not None and form.bold
    colour = f'rgb="FF{RED[1:]}"' if red else 'theme="1"'
    return (
        f'{"<b/>" if form.bold else ""}<sz val="{form.font_size}"/>'
        f'<color {colour}/><rFont val="{form.font_name}"/><family val="2"/>'
    )


def text_width(text: str) -> float:
    r"""Return the width of a text's longest line, full-width characters counting two.

    Examples:
        >>> text_width("税目"), text_width("tax"), text_width("税\n調定額")
        (4.0, 3.0, 6.0)
    """
    return max(map(_line_width, text.split("\n")))


@lru_cache(maxsize=50_000)
def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column `width` characters wide.

    Examples:
        >>> lines_of("税目", 4.0), lines_of("税目", 3.0), lines_of("", 3.0)
        (1, 2, 1)
    """
    if len(text) * 2 <= width and "\n" not in text:
        return 1
    return sum(
        max(1, math.ceil(_line_width(line) / width)) for line in text.split("\n")
    )


def cell_text(value: Cell) -> str:
    """Return a cell roughly as it is shown."""
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return "".join(piece for piece, _ in value)
    return str(value or "")


def _line_width(line: str) -> float:
    try:
        return float(len(line.encode("cp932")))
    except UnicodeEncodeError:
        wide = sum(unicodedata.east_asian_width(c) in "FWA" for c in line)
        return float(len(line) + wide)
