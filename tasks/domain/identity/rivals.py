"""Which rows are one person, and who could be taken for the one that a rule calls him.

One definition of "one person", for the vetoes and for all 宛名番号 of a person alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from rapidfuzz.distance import OSA

from tasks.domain.identity.address_agreement import AddressAgreement, compare_addresses
from tasks.domain.identity.evidence import AGREES, within_reach
from tasks.domain.identity.person_keys import PersonKeys, ResidentKeys
from tasks.domain.records import Evidence, Identity, Level


@dataclass(frozen=True, slots=True)
class Compared:
    """One candidate with its evidence and the rule that fired."""

    keys: ResidentKeys
    evidence: Evidence
    identity: Identity
    rank: tuple[int, ...]

    @property
    def label(self) -> str:
        """The rule that fired, in words."""
        return self.evidence.rule


def same_person(one: ResidentKeys, other: ResidentKeys) -> bool:
    """Return True when the ledger itself says that two rows are one person.

    By 名寄せ番号, unless the birth dates differ; a corporation by its 法人番号, though not
    its representative, on whose own row the number may stand; or by everything: the legible name as written, the reading, the birth date and the whole
    present address with its room. Two namesakes of one day in one dormitory are two.
    """
    if one.resident.addressee_no == other.resident.addressee_no:
        return True
    births = {one.resident.birth_date, other.resident.birth_date} - {None}
    if one.keys.group and one.keys.group == other.keys.group:
        return len(births) < 2
    if one.keys.corporate_number or other.keys.corporate_number:
        both_alike = (one.resident.birth_date is None) == (
            other.resident.birth_date is None
        )
        return both_alike and one.keys.corporate_number == other.keys.corporate_number
    return (
        one.resident.birth_date is not None
        and one.resident.birth_date == other.resident.birth_date
        and _written_alike(one, other)
        and _house(one.keys) == _house(other.keys) != ("", "")
    )


def _written_alike(one: ResidentKeys, other: ResidentKeys) -> bool:
    """Return True for the same legible name as written and the same reading."""
    if not (one.keys.names and other.keys.names):
        return False
    ours, theirs = one.keys.names[0], other.keys.names[0]
    if not (ours.legible and ours.plain == theirs.plain):
        return False
    if one.keys.kana_strict or other.keys.kana_strict:
        return one.keys.kana_strict == other.keys.kana_strict
    return one.resident.kana == other.resident.kana


def _house(keys: PersonKeys) -> tuple[str, str]:
    """Return the present address to its number and its room; empty when not known."""
    if not keys.present_address or not keys.addresses[0].number:
        return "", ""
    address = keys.addresses[0]
    return address.key, address.building.replace(" ", "")


def veto(
    applicant: PersonKeys, same: Sequence[Compared], compared: Sequence[Compared]
) -> str:
    """Return why the best of `same` is not proved to be the person; empty when he is.

    Args:
        applicant: Keys of the request.
        same: Candidates that a rule calls the same person, best first; not empty.
        compared: All candidates.

    Returns:
        The reason in Japanese, as staff read it.
    """
    best = same[0]
    if _has_died(best, compared):
        return "台帳では亡くなっている人である"
    others = [entry for entry in compared if not same_person(best.keys, entry.keys)]
    for entry in others:
        if entry.identity is Identity.SAME:
            return "同じ証拠がそろう別の人がいる"
    for entry in others:
        if entry.evidence.by_number and not best.evidence.by_number:
            return entry.evidence.rule
    for speaks_against, reason in (
        (partial(_within_reach, applicant), "一字の読み違いで入れ替わる別の人がいる"),
        (_may_be_his_too, "同じ人の別の宛名番号かもしれない行がある"),
        (_has_the_kana, "依頼のカナは別の人と一致する"),
    ):
        if any(speaks_against(best, entry) for entry in others):
            return reason
    return "依頼のカナが台帳のカナと異なる" if _kana_contradicts(best) else ""


def _has_died(best: Compared, compared: Sequence[Compared]) -> bool:
    """Return True when a row of the best one's person says that he has died."""
    return any(
        entry.keys.resident.deceased and same_person(best.keys, entry.keys)
        for entry in compared
    )


def _within_reach(applicant: PersonKeys, best: Compared, rival: Compared) -> bool:
    """Return True when one misreading could have turned the rival into the best.

    Where the number is the best one's, a misread letter alone makes nobody else of him.
    """
    ours, its = best.evidence, rival.evidence
    if ours.by_number and not its.by_number:
        return False
    name = its.name
    if name is Level.DIFFERS and _one_letter_apart(applicant, rival.keys.keys):
        name = Level.NEAR
    return within_reach(
        (
            (ours.name, name),
            (ours.kana, its.kana),
            (ours.birth_date, its.birth_date),
            (ours.address, its.address),
        )
    )


def _one_letter_apart(applicant: PersonKeys, rival: PersonKeys) -> bool:
    """Return True when one letter parts two names, however short: 森大 and 森太."""
    return any(
        OSA.distance(one.key, other.key, score_cutoff=1) <= 1
        for one in applicant.names
        for other in rival.names
        if one.legible and other.legible
    )


def namesake_of_the_day(best: Compared, other: Compared) -> bool:
    """Return True for another row of the same name and birth date, wherever he lives."""
    its = other.evidence
    return (
        its.name in AGREES
        and its.birth_date is Level.EQUAL
        and its.kana is not Level.DIFFERS
        and not same_person(best.keys, other.keys)
    )


def _may_be_his_too(best: Compared, other: Compared) -> bool:
    """Return True when a namesake of the day lived where the best one lives or lived.

    Who comes back to a city may get a second number; what he owed under the first one
    must not be overlooked. Nobody is joined by it: a clerk looks.
    """
    return namesake_of_the_day(best, other) and any(
        one.number and compare_addresses(one, another) is AddressAgreement.EQUAL
        for one in best.keys.keys.addresses
        for another in other.keys.keys.addresses
    )


def _has_the_kana(best: Compared, rival: Compared) -> bool:
    """Return True when the reading of the request is the rival's, not the best one's.

    Of the same birth date and address any rival counts; where the reading contradicts
    the best one, everybody counts who could be the person at all.
    """
    ours, its = best.evidence, rival.evidence
    if its.kana not in AGREES or ours.kana in AGREES:
        return False
    twin = its.birth_date is Level.EQUAL and its.address in AGREES
    plausible = rival.identity is not Identity.NONE
    return twin or (ours.kana is Level.DIFFERS and plausible)


def _kana_contradicts(best: Compared) -> bool:
    """Return True when the reading of the request is clearly that of another name.

    A corporation's reading comes with and without its form, so it tells nothing; beside
    an equal number the birth date or the address outweighs it.
    """
    found = best.evidence
    if found.kana is not Level.DIFFERS or best.keys.keys.corporate:
        return False
    proved = found.birth_date is Level.EQUAL or found.address in AGREES
    return not (found.by_number and proved)
