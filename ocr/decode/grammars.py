"""What may be written in each kind of field, and which look-alikes stand for what.

A grammar keeps what was written: it neither converts eras nor drops commas. It only
rules out what the field cannot hold, so that ニ is not read as 二 in a kana field.
"""

from __future__ import annotations

import functools
import string
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass

from ocr.decode.automaton import (
    Automaton,
    Characters,
    Part,
    chain,
    compiled,
    either,
    maybe,
    one_of,
    times,
    word,
)
from ocr.model import FieldKind

DIGITS = string.digits
KATAKANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲン"
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴァィゥェォッャュョヮヵヶー"
)
_HYPHEN_LIKES = {"-": "－‐–—―−ー一ｰ─"}
_DIGIT_LIKES = {
    "0": "oOQDΟО〇○◯",
    "1": "lI|｜丨Ⅰi",
    "2": "Zz",
    "5": "Ss",
    "6": "b",
    "7": "フワ",
    "8": "B",
    "9": "gq",
}
_MONEY_LIKES = {",": "，、､'’", ".": "．・", "¥": "￥Yｙ", "円": "冂"}
_DATE_LIKES = {
    ".": "．・･,，、",
    "/": "／ノ",
    "年": "隼",
    "月": "冃",
    "日": "曰目",
    "令": "今",
    "和": "扣",
    "昭": "招",
    "平": "乎",
    "元": "无",
}
_KANA_LIKES = {
    "ー": "一－―-‐–—−─~〜ｰ",
    "ニ": "二",
    "カ": "力",
    "ロ": "口□",
    "タ": "夕",
    "ト": "卜",
    "ハ": "八",
    "エ": "工",
    "ミ": "三彡",
    "チ": "千",
    "ヘ": "へ",
    "ベ": "べ",
    "ペ": "ぺ",
    "リ": "り",
    "オ": "才",
    "ノ": "丿",
    "メ": "〆",
    "イ": "亻",
    "ム": "厶",
    "ヌ": "又",
    "ヒ": "匕",
    "セ": "せ",
    "モ": "も",
    "キ": "き",
    "ヤ": "や",
    "ル": "儿",
    "・": "･",
    " ": "　",
}
_TEXT_LIKES = {" ": "　", **{digit: chr(ord(digit) + 0xFEE0) for digit in DIGITS}}
_EDGE_NOISE = " 　|｜_＿.．,，'`´‘’\"“”・:：;〒[]［］\r\n\t"


@dataclass(frozen=True, slots=True)
class Grammar:
    """Texts that a field may hold."""

    automaton: Automaton
    alphabet: Container[str]
    """Every character that occurs in such a text."""
    likes: Mapping[str, str]
    """Characters that a reader may see in place of one of the alphabet."""

    def symbol(self, character: str) -> str | None:
        """Return what a character seen stands for; None when it cannot be there.

        Examples:
            >>> grammar_of(FieldKind.KANA).symbol("力")
            'カ'
            >>> grammar_of(FieldKind.DIGITS).symbol("力") is None
            True
        """
        settled = self.likes.get(character, character)
        one = len(settled) == 1  # recognisers also know flags and ligatures
        return settled if one and settled in self.alphabet else None


@functools.lru_cache(maxsize=256)
def grammar_of(kind: FieldKind, filled: int | None = None) -> Grammar:
    """Return the grammar of a kind of field.

    Args:
        kind: Of the field; CHECK and SEAL are not read.
        filled: Number of characters, when each stands in a box of its own.

    Examples:
        >>> date = grammar_of(FieldKind.DATE).automaton
        >>> date.matches("昭和5年4月1日"), date.matches("昭和5月4月")
        (True, False)
        >>> grammar_of(FieldKind.DIGITS, filled=7).automaton.matches("123456")
        False
    """
    alphabet, likes, shape = _kinds().get(kind, _kinds()[FieldKind.TEXT])
    if filled is not None:
        boxed = DIGITS if kind in (FieldKind.POSTAL, FieldKind.DIGITS) else alphabet
        shape = times(one_of(boxed), filled, filled)
    return Grammar(compiled(shape), alphabet, likes)


def tidied(kind: FieldKind, text: str) -> str:
    """Return an engine's text with the kind's look-alikes settled and spaces out.

    Nothing is dropped but spaces the grammar forbids and marks around the text, so
    that two engines never agree because something inconvenient was left out.

    Examples:
        >>> tidied(FieldKind.KANA, "スズ キ 一 ロウ")
        'スズ キ ー ロウ'
        >>> tidied(FieldKind.POSTAL, "〒 123 ー 4567")
        '123-4567'
        >>> tidied(FieldKind.AMOUNT, "12 , 300|")
        '12,300'
    """
    grammar = grammar_of(kind)
    plain = unicodedata.normalize("NFC", text).strip(_EDGE_NOISE)
    glue = " " if " " in grammar.alphabet else ""
    plain = glue.join(plain.split())
    return "".join(grammar.likes.get(character, character) for character in plain)


_Kind = tuple[Container[str], Mapping[str, str], Part]


@functools.lru_cache(maxsize=1)
def _kinds() -> dict[FieldKind, _Kind]:
    postal, phone, amount, date = (
        "-",
        "-()",
        ",.¥-円也金",
        "./-年月日元明治大正昭和平成令MTSHR",
    )
    kana = KATAKANA + "・ "
    name, written = Characters(_in_names), Characters(_in_japan)
    return {
        FieldKind.DIGITS: (DIGITS, _likes(DIGITS), _some(_DIGIT)),
        FieldKind.POSTAL: (DIGITS + postal, _likes(DIGITS + postal), _postal()),
        FieldKind.PHONE: (DIGITS + phone, _likes(DIGITS + phone), _phone()),
        FieldKind.AMOUNT: (
            DIGITS + amount,
            _likes(DIGITS + amount, _MONEY_LIKES),
            _amount(),
        ),
        FieldKind.DATE: (DIGITS + date, _likes(DIGITS + date, _DATE_LIKES), _date()),
        FieldKind.KANA: (kana, _inverted(_KANA_LIKES), _words(one_of(kana.strip()))),
        FieldKind.NAME: (name, {"　": " "}, _name()),
        FieldKind.ADDRESS: (written, _inverted(_TEXT_LIKES), _words(one_of(written))),
        FieldKind.TEXT: (written, _inverted(_TEXT_LIKES), _words(one_of(written))),
    }


def _inverted(table: Mapping[str, str]) -> dict[str, str]:
    return {like: target for target, likes in table.items() for like in likes}


def _likes(alphabet: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return look-alikes and full-width forms for the characters of an alphabet."""
    wide = {
        character: chr(ord(character) + 0xFEE0)
        for character in alphabet
        if "!" <= character <= "~"
    }
    likes: dict[str, str] = {}
    for table in (wide, extra or {}, _HYPHEN_LIKES, _DIGIT_LIKES):
        for target, others in table.items():
            if target in alphabet:
                likes |= {
                    other: target
                    for other in others
                    if other not in alphabet and other not in likes
                }
    return likes


def _in_japan(character: str) -> bool:
    """Tell whether a character is in JIS X 0213 or cp932: no simplified Chinese."""
    for encoding in ("euc_jis_2004", "cp932"):
        try:
            character.encode(encoding)
        except UnicodeEncodeError:
            continue
        return True
    return False


def _in_names(character: str) -> bool:
    if character in " 々〆ヶー・゛゜.'-,":
        return True
    if character in string.ascii_letters:
        return True
    return is_japanese_letter(character)


def is_japanese_letter(character: str) -> bool:
    """Tell whether a character is a kanji or kana of Japanese use."""
    named = unicodedata.name(character, "")
    return named.startswith(("CJK", "HIRAGANA", "KATAKANA")) and _in_japan(character)


_DIGIT = one_of(DIGITS)


def _some(part: Part) -> Part:
    return times(part, 1, None)


def _words(letter: Part) -> Part:
    """Words with single spaces between them."""
    return chain(_some(letter), times(chain(word(" "), _some(letter)), 0, None))


def _name() -> Part:
    """Japanese, or wholly Latin with capitals and commas; never both."""
    letter = one_of(
        Characters(lambda one: one in "々〆ヶー・" or is_japanese_letter(one))
    )
    latin = _some(one_of(string.ascii_letters + ".'-"))
    foreign = chain(latin, _some(chain(maybe(word(",")), word(" "), latin)))
    return either(_words(letter), foreign)


def _postal() -> Part:
    return chain(times(_DIGIT, 3, 3), maybe(word("-")), times(_DIGIT, 4, 4))


def _phone() -> Part:
    group, last = times(_DIGIT, 1, 4), times(_DIGIT, 4, 4)
    area = chain(word("0"), times(_DIGIT, 1, 4))
    return either(
        times(_DIGIT, 10, 11),
        chain(area, word("-"), group, word("-"), last),
        chain(maybe(word("(")), area, one_of("()"), group, one_of("-)"), last),
        chain(times(_DIGIT, 2, 4), word("-"), last),
    )


def _amount() -> Part:
    grouped = chain(
        times(_DIGIT, 1, 3), _some(chain(one_of(",."), times(_DIGIT, 3, 3)))
    )
    tail = chain(maybe(one_of("-円")), maybe(one_of("-也")))
    return chain(maybe(one_of("¥金")), either(times(_DIGIT, 1, 12), grouped), tail)


def _date() -> Part:
    names = [word(era) for era in ("明治", "大正", "昭和", "平成", "令和")]
    era = either(*names, one_of("明大昭平令MTSHR"))
    number = times(_DIGIT, 1, 2)
    # No era has a year 0: what looks like one is 元.
    counted = either(
        chain(one_of("123456789"), maybe(_DIGIT)), chain(word("0"), one_of("123456789"))
    )
    full, short = times(_DIGIT, 4, 4), either(counted, word("元"))
    year = either(chain(era, maybe(word(".")), short), full)
    marked = [
        chain(either(year, number), word(mark), number, word(mark), number)
        for mark in "./-"
    ]
    kanji = chain(
        either(year, number), word("年"), number, word("月"), number, maybe(word("日"))
    )
    packed = chain(maybe(era), times(_DIGIT, 6, 8))
    return either(kanji, *marked, packed)
