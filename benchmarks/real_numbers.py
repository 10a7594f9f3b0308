"""Numbers of two scanned pages of print, transcribed by eye, and where they stand.

The pages are table.15.tif and table.27.tif of the folder prog of Leptonica 1.82.0
(BSD-2-Clause), bilevel at 150 dpi: a typed table of measurements between rules, and a
typewritten page of the 1930s whose 3 is flat on top like a 5. They are read from that
package's source and never kept here; the numbers alone are. What the second says is
proved by itself: only columns that add up to their printed total are taken.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """Numbers one below the other."""

    file: str
    left: int
    """Pixels of the page, clear of rules."""
    right: int
    bands: tuple[tuple[int, int], ...]
    """From and to which row of pixels numbers stand, top to bottom."""
    texts: tuple[str, ...]
    """As printed; a footnote's asterisk is left out."""


_RULED = (
    (
        (150, 220),
        (366, 770),
        "120 130 140 150 160 180 200 220 240 260 280 300 "
        "293.1 323.1 373.1 423.1 473.1 523.1 576.0",
    ),
    (
        (150, 220),
        (836, 1257),
        "80 100 120 140 150 160 180 200 220 240 260 280 298.1 300 400 500 800 "
        "1000 1200 1500",
    ),
    ((383, 450), (366, 473), "273.2 293.2 273.2 290.2 373.2"),
    (
        (383, 450),
        (536, 726),
        "273.2 373.2 293.7 296.2 326.2 371.2 424.2 475.2 524.2",
    ),
    (
        (383, 450),
        (792, 1150),
        "198.2 237.2 253.2 267.2 273.2 293.7 302.6 292.6 373.6 422.9 472.6 566.2 "
        "694.2 763.2 868.2 952.2 1096.2",
    ),
    ((682, 763), (963, 1128), "982 1092 1279 1399 1463 1646 1814 1987"),
    (
        (844, 911),
        (367, 727),
        "293.2 303.2 313.2 323.2 333.2 343.2 353.2 363.2 373.2 383.2 393.2 403.2 "
        "292.7 380.1 492.5 530.5 573.5",
    ),
    (
        (844, 911),
        (791, 1296),
        "293.2 365.6 380.5 483.3 586.1 639.4 679.6 373.2 424.4 480.3 534.5 373.2 "
        "423.2 473.2 523.2 573.2 623.2 673.2 423.2 473.2 573.2 673.2 773.2 873.2",
    ),
)
_ADDED = (
    (
        ((250, 434), (482, 506)),
        (
            "319 515 277 271 215 455 192 312 303 2859",
            "361 425 299 295 243 503 279 345 376 3126",
            "375 404 342 348 253 577 251 382 412 3344",
            "445 488 389 373 284 611 350 480 457 3877",
            "459 563 477 371 332 629 370 526 518 4245",
            "472 518 514 412 284 650 380 547 656 4433",
            "405 485 441 341 234 558 329 474 561 3828",
            "485 494 504 395 283 725 342 540 592 4360",
        ),
    ),
    (
        ((620, 806), (853, 877)),
        (
            "186 341 160 132 164 303 126 145 183 1740",
            "223 282 162 145 178 336 199 161 226 1912",
            "224 294 190 159 179 396 168 169 227 2006",
            "275 327 230 187 208 427 246 243 281 2424",
            "262 308 295 172 213 399 240 271 304 2464",
            "259 270 304 183 173 402 250 248 396 2485",
            "199 257 258 182 148 348 209 227 343 2171",
            "",  # adds up to another total than is printed
        ),
    ),
    (
        ((1090, 1278), (1316, 1341)),
        (
            "128 287 103 135 106 195 90 128 136 1308",
            "150 251 118 162 120 220 102 149 158 1430",
            "162 225 135 169 136 245 110 171 175 1528",
            "178 223 155 177 141 260 118 194 198 1644",
            "173 227 168 185 136 251 119 214 216 1689",
            "163 235 176 188 115 250 121 207 229 1684",
            "136 207 164 166 97 232 104 174 216 1496",
            "134 204 166 163 97 246 111 185 222 1528",
        ),
    ),
)
_YEARS = (425, 516, 609, 700, 791, 882, 984, 1075)
_WIDE, _AROUND = 48, 12
_UNDERLINED = -2
"""The last summand has the line of the sum through its feet: not read."""


def ruled() -> tuple[Column, ...]:
    """Return the columns of the table between rules that no rule touches."""
    return tuple(
        Column("table.15.tif", *across, (down,), tuple(texts.split()))
        for across, down, texts in _RULED
    )


def sums() -> tuple[tuple[int, ...], ...]:
    """Return the columns of the typewritten page whole: the last number is the sum."""
    return tuple(
        tuple(map(int, texts.split()))
        for _, columns in _ADDED
        for texts in columns
        if texts
    )


def typewritten() -> tuple[Column, ...]:
    """Return the columns of the typewritten page, without the underlined summand."""
    found = []
    for bands, columns in _ADDED:
        for left, texts in zip(_YEARS, columns, strict=True):
            numbers = texts.split()
            if numbers:
                del numbers[_UNDERLINED]
                across = (left - _AROUND, left + _WIDE + _AROUND)
                found.append(Column("table.27.tif", *across, bands, tuple(numbers)))
    return tuple(found)
