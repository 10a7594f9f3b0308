"""The letters under every normal form: width, blanks, hyphens, and what cannot be read.

Not NFKC: that turns ² into 2 and ① into 1, which changes numbers. Only forms that
Japanese office systems write for the same letter are folded: full and half width, compatibility
ideographs, Kangxi radicals, squared era names and squared 株式会社.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 400
"""Letters of a value; longer text is no name, date, address or number."""

_BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u180e\u2028\u2029\u202f\u205f\u3000"
    + "".join(map(chr, range(0x2000, 0x200B)))
)
_DROPPED = (
    "\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
    + "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
)
_SQUARED = {
    "㋿": "令和",
    "㍻": "平成",
    "㍼": "昭和",
    "㍽": "大正",
    "㍾": "明治",
    "㍿": "株式会社",
    "㈱": "(株)",
    "㈲": "(有)",
    "㈹": "(代)",
    "㈳": "(社)",
    "㈶": "(財)",
    "㈴": "(名)",
    "㈾": "(資)",
    "㊑": "(株)",
    "㊒": "(有)",
}
_HYPHENS = "-‐‑‒–—―−─━⁃﹘﹣－ーｰ"


def _width_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for start, end in ((0xFF01, 0xFFEF), (0x2E80, 0x2FD6), (0x2F800, 0x2FA20)):
        for code in range(start, end):
            folded = unicodedata.normalize("NFKC", chr(code))
            if folded != chr(code) and len(folded) == 1:
                table[code] = folded
    table[0xFF9E], table[0xFF9F] = "\u3099", "\u309a"  # half-width voicing marks
    table[0x309B], table[0x309C] = "\u3099", "\u309a"
    table[0xFFE3] = "~"
    table[0x2EC6] = "角"  # ⻆, a radical without a mapping, is typed for this letter
    for code in [*range(0x20), 0x7F, *range(0x80, 0xA0)]:
        table[code] = ""
    table.update(dict.fromkeys(map(ord, _DROPPED), ""))
    table.update(dict.fromkeys(map(ord, _BLANKS), " "))
    table.update({ord(square): plain for square, plain in _SQUARED.items()})
    table.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))  # half of a letter
    return table


_WIDTH = _width_table()
_VARIATION_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_ILLEGIBLE = re.compile(
    "[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
    "\ud800-\udfff\ufffd\ufffe\uffff〓■□●◆*＊?？]"
)
_ODD = re.compile(
    "[〓?？\ufffd\ud800-\udfff\ue000-\uf8ff\ufe00-\ufe0f\U000e0100-\U000e01ef"
    "\U000f0000-\U000ffffd\U00100000-\U0010fffd]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK_RUN = re.compile(" {2,}")
_DIGIT_HYPHEN = re.compile(f"(?<=[0-9])\\s*[{_HYPHENS}]\\s*(?=[0-9])")

_TO_KATAKANA = {code: code + 0x60 for code in [*range(0x3041, 0x3097), 0x309D, 0x309E]}
_TO_HIRAGANA = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}


def fold(text: str) -> str:
    """Return text with one width per letter, plain blanks and composed voicing marks.

    Folding twice changes nothing. Variation selectors and private-use letters stay; half
    of a surrogate pair, which no file can hold, is U+FFFD.

    Examples:
        >>> fold("ＡＢ　１２３－ｶﾞｷﾞ㈱")
        'AB 123-ガギ(株)'
        >>> fold("10²①")
        '10²①'
    """
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", text.translate(_WIDTH))


def fold_blanks(text: str) -> str:
    """Return folded text with single blanks inside and none around.

    Examples:
        >>> fold_blanks("　山田　　太郎 ")
        '山田 太郎'
    """
    plain = fold(text).strip(" ")
    return _BLANK_RUN.sub(" ", plain) if "  " in plain else plain


def unify_digit_hyphens(text: str) -> str:
    """Return text where any dash-like letter between ASCII digits is a plain hyphen.

    Elsewhere ー may be a long vowel and stays.

    Examples:
        >>> unify_digit_hyphens("1ー2−3 コーポ")
        '1-2-3 コーポ'
    """
    return _DIGIT_HYPHEN.sub("-", text)


def gaiji_notes(text: str) -> tuple[str, ...]:
    """Return what in text is not a plain letter: gaiji, geta, replacement, ivs.

    Examples:
        >>> gaiji_notes("〓田")
        ('geta',)
    """
    if not _ODD.search(text):
        return ()
    notes = []
    if _PRIVATE_USE.search(text):
        notes.append("gaiji")
    if "〓" in text:
        notes.append("geta")
    if "\ufffd" in text or _SURROGATE.search(text):
        notes.append("replacement")
    if "?" in text or "？" in text:
        notes.append("question_mark")
    if _VARIATION_SELECTOR.search(text):
        notes.append("ivs")
    return tuple(notes)


def legible(text: str) -> bool:
    """Return True when every letter of text says what was written.

    Private-use letters (外字), 〓, U+FFFD, ? and blots never prove anything: two texts
    with the same hole need not be the same text. Empty text is not legible.

    Examples:
        >>> legible("山田"), legible("〓田"), legible("?田"), legible(" ")
        (True, False, False, False)
    """
    return bool(text.strip()) and _ILLEGIBLE.search(text) is None


_DITTO = frozenset(
    {"同上", "同左", "同右", "〃", "仝", "仝上", '"', "''", "々", "同じ"}
)
_UNKNOWN = re.compile(
    "(?:住所|居所|氏名|転出先|所在)?(?:不明|不詳|不定|未定|未記入|未登録|記載なし)|なし|無し|該当なし"
)


def stands_for_nothing(plain: str) -> str:
    """Return ditto or unknown when folded text says so instead of a value; else empty.

    Examples:
        >>> stands_for_nothing("同上"), stands_for_nothing("住所不明"), stands_for_nothing("本町")
        ('ditto', 'unknown', '')
    """
    if len(plain) > 8:
        return ""
    if plain in _DITTO:
        return "ditto"
    return "unknown" if _UNKNOWN.fullmatch(plain) else ""


def without_selectors(text: str) -> str:
    """Return text without variation selectors (the plain letter of an IVS).

    Examples:
        >>> without_selectors("葛\U000e0100飾")
        '葛飾'
    """
    return _VARIATION_SELECTOR.sub("", text)


def to_katakana(text: str) -> str:
    """Return text with hiragana as katakana.

    Examples:
        >>> to_katakana("やまだ ゔ")
        'ヤマダ ヴ'
    """
    return text.translate(_TO_KATAKANA)


def to_hiragana(text: str) -> str:
    """Return text with katakana as hiragana.

    Examples:
        >>> to_hiragana("ヤマダ")
        'やまだ'
    """
    return text.translate(_TO_HIRAGANA)


_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "○": 0, "壱": 1, "壹": 1, "弌": 1, "弐": 2, "貳": 2, "貮": 2, "弍": 2,
    "参": 3, "參": 3, "弎": 3, "肆": 4, "伍": 5, "陸": 6, "漆": 7, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_TENS = {
    "十": 10,
    "拾": 10,
    "百": 100,
    "佰": 100,
    "陌": 100,
    "千": 1000,
    "阡": 1000,
    "仟": 1000,
}
_MYRIADS = {"万": 10**4, "萬": 10**4, "億": 10**8, "兆": 10**12}
_MERGED = {"廿": "二十", "卅": "三十", "卌": "四十"}
KANJI_NUMERALS = "".join([*_DIGITS, *_TENS, *_MYRIADS, *_MERGED])
"""Every letter `kanji_number` knows."""


@lru_cache(maxsize=65536)
def kanji_number(text: str) -> int | None:
    """Return the number written in 漢数字 or 大字, None when it is not well formed.

    Positional (二〇二三) and with units (二千二十三) are both read; ASCII digits may
    stand before a unit (3万2千). Units must fall, so 十百 is not a number.

    Examples:
        >>> kanji_number("二〇二三"), kanji_number("三千二十"), kanji_number("壱拾弐萬参千")
        (2023, 3020, 123000)
        >>> kanji_number("3万2千"), kanji_number("十百"), kanji_number("")
        (32000, None, None)
    """
    if not text or len(text) > 40:
        return None
    for merged, plain in _MERGED.items():
        text = text.replace(merged, plain)
    positional = _positional(text)
    return positional if positional is not None else _with_units(text)


def _positional(text: str) -> int | None:
    digits = [_DIGITS.get(c) for c in text]
    if any(digit is None for digit in digits):
        return None
    return int("".join(map(str, digits)))


def _with_units(text: str) -> int | None:
    total, lowest = 0, 10**16
    rest = text
    for letter in text:
        if letter in _MYRIADS:
            head, _, rest = rest.partition(letter)
            part = _below_myriad(head)
            unit = _MYRIADS[letter]
            if not part or unit >= lowest:
                return None
            total, lowest = total + part * unit, unit
    if rest:
        part = _below_myriad(rest)
        if part is None or part >= lowest:
            return None
        total += part
    return total


def _below_myriad(text: str) -> int | None:
    """Value of up to 9,999 with units; None when malformed."""
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 4 and text[0] != "0" else None
    total, lowest, pending = 0, 10**4, ""
    for letter in text:
        if letter in _TENS:
            count = _small(pending) if pending else 1
            unit = _TENS[letter]
            if not count or unit >= lowest:
                return None
            total, lowest, pending = total + count * unit, unit, ""
        else:
            pending += letter
    if pending:
        count = _small(pending)
        if count is None or count >= lowest:
            return None
        total += count
    return total


def _small(text: str) -> int | None:
    """One digit before a unit, in kanji or ASCII."""
    if len(text) != 1:
        return None
    return int(text) if text in "0123456789" else _DIGITS.get(text)
