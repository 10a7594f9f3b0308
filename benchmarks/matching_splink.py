"""What Splink makes of the same applicants and the same normalised ledger.

Set up as its documentation advises: term frequencies of names, u by random sampling, m by
expectation maximisation over two blocks, prediction over the keys our own search meets
people by. It says how likely two rows are one person; the best row above a threshold is
its link. Called by benchmarks.matching with `--splink`.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import splink
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from tasks.domain.identity.person_keys import ApplicantKeys, PersonKeys
from tasks.edges.city_ledgers.ledger_database import connect
from tasks.edges.city_ledgers.ledger_rows import load_columns

THRESHOLDS = (0.5, 0.9, 0.99, 0.999, 0.9999)
_COLUMNS = ("name", "kana", "born", "place", "former", "town")
_RECALL = 0.7
"""Share of true pairs that name, birth date and address find: most applicants are plain."""
_SAMPLED_PAIRS = 1e6


def link(cache: Path, applicants: Sequence[ApplicantKeys]) -> dict[str, Any]:
    """Return Splink's best row of each applicant with its probability, and the cost.

    Args:
        cache: DuckDB file of the residents' ledger as `open_ledgers` made it.
        applicants: Keys of the requests, normalised as the ledger is.

    Returns:
        `best`: row_id to (宛名番号, probability); `ranked`: row_id to 宛名番号, most
        likely first; the seconds of training and of prediction.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = connect(Path(folder))
        _load(database, cache, applicants)
        started = time.perf_counter()
        api = DuckDBAPI(connection=database)
        tables = [
            api.register(name, dataset_display_name=name)
            for name in ("applicants", "residents")
        ]
        linker = Linker(tables, _settings(), log_level="ERROR")
        _train(linker)
        trained = time.perf_counter()
        found = linker.inference.predict(threshold_match_probability=0.01)
        rows = database.execute(
            f"""
            SELECT CASE WHEN source_dataset_l = 'applicants' THEN unique_id_l
                        ELSE unique_id_r END AS asked,
                   CASE WHEN source_dataset_l = 'applicants' THEN unique_id_r
                        ELSE unique_id_l END AS found,
                   match_probability
            FROM {found.physical_name}
            ORDER BY asked, match_weight DESC, found
            """  # noqa: S608
        ).fetchall()
        done = time.perf_counter()
        database.close()
    ranked: dict[str, list[tuple[str, float]]] = {}
    for asked, number, probability in rows:
        ranked.setdefault(asked, []).append((number, probability))
    return {
        "version": splink.__version__,
        "train_seconds": round(trained - started, 2),
        "predict_seconds": round(done - trained, 2),
        "ranked": {asked: entries[:5] for asked, entries in ranked.items()},
    }


def _load(
    database: duckdb.DuckDBPyConnection,
    cache: Path,
    applicants: Sequence[ApplicantKeys],
) -> None:
    """Make the two input tables; NULL where there is nothing, as Splink expects."""
    nullable = ", ".join(f"nullif({name}, '') AS {name}" for name in _COLUMNS)
    kinds = {"unique_id": "VARCHAR", **dict.fromkeys(_COLUMNS, "VARCHAR")}
    rows = [(entry.row_id, *_values(entry.keys)) for entry in applicants]
    load_columns(database, "asked", kinds, rows)
    database.execute(
        f"CREATE TABLE applicants AS SELECT unique_id, {nullable} FROM asked"  # noqa: S608
    )
    quoted = str(cache).replace("'", "''")
    database.execute(f"ATTACH '{quoted}' AS ledger (READ_ONLY)")
    database.execute(
        """
        CREATE TABLE residents AS
        SELECT addressee_no AS unique_id, nullif(n_key, '') AS name,
               nullif(k_search, '') AS kana, birth_date::VARCHAR AS born,
               nullif(a_place, '') AS place, nullif(f_place, '') AS former,
               nullif(a_town_key, '') AS town
        FROM ledger.residents
        """
    )


def _values(keys: PersonKeys) -> tuple[str, ...]:
    parts = keys.addresses[0].key.split("|") if keys.addresses else [""] * 4
    place = f"{parts[2]}|{parts[3]}" if parts[3] else ""
    name = keys.names[0].key if keys.names else ""
    born = keys.birth_dates[0].isoformat() if len(keys.birth_dates) == 1 else ""
    return name, keys.kana_search, born, place, "", parts[2]


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            comparisons.DamerauLevenshteinAtThresholds("name", 1).configure(
                term_frequency_adjustments=True
            ),
            comparisons.DamerauLevenshteinAtThresholds("kana", 1),
            comparisons.DamerauLevenshteinAtThresholds("born", [1, 2]),
            comparisons.CustomComparison(
                output_column_name="address",
                comparison_levels=[
                    levels.NullLevel("place"),
                    levels.CustomLevel(
                        "(place_l = place_r OR place_l = former_r OR former_l = place_r)",
                        label_for_charts="present or former address",
                    ),
                    levels.CustomLevel("town_l = town_r", label_for_charts="town"),
                    levels.ElseLevel(),
                ],
            ),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("name"),
            block_on("kana"),
            block_on("born"),
            block_on("place"),
            "l.place = r.former",
        ],
        retain_matching_columns=False,
    )


def _train(linker: Linker) -> None:
    linker.training.estimate_probability_two_random_records_match(
        [block_on("name", "born", "place")], recall=_RECALL
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS)
    for rule in (block_on("born"), block_on("name")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)


def score(
    found: Mapping[str, Sequence[tuple[str, float]]],
    true_person: Mapping[str, int | None],
    truth: Mapping[str, int],
) -> dict[str, Any]:
    """Return links and wrong answers at each threshold.

    Args:
        found: Row id to (宛名番号, probability), most likely first.
        true_person: Row id to who it is, None for nobody.
        truth: 宛名番号 to who it is.

    Returns:
        By threshold: `links`, `wrong_links` (the tax of another person would be told),
        `wrong_nobody` (in the ledger, but below the threshold).
    """
    figures: dict[str, Any] = {}
    for threshold in THRESHOLDS:
        counts = {"links": 0, "wrong_links": 0, "wrong_nobody": 0}
        for row_id, who in true_person.items():
            best = next(iter(found.get(row_id, ())), ("", 0.0))
            if best[1] < threshold:
                counts["wrong_nobody"] += who is not None
                continue
            counts["links"] += 1
            counts["wrong_links"] += truth[best[0]] != who
        figures[str(threshold)] = counts
    return figures
