"""Prefect's environment on a PC without internet: everything local, nothing calls out."""

from __future__ import annotations

import atexit
import functools
import os
import sys
from pathlib import Path


def prefect_environment(work: Path, *, api_url: str | None = None) -> dict[str, str]:
    """Return the environment variables under which Prefect must be imported.

    Args:
        work: Work folder; Prefect's own database lives in it.
        api_url: Of a running server, e.g. `http://127.0.0.1:4200/api`; None starts
            a temporary one inside the process.

    Examples:
        >>> prefect_environment(Path("work"))["DO_NOT_TRACK"]
        '1'
    """
    environment = {
        "PREFECT_HOME": str((work / "prefect").resolve()),
        "PREFECT_PROFILES_PATH": str((work / "prefect" / "profiles.toml").resolve()),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "60",
        "DO_NOT_TRACK": "1",
        "ORT_DISABLE_TELEMETRY": "1",
        "TZ": "Asia/Tokyo",
        # One thread per reading: documents are read side by side instead.
        "OMP_NUM_THREADS": "1",
        "OMP_THREAD_LIMIT": "1",
    }
    if api_url is not None:
        environment["PREFECT_API_URL"] = api_url
        environment["PREFECT_SERVER_UI_API_URL"] = api_url
        environment["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] = "false"
    return environment


@functools.cache
def end_quietly() -> None:
    """Send what is printed while the interpreter ends nowhere.

    DuckDB's binding counts the objects still alive when the interpreter ends, and
    prints a page of them although every connection was closed: Prefect's threads still
    hold its modules. Staff would take it for a failure. Errors of the run itself are
    printed before that moment.
    """
    atexit.register(_mute)


def _mute() -> None:
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
