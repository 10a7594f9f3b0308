"""ocr/calibration.json: what agreement of readers is worth, as last fitted."""

from __future__ import annotations

import functools
import importlib.resources
import json
from collections.abc import Mapping
from pathlib import Path

from tasks.domain.reading.calibration import Calibration, Rung

FILE = "calibration.json"


@functools.cache
def load_calibration() -> Calibration:
    """Return the calibration that comes with this version of the readers."""
    text = importlib.resources.files("ocr").joinpath(FILE).read_text(encoding="utf-8")
    return calibration_of(text)


def calibration_of(text: str) -> Calibration:
    """Return the calibration of a JSON text.

    Raises:
        KeyError: A part is missing.
        ValueError: No JSON.
    """
    raw = json.loads(text)
    return Calibration(
        rungs={
            (one["kind"], one["pattern"]): tuple(
                Rung(
                    confidence=rung["confidence"],
                    wrong=rung["wrong"],
                    samples=rung["samples"],
                    worst=(rung["worst"][0], rung["worst"][1]),
                )
                for rung in one["rungs"]
            )
            for one in raw["agreements"]
        },
        fitted=raw["provenance"]["fitted"],
    )


def write_calibration(
    path: Path,
    rungs: Mapping[tuple[str, str], tuple[Rung, ...]],
    provenance: Mapping[str, object],
) -> None:
    """Write a calibration, one line per kind and pattern.

    Args:
        path: ocr/calibration.json, or elsewhere to compare.
        rungs: As fitted.
        provenance: Command, seeds, day and counts; `fitted` is a sentence for reports.
    """
    lines = [
        json.dumps(
            {
                "kind": kind,
                "pattern": pattern,
                "rungs": [
                    {
                        "confidence": rung.confidence,
                        "wrong": rung.wrong,
                        "samples": rung.samples,
                        "worst": list(rung.worst),
                        "bound": round(rung.bound(), 5),
                    }
                    for rung in found
                ],
            },
            ensure_ascii=False,
        )
        for (kind, pattern), found in sorted(rungs.items())
    ]
    head = json.dumps(provenance, ensure_ascii=False, indent=1)
    body = ",\n".join(lines)
    path.write_text(
        f'{{"provenance": {head},\n"agreements": [\n{body}\n]}}\n', encoding="utf-8"
    )
