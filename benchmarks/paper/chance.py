"""One source of chance per purpose, so that pages do not depend on each other."""

from __future__ import annotations

import random


def chance(*purpose: object) -> random.Random:
    """Return the source of chance of a purpose, e.g. chance(seed, number, "writer")."""
    return random.Random(":".join(map(str, purpose)))  # noqa: S311 - not secret
