"""Whose taxes are looked at beside the applicant's: household, representative, corporation.

By ordinance. The household is the residents' ledger's own (households.py); a representative or
a corporation is whoever the request row names. Whoever must be looked at and cannot be
told for certain makes the answer a question, unless the applicant owes anyway.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tasks.domain.clerks.decision_prints import candidate_print, digest, request_print
from tasks.domain.clerks.findings import Use
from tasks.domain.identity.households import PROTECTED, Household
from tasks.domain.lists_and_ledgers.columns import header_key
from tasks.domain.office.settings import ColumnNames, DelinquencyRules
from tasks.domain.records import (
    Applicant,
    Consent,
    Identity,
    Match,
    Related,
    Resident,
    ToFind,
    Whose,
)

MOVED_OUT = "本人が台帳では転出しているため、同じ世帯の人を確かめられません"

PARTY_HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("氏名", "名", "職氏名", "役職氏名", "職・氏名", ""),
    "kana": ("カナ", "フリガナ", "氏名カナ", "氏名フリガナ", "氏名(カナ)", "氏名かな"),
    "birth_date": ("生年月日",),
    "address": ("住所", "現住所", "自宅住所"),
    "addressee_no": ("宛名番号", "宛名コード"),
}
"""What follows 代表者 in the headers of a request list."""

_REPRESENTATIVES = ("代表者", "代表取締役", "代表社員", "代表理事", "代表")
_TITLES = re.compile(
    r"^(?:代表取締役(?:社長|会長)?|取締役(?:社長|会長)?|代表社員|業務執行社員|代表理事"
    r"|理事長|会長|社長|組合長|代表者|代表|院長|所長)[\s　:：]+"
)
_SECTIONS = {Whose.REPRESENTATIVE: "representative", Whose.CORPORATION: "corporation"}
_FIELDS = frozenset((*PARTY_HEADERS, "corporate_number"))


def looks_at_others(rules: DelinquencyRules) -> bool:
    """Return whether anybody beside the applicant is looked at."""
    return bool(
        rules.household_counts
        or rules.representative_counts
        or rules.corporation_counts
    )


def party_named(
    applicant: Applicant, whose: Whose, columns: ColumnNames
) -> Applicant | None:
    """Return the representative or corporation that a request row names, to be searched.

    Args:
        applicant: With its row as written.
        whose: REPRESENTATIVE or CORPORATION.
        columns: `representative` and `corporation` name further headers.

    Returns:
        An applicant of its own, or None when the row names nobody.

    Examples:
        >>> from tasks.domain.records import WrittenCell
        >>> row = (WrittenCell("代表者 氏名", "代表取締役　検査 太郎"),)
        >>> asked = Applicant("list:4", "a.xlsx!4行", "1", "検査商事", written=row)
        >>> party_named(asked, Whose.REPRESENTATIVE, ColumnNames()).name
        '検査 太郎'
    """
    words = _words(whose, columns)
    values: dict[str, str] = {}
    for cell in applicant.written:
        name = words.get(header_key(cell.header))
        if name and cell.text.strip():
            values.setdefault(name, cell.text.strip())
    if not values.get("name") and not values.get("corporate_number"):
        return None
    row_id = f"{applicant.row_id}#{whose.name.lower()}"
    return Applicant(
        row_id=row_id,
        source=applicant.source,
        request_id=row_id,
        name=_TITLES.sub("", values.get("name", "")),
        kana=values.get("kana", ""),
        birth_date=values.get("birth_date", ""),
        address=values.get("address", ""),
        addressee_no=values.get("addressee_no", ""),
        corporate_number=values.get("corporate_number", ""),
        consent=applicant.others_consent,
    )


def party_titles(columns: ColumnNames) -> dict[str, str]:
    """Return by `header_key` what further columns of a request list are read as.

    Examples:
        >>> party_titles(ColumnNames())["代表者生年月日"]
        '代表者'
    """
    return {
        header: whose.value for whose in _SECTIONS for header in _words(whose, columns)
    }


def _words(whose: Whose, columns: ColumnNames) -> dict[str, str]:
    """Return header: our field, the city's own headers before the built-in ones."""
    built_in = (
        {
            header_key(f"{who}{word}"): name
            for name, words in PARTY_HEADERS.items()
            for word in words
            for who in _REPRESENTATIVES
        }
        if whose is Whose.REPRESENTATIVE
        else {}
    )
    named: Mapping[str, tuple[str, ...]] = getattr(columns, _SECTIONS[whose])
    own = {header_key(word): name for name, words in named.items() for word in words}
    return built_in | own


def with_household(match: Match, household: Household) -> Match:
    """Return the match with the other members of the household, or why they are unknown.

    The dead are no members; what they left unpaid is the heirs' (地方税法9条). Nor are
    those who moved out, who stay in the ledger under their old 世帯番号.

    Args:
        match: SAME, of a natural person.
        household: Of that person, as the residents' ledger proves it.
    """
    if household.doubt == PROTECTED:
        return _protected(match)
    if household.doubt:
        doubt = f"同じ世帯の人を確かめられません（{household.doubt}）"
        return _doubtful(match, Whose.HOUSEHOLD, doubt, _household_facts(match))
    if any(person.moved_out for person in match.persons):
        return _doubtful(match, Whose.HOUSEHOLD, MOVED_OUT, _household_facts(match))
    there = tuple(
        person
        for person in household.members
        if not (person.deceased or person.moved_out)
    )
    return _related(match, Related(Whose.HOUSEHOLD, there)) if there else match


def with_party(
    match: Match, whose: Whose, found: Match | None, party: Applicant | None = None
) -> Match:
    """Return the match with the representative or corporation that its row names.

    Nobody under that name in the ledger owes nothing here. Where the person cannot be
    proved, or the row names nobody, there is a doubt.

    Args:
        match: SAME.
        whose: Who was looked for.
        found: What the evidence table says; None when the row names nobody.
        party: As the row names it.
    """
    facts = request_print(party) if party else ""
    if found is None:
        doubt = f"依頼に{whose.value}の記載がないため、確かめられません"
        return _doubtful(match, whose, doubt, facts)
    if found.protected:
        return _protected(match)
    if found.identity is Identity.ASK:
        doubt = f"{whose.value}を本人と確かめる証拠がそろいません（{found.rule}）"
        listed = map(candidate_print, found.candidates)
        return _doubtful(match, whose, doubt, digest(facts, *listed))
    return _related(match, Related(whose, found.persons))


def with_found(
    match: Match, asked: ToFind, use: Use, persons: Sequence[Resident]
) -> Match:
    """Return the match with what a clerk found out about others, or why it is not used.

    Args:
        match: SAME, with `asked` among what is to be found.
        asked: What the ledger did not tell.
        use: What became of the findings on it.
        persons: Every row of whom the finding names; empty when it says nobody.
    """
    if use.found is None:
        again = replace(asked, told=use.told)
        others = tuple(again if one == asked else one for one in match.to_find)
        told = f"{asked.doubt}。{use.told}" if use.told else asked.doubt
        doubts = tuple(told if one == asked.doubt else one for one in match.doubts)
        return replace(match, to_find=others, doubts=doubts)
    settled = replace(
        match,
        doubts=tuple(one for one in match.doubts if one != asked.doubt),
        found_alone=match.found_alone or use.voices < 2,
    )
    own = {person.addressee_no for person in match.persons}
    there = tuple(person for person in persons if person.addressee_no not in own)
    return _related(settled, Related(asked.whose, there)) if there else settled


def _doubtful(match: Match, whose: Whose, doubt: str, facts: str) -> Match:
    return replace(
        match,
        doubts=(*match.doubts, doubt),
        to_find=(*match.to_find, ToFind(whose, doubt, facts)),
    )


def _household_facts(match: Match) -> str:
    """Return a print of what the ledger says of where a person lives."""
    told = (
        (one.addressee_no, one.name, one.address, one.household_no, str(one.moved_out))
        for one in match.persons
    )
    return digest(*(text for person in told for text in person))


def without_others_consent(
    match: Match, consent: Consent, rules: DelinquencyRules
) -> Match:
    """Return the match; without the others if they refuse, or do not agree where they must."""
    if not match.related:
        return match
    refused = consent is Consent.NO or (
        rules.others_consent_required and consent is not Consent.YES
    )
    return replace(match, related=(), others_refused=True) if refused else match


def _related(match: Match, related: Related) -> Match:
    if any(person.protected for person in related.persons):
        return _protected(match)
    return replace(match, related=(*match.related, related))


def _protected(match: Match) -> Match:
    """Return a match that says nothing: somebody under 支援措置 is concerned."""
    return Match(
        match.row_id, Identity.ASK, "支援措置の対象者が関係する", protected=True
    )


def refuse_unknown_fields(columns: ColumnNames) -> tuple[str, ...]:
    """Return a fault for each field of `representative` or `corporation` that is none."""
    return tuple(
        f"columns.yaml {section}.{name}: 知らない項目です。"
        f"使えるのは {', '.join(sorted(_FIELDS))} です"
        for section in _SECTIONS.values()
        for name in getattr(columns, section)
        if name not in _FIELDS
    )
