"""Variant kanji: one directed step from a rare letter to the one in use, with its source.

No chains and no closure: a closure of the published tables joins 浜 with 頭. A letter of
常用漢字 never moves, so 斉/斎, 崎/埼 and 祐/佑 stay apart; only 塡 剝 頰 𠮟 go to the form
of themselves that JIS X 0208 has. A step must lead to a letter
that itself stays, so folding twice changes nothing.

Sources, strongest first: `yakuba` (our list, below), `compat` (Unicode compatibility ideographs),
`mj-jis` and `mj-family-register` (MJ縮退マップ: JIS unification; notices to the Family Register Act),
`nta` (国税庁 JIS縮退マップ).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cache

from jntajis import MJShrinkSchemeCombo, jnta_shrink_translit, mj_shrink_candidates

from tasks.domain.normal_forms.joyo import JOYO

_PAIRS = (
    "薮>藪 檜>桧 竃>竈 靱>靭 諌>諫 頴>穎 鴬>鶯 蝿>蠅 濤>涛 檮>梼 堯>尭 遙>遥 "
    "巌>巖 篭>籠 凛>凜 尓>爾 禰>祢 枡>桝 薗>園 冨>富 曻>昇 鈎>鉤 鹸>鹼 蕚>萼 砺>礪 "
    "賎>賤 迩>邇 皋>皐 冝>宜 鬬>闘 吕>呂 厦>廈 鰺>鯵 塡>填 剝>剥 頰>頬 𠮟>叱 "
    "蛎>蠣 侭>儘 撹>攪 溌>潑 焔>焰 醗>醱 騨>驒 箪>簞 躯>軀 嘘>噓 掴>摑"
)
_OURS: dict[str, str] = {pair[0]: pair[2] for pair in _PAIRS.split()}
"""Pairs of one letter in two printed forms that the published tables leave apart."""

_APART = frozenset("宍誥唔碚逑皀耒慟做笶吊个椢昜妛嫐娚")
"""Letters the family-register notices fold but which are other words in names (宍戸)."""

_MJ_SCHEMES = (
    ("mj-jis", MJShrinkSchemeCombo.JIS_INCORPORATION_UCS_UNIFICATION_RULE),
    ("mj-family-register", MJShrinkSchemeCombo.MOJ_FAMILY_REGISTER_ACT_RELATED_NOTICE),
)
_LEVEL_1_ROWS = range(16, 48)
_LEVEL_2_ROWS = range(48, 85)
_FIRST_KANJI = 0x3400


@dataclass(frozen=True, slots=True)
class Fold:
    """One step from a written letter to the one of the match key."""

    letter: str = field(repr=False)
    to: str = field(repr=False)
    source: str
    """yakuba, compat, mj-jis, mj-family-register, nta, or what names.py adds."""


def _commonness(letter: str) -> int:
    """3 常用, 2 JIS level 1, 1 JIS level 2, 0 any other."""
    if letter in JOYO:
        return 3
    try:
        row = letter.encode("euc_jp")[0] - 0xA0
        two_bytes = len(letter.encode("euc_jp")) == 2
    except UnicodeEncodeError:
        return 0
    if not two_bytes:
        return 0
    return 2 if row in _LEVEL_1_ROWS else 1 if row in _LEVEL_2_ROWS else 0


def _published(letter: str) -> list[tuple[str, str]]:
    """Targets the published tables give for letter, with their source."""
    found: list[tuple[str, str]] = []
    for source, scheme in _MJ_SCHEMES:
        for target in mj_shrink_candidates(letter, scheme):
            plain = unicodedata.normalize("NFC", target)
            if len(plain) == 1 and plain != letter:
                found.append((plain, source))
    target = jnta_shrink_translit(letter, passthrough=True)
    if len(target) == 1 and target != letter:
        found.append((target, "nta"))
    return found


def _leads_up(letter: str, target: str) -> bool:
    """True when target is the more common letter, or as common and does not lead back."""
    here, there = _commonness(letter), _commonness(target)
    if there != here:
        return there > here
    return letter not in [back for back, _ in _published(target)]


@cache
def variant_of(letter: str) -> Fold | None:
    """Return the one step for a letter, None when it stays.

    Args:
        letter: One character.

    Examples:
        >>> fold = variant_of("髙")
        >>> fold.to, fold.source
        ('高', 'mj-jis')
        >>> variant_of("斎"), variant_of("籐")
        (None, None)
    """
    if ord(letter) < _FIRST_KANJI or (letter in JOYO and letter not in _OURS):
        return None
    plain = unicodedata.normalize("NFC", letter)
    if len(plain) == 1 and plain != letter:
        further = variant_of(plain)
        return Fold(letter, further.to if further else plain, "compat")
    if letter in _OURS:
        return Fold(letter, _OURS[letter], "yakuba")
    if letter in _APART or letter in _OURS.values():
        return None
    steps = [
        (target, source)
        for target, source in _published(letter)
        if _leads_up(letter, target) and variant_of(target) is None
    ]
    return _best(letter, steps)


def _best(letter: str, steps: list[tuple[str, str]]) -> Fold | None:
    """The most common target; a tie between different targets decides nothing."""
    if not steps:
        return None
    top = max(_commonness(target) for target, _ in steps)
    leading = [step for step in steps if _commonness(step[0]) == top]
    if len({target for target, _ in leading}) > 1:
        return None
    return Fold(letter, *leading[0])


class _Table(dict[int, str]):
    """A translation table that learns each letter when it is first met."""

    def __missing__(self, code: int) -> str:
        fold = variant_of(chr(code))
        self[code] = fold.to if fold else chr(code)
        return self[code]


_TABLE = _Table()


def fold_variants(text: str) -> str:
    """Return text with each variant kanji one step nearer to the letter in use.

    Examples:
        >>> fold_variants("渡邉髙﨑濵𠮷"), fold_variants("齋藤齊藤斎藤斉藤籐")
        ('渡辺高崎浜吉', '斎藤斉藤斎藤斉藤籐')
    """
    return text.translate(_TABLE)


def variant_folds(text: str) -> tuple[Fold, ...]:
    """Return the steps `fold_variants` took on text, in order.

    Examples:
        >>> [(fold.letter, fold.to) for fold in variant_folds("濵﨑")]
        [('濵', '浜'), ('﨑', '崎')]
    """
    return tuple(fold for fold in map(variant_of, text) if fold is not None)
