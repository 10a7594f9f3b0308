"""The letters in which names compare: one step per variant, no blanks, no accents."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tasks.domain.normal_forms import text as letters
from tasks.domain.normal_forms.variants import fold_variants

LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ'’`.,\- ]+")
"""A name in Latin letters only."""

_SEPARATORS = re.compile(r"[ ・･=＝.,'’`\-]")
_ITERATION = re.compile(r"(.)([々〻]+)")
_KEY_KANA = str.maketrans("ヶヵッ", "ケカツ")
_LATIN_PLAIN = str.maketrans(
    {"Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Æ": "AE", "Œ": "OE", "Þ": "TH", "ẞ": "SS"}
)


@lru_cache(maxsize=65536)
def letters_key(name: str) -> str:
    """Return a name in comparable letters.

    Width, blanks and ・ gone; variants one step; 々 written out; hiragana as katakana
    (registers keep 「まさ子」 and 「マサ子」 for one person); Latin letters in
    capitals without accents, words in alphabetical order because their order is not known.

    Examples:
        >>> letters_key("渡邉　さち子"), letters_key("佐々木"), letters_key("José O'Brien")
        ('渡辺サチ子', '佐佐木', 'JOSE OBRIEN')
    """
    plain = letters.without_selectors(letters.fold_blanks(name))
    if LATIN.fullmatch(plain):
        return _latin_key(plain)
    plain = _ITERATION.sub(lambda run: run[1] * (1 + len(run[2])), plain)
    plain = _SEPARATORS.sub("", letters.to_katakana(fold_variants(plain)))
    plain = _plain_latin(plain.translate(_KEY_KANA))
    return _latin_key(plain) if LATIN.fullmatch(plain) else plain


def _latin_key(plain: str) -> str:
    words = re.split(r"[ ,\-]+", re.sub(r"['’`.]", "", _plain_latin(plain)))
    return " ".join(sorted(filter(None, words)))


def _plain_latin(text: str) -> str:
    """Capitals without accents; kana keep their voicing marks."""
    if text.isascii():
        return text.upper()
    return "".join(_plain_letter(letter) for letter in text)


def _plain_letter(letter: str) -> str:
    if ord(letter) >= 0x2000:
        return letter
    capital = letter.upper().translate(_LATIN_PLAIN)
    return "".join(
        c for c in unicodedata.normalize("NFD", capital) if not unicodedata.combining(c)
    )
