"""Reasons to trust a value, what each counts for, and how often each would let an error by.

The figures are argued in docs/decisions/0004 and 0011; `SLIP` is an upper estimate.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Proof(StrEnum):
    """A reason to trust a value, beyond an engine's own confidence."""

    BORN_DIGITAL = "born_digital"
    """The text was never an image."""
    CODE = "code"
    """A bar or QR code that a machine printed, with its own error detection."""
    MASTER_PERSON = "master_person"
    """Name, birth date and address, each as read, meet in one resident, no rival."""
    TWO_OF_PERSON = "two_of_person"
    """Two of name, birth date and address, each as read, meet in one resident, and
    nobody else nearly has both."""
    HOUSEHOLD = "household"
    """Two of name, kana and birth date of one row, each as read, are those of one member
    of the applicant's household."""
    HOUSEHOLD_NAME = "household_name"
    """A name or kana, as read, is that of one member of the applicant's household, and
    nobody there has one like it."""
    CODE_SAYS = "code_says"
    """The bar or QR code of the same page holds the same value."""
    LISTED = "listed"
    """As read without the list, the value stands in the list that the form names, and
    nothing in it is one letter off."""
    CHECK_DIGIT = "check_digit"
    """The number's own check digit is right."""
    TOTAL = "total"
    """Two amounts or more add up to another one."""
    TOTAL_REPEATED = "total_repeated"
    """The only part of a sum is equal to it: the same number written twice."""
    POSTAL_TOWN = "postal_town"
    """The postal code belongs to the town that the address names."""
    TWO_READERS = "two_readers"
    """Two readers give the same value, as surely as calibration asks; not of one make
    unless the field is for statistics alone."""
    THREE_READERS = "three_readers"
    """Three do, not all of one make, and calibration shows that as enough for a strict
    field."""
    MARK_CLEAR = "mark_clear"
    """A mark whose ink is far from the threshold."""
    STAFF = "staff"
    """A person settled it."""


WORTH: Mapping[Proof, int] = {
    Proof.BORN_DIGITAL: 2,
    Proof.CODE: 2,
    Proof.MASTER_PERSON: 2,
    Proof.TWO_OF_PERSON: 2,
    Proof.HOUSEHOLD: 2,
    Proof.HOUSEHOLD_NAME: 1,
    Proof.CODE_SAYS: 2,
    Proof.LISTED: 1,
    Proof.CHECK_DIGIT: 1,
    Proof.TOTAL: 1,
    Proof.TOTAL_REPEATED: 1,
    Proof.POSTAL_TOWN: 1,
    Proof.TWO_READERS: 1,
    Proof.THREE_READERS: 2,
    Proof.MARK_CLEAR: 2,
    Proof.STAFF: 9,
}
"""How many of the proofs needed each one counts for (docs/decisions/0004)."""

SLIP: Mapping[Proof, float] = {
    Proof.BORN_DIGITAL: 1 / 10_000,
    Proof.CODE: 1 / 10_000,
    Proof.MASTER_PERSON: 1 / 10_000,
    Proof.TWO_OF_PERSON: 1 / 1_000,
    Proof.HOUSEHOLD: 1 / 1_000,
    Proof.HOUSEHOLD_NAME: 1 / 50,
    Proof.CODE_SAYS: 1 / 10_000,
    Proof.LISTED: 1 / 500,
    Proof.CHECK_DIGIT: 1 / 8,
    Proof.TOTAL: 1 / 10,
    Proof.TOTAL_REPEATED: 1 / 4,
    Proof.POSTAL_TOWN: 1 / 100,
}
"""Of wrong values, the share that would still carry this proof (docs/decisions/0011).

Agreement of readers and clear marks are not here: what they are worth is measured per
kind of field (`tasks.domain.reading.calibration`).
"""

PROOF_LABELS: Mapping[Proof, str] = {
    Proof.BORN_DIGITAL: "文字データ",
    Proof.CODE: "機械で印刷されたコード",
    Proof.MASTER_PERSON: "台帳の本人と一致",
    Proof.TWO_OF_PERSON: "台帳の同じ人と二項目が一致",
    Proof.HOUSEHOLD: "台帳の同じ世帯の人と一致",
    Proof.HOUSEHOLD_NAME: "台帳の同じ世帯の名前と一致",
    Proof.CODE_SAYS: "用紙のコードの内容と一致",
    Proof.LISTED: "一覧にある言葉と一致",
    Proof.CHECK_DIGIT: "検査数字が合う",
    Proof.TOTAL: "内訳と合計が一致",
    Proof.TOTAL_REPEATED: "二か所の金額が一致",
    Proof.POSTAL_TOWN: "郵便番号と町名が一致",
    Proof.TWO_READERS: "二つの読取が一致",
    Proof.THREE_READERS: "三つの読取が一致",
    Proof.MARK_CLEAR: "印の有無が明らか",
    Proof.STAFF: "職員が確認",
}
"""As staff read them."""
