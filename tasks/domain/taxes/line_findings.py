"""What clerks found contradictory tax lines to be, set on those very lines."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tasks.domain.clerks.findings import (
    LINE_RESULTS,
    Finding,
    by_about,
    key_of_line,
    use_of,
)
from tasks.domain.lists_and_ledgers.sources import InputNote
from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import Answer, TaxLine
from tasks.domain.taxes.delinquency import contradiction

_USED = "職員が確認した台帳の行があります（シート「税額明細」）。"
_SEVERAL = "職員が確認した行に当たる明細が二つあるため、その確認は使っていません"


def with_line_findings(
    lines: Mapping[str, Sequence[TaxLine]],
    findings: Sequence[Finding],
    *,
    rules: DelinquencyRules,
    as_of: dt.date,
) -> tuple[dict[str, tuple[TaxLine, ...]], tuple[InputNote, ...]]:
    """Return the tax lines with what clerks found, and notes for staff.

    A line that does not contradict itself is as the ledger says, whatever was found of it
    before.

    Args:
        lines: 宛名番号: its tax lines as the ledger has them.
        findings: Everything ever recorded, in the order of its numbers.
        rules: Of the ordinance.
        as_of: 収納反映日.
    """
    about = by_about(findings)
    told: Counter[str] = Counter()
    found = {number: tuple(its) for number, its in lines.items()}
    if not about:
        return found, ()
    for number, its in found.items():
        keys = [key_of_line(line) for line in its]
        named = Counter(key.about for key in keys)
        changed: list[TaxLine] = []
        for line, key in zip(its, keys, strict=True):
            changed.append(line)
            said = about.get(key.about)
            if said is None or not contradiction(line, rules=rules, as_of=as_of):
                continue
            use = use_of(key, said, last_day=as_of, second=rules.second_clerk)
            if named[key.about] > 1:
                told[_SEVERAL] += 1
            elif use.found is not None and use.found.result in LINE_RESULTS:
                changed[-1] = replace(
                    line, found=Answer(use.found.result), found_alone=use.voices < 2
                )
                told[_USED] += 1
            elif use.told:
                told[use.told] += 1
        found[number] = tuple(changed)
    return found, tuple(
        InputNote(
            "",
            "確認事項",
            "finding_used" if sentence == _USED else "finding_not_used",
            sentence if sentence == _USED else f"{sentence}。",
            count,
        )
        for sentence, count in sorted(told.items())
    )
