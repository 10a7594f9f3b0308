from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.normal_forms.corporate_names import (
    is_corporate,
    normalize_corporate_name,
)
from tasks.domain.normal_forms.normal import NormalStatus


@given(
    st.text()
    | st.text(
        alphabet="株式会社㈱(有)カ)ユﾕみなと商店支 　代表取締役理事髙", max_size=18
    )
)
def test_any_text_gets_an_answer_and_is_read_the_same_again(text: str) -> None:
    normal = normalize_corporate_name(text)
    assert normal.input == text
    if normal.value is not None and normal.value.form:
        again = normalize_corporate_name(text).value
        assert again is not None
        assert again.key == normal.value.key


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param("㈱みなと", "株式会社みなと", id="squared"),
        pytest.param("（株）みなと", "株式会社 みなと", id="brackets"),
        pytest.param("みなと㈱", "みなと株式会社", id="behind"),
        pytest.param("㈲髙橋商店", "有限会社高橋商店", id="variant letter"),
        pytest.param("ｶ)ﾐﾅﾄ", "株式会社ミナト", id="bank, before"),
        pytest.param("ﾐﾅﾄ(ｶ", "ミナト株式会社", id="bank, behind"),
        pytest.param("ﾕ)ｲｿﾍﾞｽｲｻﾝ", "有限会社イソベスイサン", id="bank, 有限会社"),
        pytest.param("ﾄﾞ)ｶﾓﾒ", "合同会社カモメ", id="bank, 合同会社"),
        pytest.param("(福)みなと会", "社会福祉法人みなと会", id="福"),
        pytest.param("NPO法人みなと", "特定非営利活動法人みなと", id="NPO"),
        pytest.param("ＡＢＣ株式会社", "ABC株式会社", id="width"),
        pytest.param("株式会社みなと 東支店", "株式会社みなと", id="branch"),
        pytest.param("みなと株式会社東京支店", "みなと株式会社", id="branch behind the form"),
        pytest.param("株式会社みなと　代表取締役　山田太郎", "株式会社みなと", id="officer"),
        pytest.param("みなと株式会社　大阪営業所　所長　山田太郎", "みなと㈱", id="branch and officer"),
    ],
)  # fmt: skip
def test_writings_of_one_name_share_a_key(a: str, b: str) -> None:
    left, right = normalize_corporate_name(a).value, normalize_corporate_name(b).value
    assert left is not None
    assert right is not None
    assert left.key == right.key
    assert is_corporate(a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param("株式会社みなと", "みなと株式会社", id="before and behind"),
        pytest.param("株式会社みなと", "有限会社みなと", id="another form"),
        pytest.param("一般社団法人みなと", "公益社団法人みなと", id="kind of 社団"),
        pytest.param("株式会社みなと", "みなと", id="no form"),
    ],
)
def test_different_corporations_keep_different_keys(a: str, b: str) -> None:
    left, right = normalize_corporate_name(a).value, normalize_corporate_name(b).value
    assert left is not None
    assert right is not None
    assert left.key != right.key


def test_parts_of_a_corporate_name() -> None:
    value = normalize_corporate_name("㈱みなと　東支店　代表取締役　山田太郎").value
    assert value is not None
    assert (value.form, value.stem, value.form_first) == ("株式会社", "みなと", True)
    assert (value.branch, value.officer) == ("東支店", "山田太郎")


@pytest.mark.parametrize(
    ("text", "status", "note"),
    [
        pytest.param("みなと商会", NormalStatus.WARN, "no_form", id="no form"),
        pytest.param(
            "株式会社みなと東支店", NormalStatus.WARN, "branch_unsplit", id="unsplit"
        ),
        pytest.param("株式会社〓", NormalStatus.WARN, "geta", id="geta"),
        pytest.param("", NormalStatus.INVALID, "empty", id="empty"),
    ],
)
def test_what_is_odd_is_noted(text: str, status: NormalStatus, note: str) -> None:
    normal = normalize_corporate_name(text)
    assert normal.status is status
    assert note in normal.notes
