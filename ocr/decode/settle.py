"""From what the beam found to what is handed on: likelier spellings first, one each.

The recogniser learned on Chinese and on print of all kinds; what Japanese forms hold is
narrower. Weights only reorder readings that the picture leaves open: a reading that
the recogniser is sure of stays first.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence

from ocr.decode.grammars import tidied
from ocr.decode.guides import Guide
from ocr.model import Candidate, FieldKind

_RARE_KANJI = 0.1
"""Weight of a kanji outside JIS level 1, e.g. 惠 against 恵."""
_ODD_SIGN = 0.02
"""Weight of a sign such as ∫ among words."""
_TEXT_KINDS = frozenset({FieldKind.NAME, FieldKind.ADDRESS, FieldKind.TEXT})
_NO_MEANING_IN_SPACES = frozenset({FieldKind.NAME, FieldKind.KANA, FieldKind.ADDRESS})

_ODD_KANA: tuple[tuple[re.Pattern[str], float], ...] = (
    # Small kana, ー and ン never begin a word; ッ never ends one.
    (re.compile(r"(?:^|[ ・])[ァィゥェォッャュョヮーン]"), 0.01),
    (re.compile(r"ッ(?:$|[ ・])"), 0.05),
    # What ッ doubles is k, s, t or p: before other sounds it is ツ written small.
    (re.compile(r"ッ[アイウエオナ-ノマ-モヤユヨラ-ロワヲン]"), 0.03),
    (re.compile(r"ッ[ガギグゲゴザジズゼゾダヂヅデドバビブベボ]"), 0.1),
    (re.compile(r"[^キシチニヒミリギジヂビピテデフヴ][ャュョ]"), 0.01),
    (re.compile(r"[^フヴウテデトドシジチツクグスズファィェォ][ァィゥェォ]"), 0.02),
    # リヨウ and シユウ inside a word are rarer than リョウ and シュウ.
    (re.compile(r"[キシチニヒミリギジビピ][ヨユ]ウ"), 0.03),
    (re.compile(r"・(?:$|[ ・])|(?:^|[ ])・"), 0.05),
)
_PRINTED = "鷗檜鰺籠蠟摑頰塡剝麴屛瘦繫醬蟬顚"
_LISTED = "鴎桧鯵篭蝋掴頬填剥麹屏痩繋醤蝉顛"
"""Letters that faces show in one of two shapes, whichever was typed (表外漢字字体表)."""
_EITHER_SHAPE = str.maketrans(_PRINTED + _LISTED, _LISTED + _PRINTED)

_CHOME = re.compile(r"(?<=[0-9一二三四五六七八九十])[JjTl」亅「厂∫了ｊＴ丨](?=目)")
"""What a thin 丁 looks like; before 目 and after a number it can be nothing else."""

_SHORT_COMMA = re.compile(r"(?<=[0-9])\.(?=[0-9]{3}(?![0-9]))")
"""A comma written short: whole yen have no decimals, so it can be nothing else."""


def settled(
    kind: FieldKind,
    candidates: Sequence[Candidate],
    best: int = 5,
    guide: Guide | None = None,
) -> tuple[Candidate, ...]:
    """Return the readings by weight, each spelling once, best first.

    Args:
        kind: Of the field.
        candidates: As the beam found them.
        best: Readings returned at most.
        guide: What such a field usually holds, such as the towns of the city. Other
            texts weigh less, but a clearly written one stays first.

    The confidences of spellings that differ in spaces only are added up. The sum of
    all confidences stays what the recogniser gave.

    Examples:
        >>> found = (Candidate("久惠", 0.5), Candidate("久恵", 0.4))
        >>> [one.text for one in settled(FieldKind.NAME, found)]
        ['久恵', '久惠']
    """
    given = sum(one.confidence for one in candidates)
    weighed: dict[str, float] = {}
    spelled: dict[str, str] = {}
    for one in candidates:
        text = corrected(kind, tidied(kind, one.text))
        text = _as_listed(text, guide) if guide else text
        if not text:
            continue
        key = text.replace(" ", "") if kind in _NO_MEANING_IN_SPACES else text
        spelled.setdefault(key, text)
        known = guide.weight(text) if guide else 1.0
        weighed[key] = (
            weighed.get(key, 0.0) + one.confidence * weight(kind, text) * known
        )
    total = sum(weighed.values())
    if total <= 0.0:
        return ()
    ordered = sorted(weighed.items(), key=lambda item: -item[1])
    return tuple(
        Candidate(spelled[key], min(1.0, given * share / total))
        for key, share in ordered[:best]
    )


def _as_listed(text: str, guide: Guide) -> str:
    """Return the text with letters in the shape in which its word is listed.

    Examples:
        >>> from ocr.decode.guides import guide_of
        >>> of_town = guide_of(FieldKind.ADDRESS, frozenset({"鴎台"}))
        >>> _as_listed("鷗台3-7", of_town)
        '鴎台3-7'
    """
    other = text.translate(_EITHER_SHAPE)
    if other == text or not guide.words or guide.holds_word(text):
        return text
    return other if guide.holds_word(other) else text


def corrected(kind: FieldKind, text: str) -> str:
    """Return the text with what can be nothing else put right.

    Examples:
        >>> corrected(FieldKind.ADDRESS, "本町3J目1番")
        '本町3丁目1番'
    """
    if kind is FieldKind.AMOUNT:
        return _SHORT_COMMA.sub(",", text)
    return _CHOME.sub("丁", text) if kind is FieldKind.ADDRESS else text


def weight(kind: FieldKind, text: str) -> float:
    """Return how common the spelling is in such fields: 1.0 usual, towards 0 odd.

    Examples:
        >>> weight(FieldKind.KANA, "クワバラ ナオ")
        1.0
        >>> weight(FieldKind.KANA, "クワバラ ナォ")
        0.02
    """
    if kind is FieldKind.KANA:
        product = 1.0
        for pattern, factor in _ODD_KANA:
            product *= factor ** len(pattern.findall(text))
        return product
    if kind in _TEXT_KINDS:
        product = 1.0
        for character in text:
            product *= _commonness(character)
        return product
    return 1.0


@functools.lru_cache(maxsize=8192)
def _commonness(character: str) -> float:
    category = unicodedata.category(character)
    if category in ("Sm", "So", "Sk", "Sc", "Pi", "Pf"):
        return _ODD_SIGN
    if not "\u4e00" <= character <= "\u9fff":
        return 1.0
    try:
        row = character.encode("euc_jp")[0] - 0xA0
    except UnicodeEncodeError:
        return _RARE_KANJI
    return 1.0 if row < 48 else _RARE_KANJI
