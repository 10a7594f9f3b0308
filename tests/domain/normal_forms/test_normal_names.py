from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.normal_forms.kana import normalize_kana
from tasks.domain.normal_forms.names import name_key, normalize_name, split_by_kana
from tasks.domain.normal_forms.normal import NormalStatus

NAMELIKE = "山田髙﨑邉齋𠮷辺々ヶノさくらサクラ 　・,'-JohnSMITHé（）()通称名旧姓様殿㊞印〓\ue000\ufffd葛\U000e0100"


@given(st.text() | st.text(alphabet=NAMELIKE, max_size=14))
def test_any_text_gets_an_answer_and_its_display_is_read_the_same_again(
    text: str,
) -> None:
    normal = normalize_name(text)
    assert normal.input == text
    if normal.value is not None:
        again = normalize_name(normal.value.display).value
        assert again is not None
        assert (again.display, again.key) == (normal.value.display, normal.value.key)
        assert name_key(again.key) == again.key


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param("髙橋　太郎", "高橋太郎", id="髙"),
        pytest.param("山﨑 花子", "山崎花子", id="﨑"),
        pytest.param("渡邉一郎", "渡辺 一郎", id="邉"),
        pytest.param("渡邊一郎", "渡辺 一郎", id="邊"),
        pytest.param("齋藤 学", "斎藤学", id="齋"),
        pytest.param("𠮷田 誠", "吉田誠", id="𠮷"),
        pytest.param("葛\U000e0100西 実", "葛西実", id="ivs"),
        pytest.param("佐々木 愛", "佐佐木愛", id="々"),
        pytest.param("八ヶ代 進", "八ケ代進", id="ヶ"),
        pytest.param("神田　ﾋﾛｼ", "神田ヒロシ", id="half-width kana"),
        pytest.param("まさ子", "マサ子", id="kana script of old registers"),
        pytest.param("SMITH JOHN", "John Smith", id="Latin order and case"),
        pytest.param(
            "ＳＭＩＴＨ，　Ｊｏｈｎ", "JOHN SMITH", id="Latin width and comma"
        ),
        pytest.param("José Núñez", "JOSE NUNEZ", id="accents"),
        pytest.param("O'Brien Mary-Ann", "MARY ANN OBRIEN", id="apostrophe and hyphen"),
        pytest.param("ジョン・スミス", "ジョン　スミス", id="dot"),
        pytest.param("山田　太郎　様", "山田太郎", id="様"),
        pytest.param("山田太郎　㊞", "山田太郎", id="seal"),
        pytest.param("山田太郎（印）", "山田太郎", id="seal in brackets"),
        pytest.param("SMITH JOHN（通称：山田太郎）", "SMITH JOHN", id="通称"),
        pytest.param("山　田　　太　郎", "山田太郎", id="spread letters"),
    ],
)
def test_writings_of_one_name_share_a_key(a: str, b: str) -> None:
    left, right = normalize_name(a).value, normalize_name(b).value
    assert left is not None
    assert right is not None
    assert left.key == right.key


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param("斉藤 学", "斎藤 学", id="斉 斎"),
        pytest.param("齊藤 学", "齋藤 学", id="齊 齋"),
        pytest.param("山崎 実", "山埼 実", id="崎 埼"),
        pytest.param("鈴木 祐介", "鈴木 佑介", id="祐 佑"),
        pytest.param("佐藤 学", "佐籐 学", id="藤 籐"),
        pytest.param("中坂 学", "中阪 学", id="坂 阪"),
        pytest.param("JOHN SMITH", "JOHN SMYTH", id="Latin letter"),
        pytest.param("田中 一", "田中 ー", id="one and long vowel"),
    ],
)
def test_different_names_keep_different_keys(a: str, b: str) -> None:
    left, right = normalize_name(a).value, normalize_name(b).value
    assert left is not None
    assert right is not None
    assert left.key != right.key


@pytest.mark.parametrize(
    ("text", "display", "family", "given_name"),
    [
        pytest.param(
            "髙橋　太郎", "髙橋　太郎", "髙橋", "太郎", id="glyph and blank kept"
        ),
        pytest.param(" 山田  花子 ", "山田 花子", "山田", "花子", id="blanks"),
        pytest.param("山田太郎", "山田太郎", "", "", id="unsplit"),
        pytest.param("山　田　　太　郎", "山　田　太　郎", "山田", "太郎", id="spread"),
        pytest.param("Smith, John", "Smith, John", "Smith", "John", id="comma"),
        pytest.param("John Smith", "John Smith", "", "", id="order unknown"),
        pytest.param(
            "﨑山　祐", "﨑山　祐", "﨑山", "祐", id="compatibility ideograph kept"
        ),
        pytest.param("ﾔﾏﾀﾞ ﾀﾛｳ", "ﾔﾏﾀﾞ ﾀﾛｳ", "ﾔﾏﾀﾞ", "ﾀﾛｳ", id="half width kept"),
    ],
)
def test_display_is_kept_to_the_glyph_and_split_at_its_blank(
    text: str, display: str, family: str, given_name: str
) -> None:
    value = normalize_name(text).value
    assert value is not None
    assert (value.display, value.family, value.given) == (display, family, given_name)


@pytest.mark.parametrize(
    ("text", "status", "note"),
    [
        pytest.param("〓田 一郎", NormalStatus.WARN, "geta", id="geta"),
        pytest.param("\ue001田 一郎", NormalStatus.WARN, "gaiji", id="gaiji"),
        pytest.param("?田 一郎", NormalStatus.WARN, "question_mark", id="lost letter"),
        pytest.param("葛\U000e0100西 実", NormalStatus.OK, "ivs", id="ivs"),
        pytest.param("山田太郎１", NormalStatus.WARN, "digits", id="digits"),
        pytest.param(
            "山田太郎（旧姓：田中）", NormalStatus.OK, "former_family", id="旧姓"
        ),
        pytest.param(
            "山田太郎（ヤマダタロウ）", NormalStatus.OK, "reading", id="reading"
        ),
        pytest.param("", NormalStatus.INVALID, "empty", id="empty"),
        pytest.param("12-34", NormalStatus.INVALID, "no_letters", id="no letters"),
    ],
)
def test_what_is_odd_is_noted(text: str, status: NormalStatus, note: str) -> None:
    normal = normalize_name(text)
    assert normal.status is status
    assert note in normal.notes


def test_common_name_is_kept_beside_the_name() -> None:
    for text in (
        "SMITH JOHN（山田太郎）",
        "SMITH JOHN 通称名 山田太郎",
        "SMITH JOHN（通称：山田太郎）",
    ):
        value = normalize_name(text).value
        assert value is not None
        assert (value.display, value.common_name) == ("SMITH JOHN", "山田太郎")


@given(
    st.text(alphabet="山田髙﨑邉齋々ヶさサー一様会社株式", min_size=1, max_size=5),
    st.text(alphabet="山田髙﨑邉齋々ヶさサー一様会社株式", min_size=1, max_size=5),
)
def test_two_plain_words_get_the_key_of_the_whole(family: str, given_name: str) -> None:
    spaced = normalize_name(f"{family}　{given_name}").value
    assert spaced is not None
    if spaced.family and given_name[0] != "々" and given_name[-1] != "様":
        assert spaced.key == name_key(f"{family}{given_name}")


def test_every_fold_of_a_key_has_its_source() -> None:
    value = normalize_name("髙﨑 濵").value
    assert value is not None
    assert [(fold.letter, fold.to, fold.source) for fold in value.folds] == [
        ("髙", "高", "mj-jis"),
        ("﨑", "崎", "mj-family-register"),
        ("濵", "浜", "mj-family-register"),
    ]


@pytest.mark.parametrize(
    ("name", "kana", "expected"),
    [
        pytest.param(
            "渡邉太郎", "わたなべ　たろう", ("渡邉", "太郎"), id="variant, hiragana"
        ),
        pytest.param("渡辺太郎", "ワタナベタロウ", None, id="kana without blank"),
        pytest.param(
            "東海林太郎", "ショウジ タロウ", ("東海林", "太郎"), id="three letters"
        ),
        pytest.param("青木太郎", "ワタナベ タロウ", None, id="another family"),
    ],
)
def test_name_is_split_where_its_kana_and_the_ledger_say(
    name: str, kana: str, expected: tuple[str, str] | None
) -> None:
    families = {
        "ワタナベ": frozenset({"渡辺", "渡部"}),
        "ショウジ": frozenset({"東海林"}),
    }
    assert split_by_kana(name, kana, families) == expected


@given(
    st.text()
    | st.text(alphabet="アカガサぱゔヴャッー―-一ヽヾヶ゛ﾞﾟｶﾊ ・AbＣ", max_size=12)
)
def test_any_kana_gets_an_answer_and_is_read_the_same_again(text: str) -> None:
    value = normalize_kana(text).value
    if value is not None:
        for form in (value.display, value.strict):
            again = normalize_kana(form).value
            assert again is not None
            assert (again.strict, again.search) == (value.strict, value.search)
        assert normalize_kana(value.display).value.display == value.display
        if value.search:
            searched = normalize_kana(value.search).value
            assert searched is not None
            assert searched.search == value.search


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param("サトウ", "サトー", id="long vowel"),
        pytest.param("オオタ", "オータ", id="オオ"),
        pytest.param("コウノ", "コオノ", id="コオ"),
        pytest.param("ケイコ", "ケーコ", id="ケー"),
        pytest.param("キョウコ", "ｷﾖｳｺ", id="small kana of fixed-width files"),
        pytest.param("ミヅキ", "みずき", id="ヅ"),
        pytest.param("チヂワ", "チジワ", id="ヂ"),
        pytest.param("カヲル", "カオル", id="ヲ"),
        pytest.param("ヰノウヱ", "イノウエ", id="ヰヱ"),
        pytest.param("カ゛ンダ", "ｶﾞﾝﾀﾞ", id="separate marks"),
        pytest.param("ｶ ﾞﾝﾀ ﾞ", "ガンダ", id="marks set apart"),
        pytest.param("ヴィクトル", "ビクトル", id="ヴ"),
        pytest.param("ヤマダ　タロウ", "ヤマダタロウ", id="blank"),
        pytest.param("サト−", "サトウ", id="minus for ー"),
        pytest.param("サト一", "サトウ", id="kanji one for ー"),
        pytest.param("みすゞ", "ミスズ", id="repeat mark"),
    ],
)
def test_spellings_of_one_reading_share_a_search_key(a: str, b: str) -> None:
    left, right = normalize_kana(a).value, normalize_kana(b).value
    assert left is not None
    assert right is not None
    assert left.search == right.search


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param("コウノ", "カワノ", id="河野"),
        pytest.param("タカタ", "タカダ", id="voiced"),
        pytest.param("サトウ", "サト", id="long and short"),
        pytest.param("ユウキ", "ユキ", id="long and short u"),
    ],
)
def test_different_readings_keep_different_search_keys(a: str, b: str) -> None:
    left, right = normalize_kana(a).value, normalize_kana(b).value
    assert left is not None
    assert right is not None
    assert left.search != right.search


def test_kanji_is_no_kana() -> None:
    assert normalize_kana("山田 タロウ").status is NormalStatus.INVALID
    assert normalize_kana("Smith").notes == ("latin",)


@pytest.mark.parametrize(
    ("written", "display", "note"),
    [
        pytest.param("故 高浜一郎", "高浜一郎", "deceased", id="late"),
        pytest.param("亡高浜一郎", "高浜一郎", "deceased", id="dead"),
        pytest.param("（故）高浜一郎", "高浜一郎", "deceased", id="late_in_brackets"),
        pytest.param("高浜一郎　外1名", "高浜一郎", "others", id="and_one_other"),
        pytest.param("高浜一郎 外二名", "高浜一郎", "others", id="others_in_kanji"),
        pytest.param("高浜一郎 他 ３名", "高浜一郎", "others", id="others_wide"),
        pytest.param("高浜一郎　相続人 高浜花子", "高浜一郎", "role", id="heir"),
        pytest.param("高浜一郎 納税管理人 浜商会", "高浜一郎", "role", id="manager"),
    ],
)
def test_what_stands_beside_a_name_is_taken_off_and_warned_of(
    written: str, display: str, note: str
) -> None:
    normal = normalize_name(written)
    assert normal.value is not None
    assert (normal.value.display, normal.value.key) == (display, name_key(display))
    assert (normal.value.family, normal.value.given) == ("", "")
    assert normal.status is NormalStatus.WARN
    assert note in normal.notes


def test_two_names_in_one_cell_warn() -> None:
    assert "middle_dot" in normalize_name("高浜一郎・花子").notes
    assert normalize_name("ジョン・スミス").notes == ()


@pytest.mark.parametrize("written", ["高浜 外志男", "高浜 他人", "亡"])
def test_given_names_that_begin_like_others_stay(written: str) -> None:
    value = normalize_name(written).value
    assert value is not None
    assert value.display == written


@pytest.mark.parametrize(
    ("written", "note"),
    [("同上", "ditto"), ("〃", "ditto"), ("不明", "unknown"), ("氏名不詳", "unknown")],
)
def test_a_word_instead_of_a_name_is_no_name(written: str, note: str) -> None:
    normal = normalize_name(written)
    assert (normal.value, normal.notes) == (None, (note,))
