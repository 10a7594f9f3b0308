"""Who may be merged, who is a rival, and what a reason may say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tasks.domain.identity.matching import decide
from tasks.domain.identity.person_keys import applicant_keys, birth_form, resident_keys
from tasks.domain.identity.rivals import same_person
from tasks.domain.normal_forms.addresses import Home
from tasks.domain.records import Applicant, Identity, Match, Resident

TODAY = dt.date(2026, 11, 4)
BIRTH = "昭和60年4月1日"
HOUSE = "みなと市本町一丁目2番3号"
ELSEWHERE = "みなと市港町9番地9"
HOME = Home("汐見県", "みなと市", frozenset({"本町", "港町"}))


def applicant(name: str = "甲野 一郎", **values: str) -> Applicant:
    defaults = {"birth_date": BIRTH, "address": HOUSE}
    return Applicant("list:1", "a!1行", "1", name, **(defaults | values))  # type: ignore[arg-type]


def resident(number: str, name: str = "甲野　一郎", **values: object) -> Resident:
    birth = values.pop("birth", BIRTH)
    defaults: dict[str, object] = {
        "kana": "",
        "birth_date": birth_form(str(birth), today=TODAY),
        "address": HOUSE,
    }
    return Resident(number, name, **(defaults | values))  # type: ignore[arg-type]


def match(asked: Applicant, *ledger: Resident, home: Home | None = None) -> Match:
    return decide(
        applicant_keys(asked, today=TODAY, home=home),
        [resident_keys(row, home=home) for row in ledger],
    )


KANA = "ｺｳﾉ ｲﾁﾛｳ"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param({}, {}, True, id="everything_equal_without_kana"),
        pytest.param({"kana": KANA}, {"kana": KANA}, True, id="everything_equal"),
        pytest.param({"kana": KANA}, {}, False, id="kana_on_one_only"),
        pytest.param({"kana": KANA}, {"kana": "ｺｳﾉ ｶｽﾞｵ"}, False, id="other_kana"),
        pytest.param(
            {"name": "甲野　恵子"}, {"name": "甲野　惠子"}, False, id="variant_letter"
        ),
        pytest.param(
            {"address": f"{HOUSE}　寮101"},
            {"address": f"{HOUSE}　寮202"},
            False,
            id="other_room",
        ),
        pytest.param({"address": f"{HOUSE}　寮101"}, {}, False, id="room_on_one_only"),
        pytest.param(
            {"address": f"{HOUSE}　寮101"},
            {"address": f"{HOUSE}　寮１０１"},
            True,
            id="room_written_wide",
        ),
        pytest.param(
            {"birth": "S60.4.2"}, {"birth": "S60.4.1"}, False, id="other_birth_date"
        ),
        pytest.param(
            {"person_group": "0012"},
            {"person_group": "12", "name": "甲野　花子"},
            True,
            id="group_with_lost_zeros",
        ),
        pytest.param(
            {"person_group": "12"},
            {"person_group": "12", "birth": "S60.4.2"},
            False,
            id="group_of_two_birth_dates",
        ),
        pytest.param(
            {"person_group": "12"},
            {"person_group": "12", "birth": "", "name": "甲野　花子"},
            True,
            id="group_with_a_birth_date_missing",
        ),
        *(
            pytest.param(
                {"person_group": text},
                {"person_group": text, "address": ELSEWHERE},
                False,
                id=f"no_group_{number}",
            )
            for number, text in enumerate(("0", "00", "-", "－", "なし", ""))
        ),
    ],
)
def test_two_rows_are_one_person_only_when_the_ledger_says_so(
    one: dict[str, str], other: dict[str, str], same: bool
) -> None:
    first = resident_keys(resident("0011", **one))
    second = resident_keys(resident("0022", **other))
    assert same_person(first, second) is same
    assert same_person(second, first) is same


def test_representative_is_not_his_corporation() -> None:
    number = "7000012050002"
    company = resident("1", "株式会社みなと建設", birth="", corporate_number=number)
    branch = resident("2", "㈱みなと建設　支店", birth="", corporate_number=number)
    person = resident("3", corporate_number=number)
    keys = [resident_keys(row) for row in (company, branch, person)]
    assert same_person(keys[0], keys[1])
    assert not same_person(keys[0], keys[2])


def test_namesakes_of_a_dormitory_are_asked_when_no_room_is_written() -> None:
    found = match(
        applicant("佐藤 翔", kana="サトウ ショウ"),
        resident("1", "佐藤　翔", kana="ｻﾄｳ ｼｮｳ", address=f"{HOUSE}　寮101"),
        resident("2", "佐藤　翔", kana="ｻﾄｳ ｶｹﾙ", address=f"{HOUSE}　寮202"),
    )
    assert found.identity is Identity.ASK
    assert found.persons == ()


def test_household_twins_whose_names_fold_together_are_asked() -> None:
    found = match(
        applicant("甲野 恵子"), resident("1", "甲野　恵子"), resident("2", "甲野　惠子")
    )
    assert found.identity is Identity.ASK


@pytest.mark.parametrize(
    ("asked", "rival", "identity"),
    [
        pytest.param(
            applicant("森 太", kana="モリ ダイ"),
            resident("2", "森　大", kana="ﾓﾘ ﾀﾞｲ"),
            Identity.ASK,
            id="short_name_misread_and_kana_of_the_twin",
        ),
        pytest.param(
            applicant("森 太"),
            resident("2", "森　大", kana="ﾓﾘ ﾀﾞｲ"),
            Identity.ASK,
            id="short_name_of_one_letter_without_kana",
        ),
        pytest.param(
            applicant("森 太", kana="モリ フトシ"),
            resident("2", "森　大", kana="ﾓﾘ ﾀﾞｲ"),
            Identity.SAME,
            id="short_name_told_apart_by_kana",
        ),
        pytest.param(
            applicant("森 太"),
            resident("2", "森　健次", kana="ﾓﾘ ｹﾝｼﾞ"),
            Identity.SAME,
            id="clearly_another_name_without_kana",
        ),
        pytest.param(
            applicant("森 太", kana="モリ ケンジ"),
            resident("2", "森　健次", kana="ﾓﾘ ｹﾝｼﾞ"),
            Identity.ASK,
            id="kana_of_the_twin_with_another_name",
        ),
        pytest.param(
            applicant("森 太", kana="モリ ケンジ"),
            resident("2", "森　健次", kana="ﾓﾘ ｹﾝｼﾞ", birth="H2.5.6"),
            Identity.ASK,
            id="kana_of_a_brother_in_the_house",
        ),
        pytest.param(
            applicant("森 太", kana="モリ ケンジ"),
            resident(
                "2", "林　健次", kana="ﾓﾘ ｹﾝｼﾞ", birth="S30.9.6", address=ELSEWHERE
            ),
            Identity.ASK,
            id="kana_of_somebody_else_altogether",
        ),
    ],
)
def test_twin_with_a_short_name_or_the_requested_kana_is_a_rival(
    asked: Applicant, rival: Resident, identity: Identity
) -> None:
    best = resident("1", "森　太", kana="ﾓﾘ ﾌﾄｼ")
    assert match(asked, best, rival).identity is identity
    assert match(asked, rival, best).identity is identity


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(applicant(), id="by_evidence"),
        pytest.param(applicant(addressee_no="1"), id="by_number"),
    ],
)
@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([resident("1", deceased=True)], id="his_row"),
        pytest.param(
            [
                resident("1", person_group="9"),
                resident("2", person_group="9", address=ELSEWHERE, deceased=True),
            ],
            id="another_number_of_his",
        ),
    ],
)
def test_somebody_who_has_died_is_asked_about(
    asked: Applicant, rows: list[Resident]
) -> None:
    found = match(asked, *rows)
    assert found.identity is Identity.ASK
    assert found.rule == "台帳では亡くなっている人である"


@pytest.mark.parametrize(
    ("asked", "row", "identity"),
    [
        pytest.param(
            {"address": HOUSE},
            {"address": "みなと市港町9-8"},
            Identity.ASK,
            id="number_at_his_former_address",
        ),
        pytest.param(
            {"address": HOUSE},
            {"address": "みなと市港町9-7"},
            Identity.SAME,
            id="namesake_far_away",
        ),
        pytest.param(
            {"address": HOUSE},
            {"address": "みなと市港町9-8", "birth": "S60.4.9"},
            Identity.SAME,
            id="namesake_of_another_day",
        ),
        pytest.param(
            {"address": HOUSE, "kana": "コウノ イチロウ"},
            {"address": "みなと市港町9-8", "kana": "ｺｳﾉ ｶｽﾞｵ"},
            Identity.SAME,
            id="another_reading",
        ),
    ],
)
def test_second_number_at_a_former_address_is_not_overlooked(
    asked: dict[str, str], row: dict[str, str], identity: Identity
) -> None:
    best = resident("1", former_address="みなと市港町9番地8")
    assert match(applicant(**asked), best, resident("2", **row)).identity is identity


def test_namesake_of_the_day_is_named_beside_the_match() -> None:
    found = match(applicant(), resident("1"), resident("2", address=ELSEWHERE))
    assert found.rule.endswith("（同姓同名・同じ生年月日の人が別の住所にもいる）")
    hidden = resident("2", birth="S60.4.1", address="", protected=True)
    assert "同姓同名" not in match(applicant(), resident("1"), hidden).rule


@pytest.mark.parametrize(
    ("asked", "row", "identity"),
    [
        pytest.param(
            applicant("コウノ イチロウ", address=ELSEWHERE),
            {"kana": "ｺｳﾉ ｲﾁﾛｳ"},
            Identity.ASK,
            id="reading_instead_of_the_name",
        ),
        pytest.param(
            applicant("こうの いちろう"),
            {"kana": "ｺｳﾉ ｲﾁﾛｳ"},
            Identity.ASK,
            id="hiragana",
        ),
        pytest.param(
            applicant("甲野 一郎", address=ELSEWHERE),
            {"name": "〓野　一郎"},
            Identity.ASK,
            id="illegible_in_the_ledger_and_moved",
        ),
        pytest.param(
            applicant("甲野 一郎", address=ELSEWHERE),
            {"name": "\ue000野　一郎", "kana": "ｺｳﾉ ｲﾁﾛｳ"},
            Identity.ASK,
            id="private_use_letter_and_moved",
        ),
        pytest.param(
            applicant("甲野 一郎", address=ELSEWHERE),
            {"name": "〓　健太朗"},
            Identity.NONE,
            id="illegible_and_clearly_another",
        ),
    ],
)
def test_nobody_is_not_said_of_a_name_that_could_not_be_compared(
    asked: Applicant, row: dict[str, str], identity: Identity
) -> None:
    assert match(asked, resident("1", **row)).identity is identity


@pytest.mark.parametrize(
    ("asked", "row", "identity"),
    [
        pytest.param(
            {"name": "株式会社みなと建没"}, {}, Identity.ASK, id="misread_name"
        ),
        pytest.param(
            {"name": "株式会社うしお", "address": HOUSE}, {}, Identity.ASK, id="renamed"
        ),
        pytest.param(
            {"name": "株式会社うしお", "address": ELSEWHERE},
            {},
            Identity.NONE,
            id="another_company",
        ),
        pytest.param(
            {
                "name": "株式会社うしお",
                "address": HOUSE,
                "corporate_number": "5010001008846",
            },
            {},
            Identity.NONE,
            id="another_company_of_the_house_by_number",
        ),
    ],
)
def test_corporation_with_another_name_is(
    asked: dict[str, str], row: dict[str, str], identity: Identity
) -> None:
    company = resident(
        "1", "株式会社みなと建設", birth="", corporate_number="7000012050002", **row
    )
    request = {"birth_date": "", "address": ELSEWHERE} | asked
    assert match(applicant(**request), company).identity is identity


def test_namesake_who_has_died_changes_nothing() -> None:
    late = resident("2", birth="S5.1.1", deceased=True)
    assert match(applicant(), resident("1"), late).identity is Identity.SAME


@pytest.mark.parametrize(
    ("asked", "row", "identity"),
    [
        pytest.param({"kana": "コウノ ケンジ"}, {}, Identity.ASK, id="another_name"),
        pytest.param({"kana": "コウノ イチオウ"}, {}, Identity.SAME, id="one_letter"),
        pytest.param(
            {"kana": "コウノ カズオ"}, {"kana": ""}, Identity.SAME, id="unknown"
        ),
        pytest.param(
            {"kana": "コウノ ケンジ", "addressee_no": "1"},
            {},
            Identity.SAME,
            id="number_and_birth_date_outweigh",
        ),
        pytest.param(
            {
                "kana": "コウノ ケンジ",
                "addressee_no": "1",
                "birth_date": "",
                "address": "",
            },
            {},
            Identity.ASK,
            id="number_alone_does_not_outweigh",
        ),
        pytest.param(
            {"name": "金村 一郎", "kana": "カネムラ イチロウ"},
            {"name": "KIM ILRO", "common_name": "金村　一郎", "kana": "ｷﾑ ｲﾙﾛ"},
            Identity.SAME,
            id="reading_of_the_other_name",
        ),
        pytest.param(
            {"name": "KIM ILRO", "kana": "カネムラ イチロウ"},
            {"name": "KIM ILRO", "common_name": "金村　一郎", "kana": "ｷﾑ ｲﾙﾛ"},
            Identity.ASK,
            id="reading_of_this_name",
        ),
    ],
)
def test_kana_that_contradicts_is_asked_though_it_fits_nobody_else(
    asked: dict[str, str], row: dict[str, str], identity: Identity
) -> None:
    request = applicant(**asked)
    assert match(request, resident("1", **({"kana": KANA} | row))).identity is identity


def test_kana_of_a_twin_is_a_rival_where_the_ledger_has_no_kana_of_the_best() -> None:
    found = match(
        applicant("甲野 裕美", kana="コウノ ユウコ"),
        resident("1", "甲野　裕美"),
        resident("2", "甲野　優子", kana="ｺｳﾉ ﾕｳｺ"),
    )
    assert found.identity is Identity.ASK


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"addressee_no": "ABC"}, id="addressee_letters"),
        pytest.param({"addressee_no": "1.0"}, id="addressee_decimal"),
        pytest.param({"addressee_no": "0000"}, id="addressee_zeros"),
        pytest.param({"corporate_number": "9999999999999"}, id="corporate_all_same"),
        pytest.param({"corporate_number": "7000012050003"}, id="corporate_check_digit"),
        pytest.param({"corporate_number": "700001205000"}, id="corporate_too_short"),
    ],
)
@pytest.mark.parametrize("ledger", [(), (resident("1"),)], ids=["nobody", "somebody"])
def test_number_that_cannot_be_read_is_asked_and_never_ignored(
    values: dict[str, str], ledger: tuple[Resident, ...]
) -> None:
    found = match(applicant(**values), *ledger)
    assert found.identity is Identity.ASK
    assert found.persons == ()
    assert "番号" in found.rule


@pytest.mark.parametrize("text", ["", "－", "なし", "　"])
def test_cell_that_says_there_is_no_number_is_no_fault(text: str) -> None:
    asked = applicant(addressee_no=text, corporate_number=text)
    assert match(asked, resident("1")).identity is Identity.SAME


@pytest.mark.parametrize(
    ("requested", "ledger", "identity"),
    [
        pytest.param(
            "大阪府堺市本町1-2-3", "本町一丁目2番3号", Identity.ASK, id="other_city"
        ),
        pytest.param("本町1-2-3", "本町一丁目2番3号", Identity.SAME, id="neither"),
        pytest.param("汐見県みなと市本町1-2-3", "本町1-2-3", Identity.SAME, id="home"),
        pytest.param("本町1-2-3", "うしお市本町1-2-3", Identity.ASK, id="ledger_away"),
        pytest.param("みなと市栄1-2-3", "栄1-2-3", Identity.SAME, id="unlisted_town"),
    ],
)
def test_address_without_city_is_at_home(
    requested: str, ledger: str, identity: Identity
) -> None:
    found = match(
        applicant(address=requested), resident("1", address=ledger), home=HOME
    )
    assert found.identity is identity


def test_addresses_without_city_agree_without_a_home() -> None:
    asked = applicant(address="本町1-2-3")
    assert match(asked, resident("1", address="本町1-2-3")).identity is Identity.SAME


def test_reason_for_nobody_says_nothing_of_a_protected_person() -> None:
    hidden = resident("1", address=ELSEWHERE, protected=True)
    asked = applicant(birth_date="H5.9.9")
    found = match(asked, hidden)
    assert (found.identity, found.candidates) == (Identity.NONE, ())
    assert found.rule == match(asked).rule
    other = resident("2", "乙川　花子", birth="S40.1.1")
    assert match(asked, hidden, other).rule == match(asked, other).rule


def test_candidate_who_lives_with_a_protected_person_is_shown_without_address() -> None:
    row = resident("1", address=ELSEWHERE, postal="748-0001", household_no="7")
    keys = replace(resident_keys(row), hides_address=True)
    found = decide(applicant_keys(applicant(), today=TODAY), [keys])
    assert found.identity is Identity.ASK
    shown = found.candidates[0].resident
    assert shown.addressee_no == "1"
    assert (shown.address, shown.former_address, shown.postal) == ("", "", "")
    assert shown.household_no == ""
