"""What staff are told about a whole run."""

import datetime as dt
from collections.abc import Sequence

from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import Applicant, Identity, Match, Resident, TaxLine, Verdict
from tasks.domain.runs.check_notes import run_notes
from tasks.domain.taxes.verdicts import judge

AS_OF = dt.date(2026, 10, 31)
RULES = DelinquencyRules(taxes=("個人市県民税", "軽自動車税"), charge_rates={})


def line(tax: str, paid: int = 10_000, number: str = "01") -> TaxLine:
    return TaxLine(number, tax, 2026, 1, dt.date(2026, 6, 30), 10_000, paid)


def verdict(row: int, number: str, lines: Sequence[TaxLine]) -> Verdict:
    person = Resident(number, "検査 一郎", "", None, "検査町1-1")
    asked = Applicant(f"list:{row}", f"名簿.xlsx!{row}行", str(row), "検査 一郎")
    match = Match(f"list:{row}", Identity.SAME, "", persons=(person,))
    return judge(asked, match, lines, rules=RULES, as_of=AS_OF)


def codes(verdicts: Sequence[Verdict], lines: Sequence[TaxLine]) -> dict[str, int]:
    notes = run_notes(verdicts, {"01": lines}, missing=(), rules=RULES, as_of=AS_OF)
    return {note.code: note.count for note in notes}


def test_a_run_without_anything_odd_has_no_notes() -> None:
    lines = [line("市県民税"), line("軽自動車税")]
    assert codes([verdict(5, "01", lines)], lines) == {}


def test_a_tax_that_is_passed_over_is_told() -> None:
    lines = [line("市県民税"), line("軽自動車税"), line("入湯税"), line("入湯税")]
    assert codes([verdict(5, "01", lines)], lines) == {"tax_not_looked_at": 2}


def test_a_tax_that_no_ledger_has_may_be_a_forgotten_file() -> None:
    found = list(run_notes([], {}, missing=("軽自動車税",), rules=RULES, as_of=AS_OF))
    assert [note.code for note in found] == ["tax_without_lines"]
    assert "軽自動車税" in found[0].message


def test_a_tax_that_only_others_owe_is_not_missing() -> None:
    lines = [line("市県民税")]
    assert codes([verdict(5, "01", lines)], lines) == {}


def test_nobody_matched_needs_no_tax_lines() -> None:
    assert codes([], []) == {}


def test_one_person_asked_about_twice_is_told_with_both_places() -> None:
    lines = [line("市県民税"), line("軽自動車税")]
    twice = [verdict(row, "01", lines) for row in (5, 9)]
    (note,) = run_notes(twice, {"01": lines}, missing=(), rules=RULES, as_of=AS_OF)
    assert (note.code, note.count) == ("same_person", 2)
    assert note.place == "名簿.xlsx!5行、名簿.xlsx!9行"


def test_charges_that_could_not_be_computed_are_counted() -> None:
    lines = [line("市県民税", paid=0), line("軽自動車税")]
    assert codes([verdict(5, "01", lines)], lines) == {"charge_left_out": 1}
