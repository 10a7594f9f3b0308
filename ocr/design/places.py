"""Places to write in within one zone, from what is printed there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ocr.design.layout import Digits, Zone, word_lines
from ocr.design.shapes import Box, Letter, Word, around, largest_free, overlap
from ocr.design.vocabulary import (
    ASIDE,
    ERA_WORDS,
    LIKE_SEAL_MARKS,
    OPTION_FAMILIES,
    POSTAL_MARKS,
    PREFIXES,
    SEAL_MARKS,
    SEVERAL_FAMILIES,
    UNITS,
    families_with,
    is_label_word,
    plain,
)
from ocr.model import FieldKind

_INSET_MM = 0.6
_SEAL_MM = 14.0
_LINE_MM = 9.0
_LEAST_GAP_MM = 5.0
_LEAST_MAIN_MM = (8.0, 4.2)
_SEPARATORS = re.compile(r"[・･·／/、,，.．|｜]")
_BRACKETS = "()（）〔〕[]「」［］【】"


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to write, before it is known what."""

    box: Box
    hint: FieldKind | None = None
    """What the print in it says; None when it says nothing."""
    label: str = ""
    """Printed in the same zone."""
    cells: int | None = None
    lines: int = 1
    options: tuple[tuple[str, Box], ...] = ()
    marked_by: str = "circle"
    several: bool = False
    note: str = ""
    """Japanese, for the designer."""


def inner(box: Box) -> Box:
    """Return a cell without a little along its rules."""
    inset = min(_INSET_MM, box.width / 8, box.height / 8)
    return box.grown(-inset)


def places_in(zone: Zone) -> list[Place]:
    """Return what the print in a zone shows to be filled in, but for its free rest."""
    words = [word for word in zone.words if word.text not in ("・", "、")]
    found: list[Place] = []
    for step in (_ticks, _dates, _choices, _digits, _seals, _numbers, _labelled):
        more, words = step(zone, words)
        found += more
    return found


def main_place(zone: Zone, found: Sequence[Place]) -> Place | None:
    """Return the free rest of a zone, when something can be written there."""
    taken = [word.box.grown(0.3) for word in zone.words]
    taken += [square.grown(0.6) for square in zone.squares]
    taken += [one.box.grown(0.6) for one in zone.digits]
    taken += [place.box for place in found if place.hint is not FieldKind.SEAL]
    taken += [_to_the_sides(box, zone.box) for box in _heads(zone, found)]
    free = largest_free(inner(zone.box), taken, least=_LEAST_MAIN_MM)
    return None if free is None else Place(free)


def _heads(zone: Zone, found: Sequence[Place]) -> list[Box]:
    """Return what stands on a line of its own over the room to write (〒 of 住所)."""
    boxes = [one.box for one in zone.digits]
    boxes += [place.box for place in found if place.hint is FieldKind.POSTAL]
    return [box for box in boxes if zone.box.bottom - box.bottom > 5.0]


def _to_the_sides(box: Box, zone: Box) -> Box:
    return Box(zone.left, zone.top, zone.right, box.bottom + 0.3)


# --- boxes to tick ----------------------------------------------------------------


def _ticks(zone: Zone, words: list[Word]) -> tuple[list[Place], list[Word]]:
    if not zone.squares:
        return [], words
    squares = sorted(zone.squares, key=lambda box: (round(box.top / 2), box.left))
    texts: list[tuple[Box, str]] = []
    used: list[Word] = []
    for square in squares:
        own = _words_behind(square, squares, words)
        used += own
        texts.append((square, "".join(word.text for word in own)))
    rest = [word for word in words if word not in used]
    if len(texts) >= 2 and all(0 < len(text) <= 14 for _, text in texts):
        return [_tick_choice(texts, rest, used)], rest
    return [
        Place(square, FieldKind.CHECK, label=plain(text)) for square, text in texts
    ], rest


def _words_behind(
    square: Box, squares: Sequence[Box], words: Sequence[Word]
) -> list[Word]:
    """Return the words on a square's line up to the next square."""
    end = min(
        (
            other.left
            for other in squares
            if other.left > square.right and abs(other.down - square.down) < 3.0
        ),
        default=1e9,
    )
    own = [
        word
        for word in words
        if square.right - 0.5 <= word.box.left < end
        and word.box.top - 1.5 < square.down < word.box.bottom + 1.5
    ]
    own.sort(key=lambda word: word.box.left)
    kept: list[Word] = []
    for word in own:
        before = kept[-1].box.right if kept else square.right
        if word.box.left - before > 9.0:
            break
        kept.append(word)
    return kept


def _tick_choice(
    texts: list[tuple[Box, str]], rest: list[Word], used: list[Word]
) -> Place:
    values = tuple(plain(text) for _, text in texts)
    family = families_with(values)
    label = _label_of_ticks(texts[0][0], rest)
    return Place(
        around([*(box for box, _ in texts), *(word.box for word in used)]).grown(0.5),
        FieldKind.CHOICE,
        label=label,
        options=tuple(
            (value or str(number), box.grown(-0.2))
            for number, (value, (box, _)) in enumerate(
                zip(values, texts, strict=True), start=1
            )
        ),
        marked_by="tick",
        several=family is None or family in SEVERAL_FAMILIES,
        note=""
        if family
        else "複数選べる欄とみなしました。一つだけなら several の行を消します",
    )


def _label_of_ticks(first: Box, rest: Sequence[Word]) -> str:
    """Return the word before the first square, or any label of the zone."""
    before = [
        word
        for word in rest
        if word.box.right < first.left
        and word.box.top - 1.0 < first.down < word.box.bottom + 1.0
        and len(word.text) <= 16
    ]
    if before:
        return max(before, key=lambda word: word.box.right).text
    return next((word.text for word in rest if is_label_word(word.text)), "")


# --- one character per box --------------------------------------------------------


def _digits(zone: Zone, words: list[Word]) -> tuple[list[Place], list[Word]]:
    found = []
    for one in zone.digits:
        label, used = _before(one.box, words)
        words = [word for word in words if word not in used]
        found.append(digit_place(one, label))
    return found, words


def digit_place(one: Digits, label: str) -> Place:
    """Return the place that boxes for single characters are."""
    hint = FieldKind.DIGITS
    if plain(label) in POSTAL_MARKS or label in POSTAL_MARKS:
        hint, label = FieldKind.POSTAL, "郵便番号"
    if "円" in one.units or len(one.units) >= 3:
        hint = FieldKind.AMOUNT
    note = (
        ""
        if one.even
        else "枠の間隔が等しくないため、一字ずつの枠（cells）にしていません"
    )
    return Place(
        one.box, hint, label=label, cells=one.cells if one.even else None, note=note
    )


def _before(box: Box, words: Sequence[Word]) -> tuple[str, list[Word]]:
    """Return the label on the left of a place, and the words it is made of."""
    near = [
        word
        for word in words
        if word.box.right <= box.left + 0.5
        and box.left - word.box.right < 14.0
        and word.box.top < box.bottom
        and word.box.bottom > box.top
    ]
    if not near:
        return "", []
    last = max(near, key=lambda word: word.box.right)
    if is_label_word(last.text) or is_postal_mark(last.text):
        return last.text, [last]
    return "", []


def is_postal_mark(text: str) -> bool:
    """Tell whether a word is 〒, or what a scanned one is read as."""
    return text in POSTAL_MARKS or plain(text) in POSTAL_MARKS


# --- dates ------------------------------------------------------------------------


def _dates(zone: Zone, words: list[Word]) -> tuple[list[Place], list[Word]]:
    found = []
    for line in word_lines(words):
        for chain in _chains(line):
            place, used = _date(zone, chain, words)
            found.append(place)
            words = [word for word in words if word not in used]
    return found, words


def _chains(line: Sequence[Word]) -> list[tuple[Word, Word, Word]]:
    """Return 年, 月, 日 of a line that have room between them."""
    chains = []
    marks = [
        word for word in line if word.text.rstrip("（）()生まれ") in ("年", "月", "日")
    ]
    for first in range(len(marks) - 2):
        year, month, day = marks[first : first + 3]
        texts = "".join(word.text[0] for word in (year, month, day))
        if texts == "年月日" and month.box.left - year.box.right > 2.0:
            chains.append((year, month, day))
    return chains


def _date(
    zone: Zone, chain: tuple[Word, Word, Word], words: Sequence[Word]
) -> tuple[Place, list[Word]]:
    year, _, day = chain
    line = Box(zone.box.left, year.box.top, day.box.right, day.box.bottom)
    eras, used = _eras(year, words)
    before = [
        word
        for word in words
        if word.box.right <= year.box.left + 0.3
        and word.box.top < line.bottom
        and word.box.bottom > line.top
        and word not in used
    ]
    last = max(before, key=lambda word: word.box.right, default=None)
    # The gap before 年 is as wide as the one behind it, where nothing bounds it.
    room = max(14.0, 1.3 * (chain[1].box.left - year.box.right))
    left = zone.box.left + _INSET_MM if zone.framed else year.box.left - room
    if last is not None and plain(last.text)[-2:] in ERA_WORDS:
        used = [*used, last]
        left = last.box.left - 0.4
    elif last is not None:
        left = max(left, last.box.right + 0.6)
    if eras:
        left = max(left, *(box.right + 0.5 for _, box in eras))
    top, bottom = _line_room(zone, replace(line, left=left), words)
    box = Box(left, top, day.box.right + 0.4, bottom)
    label = ""
    if last is not None and is_label_word(last.text):
        label = last.text
        used = [*used, last]
    return Place(box, FieldKind.DATE, label=label, options=eras), [*chain, *used]


def _eras(
    year: Word, words: Sequence[Word]
) -> tuple[tuple[tuple[str, Box], ...], list[Word]]:
    """Return the printed eras to choose from; none when at most one is printed."""
    found: list[tuple[str, Box]] = []
    used: list[Word] = []
    for line in word_lines(words):
        for word in line:
            tokens = _tokens(word)
            near = abs(word.box.down - year.box.down) < 9.0
            if word.box.right > year.box.left or not near:
                continue
            if tokens and all(text in ERA_WORDS for text, _ in tokens):
                found += [(ERA_WORDS[text], box) for text, box in tokens]
                used.append(word)
    values = [value for value, _ in found]
    if len(found) < 2 or len(set(values)) < len(values):
        return (), []
    return tuple(found), used


def _line_room(zone: Zone, line: Box, words: Sequence[Word]) -> tuple[float, float]:
    """Return how far up and down a place on a line may go."""
    limit = inner(zone.box) if zone.framed else Box(0, line.down - 4, 0, line.down + 4)
    top, bottom = limit.top, limit.bottom
    for word in zone.words:
        shares = word.box.left < line.right and word.box.right > line.left
        if shares and word.box.bottom <= line.top + 0.3:
            top = max(top, word.box.bottom + 0.3)
        if shares and word.box.top >= line.bottom - 0.3:
            bottom = min(bottom, word.box.top - 0.3)
    del words
    return max(top, line.down - 6.5), min(bottom, line.down + 6.5)


# --- printed words to circle ------------------------------------------------------


def _tokens(word: Word) -> list[tuple[str, Box]]:
    """Return the words that a printed run like 普通・当座 is made of."""
    tokens: list[list[Letter]] = [[]]
    for letter in word.letters:
        if _SEPARATORS.fullmatch(letter.text) or letter.text in _BRACKETS:
            tokens.append([])
        else:
            tokens[-1].append(letter)
    found = []
    for letters in tokens:
        text = "".join(letter.text for letter in letters)
        text = re.sub(r"^([0-9０-９]|[①-⑳]|[アイウエオ](?=[^ァ-ヶ]))", "", text)
        if text:
            found.append((text, around(letter.box for letter in letters)))
    return found


def _choices(_: Zone, words: list[Word]) -> tuple[list[Place], list[Word]]:
    found: list[Place] = []
    used: list[Word] = []
    listed = [word for line in word_lines(words) for word in line]
    run: list[tuple[str, Box]] = []
    owners: list[Word] = []
    for word in [*listed, None]:
        tokens = _tokens(word) if word is not None else []
        if word is not None and _goes_on(run, tokens):
            run += tokens
            owners.append(word)
            continue
        if word is not None and not plain(word.text).strip("0123456789()"):
            used.append(word)  # the number of an option
            continue
        if families_with(tuple(text for text, _ in run)):
            found.append(_choice(run, listed, owners))
            used += owners
        fits = bool(tokens) and _goes_on([], tokens)
        run, owners = (tokens, [word]) if fits and word is not None else ([], [])
    labels = {place.label for place in found if place.label}
    rest = [word for word in words if word not in used and word.text not in labels]
    return found, rest


def _goes_on(run: list[tuple[str, Box]], tokens: list[tuple[str, Box]]) -> bool:
    """Tell whether words belong to the same family as those before them."""
    if not tokens:
        return False
    texts = tuple(text for text, _ in (*run, *tokens))
    if len(set(texts)) < len(texts):
        return False
    if len(texts) == 1:
        return any(
            texts[0] in family for family in (*OPTION_FAMILIES, *SEVERAL_FAMILIES)
        )
    return families_with(texts) is not None


def _choice(
    run: list[tuple[str, Box]], listed: list[Word], owners: list[Word]
) -> Place:
    first = listed.index(owners[0])
    before = listed[first - 1] if first else None
    label = ""
    if before is not None and is_label_word(before.text):
        label = before.text
    family = families_with(tuple(text for text, _ in run))
    return Place(
        around(box for _, box in run).grown(1.2),
        FieldKind.CHOICE,
        label=label,
        options=tuple((text, box.grown(0.3)) for text, box in run),
        several=family in SEVERAL_FAMILIES,
    )


# --- seals, numbers with units, labels inside -------------------------------------


def _seals(zone: Zone, words: list[Word]) -> tuple[list[Place], list[Word]]:
    found = []
    marks = [word for word in words if _is_seal_mark(word, zone)]
    for word in marks:
        half = _SEAL_MM / 2
        mark = word.box
        limit = zone.box.grown(1.5) if zone.framed else mark.grown(half)
        box = Box(
            max(limit.left, mark.across - half),
            max(limit.top, mark.down - half),
            min(limit.right, mark.across + half),
            min(limit.bottom, mark.down + half),
        )
        found.append(Place(box, FieldKind.SEAL, label="印"))
    return found, [word for word in words if word not in marks]


def _is_seal_mark(word: Word, zone: Zone) -> bool:
    if word.text in SEAL_MARKS:
        return True
    right = word.box.across > zone.box.left + 0.6 * zone.box.width
    return word.text in LIKE_SEAL_MARKS and right and word.box.height > 2.5


def _numbers(zone: Zone, words: list[Word]) -> tuple[list[Place], list[Word]]:
    """Return the gaps before 円, 人, 歳 ..."""
    found: list[Place] = []
    used: list[Word] = []
    for line in word_lines(words):
        for number, word in enumerate(line):
            text = plain(word.text)
            if text not in UNITS:
                continue
            before = line[number - 1].box.right if number else zone.box.left
            room = Box(before, word.box.top, word.box.left, word.box.bottom)
            top, bottom = _line_room(zone, room, words)
            box = Box(before + 0.8, top, word.box.left - 0.5, bottom)
            if box.width < _LEAST_GAP_MM or (not zone.framed and not number):
                continue
            hint = FieldKind.AMOUNT if text in ("円", "千円") else FieldKind.DIGITS
            label, labels = _label_before(line, number)
            found.append(Place(box, hint, label=label))
            used += [word, *labels]
    if len(found) > 1 and len({round(place.box.down) for place in found}) == 1:
        found = _one_text(found)
    return found, [word for word in words if word not in used]


def _label_before(line: Sequence[Word], number: int) -> tuple[str, list[Word]]:
    for word in reversed(line[:number]):
        if plain(word.text) in PREFIXES or word.text in PREFIXES:
            continue
        if is_label_word(word.text):
            return word.text, [word]
        break
    return "", []


def _one_text(found: list[Place]) -> list[Place]:
    """Return 時 分 ～ 時 分 as one place; amounts stay by themselves."""
    amounts = [place for place in found if place.hint is FieldKind.AMOUNT]
    others = [place for place in found if place.hint is not FieldKind.AMOUNT]
    if len(others) < 2:
        return found
    whole = around(place.box for place in others)
    return [
        *amounts,
        Place(
            whole,
            FieldKind.TEXT,
            label=others[0].label,
            note="数字がいくつか並ぶ欄です。一つずつに分けることもできます",
        ),
    ]


def _labelled(zone: Zone, words: list[Word]) -> tuple[list[Place], list[Word]]:
    """Return the gaps behind a label or 〒 inside the zone."""
    found: list[Place] = []
    used: list[Word] = []
    for line in word_lines(words):
        for number, word in enumerate(line):
            postal = is_postal_mark(word.text)
            if not postal and not is_label_word(word.text):
                continue
            end = line[number + 1].box.left if number + 1 < len(line) else None
            right = inner(zone.box).right if end is None else end - 0.6
            room = Box(word.box.right, word.box.top, right, word.box.bottom)
            top, bottom = _line_room(zone, room, words)
            box = Box(word.box.right + 0.8, top, right, bottom)
            if postal:
                box = _postal_room(box, word.box, zone)
            if box.width < 12.0 or any(overlap(box, one) > 0 for one in zone.squares):
                continue
            hint = FieldKind.POSTAL if postal else None
            found.append(Place(box, hint, label="郵便番号" if postal else word.text))
            used.append(word)
    return found, [word for word in words if word not in used]


def _postal_room(box: Box, mark: Box, zone: Zone) -> Box:
    """Return the room behind 〒; over an address it is no taller than a line."""
    right = min(box.right, box.left + 42.0)
    if zone.framed and zone.box.bottom - mark.bottom > 6.0:
        bottom = min(box.bottom, mark.bottom + 1.2)
        return Box(box.left, max(box.top, mark.top - 2.5), right, bottom)
    return replace(box, right=right)


def free_choice(zone: Zone) -> Place | None:
    """Return words to circle of no known family, set apart by ・ or wide gaps.

    Args:
        zone: A cell or a line where nothing else was recognised.
    """
    lines = word_lines(zone.words)
    for whole in lines:
        named = len(whole) > 2 and is_label_word(whole[0].text)
        label, line = (whole[0].text, whole[1:]) if named else ("", whole)
        tokens = [token for word in line for token in _tokens(word)]
        texts = [text for text, _ in tokens]
        parted = any(_SEPARATORS.search(word.text) for word in zone.words)
        if len(tokens) < (2 if parted else 3) or len(set(texts)) < len(texts):
            continue
        if all(_may_be_option(text) for text in texts):
            return Place(
                around(box for _, box in tokens).grown(1.2),
                FieldKind.CHOICE,
                label=label,
                options=tuple((text, box.grown(0.3)) for text, box in tokens),
            )
    return None


def _may_be_option(text: str) -> bool:
    if not 0 < len(text) <= 7 or ASIDE.search(text) or text in UNITS:
        return False
    if text in SEAL_MARKS or text in ERA_WORDS or text.isdigit():
        return False
    return re.fullmatch(r"[^\W\d_]+", text) is not None


def is_aside(word: Word) -> bool:
    """Tell whether a word is a note rather than a label."""
    return bool(ASIDE.search(word.text))
