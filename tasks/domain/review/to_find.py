"""What a clerk must find out where the person is settled, and the answer is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from tasks.domain.clerks.findings import (
    LINE_RESULTS,
    PASSING,
    Finding,
    FindingKey,
    Found,
    Person,
    key_of_line,
    key_of_related,
)
from tasks.domain.clerks.second_clerk import SECOND_AWAITED
from tasks.domain.normal_forms.letter_dates import letter_date, letter_fiscal_year
from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import Answer, Identity, Match, TaxLine, Verdict, Whose
from tasks.domain.taxes.delinquency import contradiction

FOUND_WORDS = {
    Whose.HOUSEHOLD: "ほかに見る世帯員はいない",
    Whose.REPRESENTATIVE: "代表者は宛名台帳にいない",
    Whose.CORPORATION: "見る法人はない",
}
"""What Found.NOBODY means of each."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to find out."""

    key: FindingKey
    what: str
    """世帯, 代表者, 台帳の行 ... in words for staff."""
    why: str
    """Why it must be found out: Japanese, no names."""
    ledger: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """What the ledger says: label and text."""
    awaits_second: bool = False
    """Found by one clerk, and needs a second one."""

    @property
    def of_line(self) -> bool:
        """Whether a tax line is asked about; else who is looked at."""
        return self.key.kind not in Whose.__members__

    @property
    def results(self) -> tuple[tuple[str, str], ...]:
        """What can be chosen: result and its words, 保留 last."""
        if self.of_line:
            named = tuple((one.value, one.value) for one in LINE_RESULTS)
        else:
            nobody = FOUND_WORDS[Whose[self.key.kind]]
            named = ((Found.THESE.value, "次の人を見る"), (Found.NOBODY.value, nobody))
        return (*named, (Found.LATER.value, Found.LATER.value))


def things_of(
    verdict: Verdict,
    *,
    rules: DelinquencyRules,
    as_of: dt.date,
    settled: bool = False,
) -> tuple[Thing, ...]:
    """Return what a clerk must find out before a verdict can be given.

    Args:
        verdict: Of the run.
        rules: Of the ordinance.
        as_of: 収納反映日.
        settled: Also what was found out and is applied, to be found anew.
    """
    match = verdict.match
    if match is None or match.protected or match.identity is not Identity.SAME:
        return ()
    if verdict.answer is not Answer.SEVERAL and not settled:
        return ()
    # Said by `verdicts` where one clerk alone would make somebody owe.
    alone = verdict.reason.startswith(SECOND_AWAITED)
    return (
        *_of_others(verdict, match, alone=alone, settled=settled),
        *_of_lines(verdict, rules, as_of, alone=alone, settled=settled),
    )


def with_seen(thing: Thing, findings: Iterable[Finding]) -> Thing:
    """Return a thing whose key bears the newest finding on it: a new one replaces all."""
    newest = max((one.seq for one in findings), default=0)
    return replace(thing, key=replace(thing.key, seen_until=newest))


def problem_with(finding: Finding) -> str:
    """Return the header of what is missing or too much in a finding; empty when whole.

    Examples:
        >>> key = FindingKey("LINE", "0" * 16, "1" * 16)
        >>> when = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
        >>> problem_with(Finding(key, "猶予中", "許可書を確認", "係", when))
        'until'
    """
    line = finding.key.kind not in Whose.__members__
    later = finding.result == Found.LATER
    if not later and not finding.reason:
        return "reason"
    allowed = {*LINE_RESULTS, Found.LATER} if line else set(Found)
    if finding.result not in allowed:
        return "result"
    if bool(finding.persons) != (finding.result == Found.THESE):
        return "persons"
    if (finding.until is not None) != (finding.result in PASSING):
        return "until"
    return ""


def _of_others(
    verdict: Verdict, match: Match, *, alone: bool, settled: bool
) -> Iterator[Thing]:
    alone = alone and match.found_alone
    for asked in match.to_find:
        open_still = any(one.startswith(asked.doubt) for one in match.doubts)
        if open_still or alone or settled:
            yield Thing(
                key_of_related(verdict.applicant, asked),
                asked.whose.value,
                f"{asked.doubt}。{asked.told}" if asked.told else asked.doubt,
                tuple(
                    pair
                    for person in match.persons
                    for pair in (
                        ("宛名番号", person.addressee_no),
                        ("氏名", person.name),
                        ("世帯番号", person.household_no or "なし"),
                    )
                ),
                awaits_second=alone and not open_still,
            )


def _of_lines(
    verdict: Verdict,
    rules: DelinquencyRules,
    as_of: dt.date,
    *,
    alone: bool,
    settled: bool,
) -> Iterator[Thing]:
    for line in verdict.lines:
        why = contradiction(line, rules=rules, as_of=as_of)
        awaits = alone and line.found_alone
        if why or awaits or (settled and line.found):
            yield Thing(
                key_of_line(line),
                "台帳の行",
                why or f"{line.found}と確かめた行",
                _told(line),
                awaits_second=awaits,
            )


def _told(line: TaxLine) -> tuple[tuple[str, str], ...]:
    state = line.status.value
    if line.status_from or line.status_until:
        begins = letter_date(line.status_from) if line.status_from else ""
        ends = letter_date(line.status_until) if line.status_until else ""
        state = f"{state}（{begins}～{ends}）"
    return (
        ("宛名番号", line.addressee_no),
        ("税目", line.tax),
        ("年度", letter_fiscal_year(line.fiscal_year)),
        ("期別", str(line.instalment) if line.instalment else "全期・随時"),
        ("納期限", letter_date(line.due_date)),
        ("調定額", f"{line.assessed_yen:,}円"),
        ("収納額", f"{line.paid_yen:,}円"),
        ("状態", state),
    )


def named_persons(persons: tuple[Person, ...]) -> str:
    """Return people as a clerk writes them.

    Examples:
        >>> named_persons((Person("13", "別当 花子"), Person("14", "別当 次郎")))
        '13 別当 花子、14 別当 次郎'
    """
    return "、".join(f"{one.number} {one.name}" for one in persons)
