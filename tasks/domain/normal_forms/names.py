"""Names of people: the display kept to the glyph, and a key in which variants meet.

The key answers "may these be the same name?", never "is this the same person?".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from tasks.domain.normal_forms import text as letters
from tasks.domain.normal_forms.corporate_names import (
    CorporateName,
    is_corporate,
    normalize_corporate_name,
)
from tasks.domain.normal_forms.name_keys import LATIN, letters_key
from tasks.domain.normal_forms.normal import Normal, NormalStatus
from tasks.domain.normal_forms.variants import Fold, variant_folds

__all__ = [
    "CorporateName",
    "PersonName",
    "name_key",
    "normalize_corporate_name",
    "normalize_name",
    "split_by_kana",
]


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in its normal form."""

    display: str = field(repr=False)
    """As written: every letter kept, blanks single, seal mark and 様 taken off."""
    key: str = field(repr=False)
    """For matching: no blanks, variants folded; Latin words in alphabetical order."""
    family: str = field(default="", repr=False)
    """As written; empty when the text does not show where it ends."""
    given: str = field(default="", repr=False)
    folds: tuple[Fold, ...] = field(default=(), repr=False)
    """Each letter the key changed, with the table it comes from."""
    common_name: str = field(default="", repr=False)
    """通称名 written beside the name."""


_BRACKET = re.compile(
    r"^(?P<name>.+?) ?[(\[「『【〔<《](?P<inner>[^()\[\]]*)[)\]」』】〕>》]$"
)
_COMMON_LABEL = re.compile(r"^(?:通称名?|併記名)(?:[:: ]|は)*")
_COMMON_INLINE = re.compile(r"^(?P<name>.+?) ?(?:通称名?|併記名)[: ]+(?P<inner>.+)$")
_FORMER_LABEL = re.compile(r"^旧(?:姓|氏)")
_TAIL = re.compile(r"(?<=.)(?: ?(?:㊞|\(印\)|[㊞]| 印)| ?[様殿])$")
_DECEASED = re.compile(r"^(?:[故亡][ 　]|亡(?=..)|[(（][故亡][)）][ 　]?)")
_OTHERS = re.compile(
    r"(?<=..)[ 　]*(?:外|他|ほか)[ 　]*[0-9０-９一二三四五六七八九十]+[ 　]*[名人]$"
)
_ROLE = re.compile(
    r"(?<=.)[ 　]+(?:相続人(?:代表者?)?|納税管理人|成年後見人|破産管財人|相続財産(?:管理人|清算人)|親権者|代理人)"
    r"[ 　:：].+$"
)
_TWO_NAMES = re.compile(r"[一-鿿]・[一-鿿]")
_KANJI = re.compile(r"[々〆〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]")
_KANA_ONLY = re.compile(r"[ぁ-ゖァ-ヺー・ゝゞヽヾ ゙゚]+")
_PLAIN = re.compile(
    r"(?![故亡])[一-鿿々ぁ-ゔァ-ヴー]{1,5}[ 　](?![外他][一二三四五六七八九十数])[一-鿿ぁ-ゔァ-ヴ](?:[一-鿿々ぁ-ゔァ-ヴー]{0,5}"
    r"(?<![様殿印生社人合庫]))"
)
_RAW_BLANK = re.compile(r"[\s　]+")


def normalize_name(text: str) -> Normal[PersonName]:
    """Return a person's name: display, key, and family and given name when shown.

    A corporate name is recognised and keyed by `corporate_names`; its notes say so. What
    stands beside a name is taken off and noted: deceased (故), others (外1名), role
    (相続人 and who it is), seal_mark, honorific, reading, common_name, former_family.

    Args:
        text: As written: 「髙橋　太郎　㊞」, `SMITH, John`, 「山田太郎（通称：金村太郎）」.

    Examples:
        >>> normal = normalize_name("髙橋　太郎")
        >>> normal.value.key, normal.value.family, normal.value.given
        ('高橋太郎', '髙橋', '太郎')
        >>> normalize_name("SMITH John").value.key == normalize_name("John Smith").value.key
        True
        >>> normalize_name("〓田 一").notes
        ('geta',)
    """
    if _PLAIN.fullmatch(text):
        return Normal(text, _plain_name(text), NormalStatus.OK)
    if len(text) > letters.LONGEST:
        return Normal(text, None, NormalStatus.INVALID, ("too_long",))
    folded = letters.fold_blanks(text)
    notes = list(letters.gaiji_notes(text))
    nothing = letters.stands_for_nothing(folded)
    if nothing:
        return Normal(text, None, NormalStatus.INVALID, (nothing,))
    if not _has_letters(folded):
        return Normal(
            text, None, NormalStatus.INVALID, ("no_letters" if folded else "empty",)
        )
    if is_corporate(text):
        return _corporate(text)
    name, beside = _alone(_display(text))
    name, common, extra = _set_apart(name)
    extra = [*beside, *extra]
    if not _has_letters(name):
        return Normal(text, None, NormalStatus.INVALID, ("no_letters",))
    notes += extra
    family, given, split_notes = _split(name, text)
    notes += split_notes
    if any(c.isdigit() for c in name):
        notes.append("digits")
    key = name_key(name)
    value = PersonName(name, key, family, given, _folds(name), common)
    return Normal(text, value, _status(notes), tuple(notes))


def _plain_name(text: str) -> PersonName:
    """The common case, 「髙橋　太郎」: two words of kanji and kana, each met before."""
    family, given = text.replace("　", " ").split(" ")
    (family_key, family_folds), (given_key, given_folds) = _word(family), _word(given)
    return PersonName(
        text, family_key + given_key, family, given, family_folds + given_folds
    )


@lru_cache(maxsize=262144)
def _word(word: str) -> tuple[str, tuple[Fold, ...]]:
    return letters_key(word), variant_folds(word)


def _corporate(text: str) -> Normal[PersonName]:
    """A corporation among people's names: no family, no given name."""
    normal = normalize_corporate_name(text)
    notes = ("corporate", *normal.notes)
    if normal.value is None:
        return Normal(text, None, normal.status, notes)
    value = PersonName(
        _display(text), normal.value.key, folds=_folds(normal.value.stem)
    )
    return Normal(text, value, normal.status, notes)


def _has_letters(text: str) -> bool:
    return any(c.isalpha() or c in "〓\ufffd" or _is_private(c) for c in text)


def _is_private(letter: str) -> bool:
    return unicodedata.category(letter) == "Co"


_HARMLESS = frozenset(
    {
        "ivs",
        "common_name",
        "reading",
        "former_family",
        "seal_mark",
        "latin",
        "spaced_letters",
    }
)


def _status(notes: list[str]) -> NormalStatus:
    return NormalStatus.OK if _HARMLESS.issuperset(notes) else NormalStatus.WARN


def _display(text: str) -> str:
    """As written, control letters out, blanks single; a blank keeps its width."""
    plain = "".join(c for c in text if c.isspace() or not _is_control(c))
    return _RAW_BLANK.sub(lambda run: "　" if "　" in run[0] else " ", plain).strip(
        " 　"
    )


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs")


def _alone(display: str) -> tuple[str, list[str]]:
    """The name without 故, 「外1名」 and who acts for its bearer; notes."""
    notes = []
    for pattern, note in (
        (_DECEASED, "deceased"),
        (_OTHERS, "others"),
        (_ROLE, "role"),
    ):
        shorter = pattern.sub("", display)
        if shorter != display:
            display = shorter
            notes.append(note)
    if _TWO_NAMES.search(display):
        notes.append("middle_dot")
    return display, notes


def _set_apart(display: str) -> tuple[str, str, list[str]]:
    """The name without its seal mark, title and bracket; the 通称名; notes."""
    notes = []
    name, common = display, ""
    while found := _TAIL.search(letters.fold(name)):
        shorter = name[: len(name) - _tail_length(name, found[0])].rstrip(" 　")
        if not shorter or shorter == name:
            break
        notes.append("honorific" if found[0].strip() in "様殿" else "seal_mark")
        name = shorter
    plain = letters.fold(name)
    found = _BRACKET.match(plain) or _COMMON_INLINE.match(plain)
    if found:
        inner = found["inner"].strip()
        common, note = _bracket_meaning(found["name"], inner, inline="通称" in plain)
        notes.append(note)
        if len(plain) == len(name):
            name = name[: found.end("name")].rstrip(" 　")
        else:
            name = found["name"]
    return name, common, notes


def _tail_length(name: str, tail: str) -> int:
    """Letters of the unfolded name that fold to its tail."""
    for count in range(1, len(name) + 1):
        if len(letters.fold(name[-count:])) >= len(tail):
            return count
    return 0


def _bracket_meaning(name: str, inner: str, *, inline: bool) -> tuple[str, str]:
    if _COMMON_LABEL.match(inner) or inline:
        return _COMMON_LABEL.sub("", inner).strip(), "common_name"
    if _FORMER_LABEL.match(inner):
        return "", "former_family"
    if LATIN.fullmatch(name) and _KANJI.search(inner):
        return inner, "common_name"
    if _KANA_ONLY.fullmatch(inner):
        return "", "reading"
    return "", "bracket"


def _split(name: str, text: str) -> tuple[str, str, list[str]]:
    """Family and given name where the blanks show them."""
    plain = letters.fold_blanks(name)
    if LATIN.fullmatch(plain):
        family, comma, given = plain.partition(",")
        if comma and family.strip() and given.strip():
            return family.strip(), given.strip(), ["latin"]
        return "", "", ["latin"]
    parts = [part for part in re.split("[ 　]", name) if part]
    if len(parts) < 2:
        return "", "", []
    if len(parts) > 2 and all(len(part) == 1 for part in parts):
        return *_split_spaced(text), ["spaced_letters"]
    notes = [] if len(parts) == 2 else ["several_blanks"]
    return parts[0], " ".join(parts[1:]), notes


def _split_spaced(text: str) -> tuple[str, str]:
    """Family and given name of 「山　田　　太　郎」, split at the one widest blank."""
    runs = re.findall(r"[\s　]+", text.strip())
    widest = max(map(len, runs), default=0)
    wide = [run for run in runs if len(run) == widest]
    if len(wide) != 1 or len(runs) == 1:
        return "", ""
    family, _, given = text.strip().partition(wide[0])
    return _RAW_BLANK.sub("", family), _RAW_BLANK.sub("", given)


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """Return the match key of a person's or a corporation's name.

    Examples:
        >>> name_key("渡邉　さち子"), name_key("John Smith"), name_key("㈱みなと")
        ('渡辺サチ子', 'JOHN SMITH', '株式会社ミナト')
    """
    if is_corporate(name):
        corporate = normalize_corporate_name(name).value
        return corporate.key if corporate else letters_key(name)
    return letters_key(name)


def _folds(name: str) -> tuple[Fold, ...]:
    return variant_folds(letters.without_selectors(letters.fold(name)))


def split_by_kana(
    name: str, kana: str, families: Mapping[str, frozenset[str]]
) -> tuple[str, str] | None:
    """Return (family, given) of an unsplit name by its kana and the ledger's families.

    Args:
        name: Unsplit, such as 「髙橋太郎」.
        kana: With a blank, such as 「タカハシ タロウ」.
        families: Katakana family name: family names so read in the ledger.

    Returns:
        None when the kana has no single blank or no listed family begins the name.

    Examples:
        >>> split_by_kana("髙橋太郎", "タカハシ タロウ", {"タカハシ": frozenset({"高橋"})})
        ('髙橋', '太郎')
    """
    parts = letters.to_katakana(letters.fold_blanks(kana)).split(" ")
    if len(parts) != 2:
        return None
    keys = {name_key(family) for family in families.get(parts[0], frozenset())}
    fits = [end for end in range(1, len(name)) if name_key(name[:end]) in keys]
    if len(fits) != 1:
        return None
    return name[: fits[0]].strip(" 　"), name[fits[0] :].strip(" 　")
