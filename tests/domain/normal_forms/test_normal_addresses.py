from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.domain.identity.address_agreement import AddressAgreement, compare_addresses
from tasks.domain.normal_forms.addresses import Address, Home, normalize_address
from tasks.domain.normal_forms.municipalities import CITIES
from tasks.domain.normal_forms.normal import NormalStatus

HOME = Home(
    "汐見県",
    "みなと市",
    frozenset(
        {"本町", "中央", "松ヶ丘", "大字西浦字前田", "大字東浦字坂ノ上", "十二丁目"}
    ),
)


def parts(text: str, home: Home | None = None) -> tuple[str, ...]:
    value = normalize_address(text, home=home).value
    assert value is not None
    return (value.prefecture, value.city, value.town, value.number, value.building)


def address(text: str) -> Address:
    value = normalize_address(text, home=HOME).value
    assert value is not None
    return value


LIKE = (
    "汐見県みなと市本町大字西浦字前田一二三十丁目番地号1234567890１２－ー-・,の之ノヶが甲乙丙イ"
    "京都府中京区寺町通御池上る東入 　()（）〒コーポA棟室階F様方〓\ue000葛\U000e0100"
)


@settings(max_examples=300)
@given(st.text() | st.text(alphabet=LIKE, max_size=24), st.sampled_from([None, HOME]))
def test_any_text_gets_an_answer_and_is_read_the_same_again(
    text: str, home: Home | None
) -> None:
    normal = normalize_address(text, home=home)
    assert normal.input == text
    value = normal.value
    if value is not None:
        assert normalize_address(text, home=home) == normal
        assert value.key.count("|") >= 3


UNITS = tuple("番号丁地の之ノ-階室棟F館線")


@settings(max_examples=300)
@given(
    st.sampled_from(
        ["汐見県みなと市", "汐見県みなと市本町", "岬県遠見市西", "京都市中京区"]
    ),
    st.text(alphabet=LIKE, max_size=24),
)
def test_an_address_read_again_from_its_parts_is_the_same(head: str, tail: str) -> None:
    value = normalize_address(head + tail, home=HOME).value
    assert value is not None
    if value.building.startswith(UNITS) or value.town.endswith(UNITS):
        return  # a building called 号: it would read as a unit
    again = normalize_address(value.text, home=HOME).value
    assert again is not None
    assert (again.key, again.building) == (value.key, value.building)


TOWNS = (
    "本町",
    "中央",
    "松ヶ丘",
    "西浦前田",
    "一番町",
    "三本木",
    "二十四軒",
    "九十九",
    "麻布十番",
)


@given(
    st.sampled_from(TOWNS),
    st.integers(1, 20),
    st.integers(1, 99),
    st.integers(1, 60),
    st.sampled_from(["", "コーポ汐風101", "第2みなと荘", "田中様方", "B棟305号室"]),
)
def test_every_writing_of_an_address_has_its_key(
    town: str, chome: int, lot: int, house: int, building: str
) -> None:
    def kanji(number: int) -> str:
        tens, ones = divmod(number, 10)
        digits = "〇一二三四五六七八九"
        head = "" if not tens else ("" if tens == 1 else digits[tens]) + "十"
        return head + (digits[ones] if ones else "")

    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
    head = f"汐見県みなと市{town}"
    number = f"{chome}-{lot}-{house}"
    writings = [
        f"{head}{number} {building}",
        f"{head}{number}{building}"
        if building[:1] not in "B第"
        else f"{head}{number}　{building}",
        f"{head}{number} {building}".translate(wide),
        f"{head}{chome}丁目{lot}番{house}号{building}",
        f"{head}{chome}丁目{lot}番地{house} {building}",
        f"{head}{chome}丁目{lot}番地の{house}　{building}",
        f"{head}{chome}丁目{lot}-{house} {building}",
        f"{head}{chome}丁目 {lot}番 {house}号 {building}",
        f"{head}{kanji(chome)}丁目{kanji(lot)}番{kanji(house)}号　{building}",
        f"{head}{kanji(chome)}丁目{lot}番{house}号 {building}",
        f"{head}{chome}の{lot}の{house} {building}",
        f"{head}{chome}ー{lot}ー{house} {building}",
        f"{head}{chome}−{lot}−{house} {building}",
        f"{head} {chome} - {lot} - {house} {building}",
        f"{town}{number} {building}",
        f"みなと市{town}{number} {building}",
        f"〒123-4567　{head}{number} {building}",
    ]
    for text in writings:
        value = address(text)
        assert (value.town, value.number) == (town, number), text
        assert value.building == building, text
        assert value.key == address(writings[0]).key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("汐見県みなと市大字西浦字前田１２番地の３", ("汐見県", "みなと市", "西浦前田", "12-3", ""), id="大字 and 字"),
        pytest.param("汐見県朝凪郡白砂町大字砂原２０８番地", ("汐見県", "朝凪郡白砂町", "砂原", "208", ""), id="郡"),
        pytest.param("岬県遠見市遠見町５１２番地３", ("岬県", "遠見市", "遠見町", "512-3", ""), id="city and town alike"),
        pytest.param("汐見県みなと市本町1,234番地", ("汐見県", "みなと市", "本町", "1234", ""), id="comma in 番地"),
        pytest.param("汐見県みなと市本町無番地", ("汐見県", "みなと市", "本町", "無番地", ""), id="無番地"),
        pytest.param("汐見県みなと市本町2番3号 401", ("汐見県", "みなと市", "本町", "2-3", "401"), id="room after blank"),
        pytest.param("汐見県みなと市本町1-2-3-401号室", ("汐見県", "みなと市", "本町", "1-2-3", "401号室"), id="room after hyphen"),
        pytest.param("汐見県みなと市本町10番地2号棟301号", ("汐見県", "みなと市", "本町", "10", "2号棟301号"), id="号棟"),
        pytest.param("汐見県みなと市本町1-2-3-B101", ("汐見県", "みなと市", "本町", "1-2-3", "B101"), id="lettered room"),
        pytest.param("汐見県みなと市本町1-2-3（田中方）", ("汐見県", "みなと市", "本町", "1-2-3", "田中方"), id="方書"),
        pytest.param("汐見県みなと市本町123番地の甲", ("汐見県", "みなと市", "本町", "123甲", ""), id="branch 甲"),
        pytest.param("汐見県みなと市本町123番地イ", ("汐見県", "みなと市", "本町", "123イ", ""), id="branch イ"),
        pytest.param("札幌市中央区北１条西２丁目3-4", ("北海道", "札幌市中央区", "北一条西", "2-3-4", ""), id="条丁目"),
        pytest.param("北海道旭川市4条通9丁目1番地", ("北海道", "旭川市", "四条通", "9-1", ""), id="条通"),
        pytest.param("北海道札幌市中央区二十四軒一条２丁目3-4", ("北海道", "札幌市中央区", "二十四軒一条", "2-3-4", ""), id="二十四軒"),
        pytest.param("岩手県滝沢市滝沢第３地割４５番地６", ("岩手県", "滝沢市", "滝沢", "3-45-6", ""), id="地割"),
        pytest.param("岩手県花巻市十二丁目123番地", ("岩手県", "花巻市", "十二丁目", "123", ""), id="town 十二丁目"),
        pytest.param("岩手県花巻市東十二丁目第5地割12番地", ("岩手県", "花巻市", "東十二丁目", "5-12", ""), id="town 東十二丁目"),
        pytest.param("東京都千代田区一番町1番地2", ("東京都", "千代田区", "一番町", "1-2", ""), id="town 一番町"),
        pytest.param("東京都千代田区1番町1-2", ("東京都", "千代田区", "一番町", "1-2", ""), id="1番町"),
        pytest.param("仙台市青葉区一番町三丁目7-1", ("宮城県", "仙台市青葉区", "一番町", "3-7-1", ""), id="一番町三丁目"),
        pytest.param("和歌山県和歌山市七番丁23番地", ("和歌山県", "和歌山市", "七番丁", "23", ""), id="番丁"),
        pytest.param("東京都港区麻布十番1-2-3", ("東京都", "港区", "麻布十番", "1-2-3", ""), id="麻布十番"),
        pytest.param("東京都港区六本木六丁目10番1号", ("東京都", "港区", "六本木", "6-10-1", ""), id="六本木"),
        pytest.param("京都府京都市中京区寺町通御池上る上本能寺前町488番地", ("京都府", "京都市中京区", "上本能寺前町", "488", ""), id="Kyoto street"),
        pytest.param("京都市中京区河原町通三条上る二丁目下丸屋町403", ("京都府", "京都市中京区", "下丸屋町", "403", ""), id="Kyoto street and 丁目"),
        pytest.param("愛媛県喜多郡内子町内子甲123番地", ("愛媛県", "喜多郡内子町", "内子", "甲123", ""), id="甲"),
        pytest.param("大阪府堺市堺区車之町東1丁1番1号", ("大阪府", "堺市堺区", "車之町東", "1-1-1", ""), id="丁 of 堺市"),
        pytest.param("三重県四日市市諏訪町1番5号", ("三重県", "四日市市", "諏訪町", "1-5", ""), id="四日市市"),
        pytest.param("市川市市川1-1-1", ("千葉県", "市川市", "市川", "1-1-1", ""), id="市川市, no prefecture"),
        pytest.param("山県市高木1000-1", ("岐阜県", "山県市", "高木", "1000-1", ""), id="山県市 is no prefecture"),
        pytest.param("福岡県上毛町東下1", ("福岡県", "築上郡上毛町", "東下", "1", ""), id="郡 left out"),
        pytest.param("宮城県塩釜市旭町1-1", ("宮城県", "塩竈市", "旭町", "1-1", ""), id="塩釜"),
        pytest.param("茨城県竜ヶ崎市姫宮町1", ("茨城県", "龍ケ崎市", "姫宮町", "1", ""), id="龍ケ崎"),
        pytest.param("静岡県清水市旭町6-8", ("静岡県", "清水市", "旭町", "6-8", ""), id="city that merged"),
        pytest.param("東京都八丈町大賀郷2551-2", ("東京都", "八丈島八丈町", "大賀郷", "2551-2", ""), id="island"),
        pytest.param("埼玉県さいたま市浦和区高砂3丁目15番1号 県庁第2庁舎3階", ("埼玉県", "さいたま市浦和区", "高砂", "3-15-1", "県庁第2庁舎3階"), id="building with numbers"),
    ],
)  # fmt: skip
def test_parts(text: str, expected: tuple[str, ...]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "town", "number"),
    [
        pytest.param("本町1-2-3", "本町", "1-2-3", id="town by list"),
        pytest.param("松が丘2丁目3番地4", "松が丘", "2-3-4", id="ヶ"),
        pytest.param("大字西浦字前田12", "西浦前田", "12", id="大字"),
        pytest.param("東浦坂之上12", "東浦坂之上", "12", id="之"),
        pytest.param("十二丁目12番地", "十二丁目", "12", id="十二丁目"),
        pytest.param("港町1-2", "港町", "1-2", id="town off the list"),
    ],
)
def test_address_inside_the_home_municipality_needs_no_city(
    text: str, town: str, number: str
) -> None:
    normal = normalize_address(text, home=HOME)
    assert normal.value is not None
    assert parts(text, HOME) == ("汐見県", "みなと市", town, number, "")
    assert normal.status is NormalStatus.OK
    assert "home_assumed" in normal.notes


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param("松ヶ丘1-2", "松が丘1丁目2", id="ヶ and が"),
        pytest.param("松ケ丘1-2", "松ヶ丘1-2", id="ケ and ヶ"),
        pytest.param("大字東浦字坂ノ上5", "東浦坂の上5番地", id="ノ and の"),
        pytest.param("汐見県みなと市澤町1", "汐見県みなと市沢町1", id="variant letter"),
        pytest.param("三ツ沢町1-2", "三ッ沢町1-2", id="ツ and ッ"),
        pytest.param("北1条西2丁目3", "北一条西二丁目3番地", id="条"),
        pytest.param("汐見県朝凪郡白砂町1", "汐見県白砂町1", id="郡"),
        pytest.param("本町無番地", "本町官有無番地", id="無番地"),
    ],
)
def test_writings_of_one_address_share_a_key(a: str, b: str) -> None:
    assert address(a).key == address(b).key


@pytest.mark.parametrize(
    ("a", "b", "agreement"),
    [
        pytest.param("本町1-2-3", "本町一丁目2番3号", "equal", id="writing"),
        pytest.param("本町1-2-3 コーポ101", "本町1-2-3", "equal", id="building left out"),
        pytest.param("本町1-2-3-101", "本町1-2-3 コーポ汐風101号室", "equal", id="room by hyphen"),
        pytest.param("本町1-2-3 コーポ101", "本町1-2-3 コーポ102", "same_number", id="rooms"),
        pytest.param("本町1-2-3", "本町1-2-4", "same_number", id="another 号"),
        pytest.param("本町123番地4", "本町123番地5", "same_number", id="another 枝番"),
        pytest.param("大字西浦字前田12", "大字西浦12", "same_number", id="小字 left out"),
        pytest.param("本町1-2", "本町1-3", "same_town", id="may be another 番地"),
        pytest.param("本町1丁目2番3号", "本町2丁目2番3号", "same_town", id="another 丁目"),
        pytest.param("本町", "本町1-2-3", "same_town", id="no number"),
        pytest.param("本町1-2-3", "中央1-2-3", "differs", id="another town"),
        pytest.param("汐見県うしお市本町1-2-3", "本町1-2-3", "differs", id="another city"),
        pytest.param("岬県みなと市本町1-2-3", "汐見県みなと市本町1-2-3", "differs", id="another prefecture"),
        pytest.param("汐見県みなと市", "本町1-2-3", "missing", id="city only"),
    ],
)  # fmt: skip
def test_agreement(a: str, b: str, agreement: str) -> None:
    assert compare_addresses(address(a), address(b)) == agreement
    assert compare_addresses(address(b), address(a)) == agreement


def test_agreement_with_nothing_is_missing() -> None:
    assert compare_addresses(None, address("本町1")) is AddressAgreement.MISSING
    assert compare_addresses(address("本町1"), None) is AddressAgreement.MISSING


@given(st.text(alphabet=LIKE, max_size=20), st.text(alphabet=LIKE, max_size=20))
def test_agreement_is_the_same_both_ways(a: str, b: str) -> None:
    left, right = normalize_address(a).value, normalize_address(b).value
    assert compare_addresses(left, right) == compare_addresses(right, left)
    if left is not None and left.town and left.number:
        assert compare_addresses(left, left) is AddressAgreement.EQUAL


@pytest.mark.parametrize(
    ("text", "note"),
    [
        pytest.param("汐見県みなと市本町", "no_number", id="no number"),
        pytest.param("汐見県みなと市", "no_town", id="no town"),
        pytest.param("静岡県清水市旭町1", "city_unlisted", id="unlisted city"),
        pytest.param("汐見県みなと市〓町1", "geta", id="geta"),
        pytest.param("12-3", "not_an_address", id="number only"),
        pytest.param("", "empty", id="empty"),
        pytest.param("町" * 500, "too_long", id="too long"),
    ],
)
def test_what_is_missing_or_odd_is_noted(text: str, note: str) -> None:
    normal = normalize_address(text)
    assert note in normal.notes
    assert normal.status in (NormalStatus.WARN, NormalStatus.INVALID)


def test_every_municipality_is_found_with_and_without_its_gun() -> None:
    for prefecture, cities in CITIES.items():
        for city in cities:
            assert parts(f"{prefecture}{city}本町1-2")[:4] == (
                prefecture,
                city,
                "本町",
                "1-2",
            )
