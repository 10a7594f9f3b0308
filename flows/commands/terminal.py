"""What staff see in the terminal: tables, the progress bar, errors."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from flows.commands.doctor import Finding
from ocr.errors import ReadingError
from tasks.domain.errors import NeedsPersonError, SettingsError, YakubaError

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Count = Callable[[], int]
"""Returns how many steps are done so far."""

_LOOKS_EVERY_S = 0.3


def say(line: str) -> None:
    """Print one line for staff."""
    out.print(line, soft_wrap=True, markup=False)


def warn(line: str) -> None:
    """Print one line about something that is wrong."""
    err.print(line, markup=False, soft_wrap=True)


def complain(error: YakubaError | ReadingError) -> None:
    """Print an error: the sentence, then every place."""
    warn(f"エラー: {error.sentence}（{error.code}）")
    faults: tuple[str, ...] = ()
    if isinstance(error, SettingsError | NeedsPersonError):
        faults = error.faults
    file, colon, _ = error.detail.partition(": ")
    if (
        isinstance(error, NeedsPersonError)
        and faults
        and colon
        and file not in faults[0]
    ):
        err.print(f"  ファイル: {file}", markup=False, soft_wrap=True)
    for line in faults or (error.detail,):
        warn(f"  - {line}")


def explain_misuse(error: Exception) -> None:
    """Print what is wrong with the arguments; the library's own words are English.

    Args:
        error: A usage error of the command-line library.
    """
    what = _MISUSES.get(type(error).__name__)
    context = getattr(error, "ctx", None)
    if what is None:
        known = getattr(getattr(context, "command", None), "commands", None)
        what = "そのようなコマンドはありません" if known else "使い方が正しくありません"
    named = getattr(error, "option_name", "") or "・".join(
        getattr(getattr(error, "param", None), "opts", ())
    )
    named = getattr(error, "param_hint", None) or named
    place = f": {named}" if named else ""
    err.print(f"エラー: {what}{place}", markup=False, soft_wrap=True)
    path = getattr(context, "command_path", "yakuba")
    err.print(f"  使い方は {path} --help で見られます。", markup=False, soft_wrap=True)


_MISUSES = {
    "MissingParameter": "必要な指定がありません",
    "NoSuchOption": "そのような指定はありません",
    "BadParameter": "指定の値が正しくありません",
    "BadOptionUsage": "指定に値がありません",
    "BadArgumentUsage": "指定の数が正しくありません",
    "FileError": "ファイルを開けません",
}
"""By the library's name of the error."""


def confess(error: Exception) -> None:
    """Print that the program has a fault, and where; never what it was working on."""
    err.print(
        "エラー: 予期しない問題が起きました。次の行を管理者に知らせてください。",
        markup=False,
        soft_wrap=True,
    )
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno} {last.name}"
    err.print(f"  - {type(error).__name__} @ {place}", markup=False, soft_wrap=True)


def show_table(
    title: str, headers: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Print a table; cells of digits are set to the right."""
    table = Table(title=title, title_justify="left", title_style="bold")
    listed = [tuple(row) for row in rows]
    for number, header in enumerate(headers):
        numeric = bool(listed) and all(
            row[number].replace(",", "").replace(".", "").strip("-件分円 ").isdigit()
            for row in listed
        )
        table.add_column(
            header, justify="right" if numeric else "left", overflow="fold"
        )
    for row in listed:
        table.add_row(*(Text(cell) for cell in row))
    out.print(table)


def show_findings(findings: Iterable[Finding]) -> bool:
    """Print what doctor found; return whether all is good."""
    listed = list(findings)
    show_table(
        "このパソコンの準備",
        ("", "項目", "状態", "対処"),
        [
            (
                "○" if item.good else "×",
                item.what,
                item.found,
                "" if item.good else item.remedy,
            )
            for item in listed
        ],
    )
    return all(item.good for item in listed)


def show_balance(came_in: int, outcomes: Iterable[tuple[str, int]]) -> None:
    """Print that everything that came in is accounted for."""
    parts = " + ".join(f"{what} {count:,}" for what, count in outcomes)
    say(f"入力 {came_in:,} = {parts}")


def show_paths(paths: Mapping[str, Path]) -> None:
    """Print where the files are, one per line so that they can be copied."""
    for title, path in paths.items():
        out.print(f"  {title}: {path}", markup=False, soft_wrap=True)


@contextmanager
def progress(title: str, total: int, done: Count) -> Iterator[None]:
    """Show a progress bar that looks at `done` until the block ends.

    Args:
        title: Japanese.
        total: Steps to do.
        done: Returns steps done so far; called from another thread.
    """
    finished = threading.Event()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=not sys.stderr.isatty(),
        disable=total == 0,
    )

    def watch() -> None:
        task = bar.add_task(title, total=total)
        while not finished.wait(_LOOKS_EVERY_S):
            bar.update(task, completed=min(done(), total))
        bar.update(task, completed=min(done(), total))

    with bar:
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            finished.set()
            watcher.join()
