"""The number of an address: 丁目, 番地, 番, 号, 枝番 in every writing, as 1-2-3."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.domain.normal_forms.text import KANJI_NUMERALS, kanji_number

_KN = f"[{KANJI_NUMERALS.replace('○', '')}]"
_MARK = "甲乙丙戊己庚辛壬癸"  # 丁 is also 丁目 and ends names (七番丁)
MARKS = frozenset(_MARK)

_ANY_KANJI_NUMERAL = re.compile(_KN)
_KANJI_HYPHENS = re.compile(
    rf"(?<={_KN})[-‐‑‒–—―−ー](?={_KN}|[0-9])|(?<=[0-9])[-‐‑‒–—―−ー](?={_KN})"
)
_KANJI_NUMBER = re.compile(
    rf"(?<!{_KN})(?P<head>{_KN}+)(?=丁目|地割|番地(?!町))"  # after a town's name
    rf"|(?<=[目地番号割の\-])(?P<next>{_KN}+)(?=番(?![町丁館])|号|の|-|$| |丁目)"
    rf"|(?<=[目地番] ){_KN}+(?=番(?![町丁館])|号|丁目)"
    rf"|(?<=.)(?<!{_KN})(?P<block>{_KN}+)(?=番(?:[0-9]+|{_KN}+)号)"
    rf"|(?<!{_KN})(?P<row>{_KN}+)(?=-[0-9{KANJI_NUMERALS}])"
    rf"|(?<=.)(?<!{_KN})(?P<first>{_KN}+)(?=[のノ之丿](?:[0-9]|{_KN}+(?:[-号番 ]|$)))"
    rf"|(?<=[0-9][のノ之丿]){_KN}+(?=[-号番 ]|$)"
)
_TOWN_DIGITS = re.compile(
    r"(?P<number>[0-9]{1,3})(?=条|線|番町|番丁|番街|軒|区(?![画])|号[南北]|の?通り|字)"
    r"|(?<![-0-9番地目号割のノ])(?P<road>[0-9]{1,3})(?=号[0-9]+(?:番|-|$))"
)
"""Digits that are part of a town's name; 号 before another number is a road of Hokkaido."""
_DIGIT = re.compile("[0-9]")
_CHOME_AZA = re.compile(
    rf"(?P<head>[^0-9]*?)第?(?P<number>[0-9]{{1,3}}|{_KN}+)(?P<unit>丁目|地割) ?"
    rf"(?P<aza>[東西南北上中下]|大?字[^0-9 ]{{1,10}}?"
    rf"|(?!{_KN}|番)[ぁ-ゖ一-鿿々ヶケノツ]{{2,8}}(?<![荘寮館棟宅舎地方様店所室階号院園校番内]))"
    rf"(?=[0-9]+(?:番|-|の[0-9]|$| ))"
)
"""丁目 that is no part of the number, since a 字 follows: 象潟町1丁目塩越12."""
_WORD_AFTER_CHOME = re.compile("(?:丁目|地割) ?[^0-9 -]")
_LETTER_BLOCK = re.compile(
    r"(?P<letter>[A-Z])(?:番(?!館)|[-‐‑‒–—―−ー])(?=[0-9])"  # 上町A番12号 in 大阪市
)
_KANA_HYPHEN = re.compile("(?<=[0-9])[-‐‑‒–—―−ー](?=[イロハニホヘト][0-9])")
_LOT_COMMAS = re.compile(r"(?<![-0-9,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")
_START = re.compile(
    rf"第?(?:(?<![亀六])[{_MARK}])?(?=[0-9])|(?:官有)?無番地|番外地"
    rf"|(?<=[一-鿿々]){_LETTER_BLOCK.pattern}"
)
_ROOM = r"(?! ?(?:階|F\b|号?室|号?棟|号館|号車|番館|LDK|DK))"
_PART = re.compile(
    rf" ?第?(?P<mark>[{_MARK}]?|(?<=[-のノ])[イロハニホヘト])(?P<number>[0-9]+)(?![0-9]){_ROOM}"
    rf"(?: ?(?P<unit>丁目|丁(?!目)|地割|番地割|番地|番(?![町丁館街])|号(?![室棟館車線])))?"
    rf"(?P<suffix>[のノ]?[{_MARK}イロハニホヘト](?=[-の号 ]|[0-9]|$)"
    rf"|-[{_MARK}イロハニホヘト](?=[-の号 ]|$))?"
    rf"(?P<join> ?[-のノ之丿](?= ?[{_MARK}イロハニホヘト]?[0-9]))?"
)
_UNREAD = re.compile("[./・:;~][0-9]")
_ROOM_LETTER = re.compile("[A-Za-z](?![A-Za-z棟館号])")  # 1-5-301C is a room
_LOT_FOLLOWS = re.compile("[0-9]+番")
_NO_NUMBER = re.compile(r"(?:官有)?無番地|番外地")


@dataclass(frozen=True, slots=True)
class LotNumber:
    """The number and what its writing said about its parts."""

    text: str
    """`1-2-3`, `甲12-3`, `無番地`; empty when there is none."""
    has_chome: bool
    """True when the first part was written as 丁目 or 地割."""
    has_lot: bool
    """True when a part was written as 番地 or 番."""
    rest: str
    """What follows: the building."""
    unread: bool = False
    """True when more digits follow that are parted in no known way: 1/2/3."""


def town_digits_to_kanji(text: str) -> str:
    """Return text with digits before 条, 線, 番町 and the like in 漢数字, as in names.

    Examples:
        >>> town_digits_to_kanji("北1条西2丁目"), town_digits_to_kanji("1番町1-2")
        ('北一条西2丁目', '一番町1-2')
    """
    done, end = "", 0
    for found in _TOWN_DIGITS.finditer(text):
        between = text[end : found.start()]
        if _DIGIT.search(between):  # the number has begun, what follows is a building
            break
        done += between + in_kanji(int(found["number"] or found["road"]))
        end = found.end()
    return done + text[end:]


def chome_in_town(text: str) -> tuple[str, int]:
    """Return text with a 丁目 before a 字 in 漢数字, and the length of that town.

    Examples:
        >>> chome_in_town("象潟町1丁目塩越12-3")
        ('象潟町一丁目塩越12-3', 8)
        >>> chome_in_town("本町1丁目12-3")
        ('本町1丁目12-3', 0)
    """
    found = _CHOME_AZA.match(text) if _WORD_AFTER_CHOME.search(text) else None
    if found is None:
        return text, 0
    written = found["number"]
    number = int(written) if written.isascii() else kanji_number(written)
    if not number or number >= 1000:
        return text, 0
    town = f"{found['head']}{in_kanji(number)}{found['unit']}{found['aza']}"
    return town + text[found.end() :], len(town)


def kanji_to_digits(text: str, *, town_ends: int) -> str:
    """Return the part of an address after its city with its numbers in digits.

    漢数字 become digits only before a unit and after a town's name, so 十二丁目 and
    一番町 at the beginning stay names.

    Args:
        text: Town, number, building.
        town_ends: Letters that are known to be the town's name and stay.

    Examples:
        >>> kanji_to_digits("本町一丁目二番三号", town_ends=0)
        '本町1丁目2番3号'
        >>> kanji_to_digits("十二丁目123", town_ends=0)
        '十二丁目123'
    """
    town, rest = text[:town_ends], text[town_ends:]
    if (
        town_ends
    ):  # a mark that stands for the town, so that what follows has one before it
        return town + _converted("\x00" + rest)[1:]
    return _converted(rest)


def _converted(text: str) -> str:
    if not _ANY_KANJI_NUMERAL.search(text):
        return text
    text = _KANJI_HYPHENS.sub("-", text)
    before = ""
    while before != text and _ANY_KANJI_NUMERAL.search(text):
        before, text = text, _KANJI_NUMBER.sub(_in_digits, text)
    return text


_MOST_CHOME = 50


def _in_digits(found: re.Match[str]) -> str:
    """Digits for one 漢数字; a name such as 九十九 before its last letter stays."""
    written = found[0]
    value = kanji_number(written)
    chome = bool(found["head"]) and found.string.startswith("丁目", found.end())
    sound = value is not None and not (chome and value > _MOST_CHOME)
    begins = found.string[: found.start()] in ("", "大字", "字", "小字")
    if sound and not (found["head"] and begins):
        return str(value)
    if sound:  # at the beginning, where 十二丁目 is a name
        return written
    for cut in range(1, len(written)):
        tail = kanji_number(written[cut:])
        if tail is not None and tail <= _MOST_CHOME:
            return f"{written[:cut]}{tail}"
    return written


_KANJI_DIGITS = "〇一二三四五六七八九"


def in_kanji(number: int) -> str:
    """Return a number below 1,000 in 漢数字 as place names have it.

    Examples:
        >>> in_kanji(1), in_kanji(24), in_kanji(110)
        ('一', '二十四', '百十')
    """
    text = ""
    for unit, letter in ((100, "百"), (10, "十")):
        count, number = divmod(number, unit)
        if count:
            text += ("" if count == 1 else _KANJI_DIGITS[count]) + letter
    return text + (_KANJI_DIGITS[number] if number or not text else "")


def number_start(text: str, begin: int = 0) -> int:
    """Return where the number begins, the length of text when there is none."""
    found = _START.search(text, begin)
    return found.start() if found else len(text)


def read_number(text: str) -> LotNumber:
    """Return the number at the head of text.

    Examples:
        >>> read_number("1丁目2番3号コーポ101").text
        '1-2-3'
        >>> read_number("第3地割45番地の6").text, read_number("甲123番地").text
        ('3-45-6', '甲123')
        >>> read_number("1-2-3-401号室").rest
        '401号室'
    """
    none = _NO_NUMBER.match(text)
    if none:
        return LotNumber(
            "無番地", has_chome=False, has_lot=True, rest=_rest(text[none.end() :])
        )
    block = _LETTER_BLOCK.match(text) if text[:1].isupper() else None
    parts: list[str] = [block["letter"]] if block else []
    units: list[str] = []
    position = block.end() if block else 0
    while part := _PART.match(text, position):
        if (
            parts
            and text[part.end() :][:1].isalpha()
            and _ROOM_LETTER.match(text, part.end())
        ):
            break
        parts.append(_part(part))
        units.append(part["unit"] or "")
        position = part.end()
        if not _goes_on(part):
            break
    return LotNumber(
        "-".join(parts),
        has_chome=any(unit in ("丁目", "丁", "地割", "番地割") for unit in units[:1]),
        has_lot=any(unit in ("番地", "番") for unit in units),
        rest=_rest(text[position:]),
        unread=_UNREAD.match(text, position) is not None,
    )


def _part(part: re.Match[str]) -> str:
    suffix = (part["suffix"] or "").lstrip("のノ-")
    return f"{part['mark']}{int(part['number'][:12])}{suffix}"


def _goes_on(part: re.Match[str]) -> bool:
    """True when the next digits still belong to the number."""
    if part["unit"] == "号":
        if _LOT_FOLLOWS.match(part.string, part.end()):
            return True
        return bool(part["join"]) and part["join"].strip() in ("の", "ノ", "之")
    if part["join"]:
        return True
    parted = part.string.startswith(" ", part.end())
    return bool(part["unit"] or (part["suffix"] and not parted))


def _rest(text: str) -> str:
    return text.lstrip(
        "-‐ー−、,。・ のノ" if text[:1] in "-‐ー−、,。・ " else " "
    ).strip()


def plain_joints(text: str) -> str:
    """Return text without thousands commas in lot numbers, with plain hyphens in 14ーイ22.

    Examples:
        >>> plain_joints("1,234番地"), plain_joints("14ーイ22")
        ('1234番地', '14-イ22')
    """
    if "ー" in text or "―" in text or "−" in text:
        text = _KANA_HYPHEN.sub("-", text)
    if "," not in text:
        return text
    return _LOT_COMMAS.sub(lambda found: found[0].replace(",", ""), text)
