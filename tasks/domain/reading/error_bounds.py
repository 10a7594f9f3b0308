"""How bad an error rate can be, given the errors seen: exact binomial bounds."""

from __future__ import annotations

import functools
import math

DOUBT = 0.05
"""One less the confidence of a bound: 95 %."""


@functools.lru_cache(maxsize=4096)
def upper_bound(wrong: int, samples: int, doubt: float = DOUBT) -> float:
    """Return the highest error rate that the samples leave plausible (Clopper–Pearson).

    Args:
        wrong: Errors seen, 0 to `samples`.
        samples: Values looked at.
        doubt: 0.05 for a one-sided 95 % bound.

    Returns:
        0.0-1.0; 1.0 when nothing was looked at.

    Raises:
        ValueError: More errors than samples.

    Examples:
        >>> round(upper_bound(0, 300), 4), round(upper_bound(1, 300), 4)
        (0.0099, 0.0157)
        >>> upper_bound(0, 0)
        1.0
    """
    _refuse(wrong, samples)
    if wrong == samples:
        return 1.0
    low, high = wrong / samples, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if at_most(wrong, samples, middle) > doubt:
            low = middle
        else:
            high = middle
    return high


@functools.lru_cache(maxsize=4096)
def lower_bound(wrong: int, samples: int, doubt: float = DOUBT) -> float:
    """Return the lowest error rate that the samples leave plausible.

    Args:
        wrong: Errors seen, 0 to `samples`.
        samples: Values looked at.
        doubt: 0.05 for a one-sided 95 % bound.

    Raises:
        ValueError: More errors than samples.

    Examples:
        >>> round(lower_bound(3, 10), 4), lower_bound(0, 10)
        (0.0873, 0.0)
    """
    _refuse(wrong, samples)
    return 0.0 if wrong == 0 else 1.0 - upper_bound(samples - wrong, samples, doubt)


def at_most(wrong: int, samples: int, rate: float) -> float:
    """Return the chance of so few errors or fewer at a true rate.

    Examples:
        >>> round(at_most(0, 100, 0.01), 4)
        0.366
    """
    if rate <= 0.0 or wrong >= samples:
        return 1.0
    if rate >= 1.0:
        return 0.0
    # The shorter tail: fewer terms, and none of them drowned by a sum near 1.
    if 2 * wrong > samples:
        return 1.0 - sum(
            _chance(seen, samples, rate) for seen in range(wrong + 1, samples + 1)
        )
    return min(1.0, sum(_chance(seen, samples, rate) for seen in range(wrong + 1)))


def shown_better(wrong: int, samples: int, rate: float, doubt: float = DOUBT) -> bool:
    """Return whether the samples show a rate of at most `rate`.

    Equal to `upper_bound(...) <= rate`, without the search.

    Examples:
        >>> shown_better(0, 300, 0.01), shown_better(0, 298, 0.01)
        (True, False)
    """
    return samples > 0 and at_most(wrong, samples, rate) <= doubt


def shown_worse(wrong: int, samples: int, rate: float, doubt: float = DOUBT) -> bool:
    """Return whether the samples show a rate above `rate`.

    Examples:
        >>> shown_worse(1, 5, 0.01), shown_worse(1, 6, 0.01)
        (True, False)
    """
    return wrong > 0 and 1.0 - at_most(wrong - 1, samples, rate) < doubt


def _chance(seen: int, samples: int, rate: float) -> float:
    ways = (
        math.lgamma(samples + 1)
        - math.lgamma(seen + 1)
        - math.lgamma(samples - seen + 1)
    )
    return math.exp(ways + seen * math.log(rate) + (samples - seen) * math.log1p(-rate))


def _refuse(wrong: int, samples: int) -> None:
    if not 0 <= wrong <= samples:
        msg = f"{wrong} wrong of {samples}"
        raise ValueError(msg)
