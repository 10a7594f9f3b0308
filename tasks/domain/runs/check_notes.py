"""What staff should know about a whole run that no single file shows."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tasks.domain.lists_and_ledgers.sources import InputNote
from tasks.domain.lists_and_ledgers.tax_kinds import configured_tax
from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import TaxLine, Verdict
from tasks.domain.runs.check_report import addressee_numbers
from tasks.domain.taxes.delinquency import judge_line

_MOST_PLACES = 10


def run_notes(
    verdicts: Sequence[Verdict],
    ledger_lines: Mapping[str, Sequence[TaxLine]],
    *,
    missing: Sequence[str],
    rules: DelinquencyRules,
    as_of: dt.date,
) -> Iterator[InputNote]:
    """Yield notes on taxes passed over or absent, repeated persons, charges left out.

    Args:
        verdicts: All answers of the run.
        ledger_lines: 宛名番号: every line that the ledger holds of it.
        missing: Configured 税目 that no ledger has a line of.
        rules: What the verdicts were judged by.
        as_of: 収納反映日.
    """
    counts = Counter(line.tax for lines in ledger_lines.values() for line in lines)
    yield from _taxes_passed_over(counts, rules.taxes)
    yield from _taxes_without_lines(missing)
    yield from _same_persons(verdicts)
    left_out = sum(
        bool(judge_line(line, rules=rules, as_of=as_of).charge_note)
        for verdict in verdicts
        for line in verdict.lines
    )
    if left_out:
        message = "延滞金の見込みを計算していない明細があります（税額明細の備考）。"
        yield InputNote("", "延滞金", "charge_left_out", message, left_out)


def _taxes_passed_over(
    counts: Mapping[str, int], configured: tuple[str, ...]
) -> Iterator[InputNote]:
    for tax, count in sorted(counts.items()):
        if configured_tax(tax, configured) is None:
            message = f"「{tax}」は対象の税目にないため、見ていません。"
            yield InputNote("", "税台帳", "tax_not_looked_at", message, count)


def _taxes_without_lines(missing: Sequence[str]) -> Iterator[InputNote]:
    """A forgotten ledger file would make 完納 of somebody who owes."""
    for tax in missing:
        message = (
            f"対象の税目「{tax}」の明細が、どの台帳にも一件もないため、見ていません。"
            "台帳ファイルの入れ忘れがないか確かめてください。"
        )
        yield InputNote("", "税台帳", "tax_without_lines", message)


def _same_persons(verdicts: Sequence[Verdict]) -> Iterator[InputNote]:
    places: dict[frozenset[str], list[str]] = defaultdict(list)
    for verdict in verdicts:
        numbers = addressee_numbers(verdict)
        if numbers:
            places[frozenset(numbers)].append(verdict.applicant.source)
    for sources in places.values():
        if len(sources) > 1:
            shown = "、".join(sources[:_MOST_PLACES])
            message = "同じ人の申請が二つ以上あります。それぞれに同じ判定をしています。"
            yield InputNote("", shown, "same_person", message, len(sources))
