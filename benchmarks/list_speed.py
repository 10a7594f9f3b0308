"""What lists of words cost a reading: a city's towns against a hundred thousand names.

Run: python -m benchmarks.list_speed --pages 60 --seed 7 [--write]

Address lines of generated pages go through the first reader's network once; then their
probabilities are searched with the city's list and with all place names of Japan's postal
list added to it, in turns. Prints and writes benchmarks/results/list_speed.json:
milliseconds a line, how many lines are searched again, how many readings are right.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.ocr_speed import Collecting
from benchmarks.paper.compare import is_same, value
from benchmarks.paper.deck import DESIGNS, deck
from benchmarks.paper.design import write_design
from benchmarks.paper.lists import LISTS
from benchmarks.paper.render import write_file
from benchmarks.paper.truth import FieldTruth
from benchmarks.score_ocr import machine
from ocr.decode.beam import Alphabet, Search, alphabet_of
from ocr.decode.grammars import grammar_of
from ocr.decode.guides import Guide, guide_of
from ocr.engines.rapid import RapidEngine, texts_in
from ocr.forms import load_forms
from ocr.model import PLACES, TOWNS, FieldKind
from ocr.read import Engines, read_document
from tasks.edges.towns import postal_towns

RESULTS = Path(__file__).parent / "results" / "list_speed.json"
LEVELS = ("office", "copy", "fax")


@dataclass(frozen=True)
class Line:
    """One address as the network saw it."""

    chances: NDArray[np.float32]
    truth: FieldTruth


def lines_of(pages: int, seed: int) -> tuple[list[Line], float]:
    """Return the address lines of generated pages, and milliseconds a line's network."""
    engine = RapidEngine()
    found: list[Line] = []
    spent = 0.0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for design in DESIGNS:
            write_design(design, folder / "forms")
        forms = load_forms(folder / "forms")
        for plan in deck(pages, seed, LEVELS, people=False):
            truths = write_file(plan, seed, folder)
            collecting = Collecting()
            document = read_document(folder / plan.name, forms, Engines((collecting,)))
            for snippets in collecting.pages:
                for snippet in snippets:
                    truth = truths[snippet.page - 1].fields.get(snippet.field_id)
                    one_line = len(snippet.lines) == 1 and not snippet.cells
                    if (
                        snippet.kind is not FieldKind.ADDRESS
                        or not one_line
                        or not truth
                    ):
                        continue
                    started = time.perf_counter()
                    chances = engine.probabilities(snippet.lines[0])
                    spent += time.perf_counter() - started
                    found.append(Line(chances, truth))
            (folder / document.file).unlink()
    return found, 1000 * spent / max(1, len(found))


def searched(
    lines: Sequence[Line], alphabet: Alphabet, guide: Guide | None
) -> dict[str, object]:
    """Return milliseconds a line, and how many readings are right."""
    grammar = grammar_of(FieldKind.ADDRESS)
    seconds: list[float] = []
    right = 0
    for line in lines:
        started = time.perf_counter()
        search = Search(line.chances, alphabet, width=24, best=24)
        texts = texts_in(search, FieldKind.ADDRESS, grammar, guide)
        seconds.append(time.perf_counter() - started)
        read = value(FieldKind.ADDRESS, texts[0].text if texts else "")
        right += is_same(FieldKind.ADDRESS, read, line.truth)
    return {
        "ms_a_line": round(1000 * statistics.fmean(seconds), 2),
        "ms_median": round(1000 * statistics.median(seconds), 2),
        "ms_p95": round(1000 * statistics.quantiles(seconds, n=20)[-1], 2),
        "right": right,
    }


def again(lines: Sequence[Line], alphabet: Alphabet, guide: Guide) -> int:
    """Return how many lines are searched more than once."""
    grammar = grammar_of(FieldKind.ADDRESS)
    count = 0
    for line in lines:
        search = Search(line.chances, alphabet, width=24, best=24)
        first = search.fitting(grammar)
        count += bool(first) and guide.weight(first[0].text) < 1.0
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    lines, network_ms = lines_of(options.pages, options.seed)
    alphabet = alphabet_of(grammar_of(FieldKind.ADDRESS), RapidEngine().characters)
    names = {name for names in postal_towns().values() for name in names}
    towns = {"city": LISTS[TOWNS], "japan": frozenset(LISTS[TOWNS] | names)}
    places = frozenset(LISTS[PLACES])
    rounds: dict[str, list[dict[str, object]]] = {"none": [], "city": [], "japan": []}
    started = time.perf_counter()
    guides = {
        name: guide_of(FieldKind.ADDRESS, frozenset(words), places)
        for name, words in towns.items()
    }
    built = time.perf_counter() - started
    for _ in range(options.rounds):
        rounds["none"].append(searched(lines, alphabet, None))
        for name, guide in guides.items():
            rounds[name].append(searched(lines, alphabet, guide))
    city = guides["city"]
    result = {
        **machine(),
        "seed": options.seed,
        "lines": len(lines),
        "network_ms_a_line": round(network_ms, 2),
        "words": {name: len(words) for name, words in towns.items()},
        "lists_made_s": round(built, 2),
        "searched_again": again(lines, alphabet, city) if city else 0,
        "rounds": rounds,
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    print(text)
    if options.write:
        RESULTS.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
