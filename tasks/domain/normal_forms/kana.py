"""Kana of names: what is shown, a strict key, and a search key in which spellings meet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tasks.domain.normal_forms import text as letters
from tasks.domain.normal_forms.normal import Normal, NormalStatus


@dataclass(frozen=True, slots=True)
class Kana:
    """A reading in its three forms."""

    display: str = field(repr=False)
    """Full-width katakana, parts parted by one blank."""
    strict: str = field(repr=False)
    """As display, without blanks and ・."""
    search: str = field(repr=False)
    """Small kana enlarged, ヂヅヲヰヱヴ as they sound, long vowels as written out."""


_DASH_AFTER_KANA = re.compile(r"(?<=[ァ-ヺー])[-‐‑‒–—―−─一~〜](?=[ァ-ヺー]|\b|$| )")
_NOT_KANA = re.compile(r"[^ァ-ヺーヽヾ・ ]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z .,'\-]*")
_DOTS = re.compile(r" ?[・.=,、] ?")
_STRAY_MARK = re.compile(" ?([\u3099\u309a])")
_VOICED = dict(
    zip(
        "カキクケコサシスセソタチツテトハヒフヘホ",
        "ガギグゲゴザジズゼゾダヂヅデドバビブベボ",
        strict=True,
    )
)
_V_ROW = {
    "ヴァ": "バ",
    "ヴィ": "ビ",
    "ヴェ": "ベ",
    "ヴォ": "ボ",
    "ヴ": "ブ",
    "ヷ": "バ",
    "ヸ": "ビ",
    "ヹ": "ベ",
    "ヺ": "ボ",
}
_V = re.compile("ヴ[ァィェォ]?|[ヷヸヹヺ]")
_SOUND = str.maketrans(
    "ァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿヂヅヲヰヱ",
    "アイウエオツヤユヨワカケクシストヌハヒフヘホムラリルレロジズオイエ",
)
_VOWELS = {
    vowel: frozenset(row)
    for vowel, row in {
        "ア": "アカサタナハマヤラワガザダバパ",
        "イ": "イキシチニヒミリギジビピ",
        "ウ": "ウクスツヌフムユルグズブプ",
        "エ": "エケセテネヘメレゲゼデベペ",
        "オ": "オコソトノホモヨロゴゾドボポ",
    }.items()
}
_VOWEL_OF = {letter: vowel for vowel, row in _VOWELS.items() for letter in row}
_LONG = {"ア": "ア", "イ": "イ", "ウ": "ウ", "エ": "イ", "オ": "ウ"}
"""How a long vowel is most often written out: サトー is サトウ, ケー is ケイ."""


def normalize_kana(text: str) -> Normal[Kana]:
    """Return the reading of a name.

    Args:
        text: Katakana or hiragana of any width; a Latin name is kept with a note.

    Examples:
        >>> normalize_kana("ｻﾄｳ ｼﾞﾛｳ").value.display
        'サトウ ジロウ'
        >>> normalize_kana("サトー").value.search == normalize_kana("さとう").value.search
        True
        >>> normalize_kana("山田").status.value
        'invalid'
    """
    if len(text) > letters.LONGEST:
        return Normal(text, None, NormalStatus.INVALID, ("too_long",))
    notes = list(letters.gaiji_notes(text))
    plain = letters.to_katakana(_joined_marks(letters.fold_blanks(text)))
    if not plain:
        return Normal(text, None, NormalStatus.INVALID, ("empty",))
    if _LATIN.fullmatch(plain):
        return _latin(text, plain)
    display, dash_notes = _long_marks(_DOTS.sub("・", plain).strip("・ "))
    notes += dash_notes
    if not display or _NOT_KANA.search(display):
        return Normal(text, None, NormalStatus.INVALID, (*notes, "not_kana"))
    strict = display.replace(" ", "").replace("・", "")
    if strict.startswith(("ー", "ヽ", "ヾ")):
        return Normal(text, None, NormalStatus.INVALID, (*notes, "not_kana"))
    strict = _written_out(strict)
    status = NormalStatus.WARN if notes else NormalStatus.OK
    return Normal(text, Kana(display, strict, search_key(strict)), status, tuple(notes))


def _joined_marks(plain: str) -> str:
    """Voicing marks set apart by a blank, as fixed-width files do, joined again."""
    return letters.fold(_STRAY_MARK.sub(r"\1", plain))


def _latin(text: str, plain: str) -> Normal[Kana]:
    capital = plain.upper()
    key = re.sub(r"[ .,'\-]", "", capital)
    return Normal(text, Kana(capital, key, key), NormalStatus.WARN, ("latin",))


def _long_marks(plain: str) -> tuple[str, list[str]]:
    """Dashes after kana as ー; a kanji 一 there is noted."""
    display = _DASH_AFTER_KANA.sub("ー", plain)
    if display == plain:
        return display, []
    return display, ["kanji_one"] if "一" in plain and "一" not in display else []


def _written_out(strict: str) -> str:
    """Repeat marks written out: ミスヾ is ミスズ."""
    if "ヽ" not in strict and "ヾ" not in strict:
        return strict
    out = ""
    for letter in strict:
        if letter == "ヽ":
            out += out[-1]
        elif letter == "ヾ":
            out += _VOICED.get(out[-1], out[-1])
        else:
            out += letter
    return out


def search_key(strict: str) -> str:
    """Return the search key of strict katakana.

    Examples:
        >>> search_key("オータ"), search_key("オオタ"), search_key("キョウコ")
        ('オウタ', 'オウタ', 'キヨウコ')
        >>> search_key("コウノ") == search_key("カワノ")
        False
    """
    plain = _V.sub(lambda found: _V_ROW.get(found[0], "ブ"), strict)
    plain = plain.translate(_SOUND)
    key: list[str] = []
    for letter in plain:
        key.append(_sounded(letter, _VOWEL_OF.get(key[-1]) if key else None))
        if not key[-1]:
            key.pop()
    return "".join(key)


def _sounded(letter: str, vowel: str | None) -> str:
    """A letter after a vowel: ー and a repeated オ or エ as written out."""
    if letter == "ー":
        return _LONG[vowel] if vowel else ""
    if letter == vowel and letter in "オエ":
        return _LONG[letter]
    return letter
