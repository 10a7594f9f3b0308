"""Match keys of an applicant or a resident: what the evidence table compares."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from tasks.domain.normal_forms.addresses import Address, Home, normalize_address
from tasks.domain.normal_forms.corporate_names import (
    is_corporate,
    normalize_corporate_name,
)
from tasks.domain.normal_forms.dates import Precision, normalize_date
from tasks.domain.normal_forms.identifiers import (
    normalize_addressee_no,
    normalize_corporate_number,
)
from tasks.domain.normal_forms.kana import normalize_kana
from tasks.domain.normal_forms.names import PersonName, name_key, normalize_name
from tasks.domain.normal_forms.text import fold_blanks, legible
from tasks.domain.records import Applicant, Resident

NAME_COLUMNS = {
    "key": "VARCHAR",
    "plain": "VARCHAR",
    "family": "VARCHAR",
    "given": "VARCHAR",
    "legible": "BOOLEAN",
    "corporate": "BOOLEAN",
}
"""What `name_form` returns, as a ledger cache keeps it."""

KANA_COLUMNS = {"strict": "VARCHAR", "search": "VARCHAR"}
"""What `kana_form` returns."""

ADDRESS_COLUMNS = {
    "prefecture": "VARCHAR",
    "city": "VARCHAR",
    "town": "VARCHAR",
    "number": "VARCHAR",
    "building": "VARCHAR",
    "key": "VARCHAR",
    "aza": "VARCHAR",
    "has_chome": "BOOLEAN",
    "has_lot": "BOOLEAN",
}
"""What `address_form` returns: the parts of an Address in its own order."""


@dataclass(frozen=True, slots=True)
class NameKey:
    """One name a person goes by."""

    key: str = field(repr=False)
    """Variants folded, no blanks; for corporations without the legal form."""
    plain: str = field(repr=False)
    """As written but for width and blanks: tells EQUAL from VARIANT."""
    family: str = field(default="", repr=False)
    """Key of the family name; empty when the text does not show where it ends."""
    given: str = field(default="", repr=False)
    legible: bool = True
    """False when a letter is 外字, 〓, U+FFFD or ?: the name then proves nothing."""
    corporate: bool = False


@dataclass(frozen=True, slots=True)
class PersonKeys:
    """Everything the evidence table looks at, for either side."""

    names: tuple[NameKey, ...] = field(repr=False)
    """The name and, where there is one, the 通称名."""
    kana_strict: str = field(default="", repr=False)
    kana_search: str = field(default="", repr=False)
    birth_dates: tuple[dt.date, ...] = field(default=(), repr=False)
    """One date; several when the writing allows several; none when there is none."""
    birth_written: bool = False
    addresses: tuple[Address, ...] = field(default=(), repr=False)
    """Those that could be read; the present one first."""
    present_address: bool = False
    """True when the first of `addresses` is the present one."""
    number: str = field(default="", repr=False)
    """宛名番号 without leading zeros."""
    corporate_number: str = field(default="", repr=False)
    group: str = field(default="", repr=False)
    """名寄せ番号 as `group_form` gives it; empty when it joins nobody."""

    @property
    def corporate(self) -> bool:
        """True when a name says so or there is a 法人番号."""
        return bool(self.corporate_number) or any(name.corporate for name in self.names)


@dataclass(frozen=True, slots=True)
class ApplicantKeys:
    """The keys of one row of the request."""

    row_id: str
    keys: PersonKeys = field(repr=False)
    unread_numbers: tuple[str, ...] = ()
    """宛名番号, 法人番号: those written on the request that are no such number."""


@dataclass(frozen=True, slots=True)
class ResidentKeys:
    """The keys of one row of the residents' ledger."""

    resident: Resident = field(repr=False)
    keys: PersonKeys = field(repr=False)
    hides_address: bool = False
    """True when the address is that of a protected person: it is never shown."""


_NO_NUMBER = re.compile("[-‐‑‒–—―−ー]*|なし|無し?|ナシ|不明|該当なし|未登録|未定")
_DIGIT = re.compile("[1-9]")
_NO_ADDRESS = ("", "", "", "", "", "", "", False, False)
_CORPORATE = re.compile("会社|法人|組合|協会|連合会|商工会|財団|社団")


def applicant_keys(
    applicant: Applicant, *, today: dt.date, home: Home | None = None
) -> ApplicantKeys:
    """Return the match keys of an applicant.

    Args:
        applicant: As written.
        today: For dates.
        home: Municipality of an address without one; the same as for the ledger.
    """
    strict, search = kana_form(applicant.kana)
    if not search:  # a list may give the reading instead of the name
        strict, search = kana_form(applicant.name)
    found = normalize_date(applicant.birth_date, today=today)
    dates = (found.value,) if found.usable and found.value else found.candidates
    known = address_of(address_form(applicant.address, home=home))
    number = (number_form(applicant.addressee_no) or "").lstrip("0")
    corporate_number = corporate_form(applicant.corporate_number) or ""
    numbers = (
        ("宛名番号", applicant.addressee_no, number),
        ("法人番号", applicant.corporate_number, corporate_number),
    )
    return ApplicantKeys(
        applicant.row_id,
        PersonKeys(
            names=_written_names(applicant.name),
            kana_strict=strict,
            kana_search=search,
            birth_dates=tuple(
                date.date for date in dates if date.precision is Precision.DAY
            ),
            birth_written=bool(applicant.birth_date.strip()),
            addresses=(known,) if known else (),
            present_address=known is not None,
            number=number,
            corporate_number=corporate_number,
        ),
        tuple(name for name, text, read in numbers if not read and is_number(text)),
    )


def resident_keys(resident: Resident, *, home: Home | None = None) -> ResidentKeys:
    """Return the match keys of a resident whose cache is not at hand.

    A ledger computes the same forms once per distinct text and hands the keys out.
    """
    strict, search = kana_form(resident.kana)
    present = address_of(address_form(resident.address, home=home))
    former = address_of(address_form(resident.former_address, home=home))
    return ResidentKeys(
        resident,
        PersonKeys(
            names=names_of(name_form(resident.name), name_form(resident.common_name)),
            kana_strict=strict,
            kana_search=search,
            birth_dates=(resident.birth_date,) if resident.birth_date else (),
            birth_written=resident.birth_date is not None,
            addresses=tuple(filter(None, (present, former))),
            present_address=present is not None,
            number=resident.addressee_no.lstrip("0"),
            corporate_number=resident.corporate_number,
            group=group_form(resident.person_group),
        ),
    )


def name_form(text: str) -> tuple[str, str, str, str, bool, bool]:
    """Return the values of `NAME_COLUMNS` for a name as written.

    Examples:
        >>> name_form("髙橋　詠子")
        ('高橋詠子', '髙橋詠子', '高橋', '詠子', True, False)
        >>> name_form("（株）みなと") == name_form("株式会社　みなと") == name_form("ｶ)みなと")
        True
        >>> name_form("")
        ('', '', '', '', False, False)
    """
    if is_corporate(text):
        return _corporate_form_of(text)
    return _person_form_of(text, normalize_name(text).value)


def _person_form_of(
    text: str, value: PersonName | None
) -> tuple[str, str, str, str, bool, bool]:
    if value is None:
        return ("", "", "", "", False, False)
    written = fold_blanks(value.display).replace(" ", "")
    readable = legible(value.display)
    if _CORPORATE.search(fold_blanks(text)):
        return (value.key, written, "", "", readable, True)
    family, given = name_key(value.family), name_key(value.given)
    return (value.key, written, family, given, readable, False)


def _corporate_form_of(text: str) -> tuple[str, str, str, str, bool, bool]:
    """Return the form of a corporation: ㈱ and ｶ) are 株式会社, an officer is no part."""
    found = normalize_corporate_name(text)
    value = found.value
    if value is None:
        return ("", "", "", "", False, False)
    parts = (value.form, value.stem) if value.form_first else (value.stem, value.form)
    written = fold_blanks("".join((*parts, value.branch))).replace(" ", "")
    readable = legible(value.display) and "form_only" not in found.notes
    return (value.key, written, "", "", readable, True)


def kana_form(text: str) -> tuple[str, str]:
    """Return the values of `KANA_COLUMNS`; empty when there is no reading.

    Examples:
        >>> kana_form("ｻﾄｳ ﾕｳｺ"), kana_form("佐藤")
        (('サトウユウコ', 'サトウユウコ'), ('', ''))
    """
    found = normalize_kana(text)
    if not found.usable or found.value is None or not legible(text):
        return "", ""
    return found.value.strict, found.value.search


def birth_form(text: str, *, today: dt.date) -> dt.date | None:
    """Return the birth date a ledger means, or None when it is not one certain day."""
    found = normalize_date(text, today=today)
    value = found.value if found.usable else None
    return value.date if value and value.precision is Precision.DAY else None


def address_form(
    text: str, *, home: Home | None = None
) -> tuple[str, str, str, str, str, str, str, bool, bool]:
    """Return the values of `ADDRESS_COLUMNS`; an empty key when nothing is proved.

    Args:
        text: As written.
        home: Municipality to assume where none is written.

    Examples:
        >>> address_form("みなと市本町一丁目２番３号")[5]
        '|ミナト市|本町|1-2-3'
        >>> address_form("〓町1-2-3")[5]
        ''
    """
    found = normalize_address(text, home=home)
    value = found.value if found.usable else None
    if value is None or not legible(value.town + value.number):
        return _NO_ADDRESS
    return (
        value.prefecture,
        value.city,
        value.town,
        value.number,
        value.building,
        value.key,
        value.aza,
        value.has_chome,
        value.has_lot,
    )


def address_of(
    form: tuple[str, str, str, str, str, str, str, bool, bool],
) -> Address | None:
    """Return the Address whose parts `address_form` gave, or None when it has none."""
    return Address(*form) if form[5] else None


def names_of(
    *forms: tuple[str, str, str, str, bool, bool],
) -> tuple[NameKey, ...]:
    """Return the names that are written; the first one may be followed by a 通称名."""
    return tuple(NameKey(*form) for form in forms if form[0])


def number_form(text: str) -> str | None:
    """Return a 宛名番号 with its leading zeros, or None."""
    found = normalize_addressee_no(text)
    return found.value if found.usable else None


def is_number(text: str) -> bool:
    """Return True when a cell for a number says more than that there is none.

    Examples:
        >>> [is_number(text) for text in ("12-3", "ABC", "000", "－", "なし", "")]
        [True, True, True, False, False, False]
    """
    return not _NO_NUMBER.fullmatch(fold_blanks(text).replace(" ", ""))


def group_form(text: str) -> str:
    """Return a 名寄せ番号 without leading zeros; empty when it joins nobody.

    Examples:
        >>> [group_form(text) for text in ("００１２", "A1", "0", "000", "-", "なし", "")]
        ['12', 'A1', '', '', '', '', '']
    """
    plain = fold_blanks(text).replace(" ", "").upper()
    return plain.lstrip("0") if _DIGIT.search(plain) else ""


def corporate_form(text: str) -> str | None:
    """Return a 法人番号 whose check digit is right, or None."""
    found = normalize_corporate_number(text)
    return found.value if found.usable else None


def _written_names(text: str) -> tuple[NameKey, ...]:
    """Return the name of a request and the 通称名 written beside it."""
    if is_corporate(text):
        return names_of(name_form(text))
    value = normalize_name(text).value
    common = value.common_name if value else ""
    own = _person_form_of(text, value)
    return names_of(own, name_form(common)) if common else names_of(own)
