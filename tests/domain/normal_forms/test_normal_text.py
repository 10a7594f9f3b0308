from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.normal_forms import text as letters
from tasks.domain.normal_forms.variants import fold_variants, variant_of


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = letters.fold(text)
    assert letters.fold(once) == once
    blanks = letters.fold_blanks(text)
    assert letters.fold_blanks(blanks) == blanks


@given(st.text())
def test_variants_fold_once_and_stay(text: str) -> None:
    once = fold_variants(text)
    assert fold_variants(once) == once
    assert len(once) == len(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("ＡＢ１２", "AB12", id="full width"),
        pytest.param("ｶﾞｷﾞｸﾞ", "ガギグ", id="half-width kana with marks"),
        pytest.param("カ゛", "ガ", id="separate mark"),
        pytest.param("a\u3000b\u00a0c", "a b c", id="blanks"),
        pytest.param("山\u200b田\ufeff", "山田", id="letters without width"),
        pytest.param("㈱みなと", "(株)みなと", id="squared"),
        pytest.param("⼭⽥", "山田", id="Kangxi radicals"),
        pytest.param("10²", "10²", id="power stays"),
        pytest.param("①", "①", id="circled number stays"),
        pytest.param("ー－‐", "ー-‐", id="long vowel is no hyphen"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert letters.fold(text) == folded


@pytest.mark.parametrize(
    "text",
    ["〓田", "\ue000田", "\ufffd", "?田", "？田", "", " ", "●田", "\U000f0000"],
    ids=["geta", "gaiji", "replacement", "mark", "wide mark", "empty", "blank", "blot", "plane 15"],
)  # fmt: skip
def test_illegible(text: str) -> None:
    assert not letters.legible(text)


@given(st.integers(0, 9999_9999))
def test_kanji_number_with_units_reads_back(number: int) -> None:
    def below(n: int) -> str:
        out = ""
        for unit, letter in ((1000, "千"), (100, "百"), (10, "十")):
            count, n = divmod(n, unit)
            if count:
                out += ("" if count == 1 else "〇一二三四五六七八九"[count]) + letter
        return out + ("〇一二三四五六七八九"[n] if n else "")

    high, low = divmod(number, 10**4)
    text = (below(high) + "万" if high else "") + below(low)
    assert letters.kanji_number(text or "〇") == number


@pytest.mark.parametrize(
    "pair",
    [
        "髙高", "﨑崎", "嵜崎", "邉辺", "邊辺", "齋斎", "齊斉", "濵浜", "濱浜", "𠮷吉", "澤沢",
        "廣広", "國国", "德徳", "惠恵", "眞真", "龍竜", "瀧滝", "瀨瀬", "曾曽", "嶋島", "嶌島",
        "冨富", "桒桑", "槗橋", "𣘺橋", "靏鶴", "靍鶴", "舘館", "槇槙", "萬万", "圓円", "櫻桜",
        "與与", "彌弥", "兒児", "條条", "壽寿", "鐵鉄", "關関", "穗穂", "渕淵", "來来", "黑黒",
        "薮藪", "蔣蒋", "禮礼", "榮栄", "會会", "薗園", "昻昂", "閒間", "鄕郷", "緖緒", "增増",
        "顚顛", "栁柳", "淸清", "靜静", "圡土", "𡈽土", "藏蔵", "嶽岳", "峯峰", "穐秋", "埜野",
        "瑤瑶", "遙遥", "堯尭", "凛凜", "禰祢", "晧皓", "鷗鴎", "㐂喜", "逹達", "曻昇", "翆翠",
        "飯飯", "塚塚", "神神", "福福", "祐祐", "巌巖", "斈学", "寳宝", "檜桧", "淺浅", "豐豊",
        "團団", "學学", "實実", "聰聡", "繩縄", "處処", "佛仏", "傳伝", "舩船", "邨村", "苅刈",
    ],
)  # fmt: skip
def test_a_variant_meets_the_letter_in_use(pair: str) -> None:
    assert fold_variants(pair[0]) == fold_variants(pair[1])


@pytest.mark.parametrize(
    "pair",
    [
        "斉斎", "齊齋", "崎埼", "祐佑", "藤籐", "浜頭", "坂阪", "裕祐", "太大", "士土", "末未",
        "宍肉", "郎朗", "己巳", "幸辛", "広宏", "和知", "川河", "島鳥", "洋祥", "晴清", "恵江",
    ],
)  # fmt: skip
def test_different_letters_stay_apart(pair: str) -> None:
    assert fold_variants(pair[0]) != fold_variants(pair[1])


def test_a_letter_of_daily_use_never_moves() -> None:
    from tasks.domain.normal_forms.joyo import JOYO

    assert len(JOYO) == 2136 + 4
    outside_jis = set("塡剝頰𠮟")
    assert {letter for letter in JOYO if variant_of(letter)} == outside_jis
    assert fold_variants("塡剝頰𠮟") == "填剥頬叱"


def test_every_fold_leads_to_a_letter_that_stays_and_names_its_source() -> None:
    folds = [fold for code in range(0x3400, 0x9FFF) if (fold := variant_of(chr(code)))]
    assert len(folds) > 3000
    assert all(variant_of(fold.to) is None and fold.source for fold in folds)
