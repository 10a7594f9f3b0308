"""`yakuba accuracy`: how often accepted values were wrong, as the blind sample shows."""

from __future__ import annotations

from pathlib import Path

from flows.commands import terminal
from tasks.domain.reading.accuracy import Accuracy, accuracies
from tasks.edges.reading.calibration_file import load_calibration
from tasks.procedures.workplace import open_workplace

_HEADERS = (
    "様式",
    "項目の種類",
    "抜き取り",
    "誤り",
    "誤り率の95％上限",
    "許す上限",
    "扱い",
)


def show_accuracy(*, home: Path, work: Path | None) -> None:
    """Print a row per form and kind of field.

    Args:
        home: Folder that holds configs/.
        work: Work folder in place of the configured one.

    Raises:
        SettingsError: Faults of the configuration.
        TryAgainError: STORE-002.
    """
    place = open_workplace(home, work=work)
    rows = accuracies(place.accuracy.results(), place.settings.acceptance)
    if rows:
        terminal.show_table(
            "読取精度（抜き取り検査）", _HEADERS, [_row(one) for one in rows]
        )
        terminal.say(
            "「仮」は、抜き取りがまだ少なく、作った見本での測定に頼っている項目です。"
        )
    else:
        terminal.say("抜き取り検査の結果はまだありません。")
    terminal.say(f"読取の一致の確かさ: {load_calibration().fitted}")


def _row(one: Accuracy) -> tuple[str, ...]:
    return (
        one.form,
        one.title,
        f"{one.samples}件",
        f"{one.wrong}件",
        f"{one.bound:.2%}",
        f"{one.allowed:.2%}",
        one.trust.value,
    )
