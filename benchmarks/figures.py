"""What every benchmark says of itself, printed and written as JSON in one way."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def machine() -> dict[str, Any]:
    """Return what figures depend on beside the data."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
        cwd=RESULTS.parent,
    ).stdout.strip()
    return {
        "commit": commit,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "others_on_the_machine": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
    }


def publish(name: str, figures: dict[str, Any]) -> None:
    """Print the figures and write them to benchmarks/results.

    Args:
        name: Of the file, without ending.
        figures: JSON values.
    """
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
