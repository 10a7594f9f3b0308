"""Prints (hashes) of what a clerk saw: a decision holds only while they do."""

from __future__ import annotations

import hashlib

from tasks.domain.records import Applicant, Evidence


def request_print(applicant: Applicant) -> str:
    """Return 16 hex digits that change whenever what identifies the applicant does."""
    return digest(
        applicant.name,
        applicant.kana,
        applicant.birth_date,
        applicant.address,
        applicant.addressee_no,
        applicant.corporate_number,
    )


def place_print(applicant: Applicant) -> str:
    """Return 16 hex digits of where a request stands: its file and its own number."""
    numbered = applicant.request_id not in ("", applicant.row_id, applicant.source)
    if not numbered:
        return digest(applicant.source)
    return digest(applicant.source.rpartition("!")[0], applicant.request_id)


def candidate_print(evidence: Evidence) -> str:
    """Return 16 hex digits that change whenever what was shown of a candidate does."""
    person = evidence.resident
    return digest(
        person.addressee_no,
        person.name,
        person.kana,
        person.birth_date.isoformat() if person.birth_date else "",
        person.address,
        person.former_address,
        person.common_name,
        person.corporate_number,
        "deceased" if person.deceased else "",
        # A person merged with another since is not the one who was shown.
        *evidence.other_numbers,
    )


def digest(*texts: str, length: int = 16) -> str:
    """Return the first hex digits of a hash of several texts.

    Args:
        texts: In order; where one ends and the next begins is part of it.
        length: 1-64 digits.
    """
    joined = "\x1f".join(texts)
    return hashlib.sha256(joined.encode()).hexdigest()[:length]
