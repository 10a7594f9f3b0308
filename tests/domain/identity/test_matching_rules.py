from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.identity.agreement import agreement, birth_level
from tasks.domain.identity.matching import compare, decide, with_all_numbers
from tasks.domain.identity.person_keys import (
    PersonKeys,
    ResidentKeys,
    applicant_keys,
    birth_form,
    resident_keys,
)
from tasks.domain.identity.rivals import same_person
from tasks.domain.records import Applicant, Identity, Level, Match, Resident

TODAY = dt.date(2026, 11, 4)
BIRTH = "昭和60年4月1日"
HOUSE = "みなと市本町一丁目2番3号"
ELSEWHERE = "うしお市波止場町9番地8"


def applicant(name: str = "甲野 一郎", **values: str) -> Applicant:
    defaults = {"kana": "コウノ イチロウ", "birth_date": BIRTH, "address": HOUSE}
    return Applicant("list:1", "a!1行", "1", name, **(defaults | values))  # type: ignore[arg-type]


def resident(
    number: str = "0000000011", name: str = "甲野　一郎", **values: object
) -> Resident:
    birth = values.pop("birth", BIRTH)
    defaults: dict[str, object] = {
        "kana": "ｺｳﾉ ｲﾁﾛｳ",
        "birth_date": birth_form(str(birth), today=TODAY),
        "address": HOUSE,
    }
    return Resident(number, name, **(defaults | values))  # type: ignore[arg-type]


def match(asked: Applicant, *ledger: Resident) -> Match:
    return decide(
        applicant_keys(asked, today=TODAY), [resident_keys(row) for row in ledger]
    )


TRUE = resident()


@pytest.mark.parametrize(
    ("asked", "row", "identity"),
    [
        pytest.param(applicant(), TRUE, Identity.SAME, id="all_agree"),
        pytest.param(applicant(kana=""), TRUE, Identity.SAME, id="no_kana"),
        pytest.param(
            applicant("髙野 一郎"),
            resident(name="高野　一郎"),
            Identity.SAME,
            id="variant_letter",
        ),
        pytest.param(
            applicant(address="本町1-2-3"), TRUE, Identity.SAME, id="short_address"
        ),
        pytest.param(
            applicant(address=ELSEWHERE),
            resident(former_address=ELSEWHERE),
            Identity.SAME,
            id="former_address",
        ),
        pytest.param(
            applicant("金村 一郎"),
            resident(name="KIM ILRO", common_name="金村　一郎"),
            Identity.SAME,
            id="common_name",
        ),
        pytest.param(
            applicant("ilro kim"),
            resident(name="KIM ILRO", common_name="金村　一郎"),
            Identity.SAME,
            id="latin_order",
        ),
        pytest.param(
            applicant(address=ELSEWHERE), TRUE, Identity.ASK, id="another_address"
        ),
        pytest.param(applicant(address=""), TRUE, Identity.ASK, id="no_address"),
        pytest.param(
            applicant(), resident(address=""), Identity.ASK, id="ledger_no_address"
        ),
        pytest.param(
            applicant(address="本町1-2-8"), TRUE, Identity.ASK, id="another_house"
        ),
        pytest.param(
            applicant(birth_date="昭和60年4月7日"),
            TRUE,
            Identity.ASK,
            id="birth_one_digit",
        ),
        pytest.param(
            applicant(birth_date="昭和50年9月9日"),
            TRUE,
            Identity.ASK,
            id="other_birth_date",
        ),
        pytest.param(applicant(birth_date=""), TRUE, Identity.ASK, id="no_birth_date"),
        pytest.param(
            applicant(birth_date="60.4.1"),
            TRUE,
            Identity.ASK,
            id="ambiguous_birth_date",
        ),
        pytest.param(applicant("申野 一郎"), TRUE, Identity.ASK, id="misread_family"),
        pytest.param(applicant("甲野 一朗"), TRUE, Identity.ASK, id="given_name_near"),
        pytest.param(applicant("乙川 一郎"), TRUE, Identity.ASK, id="married"),
        pytest.param(
            applicant("乙川 一郎", address=ELSEWHERE),
            TRUE,
            Identity.ASK,
            id="married_and_moved",
        ),
        pytest.param(applicant("〓野 一郎"), TRUE, Identity.ASK, id="geta"),
        pytest.param(applicant("?野 一郎"), TRUE, Identity.ASK, id="question_mark"),
        pytest.param(
            applicant("\ue000野 一郎"),
            resident(name="\ue000野　一郎"),
            Identity.ASK,
            id="equal_gaiji_prove_nothing",
        ),
        pytest.param(
            applicant("乙川 花子", kana="オトカワ ハナコ"),
            TRUE,
            Identity.ASK,
            id="household",
        ),
        pytest.param(
            applicant("甲野 一朗", birth_date="昭和60年4月7日"),
            TRUE,
            Identity.ASK,
            id="name_and_birth_date_misread",
        ),
        pytest.param(
            applicant("甲野 一朗", birth_date="昭和60年4月7日", address="本町1-2-8"),
            TRUE,
            Identity.ASK,
            id="everything_misread",
        ),
        pytest.param(
            applicant("甲野 一朗", address=ELSEWHERE),
            TRUE,
            Identity.ASK,
            id="name_misread_and_moved",
        ),
        pytest.param(
            applicant(birth_date="昭和60年4月7日", address=ELSEWHERE),
            TRUE,
            Identity.ASK,
            id="birth_date_misread_and_moved",
        ),
        pytest.param(
            applicant("甲野 一朗", birth_date="昭和60年4月7日", address=ELSEWHERE),
            TRUE,
            Identity.NONE,
            id="nothing_agrees_but_the_kana",
        ),
        pytest.param(
            applicant(birth_date="平成5年9月9日", address=ELSEWHERE),
            TRUE,
            Identity.NONE,
            id="same_name_only",
        ),
        pytest.param(
            applicant("乙川 花子", kana="オトカワ ハナコ", address=ELSEWHERE),
            TRUE,
            Identity.NONE,
            id="same_birth_date_only",
        ),
        pytest.param(
            applicant("乙川 花子", kana="オトカワ ハナコ", birth_date="平成5年9月9日"),
            TRUE,
            Identity.NONE,
            id="same_address_only",
        ),
    ],
)
def test_one_candidate_is(asked: Applicant, row: Resident, identity: Identity) -> None:
    found = match(asked, row)
    assert found.identity is identity
    assert found.rule
    assert [p.addressee_no for p in found.persons] == (
        [row.addressee_no] if identity is Identity.SAME else []
    )


def test_former_address_is_named_in_the_rule() -> None:
    found = match(applicant(address=ELSEWHERE), resident(former_address=ELSEWHERE))
    assert found.rule == "氏名・生年月日・前住所が一致"
    assert found.candidates[0].address_is_former


@pytest.mark.parametrize(
    ("values", "identity"),
    [
        pytest.param({}, Identity.SAME, id="all_agree"),
        pytest.param({"address": ELSEWHERE}, Identity.SAME, id="moved"),
        pytest.param({"birth_date": ""}, Identity.SAME, id="no_birth_date"),
        pytest.param({"birth_date": "平成5年9月9日"}, Identity.ASK, id="other_birth"),
        pytest.param({"name": "乙川 二郎"}, Identity.ASK, id="other_name"),
        pytest.param({"name": "甲野 一朗"}, Identity.ASK, id="twin_like_name"),
    ],
)
def test_addressee_number_proves_only_with_the_name(
    values: dict[str, str], identity: Identity
) -> None:
    asked = applicant(**(values | {"addressee_no": "11"}))
    assert match(asked, TRUE).identity is identity


def test_contradicting_number_is_asked_even_when_another_person_agrees() -> None:
    other = resident("0000000022", "乙川　花子", kana="ｵﾄｶﾜ ﾊﾅｺ", address=ELSEWHERE)
    found = match(applicant(addressee_no="22"), TRUE, other)
    assert found.identity is Identity.ASK
    assert found.persons == ()


def test_number_that_nobody_has_is_asked() -> None:
    assert match(applicant(addressee_no="99"), TRUE).identity is Identity.ASK


def corporation(number: str = "0000000031", **values: object) -> Resident:
    name = str(values.pop("name", "株式会社みなと建設"))
    defaults = {"kana": "", "birth": "", "corporate_number": "7000012050002"}
    return resident(number, name, **(defaults | values))


def company(name: str = "（株）みなと建設", **values: str) -> Applicant:
    return applicant(name, **({"kana": "", "birth_date": ""} | values))


@pytest.mark.parametrize(
    ("asked", "row", "identity"),
    [
        pytest.param(
            company(corporate_number="7000012050002", address=ELSEWHERE),
            corporation(),
            Identity.SAME,
            id="number_and_name",
        ),
        pytest.param(company(), corporation(), Identity.SAME, id="name_and_address"),
        pytest.param(
            company(address=ELSEWHERE), corporation(), Identity.ASK, id="name_only"
        ),
        pytest.param(
            company("有限会社みなと水産", corporate_number="7000012050002"),
            corporation(),
            Identity.ASK,
            id="number_with_another_name",
        ),
        pytest.param(
            company(corporate_number="5010001008846"),
            corporation(),
            Identity.ASK,
            id="name_and_address_with_another_number",
        ),
        pytest.param(
            company("ｶ)みなと建設"), corporation(), Identity.SAME, id="form_of_banks"
        ),
        pytest.param(
            company("株式会社みなと建設　代表取締役 甲野一郎"),
            corporation(),
            Identity.SAME,
            id="with_its_officer",
        ),
        pytest.param(
            company("株式会社みなと建設　東支店", address=ELSEWHERE),
            corporation(),
            Identity.ASK,
            id="branch_elsewhere",
        ),
        pytest.param(
            company("株式会社"),
            corporation(name="株式会社"),
            Identity.ASK,
            id="no_name",
        ),
        pytest.param(
            company("みなと建設株式会社", address=ELSEWHERE),
            corporation(),
            Identity.NONE,
            id="form_of_law_behind_is_another_company",
        ),
    ],
)
def test_corporation_is(asked: Applicant, row: Resident, identity: Identity) -> None:
    assert match(asked, row).identity is identity


def test_natural_person_without_birth_date_is_no_corporation() -> None:
    row = resident(birth="")
    assert match(applicant(birth_date=""), row).identity is Identity.ASK


TWIN = resident("0000000012", "甲野　一朗", kana="ｺｳﾉ ｲﾁﾛｳ")


@pytest.mark.parametrize(
    ("asked", "rival", "identity"),
    [
        pytest.param(
            applicant(), TWIN, Identity.ASK, id="twin_of_one_letter_same_kana"
        ),
        pytest.param(
            applicant(),
            resident("0000000012", "甲野　一太", kana="ｺｳﾉ ｲﾁﾀ"),
            Identity.SAME,
            id="twin_told_apart_by_kana",
        ),
        pytest.param(
            applicant(kana=""),
            resident("0000000012", "甲野　一太", kana="ｺｳﾉ ｲﾁﾀ"),
            Identity.ASK,
            id="twin_without_kana",
        ),
        pytest.param(
            applicant(),
            resident("0000000012", "甲野　健次", kana="ｺｳﾉ ｹﾝｼﾞ"),
            Identity.SAME,
            id="twin_of_another_name",
        ),
        pytest.param(
            applicant(),
            resident("0000000012", address="みなと市港町5番地6"),
            Identity.SAME,
            id="namesake_of_same_birth_date_far_away",
        ),
        pytest.param(
            applicant(),
            resident("0000000012", address="みなと市本町一丁目2番8号"),
            Identity.ASK,
            id="namesake_of_same_birth_date_next_door",
        ),
        pytest.param(
            applicant(),
            resident("0000000012", birth="昭和60年4月7日"),
            Identity.ASK,
            id="namesake_in_the_house_one_digit_younger",
        ),
        pytest.param(
            applicant(),
            resident("0000000012", birth="昭和30年8月9日"),
            Identity.SAME,
            id="father_of_the_same_name",
        ),
        pytest.param(
            applicant(),
            resident("0000000012", "甲野　一朗", birth="昭和30年8月9日"),
            Identity.SAME,
            id="father_of_one_letter",
        ),
        pytest.param(
            applicant(),
            resident("0000000012", address=ELSEWHERE, former_address=HOUSE),
            Identity.ASK,
            id="two_people_with_the_same_proof",
        ),
    ],
)
def test_rival_vetoes_only_within_reach(
    asked: Applicant, rival: Resident, identity: Identity
) -> None:
    assert match(asked, TRUE, rival).identity is identity
    assert match(asked, rival, TRUE).identity is identity


def test_rows_of_one_person_are_no_rivals() -> None:
    second = resident("0000000012", person_group="A1", address="みなと市港町5番地6")
    first = resident(person_group="A1")
    found = match(applicant(), first, second)
    assert found.identity is Identity.SAME


def test_namesakes_without_house_number_are_not_one_person() -> None:
    one, other = (
        resident_keys(resident(n, address="みなと市本町")) for n in ("1", "2")
    )
    assert not same_person(one, other)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(applicant(), id="same"),
        pytest.param(applicant(address=ELSEWHERE), id="ask"),
    ],
)
def test_protected_person_is_never_listed(asked: Applicant) -> None:
    hidden = resident(protected=True)
    neighbour = resident("0000000012", address=ELSEWHERE)
    found = match(asked, hidden, neighbour)
    assert found.protected
    assert found.identity is Identity.ASK
    assert found.persons == ()
    assert found.candidates == ()


def test_protected_person_who_does_not_matter_changes_nothing() -> None:
    hidden = resident(
        "0000000012", "乙川　花子", kana="", birth="平成5年9月9日", protected=True
    )
    found = match(applicant(), TRUE, hidden)
    assert found.identity is Identity.SAME
    assert not found.protected
    assert all(not evidence.resident.protected for evidence in found.candidates)


def test_protection_of_another_number_counts_for_the_person() -> None:
    found = match(applicant(), TRUE)
    assert with_all_numbers(found, [resident("0000000012", protected=True)]).protected


def test_all_numbers_are_listed_in_order() -> None:
    found = with_all_numbers(match(applicant(), TRUE), [resident("0000000002"), TRUE])
    assert [p.addressee_no for p in found.persons] == ["0000000002", "0000000011"]


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(applicant("〓〓 〓〓", kana=""), id="name"),
        pytest.param(applicant("乙川 花子", birth_date="読めない"), id="birth_date"),
        pytest.param(applicant("", kana=""), id="no_name"),
    ],
)
def test_nobody_is_not_proved_by_an_illegible_request(asked: Applicant) -> None:
    assert match(asked).identity is Identity.ASK


def test_nobody_is_proved_by_a_legible_request() -> None:
    found = match(applicant())
    assert (found.identity, found.candidates) == (Identity.NONE, ())


def test_labels_say_what_agrees_and_what_does_not() -> None:
    found = match(applicant(address=ELSEWHERE), TRUE)
    assert found.rule == "氏名・生年月日は一致、住所は相違"


def test_nearest_person_is_shown_first() -> None:
    near = resident("0000000013", address=ELSEWHERE)
    far = resident("0000000012", "甲川　五郎", kana="", birth="平成5年9月9日")
    found = match(applicant(address="みなと市港町1番地1"), far, near)
    assert [e.resident.addressee_no for e in found.candidates] == [
        "0000000013",
        "0000000012",
    ]


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        pytest.param("1985-04-01", "1985-04-01", Level.EQUAL, id="equal"),
        pytest.param("1985-04-01", "1985-04-07", Level.NEAR, id="one_digit"),
        pytest.param("1985-04-01", "1985-01-04", Level.NEAR, id="day_for_month"),
        pytest.param("1985-04-12", "1985-04-21", Level.NEAR, id="swapped_digits"),
        pytest.param("1985-04-01", "1948-04-01", Level.DIFFERS, id="other_year"),
        pytest.param("1990-04-01", "1927-04-01", Level.NEAR, id="wrong_era"),
        pytest.param("1985-04-01", "1985-12-30", Level.DIFFERS, id="other_day"),
    ],
)
def test_birth_dates_are(one: str, other: str, level: Level) -> None:
    ours, theirs = (
        PersonKeys(names=(), birth_dates=(dt.date.fromisoformat(day),))
        for day in (one, other)
    )
    assert birth_level(ours, theirs) is level
    assert birth_level(theirs, ours) is level


_NAMES = st.sampled_from(
    ["甲野　一郎", "甲野　一朗", "乙川　花子", "〓野　一郎", "甲野一郎", ""]
)
_BIRTHS = st.sampled_from([BIRTH, "昭和60年4月7日", "平成5年9月9日", ""])
_PLACES = st.sampled_from([HOUSE, "本町1-2-8", ELSEWHERE, "港町5", ""])
_KANA = st.sampled_from(["コウノ イチロウ", "コウノ イチタ", ""])


@st.composite
def _ledger(draw: st.DrawFn) -> list[ResidentKeys]:
    count = draw(st.integers(min_value=0, max_value=5))
    return [
        resident_keys(
            resident(
                f"{number:010d}",
                draw(_NAMES),
                kana=draw(_KANA),
                birth=draw(_BIRTHS),
                address=draw(_PLACES),
                former_address=draw(_PLACES),
                protected=draw(st.booleans()),
            )
        )
        for number in range(count)
    ]


@given(_ledger(), _NAMES, _BIRTHS, _PLACES, st.randoms())
def test_order_of_the_ledger_never_changes_the_decision(
    ledger: list[ResidentKeys], name: str, birth: str, place: str, random: object
) -> None:
    keys = applicant_keys(applicant(name, birth_date=birth, address=place), today=TODAY)
    first = decide(keys, ledger)
    shuffled = list(ledger)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide(keys, shuffled) == first


@given(_ledger(), _NAMES, _BIRTHS, _PLACES)
def test_nobody_is_the_same_without_number_unless_name_birth_date_and_address_agree(
    ledger: list[ResidentKeys], name: str, birth: str, place: str
) -> None:
    keys = applicant_keys(applicant(name, birth_date=birth, address=place), today=TODAY)
    found = decide(keys, ledger)
    assert not any(evidence.resident.protected for evidence in found.candidates)
    for person in found.persons:
        levels = agreement(keys.keys, resident_keys(person).keys)
        assert levels.name in (Level.EQUAL, Level.VARIANT)
        assert levels.birth_date is Level.EQUAL
        assert levels.address is Level.EQUAL


@given(_ledger(), _NAMES, _BIRTHS, _PLACES, _KANA)
def test_nobody_is_said_only_where_at_most_one_kind_agrees_with_anybody(
    ledger: list[ResidentKeys], name: str, birth: str, place: str, kana: str
) -> None:
    request = applicant(name, birth_date=birth, address=place, kana=kana)
    keys = applicant_keys(request, today=TODAY)
    if decide(keys, ledger).identity is not Identity.NONE:
        return
    assert keys.keys.names[0].legible
    assert len(keys.keys.birth_dates) == 1
    for resident_row in ledger:
        found = agreement(keys.keys, resident_row.keys)
        kinds = (found.name, found.birth_date, found.address)
        assert sum(level in (Level.EQUAL, Level.VARIANT) for level in kinds) <= 1


@given(_ledger(), _NAMES, _BIRTHS, _PLACES, _KANA)
def test_nobody_is_the_same_against_the_reading(
    ledger: list[ResidentKeys], name: str, birth: str, place: str, kana: str
) -> None:
    request = applicant(name, birth_date=birth, address=place, kana=kana)
    keys = applicant_keys(request, today=TODAY)
    for person in decide(keys, ledger).persons:
        found = agreement(keys.keys, resident_keys(person).keys)
        assert found.kana is not Level.DIFFERS


def test_evidence_carries_levels_and_rule() -> None:
    found = compare(
        applicant_keys(applicant(), today=TODAY).keys, resident_keys(TRUE)
    ).evidence
    assert found.name is Level.EQUAL
    assert found.kana is Level.EQUAL
    assert found.rule == "氏名・生年月日・住所が一致"
    assert "甲野" not in repr(found)
