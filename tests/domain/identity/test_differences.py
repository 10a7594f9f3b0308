"""Only what a clerk must look at is marked."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.identity.differences import differing


@pytest.mark.parametrize(
    ("text", "beside", "marked"),
    [
        pytest.param("港町1-2-3", "港町1-2-3", [], id="equal"),
        pytest.param("港町１－２－３", "港町1‐2‐3", [], id="width and hyphens"),
        pytest.param("検査　一郎", "検査 一郎", [], id="kinds of space"),
        pytest.param("検査一郎", "検査 一郎", [], id="no space"),
        pytest.param("ﾀﾞﾝｼﾞ ﾊﾟﾙ", "ダンジ パル", [], id="half-width kana"),
        pytest.param("ﾀﾞﾝｼﾞ", "ダンシ", ["ﾞ"], id="a voiced mark too many"),
        pytest.param("ダンジ", "ﾀﾞﾝｼ", ["ジ"], id="a voiced letter"),
        pytest.param("髙橋 﨑子", "高橋 崎子", ["髙", "﨑"], id="variant kanji"),
        pytest.param("港町1-2-3", "港町1-2-8", ["3"], id="another house number"),
        pytest.param("港町1-2-3", "港町1-2", ["-3"], id="more than the other"),
        pytest.param("港町1-2", "港町1-2-3", [], id="less than the other"),
        pytest.param("検査", "", ["検査"], id="nothing beside it"),
        pytest.param("", "検査", [], id="nothing written"),
    ],
)
def test_only_differing_characters_are_marked(
    text: str, beside: str, marked: list[str]
) -> None:
    assert [piece for piece, differs in differing(text, beside) if differs] == marked


@given(text=st.text(), beside=st.text())
def test_the_pieces_join_to_the_text_and_alternate(text: str, beside: str) -> None:
    pieces = differing(text, beside)
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece for piece, _ in pieces)
    assert all(a[1] != b[1] for a, b in itertools.pairwise(pieces))


@given(text=st.text())
def test_a_text_never_differs_from_itself(text: str) -> None:
    assert not any(differs for _, differs in differing(text, text))
