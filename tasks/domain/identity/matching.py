"""Who is this? The evidence table: levels of agreement, rules, vetoes. No score decides.

Four kinds of evidence are compared, always a candidate with the request and never
with another candidate: 氏名, カナ, 生年月日, 住所. A table of rules says 同一 or
要確認; 該当なし needs proof of its own. Strict: without 宛名番号, 法人番号 or an agreeing
address (present or former) nobody is the same person, however well the rest agrees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tasks.domain.identity.agreement import Agreement, agreement
from tasks.domain.identity.evidence import AGREES, Rule, first_rule, settle
from tasks.domain.identity.nearness import plausible, rank
from tasks.domain.identity.person_keys import ApplicantKeys, PersonKeys, ResidentKeys
from tasks.domain.identity.rivals import Compared, namesake_of_the_day, veto
from tasks.domain.records import Evidence, Identity, Level, Match, Resident

RULES_VERSION = "4"
"""Raise it whenever a rule or a level changes; it is printed in the evidence."""

MOST_CANDIDATES = 5


def _all_agree(found: Agreement) -> bool:
    return (
        found.name in AGREES
        and found.birth_date is Level.EQUAL
        and found.address in AGREES
    )


RULES: tuple[Rule[Agreement], ...] = (
    Rule(
        "宛名番号・氏名が一致",
        Identity.SAME,
        lambda a: (
            a.number is True and a.name in AGREES and a.birth_date is not Level.DIFFERS
        ),
    ),
    Rule(
        "宛名番号は一致するが氏名又は生年月日が異なる",
        Identity.ASK,
        lambda a: a.number is True,
    ),
    Rule(
        "法人番号・名称が一致",
        Identity.SAME,
        lambda a: a.corporate_number is True and a.name in AGREES,
    ),
    Rule(
        "法人番号は一致するが名称が異なる",
        Identity.ASK,
        lambda a: a.corporate_number is True,
    ),
    Rule(
        "名称と所在地は一致するが法人番号が異なる",
        Identity.ASK,
        lambda a: a.corporate_number is False and a.name in AGREES,
    ),
    Rule(
        "名称・所在地が一致",
        Identity.SAME,
        lambda a: a.both_corporate and a.name in AGREES and a.address in AGREES,
    ),
    Rule(
        "同じ名称の法人だが所在地で確かめられない",
        Identity.ASK,
        lambda a: a.both_corporate and a.name in AGREES,
    ),
    Rule(
        "氏名・生年月日・住所が一致するが宛名番号が異なる",
        Identity.ASK,
        lambda a: a.number is False and _all_agree(a),
    ),
    Rule(
        "氏名・生年月日・前住所が一致",
        Identity.SAME,
        lambda a: _all_agree(a) and a.address_is_former,
    ),
    Rule("氏名・生年月日・住所が一致", Identity.SAME, _all_agree),
)
"""The first row that fits decides; below the last one strength decides ASK or NONE."""


def compare(applicant: PersonKeys, resident: ResidentKeys) -> Compared:
    """Return one candidate compared with the request, and the rule that fired.

    Args:
        applicant: Keys of the request row.
        resident: A candidate.
    """
    found = agreement(applicant, resident.keys)
    rule = first_rule(RULES, found)
    if rule:
        label, identity = rule.label, rule.identity
    else:
        label = _label(found)
        identity = Identity.ASK if plausible(found) else Identity.NONE
    evidence = Evidence(
        resident=resident.resident,
        name=found.name,
        kana=found.kana,
        birth_date=found.birth_date,
        address=found.address,
        address_is_former=found.address_is_former,
        by_number=found.number is True or found.corporate_number is True,
        rule=label,
    )
    return Compared(resident, evidence, identity, rank(found, identity))


def decide(applicant: ApplicantKeys, candidates: Sequence[ResidentKeys]) -> Match:
    """Return who an applicant is, by the evidence table and its vetoes.

    Args:
        applicant: The request row.
        candidates: Everybody the search brought up, in any order.

    Returns:
        SAME with the rows of the one person, ASK with candidates best first, or NONE
        when at most one kind of evidence agrees with anybody and the request's keys
        and numbers could be read. A protected person is never listed nor counted in a
        reason; `protected` says that one is concerned, and then nothing else is said.
        Of whoever lives with one, the address is left out.
    """
    compared = sorted(
        (compare(applicant.keys, candidate) for candidate in candidates),
        key=lambda entry: (
            tuple(-value for value in entry.rank),
            entry.keys.resident.addressee_no,
        ),
    )
    identity, label = _decide(applicant, compared)
    concerned = [entry for entry in compared if entry.identity is not Identity.NONE]
    if any(entry.keys.resident.protected for entry in concerned):
        return Match(
            applicant.row_id, Identity.ASK, "支援措置の対象者が関係する", protected=True
        )
    persons = tuple(
        entry.keys.resident
        for entry in compared
        if identity is Identity.SAME and entry.identity is Identity.SAME
    )
    listed = tuple(
        _shown(entry) for entry in compared if not entry.keys.resident.protected
    )
    return Match(
        row_id=applicant.row_id,
        identity=identity,
        rule=label,
        persons=persons,
        candidates=listed[:MOST_CANDIDATES],
    )


def _shown(entry: Compared) -> Evidence:
    """Return the evidence without the address when it would betray a protected one."""
    if not entry.keys.hides_address:
        return entry.evidence
    resident = replace(
        entry.evidence.resident,
        address="",
        former_address="",
        postal="",
        household_no="",
    )
    return replace(entry.evidence, resident=resident)


def _decide(
    applicant: ApplicantKeys, compared: Sequence[Compared]
) -> tuple[Identity, str]:
    identity, label = _by_evidence(applicant.keys, compared)
    if applicant.unread_numbers and identity is not Identity.ASK:
        named = "・".join(applicant.unread_numbers)
        return Identity.ASK, f"依頼の{named}が正しい番号として読めない"
    return identity, label


def _by_evidence(
    applicant: PersonKeys, compared: Sequence[Compared]
) -> tuple[Identity, str]:
    identity, label = settle(compared, lambda same: veto(applicant, same, compared))
    if identity is Identity.SAME:
        return identity, label + _caution(compared)
    if identity is Identity.ASK:
        return identity, label
    unread = _unread(applicant)
    if unread:
        return Identity.ASK, f"{unread}を確かめられないため判定できない"
    for entry in compared:
        if not entry.keys.resident.protected:
            nearest = entry.evidence.rule
            return (
                Identity.NONE,
                f"二つ以上の証拠が合う人がいない。最も近い人：{nearest}",
            )
    return Identity.NONE, "氏名・生年月日・住所のどれかが合う人もいない"


def _caution(compared: Sequence[Compared]) -> str:
    """Return what a clerk should know beside a match: a namesake of the same day."""
    best = next(entry for entry in compared if entry.identity is Identity.SAME)
    if any(
        namesake_of_the_day(best, entry) and not entry.keys.resident.protected
        for entry in compared
    ):
        return "（同姓同名・同じ生年月日の人が別の住所にもいる）"
    return ""


def _unread(applicant: PersonKeys) -> str:
    """Return the kind of the request that could not be read, needed to prove NONE."""
    if not any(name.key and name.legible for name in applicant.names):
        return "氏名"
    if len(applicant.birth_dates) != 1 and not applicant.corporate:
        return "生年月日"
    return ""


def _label(found: Agreement) -> str:
    """Return what agrees and what does not, in words.

    Examples:
        >>> _label(Agreement(Level.EQUAL, Level.EQUAL, Level.EQUAL, Level.DIFFERS))
        '氏名・生年月日は一致、住所は相違'
    """
    name = found.name
    kinds = [("氏名", name), ("生年月日", found.birth_date), ("住所", found.address)]
    if name not in AGREES:
        kinds.insert(1, ("カナ", found.kana))
    if found.both_corporate:
        kinds = [("名称", name), ("所在地", found.address)]
    words = (
        ("一致", AGREES),
        ("近い", {Level.NEAR}),
        ("相違", {Level.DIFFERS}),
        ("確かめられない", {Level.MISSING}),
    )
    parts = []
    for word, levels in words:
        named = [kind for kind, level in kinds if level in levels]
        if named:
            verb = "は" if word != "確かめられない" else "が"
            parts.append("・".join(named) + verb + word)
    return "、".join(parts)


def with_all_numbers(match: Match, persons: Sequence[Resident]) -> Match:
    """Return a SAME match with every 宛名番号 of its person, protected ones checked.

    Args:
        match: From `decide`.
        persons: All rows of the ledger that are this person.
    """
    residents = {person.addressee_no: person for person in persons}
    residents |= {person.addressee_no: person for person in match.persons}
    if any(resident.protected for resident in residents.values()):
        return Match(
            match.row_id, Identity.ASK, "支援措置の対象者が関係する", protected=True
        )
    ordered = tuple(residents[number] for number in sorted(residents))
    return replace(match, persons=ordered)


def with_candidates_numbers(
    match: Match, rows: Mapping[str, Sequence[Resident]]
) -> Match:
    """Return a question with every 宛名番号 of each candidate, protected ones checked.

    Args:
        match: ASK, from `decide`.
        rows: By 宛名番号 of each candidate, all rows of that person.
    """
    whole = {
        entry.resident.addressee_no: rows.get(entry.resident.addressee_no, ())
        for entry in match.candidates
    }
    if any(row.protected for its in whole.values() for row in its):
        return Match(
            match.row_id, Identity.ASK, "支援措置の対象者が関係する", protected=True
        )
    told = tuple(
        replace(
            entry,
            other_numbers=tuple(
                sorted(
                    {row.addressee_no for row in whole[entry.resident.addressee_no]}
                    - {entry.resident.addressee_no}
                )
            ),
        )
        for entry in match.candidates
    )
    return replace(match, candidates=told)
