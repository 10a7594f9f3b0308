"""Hashes passwords with argon2id; the only door to argon2."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
"""argon2id, 3 passes over 64 MiB, 4 lanes: the second choice of RFC 9106, section 4."""


def hash_password(password: str) -> str:
    """Return what is kept of a password, with its parameters and salt."""
    return _HASHER.hash(password)


def fits(password: str, kept: str) -> bool:
    """Return whether a password is the one kept.

    An empty `kept` (unknown login, no password yet) costs the same time as a wrong
    password, so that time does not tell which logins exist.
    """
    try:
        _HASHER.verify(kept or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def is_outdated(kept: str) -> bool:
    """Return whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    """Return the hash of a password that nobody has."""
    return hash_password("\0")
