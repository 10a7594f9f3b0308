"""Addresses whose shape misleads: wards alone, 丁目 inside a town, roads, blocks, streets."""

from __future__ import annotations

import datetime as dt

import pytest

from tasks.domain.identity.address_agreement import AddressAgreement, compare_addresses
from tasks.domain.normal_forms.addresses import Home, normalize_address, settle_by_towns
from tasks.domain.normal_forms.normal import NormalStatus
from tasks.domain.normal_forms.normalize import normalize
from tasks.edges.towns import towns_of

CITY = "汐見県みなと市"


@pytest.mark.parametrize(
    ("written", "town", "number"),
    [
        pytest.param("潟町1丁目浜塩12", "潟町一丁目浜塩", "12", id="chome_before_aza"),
        pytest.param("潟町３丁目浜塩１２番地３", "潟町三丁目浜塩", "12-3", id="wide"),
        pytest.param("潟町三丁目浜塩12-3", "潟町三丁目浜塩", "12-3", id="kanji"),
        pytest.param("潟町1丁目字浜塩12", "潟町一丁目浜塩", "12", id="aza_written"),
        pytest.param("平通1丁目南6番16号", "平通一丁目南", "6-16", id="direction"),
        pytest.param(
            "第1地割上浜43-25", "一地割上浜", "43-25", id="chiwari_before_aza"
        ),
        pytest.param("大字八丁目353番地1", "八丁目", "353-1", id="oaza_named_chome"),
        pytest.param("太野5の通り23番地1", "太野五の通り", "23-1", id="street_number"),
        pytest.param("9号12番地3", "九号", "12-3", id="road_before_lot"),
        pytest.param("3線15号", "三線", "15", id="road_as_number"),
        pytest.param("東3線北26号12番地", "東三線北二十六号", "12", id="line_and_road"),
        pytest.param("北5条西2丁目", "北五条西", "2", id="jo_and_chome"),
        pytest.param("南下第3号540-1", "南下第三号", "540-1", id="numbered_go"),
        pytest.param("上浜町A-5", "上浜町", "A-5", id="letter_block"),
        pytest.param("上浜町Ｃ‐３", "上浜町", "C-3", id="wide_letter_block"),
        pytest.param("上浜町A番12号", "上浜町", "A-12", id="letter_as_ban"),
        pytest.param("ハの74-2", "ハ", "74-2", id="katakana_town_with_no"),
        pytest.param("浜町一の三", "浜町", "1-3", id="kanji_joined_by_no"),
        pytest.param("浜町壱ﾉ３", "浜町", "1-3", id="formal_kanji_joined_by_no"),
        pytest.param("三の丸1-2", "三の丸", "1-2", id="no_is_part_of_the_town"),
        pytest.param("第46線北10番地", "第四十六線北", "10", id="ordinal_line"),
        pytest.param("浜11字2番地", "浜十一字", "2", id="numbered_aza"),
        pytest.param("12丁目704", "十二丁目", "704", id="chome_right_behind_the_city"),
        pytest.param("本町四丁目１４ーイ２２", "本町", "4-14-イ22", id="kana_branch"),
        pytest.param("裏浜(南栄町)8", "裏浜", "8", id="town_in_brackets"),
        pytest.param("本町1丁目2番3号の4", "本町", "1-2-3-4", id="branch_of_go"),
    ],
)
def test_town_and_number_are_parted_where_they_should(
    written: str, town: str, number: str
) -> None:
    value = normalize_address(CITY + written).value
    assert value is not None
    assert (value.town, value.number) == (town, number)


@pytest.mark.parametrize(
    ("written", "number", "building"),
    [
        pytest.param("本町1丁目コーポ浜101", "1", "コーポ浜101", id="katakana"),
        pytest.param("本町1丁目市営住宅3-201", "1", "市営住宅3-201", id="estate"),
        pytest.param("本町1丁目浜荘12", "1", "浜荘12", id="lodge"),
        pytest.param("本町2番3号405", "2-3", "405", id="room_after_go"),
        pytest.param("本町1-2 メゾンA-5", "1-2", "メゾンA-5", id="letter_room"),
        pytest.param("本町1-5-301C", "1-5", "301C", id="room_with_letter"),
        pytest.param("本町1-5-1番館", "1-5", "1番館", id="numbered_building"),
        pytest.param("本町1-5-3B棟205", "1-5-3", "B棟205", id="wing_behind_the_number"),
        pytest.param(
            "本町12番地（2条ビル）", "12", "2条ビル", id="digits_of_a_building"
        ),
        pytest.param("本町4-5 Ｂ－201", "4-5", "B-201", id="letter_wing"),
    ],
)
def test_a_building_is_not_taken_for_a_town_or_block(
    written: str, number: str, building: str
) -> None:
    value = normalize_address(CITY + written).value
    assert value is not None
    assert (value.number, value.building) == (number, building)


def test_neighbours_in_one_chome_before_an_aza_differ() -> None:
    a = normalize_address(f"{CITY}潟町1丁目浜塩12").value
    b = normalize_address(f"{CITY}潟町1丁目浜塩34").value
    assert compare_addresses(a, b) is AddressAgreement.SAME_TOWN


def test_neighbours_behind_a_road_number_differ() -> None:
    a = normalize_address(f"{CITY}東3線北26号12番地").value
    b = normalize_address(f"{CITY}東3線北26号34番地").value
    assert compare_addresses(a, b) is AddressAgreement.SAME_TOWN


def test_a_label_in_brackets_before_the_address_is_taken_off_and_noted() -> None:
    normal = normalize_address(f"（前期）{CITY}本町1-2")
    assert normal.value is not None
    assert (normal.value.city, normal.notes) == ("みなと市", ("bracket",))
    assert normal.status is NormalStatus.WARN


def test_a_ward_of_one_city_brings_its_city() -> None:
    value = normalize_address("左京区浜町36番地").value
    assert value is not None
    assert (value.prefecture, value.city) == ("京都府", "京都市左京区")


def test_a_ward_of_several_cities_is_never_guessed() -> None:
    normal = normalize_address("港区浜町1-2-3")
    assert normal.status is NormalStatus.AMBIGUOUS
    assert normal.notes == ("ward_of_several_cities",)
    assert {one.prefecture for one in normal.candidates} == {
        "東京都",
        "愛知県",
        "大阪府",
    }
    assert {one.number for one in normal.candidates} == {"1-2-3"}


@pytest.mark.parametrize(
    ("written", "city"),
    [
        pytest.param("港区芝公園4-2-8", "港区", id="tokyo"),
        pytest.param("北区紫野大徳寺町88", "京都市北区", id="kyoto"),
        pytest.param("北区赤羽西1-2", "北区", id="tokyo_north"),
    ],
)
def test_the_postal_list_settles_where_a_ward_lies(written: str, city: str) -> None:
    normal = settle_by_towns(normalize_address(written), towns_of)
    assert normal.value is not None
    assert normal.value.city == city
    assert normal.notes[-1] == "town_list"


def test_a_town_of_several_such_wards_stays_open() -> None:
    written = "中央区中央1-2"
    result = normalize("address", written, today=dt.date(2026, 4, 1), towns_of=towns_of)
    assert result["status"] == "ambiguous"
    assert len(result["value"]) > 1


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("寺町通四条上るより六角下るまで裏寺町12", id="until"),
        pytest.param("寺ノ内通千本東入1丁目下る裏寺町12", id="chome_inside"),
        pytest.param("下立売通御前通西入二丁裏寺町12", id="cho_after"),
        pytest.param("河原町通四条上る二丁目東入二筋目裏寺町12", id="block_after"),
    ],
)
def test_street_names_of_kyoto_are_taken_off_whole(written: str) -> None:
    normal = normalize_address(f"京都府京都市中京区{written}")
    assert normal.value is not None
    assert (normal.value.town, normal.value.number) == ("裏寺町", "12")
    assert "kyoto_street" in normal.notes


def test_a_town_named_cho_machi_keeps_its_name() -> None:
    value = normalize_address("京都府京都市上京区室町通中立売西入三丁町457").value
    assert value is not None
    assert value.town == "三丁町"


def test_half_a_surrogate_pair_never_reaches_a_value() -> None:
    normal = normalize_address(f"{CITY}\ud83d本町1-2")
    assert normal.value is not None
    assert normal.value.key.encode()
    assert "replacement" in normal.notes


def test_the_ordinal_of_a_line_makes_no_other_town() -> None:
    a = normalize_address(f"{CITY}第46線北10番地").value
    b = normalize_address(f"{CITY}四十六線北10").value
    assert compare_addresses(a, b) is AddressAgreement.EQUAL


@pytest.mark.parametrize(
    ("written", "prefecture", "city"),
    [
        pytest.param("岩手花巻市十二丁目704", "岩手県", "花巻市", id="ken"),
        pytest.param("千葉市川市浜1-1", "千葉県", "市川市", id="shi_in_the_name"),
        pytest.param("東京港区浜1-1", "東京都", "港区", id="to"),
        pytest.param("福島石川郡石川町浜1-1", "福島県", "石川郡石川町", id="gun"),
    ],
)
def test_a_prefecture_without_its_last_letter_is_read_and_noted(
    written: str, prefecture: str, city: str
) -> None:
    normal = normalize_address(written)
    assert normal.value is not None
    assert (normal.value.prefecture, normal.value.city) == (prefecture, city)
    assert normal.status is NormalStatus.WARN
    assert "short_prefecture" in normal.notes


@pytest.mark.parametrize("written", ["広島市西区浜1", "千葉市中央区浜1", "山口市浜1"])
def test_a_city_named_as_its_prefecture_is_no_short_prefecture(written: str) -> None:
    assert normalize_address(written).notes == ()


@pytest.mark.parametrize(
    ("written", "note"),
    [
        pytest.param("同上", "ditto", id="ditto"),
        pytest.param("〃", "not_an_address", id="ditto_mark"),
        pytest.param("不明", "unknown", id="unknown"),
        pytest.param("住所不定", "unknown", id="no_fixed_abode"),
        pytest.param("転出先不明", "unknown", id="moved_away"),
    ],
)
def test_a_word_instead_of_an_address_is_no_town(written: str, note: str) -> None:
    normal = normalize_address(written)
    assert normal.value is None
    assert normal.notes[0] in (note, "ditto")


@pytest.mark.parametrize("written", ["本町1/2/3", "本町1.2.3", "本町12・13番地"])
def test_digits_parted_in_an_unknown_way_warn(written: str) -> None:
    normal = normalize_address(CITY + written)
    assert normal.status is NormalStatus.WARN
    assert normal.notes == ("number_unread",)


@pytest.mark.parametrize(
    ("written", "number", "building"),
    [
        pytest.param("本町1,234番地5", "1234-5", "", id="thousands"),
        pytest.param("本町12,345", "12345", "", id="thousands_alone"),
        pytest.param("本町1-2-3,201", "1-2-3", "201", id="room_behind_a_comma"),
    ],
)
def test_a_comma_joins_thousands_and_parts_a_room(
    written: str, number: str, building: str
) -> None:
    value = normalize_address(CITY + written).value
    assert value is not None
    assert (value.number, value.building) == (number, building)


def test_an_address_without_its_city_warns_unless_home_is_known() -> None:
    assert normalize_address("本町1-2-3").status is NormalStatus.WARN
    home = Home("汐見県", "みなと市")
    assert normalize_address("本町1-2-3", home=home).status is NormalStatus.OK
    assert normalize_address("みなと市本町1-2-3").status is NormalStatus.OK


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param("薮浜", "籔浜", id="thicket"),
        pytest.param("祗園浜", "祇園浜", id="gion"),
        pytest.param("柿碕町", "柿崎町", id="cape"),
        pytest.param("池麸町", "池麩町", id="wheat"),
        pytest.param("鍛治屋町", "鍛冶屋町", id="smith"),
        pytest.param("山之内", "山ノ内", id="no"),
    ],
)
def test_writings_of_one_town_have_one_key(a: str, b: str) -> None:
    first, second = (normalize_address(f"{CITY}{town}1-2").value for town in (a, b))
    assert compare_addresses(first, second) is AddressAgreement.EQUAL
