"""The program that invents the city: laws of chance, planted truth, missing fonts."""

from collections import Counter

import pytest

from sample_docs import fonts
from sample_docs.city import PEOPLE, City, make_city
from sample_docs.inbox import FILES
from sample_docs.numbers import corporate_number, my_number
from sample_docs.scans import write_inbox
from sample_docs.taxes import AS_OF, LAG_STARTS

SEVERAL = "複数候補 (要確認)"


@pytest.fixture(scope="module")
def city() -> City:
    return make_city()


def all_cases(city: City):
    return [*city.on_list, *(form.case for form in city.on_forms)]


def test_another_seed_gives_another_city_of_the_same_size(city):
    other = make_city(7)
    assert {p.name for p in other.people} != {p.name for p in city.people}
    assert len(other.on_list) == len(city.on_list)


def test_two_thousand_different_people_live_in_the_city(city):
    heads = [p for p in city.people if p.birth and p.kind == "住登内"]
    assert len(heads) == PEOPLE
    assert 650 < len({p.household_no for p in heads}) < 850


def test_at_least_twenty_people_have_two_numbers(city):
    assert sum(1 for person in city.people if person.kind == "住登外") >= 20


def test_no_number_is_given_twice(city):
    numbers = Counter(person.addressee_no for person in city.people)
    assert max(numbers.values()) == 1


def test_only_planted_people_share_a_name_and_a_birth_date(city):
    """An accidental rival would make a planted answer wrong."""
    planted = {number for case in all_cases(city) for number in case.numbers}
    rows: dict[object, list[str]] = {}
    for person in city.people:
        if person.birth and person.group_no == person.addressee_no:
            key = (person.name, person.birth)
            rows.setdefault(key, []).append(person.addressee_no)
    shared = [numbers for numbers in rows.values() if len(numbers) > 1]
    assert shared
    assert all(planted & set(numbers) for numbers in shared)


def test_answered_applicants_agree_with_exactly_the_people_in_the_key(city):
    """By raw equality of the planted rows, not by any rule under test."""
    by_number = {person.addressee_no: person for person in city.people}
    for case in all_cases(city):
        if not case.numbers:
            continue
        first = by_number[case.numbers[0]]
        same = {
            p.addressee_no
            for p in city.people
            if (p.name, p.birth, p.address) == (first.name, first.birth, first.address)
        }
        assert same == set(case.numbers), case.title


def test_people_planted_as_unknown_share_nothing_with_any_resident(city):
    names = {person.name for person in city.people}
    births = {person.birth for person in city.people}
    addresses = {person.address.ledger() for person in city.people}
    former = {person.former for person in city.people}
    unknown = [c.asked for c in all_cases(city) if c.answer == "該当者なし"]
    assert len(unknown) == 3
    for asked in unknown:
        assert asked.name not in names
        assert asked.birth not in births
        assert asked.address not in addresses | former


def worst_of(city: City, numbers: set[str]) -> str:
    """The answer by DOMAIN.md section 4, written here a second time and naively."""
    words = {
        "通常": "未納あり",
        "徴収猶予": "猶予中",
        "換価の猶予": "猶予中",
        "分納誓約": "分納中",
        "執行停止": "執行停止中",
    }
    found = set()
    for line in city.lines:
        if line.addressee_no not in numbers:
            continue
        if line.paid >= line.assessed:
            found.add("完納")
        elif line.due >= AS_OF:
            found.add("納期未到来のみ")
        elif line.due >= LAG_STARTS:
            found.add("反映待ち")
        else:
            found.add(words[line.status])
    order = (
        "未納あり",
        "執行停止中",
        "分納中",
        "猶予中",
        "反映待ち",
        "納期未到来のみ",
        "完納",
    )
    return next((word for word in order if word in found), "課税なし")


def test_planted_tax_lines_give_the_planted_answer(city):
    for case in all_cases(city):
        if case.numbers:
            assert worst_of(city, set(case.numbers)) == case.answer, case.title


def test_nothing_is_paid_after_the_ledger_was_closed_or_beyond_what_was_assessed(city):
    for line in city.lines:
        assert 0 <= line.paid <= line.assessed
        assert (line.paid_on is None) == (line.paid == 0)
        assert line.paid_on is None or line.paid_on < AS_OF


def test_posting_lag_is_twenty_one_days():
    assert (AS_OF - LAG_STARTS).days == 21


def test_check_digits_follow_the_published_examples():
    assert my_number("12345678901") == "123456789018"
    assert corporate_number("700110005901") == "8700110005901"


def test_missing_fonts_are_named_by_their_packages(tmp_path, monkeypatch):
    program = tmp_path / "fc-list"
    program.write_text("#!/bin/sh\necho /fonts/ipag.ttf\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    fonts.font_files.cache_clear()
    with pytest.raises(fonts.FontsMissingError, match=r"apt install .*fonts-seto"):
        fonts.font_files()


def test_missing_fontconfig_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    fonts.font_files.cache_clear()
    with pytest.raises(fonts.FontsMissingError, match="apt install fontconfig"):
        fonts.font_files()


@pytest.mark.slow
def test_scans_are_the_same_bytes_when_made_twice_with_the_same_fonts(
    city, tmp_path, monkeypatch
):
    try:
        fonts.font_files()
    except fonts.FontsMissingError as error:
        pytest.skip(str(error))
    few = tuple(f for f in FILES if f.file.endswith(("_004.jpg", "_20261112.pdf")))
    monkeypatch.setattr("sample_docs.scans.FILES", few)
    for folder in ("one", "two"):
        write_inbox(city.on_forms, tmp_path / folder, 20261120, lambda _: None)
    made = sorted((tmp_path / "one").iterdir())
    assert len(made) == 2
    for path in made:
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
