"""Every proof has its worth, its share of errors let by, and a name for staff."""

from __future__ import annotations

import pytest

from tasks.domain.reading.proofs import PROOF_LABELS, SLIP, WORTH, Proof

MEASURED = {Proof.TWO_READERS, Proof.THREE_READERS, Proof.MARK_CLEAR, Proof.STAFF}
"""What they let by is measured per kind, or a person answers for it."""
ONE_IN_TWO_THOUSAND = 1 / 2000


def test_every_proof_has_a_worth_and_a_name_of_its_own():
    assert set(WORTH) == set(PROOF_LABELS) == set(Proof)
    assert len(set(PROOF_LABELS.values())) == len(Proof)


def test_every_proof_that_is_not_measured_says_what_it_lets_by():
    assert set(SLIP) == set(Proof) - MEASURED
    assert all(0.0 < share < 1.0 for share in SLIP.values())


@pytest.mark.parametrize(
    "proof", [one for one in SLIP if WORTH[one] >= 2], ids=lambda one: one.value
)
def test_whatever_suffices_alone_for_a_strict_field_lets_hardly_anything_by(
    proof: Proof,
):
    """Even of readings of which half are wrong."""
    assert 0.5 * SLIP[proof] <= ONE_IN_TWO_THOUSAND
