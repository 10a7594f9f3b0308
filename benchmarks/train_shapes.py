"""Train the weights of the third reader: `python -m benchmarks.train_shapes OUT.npz`.

Characters are drawn from fonts, bent, slanted, thickened and cut as hands and scanners
do. None of the handwriting-like faces that the samples and benchmarks are written in
(setofont, kiloji, Motoya Maruberi, YOzBA) is among them, so that what is measured there
is reading of unknown hands. Prints the digest that ocr/engines/shapes.py expects.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import io
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocr.decode.grammars import KATAKANA
from ocr.engines.glyphs import stroke_features
from ocr.engines.shapes import SMALL_KANA

FACES = (
    *(f"YOz{face}.ttf" for face in ("RAF", "RNX", "RSP", "RE_M", "BCF", "RSXM")),
    *("ipag.ttf", "ipam.ttf", "ipagp.ttf", "NotoSansCJK-Regular.ttc"),
    *("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
)
DIGITS = tuple("0123456789")
SIGNS = tuple("-,/()円¥")
ERAS = tuple("年月日元明治大正昭和平成令")
KANA = tuple(one for one in KATAKANA if one not in SMALL_KANA and one != "ー")
SHAPES = (*DIGITS, *SIGNS, *ERAS, *KANA, "・")
OFTEN_CUT = tuple("00234568990023568")
SIDE = 96
HIDDEN = 384
ROWS, COLUMNS = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)


@functools.cache
def font_of(face: str) -> ImageFont.FreeTypeFont:
    listing = subprocess.run(
        ["fc-list", "--format", "%{file}\n"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    found = [line for line in listing if Path(line).name == face]
    if not found:
        sys.exit(f"font is missing: {face} (see sample_docs/README.md)")
    return ImageFont.truetype(found[0], 64)


@functools.cache
def drawn(face: str, letter: str) -> np.ndarray:
    image = Image.new("L", (SIDE, SIDE), 0)
    middle = (SIDE / 2, SIDE / 2)
    ImageDraw.Draw(image).text(
        middle, letter, fill=255, font=font_of(face), anchor="mm"
    )
    return np.asarray(image).astype(np.float32) / 255


def written(
    face: str, letter: str, rng: np.random.Generator, wild: float
) -> np.ndarray:
    """Return a character as a hand would bend it: turned, slanted, wavy, thick or thin."""
    turn = rng.normal(0, np.radians(3.5) * wild)
    slant = rng.normal(0.03, 0.1 * wild)
    wide, high = rng.normal(1, 0.1 * wild, 2)
    matrix = np.array(
        [[wide * np.cos(turn), slant - np.sin(turn)], [np.sin(turn), high]]
    )
    matrix[1, 1] *= np.cos(turn)
    shift = np.array([SIDE / 2, SIDE / 2]) - matrix @ np.array([SIDE / 2, SIDE / 2])
    waves = rng.normal(0, 1, (2, 6, 6)).astype(np.float32) * SIDE * 0.028 * wild
    wave_x, wave_y = (
        cv2.resize(wave, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) for wave in waves
    )
    from_x = matrix[0, 0] * COLUMNS + matrix[0, 1] * ROWS + shift[0] + wave_x
    from_y = matrix[1, 0] * COLUMNS + matrix[1, 1] * ROWS + shift[1] + wave_y
    bent = cv2.remap(
        drawn(face, letter),
        from_x.astype(np.float32),
        from_y.astype(np.float32),
        cv2.INTER_LINEAR,
    )
    soft = cv2.GaussianBlur(bent, (0, 0), rng.uniform(0.7, 2.2))
    return np.clip((soft - rng.uniform(0.15, 0.45)) * 4 + 0.5, 0, 1)


def cropped(ink: np.ndarray) -> np.ndarray | None:
    columns = np.flatnonzero((ink > 0.35).any(axis=0))
    return None if columns.size < 3 else ink[:, columns[0] : columns[-1] + 1]


def pick(rng: np.random.Generator, pool: Sequence[str]) -> str:
    return pool[int(rng.integers(len(pool)))]


def two_at_once(rng: np.random.Generator) -> np.ndarray | None:
    """Return two neighbours, which are no character."""
    pool = (*DIGITS, "-", ",", *KANA, *ERAS[:3]) if rng.random() < 0.4 else DIGITS
    pair = [cropped(written(pick(rng, FACES), pick(rng, pool), rng, 1)) for _ in "ab"]
    if pair[0] is None or pair[1] is None:
        return None
    left, right = pair[0], pair[1]
    gap = int(rng.integers(-2, 14))
    both = np.zeros((SIDE, left.shape[1] + right.shape[1] + max(gap, 0)), np.float32)
    both[:, : left.shape[1]] = left
    tail = both[:, both.shape[1] - right.shape[1] :]
    np.maximum(tail, right, out=tail)
    return both


def cut_through(rng: np.random.Generator) -> np.ndarray | None:
    """Return what is left of a digit cut in two, at times beside a neighbour."""
    whole = cropped(written(pick(rng, FACES), pick(rng, OFTEN_CUT), rng, 1.1))
    if whole is None or whole.shape[1] < 14:
        return None
    at = int(rng.uniform(0.28, 0.72) * whole.shape[1])
    first = rng.random() < 0.5
    half = cropped(whole[:, :at] if first else whole[:, at:])
    if half is None or rng.random() >= 0.35:
        return half
    other = cropped(written(pick(rng, FACES), pick(rng, OFTEN_CUT), rng, 1))
    if other is None:
        return None
    return np.hstack([other, half] if first else [half, other])


def characters(
    letters: Sequence[str], per_face: int, seed: int, wild: float
) -> tuple[list[np.ndarray], list[int]]:
    rng = np.random.default_rng(seed)
    features, classes = [], []
    for letter in letters:
        for face in FACES:
            for _ in range(per_face):
                found = stroke_features(written(face, letter, rng, wild))
                if found is not None:
                    features.append(found)
                    classes.append(SHAPES.index(letter))
    return features, classes


def no_characters(seed: int, pairs: int, cuts: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    features: list[np.ndarray] = []
    for make, count in ((two_at_once, pairs), (cut_through, cuts)):
        done = 0
        while done < count:
            ink = make(rng)
            found = None if ink is None else stroke_features(ink)
            if found is not None:
                features.append(found)
                done += 1
    return features


def data(seed: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    plan = ((DIGITS, 300, 1.2), (SIGNS, 60, 1.1), (ERAS, 60, 1.1), (KANA, 60, 1.05))
    features, classes = characters(("・",), max(1, round(40 * share)), seed, 0.8)
    for number, (letters, per_face, wild) in enumerate(plan, 1):
        more = max(1, round(per_face * share))
        found, kinds = characters(letters, more, seed + number, wild)
        features += found
        classes += kinds
    none = no_characters(seed + 9, round(14_000 * share), round(16_000 * share))
    features += none
    classes += [len(SHAPES)] * len(none)
    return np.array(features, np.float32), np.array(classes)


def trained(
    features: np.ndarray, classes: np.ndarray, *, epochs: int, seed: int
) -> dict[str, np.ndarray]:
    """Return the weights of one hidden layer, trained with Adam."""
    rng = np.random.default_rng(seed)
    kinds, width, batch = len(SHAPES) + 1, features.shape[1], 256
    middle, spread = features.mean(axis=0), features.std(axis=0) + 0.05
    inputs = (features - middle) / spread
    weights = [
        rng.normal(0, np.sqrt(2 / width), (width, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        rng.normal(0, np.sqrt(2 / HIDDEN), (HIDDEN, kinds)).astype(np.float32),
        np.zeros(kinds, np.float32),
    ]
    first = [np.zeros_like(one) for one in weights]
    second = [np.zeros_like(one) for one in weights]
    steps = epochs * (len(inputs) // batch)
    step = 0
    for _ in range(epochs):
        order = rng.permutation(len(inputs))
        for start in range(0, len(inputs) - batch + 1, batch):
            chosen = order[start : start + batch]
            slopes = _slopes(weights, inputs[chosen], classes[chosen], rng)
            step += 1
            rate = 2e-3 * 0.5 * (1 + np.cos(np.pi * step / steps))
            for place, slope in enumerate(slopes):
                first[place] = 0.9 * first[place] + 0.1 * slope
                second[place] = 0.999 * second[place] + 0.001 * slope**2
                move = (first[place] / (1 - 0.9**step)) / (
                    np.sqrt(second[place] / (1 - 0.999**step)) + 1e-8
                )
                decay = 1e-3 * weights[place] if place in (0, 2) else 0.0
                weights[place] = (weights[place] - rate * (move + decay)).astype(
                    np.float32
                )
    # The scaling of the inputs goes into the first layer.
    into = weights[0] / spread[:, None]
    return {
        "into": into.astype(np.float16),
        "into_bias": (weights[1] - middle @ into).astype(np.float32),
        "out": weights[2].astype(np.float16),
        "out_bias": weights[3],
        "shapes": np.array(SHAPES),
    }


def _slopes(
    weights: list[np.ndarray],
    inputs: np.ndarray,
    classes: np.ndarray,
    rng: np.random.Generator,
) -> list[np.ndarray]:
    count, kinds = len(inputs), weights[3].size
    seen = inputs * (rng.random(inputs.shape, np.float32) > 0.1)
    sums = seen @ weights[0] + weights[1]
    kept = (sums > 0) * (rng.random(sums.shape, np.float32) > 0.25) / np.float32(0.75)
    hidden = sums * kept
    scores = hidden @ weights[2] + weights[3]
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    scores /= scores.sum(axis=1, keepdims=True)
    wanted = np.full((count, kinds), 0.05 / kinds, np.float32)
    wanted[np.arange(count), classes] += 0.95
    off = (scores - wanted) / count
    back = (off @ weights[2].T) * kept
    return [seen.T @ back, back.sum(axis=0), hidden.T @ off, off.sum(axis=0)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--share", type=float, default=1.0, help="of the usual data")
    parser.add_argument("--epochs", type=int, default=16)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    started = time.perf_counter()
    features, classes = data(options.seed, options.share)
    print(f"{len(features)} pictures, {time.perf_counter() - started:.0f} s")
    weights = trained(features, classes, epochs=options.epochs, seed=options.seed)
    buffer = io.BytesIO()
    np.savez(buffer, **weights)
    options.out.write_bytes(buffer.getvalue())
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    print(f"{options.out}: sha256 {digest}, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
