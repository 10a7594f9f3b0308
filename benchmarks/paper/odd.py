"""Pages as they should not come: cut off, a hand on them, two at once, empty, in Latin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.paper.entries import Entry, plain
from benchmarks.paper.truth import FieldTruth
from sample_docs.sheet import MM_PER_INCH

Colours = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float64]

ODD = ("cut_off", "hand_over", "two_forms", "empty", "latin", "old_version", "foreign")
LATIN = (
    "NGUYEN THI LAN",
    "SANTOS MARIA CLARA",
    "SILVA CARLOS EDUARDO",
    "TAMANG SITA",
    "TRAN VAN HUNG",
)


def in_latin(entries: Mapping[str, Entry], number: int) -> dict[str, Entry]:
    """Return the entries with a Latin name, in the kana fields too."""
    name = LATIN[number % len(LATIN)]
    latin = {key: plain(name) for key in ("name", "kana") if key in entries}
    return {**entries, **latin}


def latin_truths(fields: dict[str, FieldTruth]) -> dict[str, FieldTruth]:
    """Return the truths with the kana field known to hold no kana."""
    return {
        name: replace(truth, odd="latin") if name == "kana" else truth
        for name, truth in fields.items()
    }


def cut_off(
    pixels: Colours, dpi: int, rng: np.random.Generator
) -> tuple[Colours, Matrix]:
    """Return a sheet of which one side lay beside the glass, and how it moved in mm."""
    share = rng.uniform(0.1, 0.22)
    high, wide = pixels.shape[:2]
    side = int(rng.integers(3))
    done = np.full_like(pixels, 255)
    across, down = round(wide * share), round(high * share)
    if side == 0:
        done[:, : wide - across] = pixels[:, across:]
        move = (-across, 0)
    elif side == 1:
        done[:, across:] = pixels[:, : wide - across]
        move = (across, 0)
    else:
        done[: high - down] = pixels[down:]
        move = (0, -down)
    matrix = np.eye(3)
    matrix[:2, 2] = np.array(move) / dpi * MM_PER_INCH
    return done, matrix


def with_hand(pixels: Colours, rng: np.random.Generator) -> Colours:
    """Return a sheet with a hand over one of its corners."""
    high, wide = pixels.shape[:2]
    skin = np.array([214, 172, 146], np.float32) * rng.uniform(0.75, 1.0)
    mask = np.zeros((high, wide), np.uint8)
    right, low = rng.random() < 0.5, rng.random() < 0.7
    corner = np.array([wide * right, high * low], np.float64)
    inward = np.array([1 - 2 * right, 1 - 2 * low]) * min(high, wide)
    palm = corner + inward * 0.04
    radius = int(min(high, wide) * rng.uniform(0.13, 0.18))
    cv2.circle(mask, (int(palm[0]), int(palm[1])), radius, 255, -1)
    for finger in np.linspace(0.15, 0.85, 4):
        turn = finger * np.pi / 2
        tip = palm + inward * np.array([np.cos(turn), np.sin(turn)]) * rng.uniform(
            0.26, 0.34
        )
        cv2.line(
            mask,
            (int(palm[0]), int(palm[1])),
            (int(tip[0]), int(tip[1])),
            255,
            int(radius * 0.42),
        )
    soft = cv2.GaussianBlur(mask, (0, 0), 9).astype(np.float32)[:, :, None] / 255
    shade = cv2.GaussianBlur(mask, (0, 0), 60).astype(np.float32)[:, :, None] / 255
    return pixels * (1 - soft) * (1 - 0.25 * shade) + skin * soft


def two_at_once(upper: Colours, lower: Colours) -> Colours:
    """Return two A5 sheets that lay on the glass together, on one A4 page."""
    return np.concatenate([upper, lower])
