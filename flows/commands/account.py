"""`yakuba account`: what the keeper of a job enters into the account of minutes."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from flows.arguments import read_day
from flows.clock import now
from flows.commands import terminal
from tasks.domain.hours_saved.baseline_study import MS_PER_MINUTE
from tasks.domain.hours_saved.savings import (
    UPKEEP_KINDS,
    EntryKind,
    SavingsLine,
    TypedEntry,
    baseline_in_force,
)
from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.office.periods import Period
from tasks.procedures.measured_rules import measured_rules
from tasks.procedures.workplace import Workplace, find_home, find_work, open_workplace

app = typer.Typer(
    no_args_is_help=True,
    help="維持の手間・立会い・例外対応・手作業に回した件数を、削減時間の台帳に付けます。",
)

Job = Annotated[
    str, typer.Argument(help="業務の英字名（configs/baselines.yaml の job）")
]
Who = Annotated[
    str,
    typer.Option("--by", help="係名または職員番号。住民の氏名は書かないでください。"),
]
Day = Annotated[str, typer.Option("--on", help="その仕事をした日。省くと今日。")]
Note = Annotated[str, typer.Option(help="何をしたか。個人情報は書かないでください。")]

_KINDS = "・".join(kind.value for kind in UPKEEP_KINDS)


@app.command()
def upkeep(
    job: Job,
    minutes: Annotated[float, typer.Option(help="かかった分（人数分の合計）")],
    kind: Annotated[str, typer.Option(help=_KINDS)] = EntryKind.OTHER_UPKEEP.value,
    by: Who = "担当課",
    on: Day = "",
    note: Note = "",
) -> None:
    """維持の手間（様式の直し、打合せなど）を付けます。"""
    kinds = {one.value: one for one in UPKEEP_KINDS}
    if kind not in kinds:
        terminal.warn(f"エラー: --kind は {_KINDS} のどれかです。")
        raise typer.Exit(2)
    _enter(job, _Work(kinds[kind], minutes), by=by, on=on, note=note)


@app.command()
def attended(
    job: Job,
    minutes: Annotated[float, typer.Option(help="かかった分（人数分の合計）")],
    by: Who = "担当課",
    on: Day = "",
    note: Note = "",
) -> None:
    """立会い（スキャン、開始、見守り、結果の受け取り）の手間を付けます。"""
    _enter(job, _Work(EntryKind.ATTENDED, minutes), by=by, on=on, note=note)


@app.command()
def exception(
    job: Job,
    minutes: Annotated[float, typer.Option(help="かかった分")],
    items: Annotated[int, typer.Option(help="例外になった件数")] = 0,
    by: Who = "担当課",
    on: Day = "",
    note: Note = "",
) -> None:
    """機械で済まずに人が対応した手間を付けます。"""
    _enter(job, _Work(EntryKind.EXCEPTION, minutes, items), by=by, on=on, note=note)


@app.command("by-hand")
def by_hand(
    job: Job,
    items: Annotated[int, typer.Option(help="手作業で済ませた件数")],
    by: Who = "担当課",
    on: Day = "",
    note: Note = "",
) -> None:
    """手作業で済ませた件数を付けます。時間は導入前と同じと数えます。"""
    _enter(job, _Work(EntryKind.BY_HAND, items=items), by=by, on=on, note=note)


@app.command()
def cancel(
    number: Annotated[int, typer.Argument(help="記録の番号（yakuba account show）")],
    by: Who = "担当課",
    note: Annotated[str, typer.Option(help="理由")] = "",
) -> None:
    """間違えた記入を取り消します。元の記録も取消の記録も残ります。"""
    place = _place()
    line = place.savings.cancel(number, by_whom=by, at=now(), note=note)
    terminal.say(f"番号 {number} を取り消しました（取消の番号 {line.line_id}）。")
    place.database.close()


@app.command()
def show(
    job: Annotated[str, typer.Argument(help="業務の英字名。省くとすべての業務。")] = "",
    first: Annotated[str, typer.Option(help="期間の初日。省くと今月の1日。")] = "",
    last: Annotated[str, typer.Option(help="期間の末日。省くと今日。")] = "",
) -> None:
    """台帳の記録を一行ずつ示します。"""
    day = now().date()
    until = read_day(last, today=day, what="--last") if last else day
    since = (
        read_day(first, today=day, what="--first")
        if first
        else Period.month(until).first
    )
    place = _place()
    lines = place.savings.lines(since, until, job or None)
    if not lines:
        terminal.say("この期間の記録はありません。")
    else:
        titles = {one.job: one.title for one in place.settings.savings.baselines}
        terminal.show_table(
            f"削減時間の台帳　{Period(since, until).title}",
            ("番号", "日", "業務", "種類", "件数", "人の分", "削減 分", "備考"),
            [_row(line, titles.get(line.job, line.job)) for line in lines],
        )
    place.database.close()


@app.command()
def forecast(
    job: Job, items: Annotated[int, typer.Option(help="これから処理する件数")]
) -> None:
    """機械を使うときと手作業とで、職員の手間がどちらが少ない見込みかを示します。"""
    from tasks.procedures.forecast_run import forecast_job

    place = _place()
    found = forecast_job(
        job,
        items=items,
        database=place.database,
        rules=(place.settings.savings, place.settings.acceptance),
        today=now().date(),
    )
    place.database.close()
    if found is None:
        terminal.say(
            "見込みを出せません。実績が30件たまるか、configs/baselines.yaml に questions_expected_per_item を書くと出せます。"
        )
    else:
        terminal.say(found.words)


def _row(line: SavingsLine, title: str) -> tuple[str, ...]:
    spent = line.attended_ms + line.review_ms + line.upkeep_ms + line.exception_ms
    kind = line.kind.value
    if line.cancels is not None:
        kind = f"{line.cancels} の{kind}"
    return (
        str(line.line_id),
        line.day.isoformat(),
        title,
        kind,
        f"{line.items + line.by_hand_items:,}",
        f"{spent / MS_PER_MINUTE:,.1f}",
        f"{line.saved_minutes:,.1f}",
        " ".join(word for word in (line.by_whom, line.note) if word),
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """What was done, and how much of it."""

    kind: EntryKind
    minutes: float = 0.0
    items: int = 0


def _enter(job: str, work: _Work, *, by: str, on: str, note: str) -> None:
    place = _place()
    moment = now()
    day = _day(on, moment.date())
    baselines = measured_rules(place.settings.savings, place.database).baselines
    jobs = dict.fromkeys(one.job for one in baselines)
    if job not in jobs:
        terminal.warn(
            f"エラー: 業務 {job} は configs/baselines.yaml にありません。あるのは {'・'.join(jobs)} です。"
        )
        place.database.close()
        raise typer.Exit(2)
    line = place.savings.enter(
        TypedEntry(
            job=job,
            kind=work.kind,
            at=moment,
            day=day,
            by_whom=by,
            minutes=work.minutes,
            items=work.items,
            note=note,
        ),
        baseline_in_force(baselines, job, day),
    )
    by_hand_only = work.kind is EntryKind.BY_HAND
    what = f"{work.items:,}件" if by_hand_only else f"{work.minutes:,.1f}分"
    terminal.say(
        f"付けました: 番号 {line.line_id}、{letter_date(day)}、{work.kind.value} {what}"
    )
    place.database.close()


def _day(on: str, today: dt.date) -> dt.date:
    day = read_day(on, today=today, what="--on") if on else today
    if day > today:
        terminal.warn("エラー: --on にこれからの日は書けません。")
        raise typer.Exit(2)
    return day


def _place() -> Workplace:
    return open_workplace(find_home(os.environ, Path.cwd()), work=find_work(os.environ))
