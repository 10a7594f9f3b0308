"""1,000,000 resident rows into normal forms: first time and from the cache.

Run: .venv/bin/python -m benchmarks.normal_forms [rows]
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from tasks.domain.normal_forms.addresses import normalize_address
from tasks.domain.normal_forms.normalize import RULE_VERSION
from tasks.edges.city_ledgers.normal_cache import normalize_columns

SEED = 20261121
TODAY = dt.date(2026, 4, 1)
KINDS = {"name": "name", "kana": "kana", "birth_date": "date", "address": "address"}


def residents(rows: int) -> pd.DataFrame:
    """Invented residents: 2,000 families, 3,000 given names, 2.3 people an address."""
    rng = np.random.default_rng(SEED)
    kanji = np.array([chr(code) for code in range(0x4E00, 0x9FA0)])
    kana = np.array(
        list(
            "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
        )
    )

    def words(letters: np.ndarray, count: int, length: int) -> np.ndarray:
        return np.array(["".join(rng.choice(letters, length)) for _ in range(count)])

    family, given = rng.zipf(1.3, rows) % 2000, rng.integers(0, 3000, rows)
    names, firsts = words(kanji, 2000, 2), words(kanji, 3000, 2)
    family_kana, first_kana = words(kana, 2000, 4), words(kana, 3000, 3)
    days = pd.to_datetime("1930-01-01") + pd.to_timedelta(
        rng.integers(0, 35000, rows), "D"
    )
    towns, homes = words(kanji, 300, 3), int(rows / 2.3) or 1
    house = [
        f"汐見県みなと市{town}{a}丁目{b}番{c}号"
        if n % 3
        else f"汐見県みなと市大字{town}{b}{c}番地{a}"
        for n, (town, a, b, c) in enumerate(
            zip(
                rng.choice(towns, homes),
                rng.integers(1, 9, homes),
                rng.integers(1, 60, homes),
                rng.integers(1, 40, homes),
                strict=True,
            )
        )
    ]
    return pd.DataFrame(
        {
            "name": np.char.add(np.char.add(names[family], "　"), firsts[given]),
            "kana": np.char.add(
                np.char.add(family_kana[family], " "), first_kana[given]
            ),
            "birth_date": days.strftime("%Y/%m/%d"),
            "address": np.array(house)[rng.integers(0, homes, rows)],
        }
    )


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    frame = residents(rows)
    seconds, cpu_seconds = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for run in ("first", "cached"):
            start, cpu = time.perf_counter(), sum(os.times()[:4])
            normalize_columns(
                frame,
                KINDS,
                today=TODAY,
                source_sha256="benchmark",
                folder=Path(folder),
            )
            seconds[run] = round(time.perf_counter() - start, 2)
            cpu_seconds[run] = round(sum(os.times()[:4]) - cpu, 2)
    sample = list(frame["address"].unique()[:50_000])
    start = time.process_time()
    for text in sample:
        normalize_address(text)
    micros = (time.process_time() - start) / len(sample) * 1e6
    result = {
        "rows": rows,
        "distinct": {column: int(frame[column].nunique()) for column in KINDS},
        "seconds": seconds,
        "cpu_seconds_of_all_processes": cpu_seconds,
        "address_microseconds": round(micros, 1),
        "rule_version": RULE_VERSION,
        "seed": SEED,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "commit": subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip(),
    }
    place = Path(__file__).parent / "results" / "normal_forms.json"
    place.parent.mkdir(exist_ok=True)
    place.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
