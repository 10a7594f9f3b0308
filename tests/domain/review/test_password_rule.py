"""Which passwords are refused: laws, and what is tried first by those who guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.review.password_rule import LONGEST, normal_password, password_problem

SHORTEST = 12
words = st.text(
    st.characters(categories=("L", "N", "P", "Zs"), max_codepoint=0x9FFF), max_size=40
)


def problem(password: str, login: str = "yamada") -> str:
    return password_problem(password, login=login, shortest=SHORTEST)


@pytest.mark.parametrize(
    "password",
    [
        "うみと やまの あいだに まち",
        "correct horse battery staple",
        "tR8#kq2Lw0zVb",
        "minato de 3gatsu kara hataraku",
        "駅前の花屋の猫は三毛だった",
        "Ｐｕｄｄｉｎｇ　と　麦茶　で　朝",
    ],
)
def test_sentences_and_random_texts_are_taken(password: str) -> None:
    assert problem(password) == ""


@pytest.mark.parametrize(
    ("password", "says"),
    [
        pytest.param("aB3$", "12文字以上", id="short"),
        pytest.param("ｶﾞｶﾞｶﾞｶﾞｶﾞｶﾞ", "12文字以上", id="short once its marks join"),
        pytest.param("x" * 257, "256文字まで", id="long"),
        pytest.param("tR8#kq2Lw0z\x07Vb", "使えない文字", id="bell"),
        pytest.param("aaaaaaaaaaaaaaaa", "繰り返し", id="one letter"),
        pytest.param("うみとやまうみとやまうみとやま", "繰り返し", id="one piece"),
        pytest.param("abcd1abcd1abcd1", "繰り返し", id="piece with digit"),
        pytest.param("123456789012", "数字だけ", id="digits in order"),
        pytest.param("qwertyuiop123", "数字だけ", id="row of keys"),
        pytest.param("poiuytrewq321", "数字だけ", id="row of keys backwards"),
        pytest.param("abcdefghijkl", "数字だけ", id="alphabet"),
        pytest.param("password2026!", "数字だけ", id="password and a year"),
        pytest.param("P@ssw0rd2026", "数字だけ", id="in leet"),
        pytest.param("Welcome!20261121", "数字だけ", id="welcome"),
        pytest.param("yamada-yamada-1", "数字だけ", id="the login"),
        pytest.param("YAMADA20260401", "数字だけ", id="the login in capitals"),
        pytest.param("パスワード20260401", "数字だけ", id="in Japanese"),
        pytest.param("ﾊﾟｽﾜｰﾄﾞ20260401!!", "数字だけ", id="half width"),
        pytest.param("ｙａｋｕｂａ２０２６１１２１", "数字だけ", id="full width"),
        pytest.param("あいうえおかきくけこさし", "数字だけ", id="the syllabary"),
        pytest.param("09012345678 2026", "数字だけ", id="a phone number"),
    ],
)
def test_what_everybody_guesses_is_refused(password: str, says: str) -> None:
    assert says in problem(password)


@given(words)
def test_whatever_is_taken_is_long_enough_in_every_width(password: str) -> None:
    if not problem(password):
        assert SHORTEST <= len(normal_password(password)) <= LONGEST


@given(words)
def test_the_width_of_letters_never_matters(password: str) -> None:
    wide = "".join(
        chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in password
    )
    assert problem(wide) == problem(password)
    assert normal_password(wide) == normal_password(password)


@given(words)
def test_making_normal_twice_changes_nothing(password: str) -> None:
    once = normal_password(password)
    assert normal_password(once) == once


@given(words, st.integers(min_value=2, max_value=6))
def test_a_piece_written_again_and_again_is_never_taken(piece: str, times: int) -> None:
    assert problem(piece * times)


@given(
    st.from_regex(r"[a-z][a-z0-9._-]{3,20}", fullmatch=True),
    st.text("0123456789!-_. ", max_size=20),
)
def test_the_login_with_digits_is_never_taken(login: str, rest: str) -> None:
    assert problem(login + rest, login)
    assert problem(rest + login.upper(), login)
