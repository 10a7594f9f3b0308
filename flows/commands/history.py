"""`yakuba history`: the runs that were kept, and who changed between two of them.

Personal data stays in the workbook: the terminal shows places, answers and causes.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from flows.clock import now
from flows.commands import terminal
from flows.commands.checking import account
from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.records import Answer
from tasks.domain.runs.run_changes import RunDifference
from tasks.domain.runs.run_records import RunHead
from tasks.edges.config_files import load_settings
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.runs.run_history import RunHistory
from tasks.procedures.expired_runs import drop_expired
from tasks.procedures.keep_runs import compare_runs

_MOST_ROWS = 40
_SHOWN_DIGITS = 8
_WAITING = (Answer.SEVERAL, Answer.QUESTION_OPEN)


def list_runs(*, home: Path, work: Path | None, limit: int) -> None:
    """Print the newest runs: when, who, which request, how many of each answer.

    Raises:
        SettingsError: When the configuration is wrong.
        NeedsPersonError: RUN-002, STORE-001.
    """
    database = _database(home, work)
    try:
        heads = RunHistory(database).heads(limit)
    finally:
        database.close()
    if not heads:
        terminal.say("まだ実行の記録がありません。")
        return
    terminal.show_table(
        "滞納確認の実行（新しい順）",
        ("番号", "実行日時", "実行者", "反映日", "依頼", "件数", "未納", "要確認"),
        [_row(head) for head in heads],
    )
    terminal.say("二つの実行の違いは yakuba history diff 番号 番号 で見られます。")


def show_difference(
    before: str, after: str, *, home: Path, work: Path | None, out: Path | None
) -> None:
    """Print who changed between two runs and why, and write 差分.xlsx.

    Raises:
        SettingsError: When the configuration is wrong.
        NeedsPersonError: RUN-001, RUN-002, FILE-003, STORE-001.
    """
    database = _database(home, work)
    try:
        history = RunHistory(database)
        folder = out or Path(history.find(after).folder)
        found, path = compare_runs(history, before, after, folder=folder, now=now())
    finally:
        database.close()
    _show(found)
    terminal.show_paths({"差分": path})


def forget_runs(*, home: Path, work: Path | None, delete: bool) -> None:
    """Print which kept runs are past their years, and delete them when told to.

    Raises:
        SettingsError: When the configuration is wrong.
        NeedsPersonError: STORE-001.
    """
    town = load_settings(home / "configs").municipality
    database = _database(home, work)
    try:
        found = drop_expired(
            RunHistory(database),
            keep_years=town.keep_years,
            now=now(),
            who=account(),
            dry_run=not delete,
        )
    finally:
        database.close()
    kept_from = letter_date(found.kept_from)
    if not found.runs:
        terminal.say(
            f"保存期間（{town.keep_years}年）の過ぎた記録はありません（{kept_from}からを残します）。"
        )
        return
    terminal.show_table(
        f"{kept_from}より前の滞納確認の記録",
        ("番号", "実行日"),
        [(run.run_id[:_SHOWN_DIGITS], f"{run.at:%Y-%m-%d}") for run in found.runs],
    )
    if found.deleted:
        terminal.say(
            f"{len(found.runs):,}件の記録を消し、監査記録に書きました。"
            "結果フォルダーの控えと回答書は、文書の保存年限に従って廃棄してください。"
        )
    else:
        terminal.say(
            f"{len(found.runs):,}件の保存期間が過ぎています。消すには --delete を付けます。"
        )


def _database(home: Path, work: Path | None) -> Database:
    town = load_settings(home / "configs").municipality
    folder = work or (home / town.work_folder)
    return open_database(town.database_url or sqlite_url(folder / "yakuba.sqlite3"))


def _row(head: RunHead) -> tuple[str, ...]:
    counts = dict(head.counts)
    waiting = sum(counts.get(answer, 0) for answer in _WAITING)
    return (
        head.run_id[:_SHOWN_DIGITS],
        f"{head.at:%y-%m-%d %H:%M}",
        head.who,
        f"{head.as_of:%y-%m-%d}",
        head.request_words,
        f"{sum(counts.values()):,}",
        f"{counts.get(Answer.OWING, 0):,}",
        f"{waiting:,}",
    )


def _show(found: RunDifference) -> None:
    before, after = found.before, found.after
    terminal.say(
        f"前回 {before.run_id}（{letter_date(before.as_of)}現在） → "
        f"今回 {after.run_id}（{letter_date(after.as_of)}現在）"
    )
    terminal.show_table(
        "違い",
        ("違い", "件数"),
        [
            *((kind.value, f"{n:,}") for kind, n in found.kinds.items()),
            ("変わらない", f"{found.unchanged:,}"),
        ],
    )
    if not found.changes:
        return
    terminal.show_table(
        "理由", ("理由", "件数"), [(c.value, f"{n:,}") for c, n in found.causes.items()]
    )
    rows = [
        (
            change.verdict.applicant.source,
            *change.answers,
            "、".join(cause.value for cause in change.causes),
        )
        for change in islice(found.changes, _MOST_ROWS)
    ]
    terminal.show_table("変わった行", ("行", "前回", "今回", "理由"), rows)
    more = len(found.changes) - _MOST_ROWS
    if more > 0:
        terminal.say(f"ほか {more:,} 件は差分.xlsx にあります。")
