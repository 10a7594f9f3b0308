"""Every retry, timeout, concurrency limit and tag of a step, in one place."""

from __future__ import annotations

from typing import Any, TypedDict

from prefect import Task
from prefect.cache_policies import NO_CACHE, CachePolicy
from prefect.client.schemas.objects import State, TaskRun

from tasks.domain.errors import TryAgainError

READERS_AT_ONCE = 2
"""Documents read side by side: one per core of an ordinary office PC."""


class StepOptions(TypedDict):
    """What every step has in common."""

    persist_result: bool
    cache_policy: CachePolicy
    log_prints: bool
    retries: int
    retry_delay_seconds: list[float]
    retry_condition_fn: Any


def world_was_not_ready(
    task: Task[Any, Any],  # noqa: ARG001 - Prefect calls with these three
    task_run: TaskRun,  # noqa: ARG001
    state: State[Any],
) -> bool:
    """Return True for TryAgainError alone: bad items are never retried."""
    return isinstance(state.result(raise_on_failure=False), TryAgainError)


STEP: StepOptions = {
    # Results hold people: they live in memory and in our own stores, never in Prefect's.
    "persist_result": False,
    "cache_policy": NO_CACHE,
    "log_prints": False,
    "retries": 3,
    "retry_delay_seconds": [1.0, 5.0, 15.0],
    "retry_condition_fn": world_was_not_ready,
}
