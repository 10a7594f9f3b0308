"""`yakuba baseline`: the time study behind 導入前."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from flows.arguments import read_day
from flows.clock import now
from flows.commands import terminal
from flows.commands.stopwatch import time_items
from tasks.domain.hours_saved.baseline_study import (
    MS_PER_MINUTE,
    SHORTEST_MS,
    BaselineSample,
    standing_samples,
    study_result,
)
from tasks.domain.hours_saved.savings_statement import baseline_words
from tasks.domain.hours_saved.time_watch import TOO_SHORT
from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.office.periods import month_title
from tasks.edges.hours_saved.baseline_store import BaselineStore
from tasks.procedures.measured_rules import measured_rules
from tasks.procedures.workplace import Workplace, find_home, find_work, open_workplace

app = typer.Typer(
    no_args_is_help=True,
    help="手作業にかかる時間を測り、導入前の基準にします。",
)

Job = Annotated[
    str, typer.Argument(help="業務の英字名（configs/baselines.yaml の job）")
]
Who = Annotated[
    str,
    typer.Option(
        "--by", help="測った職員の係名または番号。住民の氏名は書かないでください。"
    ),
]


@app.command()
def record(
    job: Job,
    by: Who = "担当課",
    note: Annotated[str, typer.Option(help="どんな案件か（例 2枚組）")] = "",
) -> None:
    """ストップウォッチで1件ずつ測ります。終えるたびに記録されます。"""
    place = _place(job)
    store = BaselineStore(place.database)
    terminal.say(f"{_title(place, job)} の手作業を測ります。")
    for timed in time_items(_ask, time.monotonic):
        if timed.seconds * 1000 < SHORTEST_MS:
            terminal.say(f"  {TOO_SHORT}")
            continue
        sample = store.add(
            BaselineSample(
                0,
                job,
                round(timed.seconds * 1000),
                timed.items,
                by,
                now(),
                "ストップウォッチ",
                note,
            )
        )
        minutes, seconds = divmod(round(timed.seconds), 60)
        terminal.say(
            f"  記録しました: 番号 {sample.seq}、{timed.items}件、{minutes}分{seconds:02d}秒"
        )
        _say_mean(store, job)
    place.database.close()


@app.command()
def add(  # noqa: PLR0913 - each is an option of the command
    job: Job,
    minutes: Annotated[float, typer.Option(help="かかった分")],
    items: Annotated[int, typer.Option(help="その時間で終わった件数")] = 1,
    by: Who = "担当課",
    method: Annotated[str, typer.Option(help="測り方")] = "時計と記録紙",
    on: Annotated[str, typer.Option(help="測った日。省くと今日。")] = "",
    note: Annotated[str, typer.Option(help="どんな案件か")] = "",
) -> None:
    """紙などで測った時間を1回分書き込みます。"""
    place = _place(job)
    moment = now()
    if on:
        day = read_day(on, today=moment.date(), what="--on")
        moment = moment.replace(year=day.year, month=day.month, day=day.day)
    store = BaselineStore(place.database)
    time_ms = round(minutes * MS_PER_MINUTE)
    sample = store.add(BaselineSample(0, job, time_ms, items, by, moment, method, note))
    terminal.say(f"記録しました: 番号 {sample.seq}")
    _say_mean(store, job)
    place.database.close()


@app.command()
def cancel(
    number: Annotated[int, typer.Argument(help="計測の番号（yakuba baseline show）")],
    by: Who = "担当課",
    note: Annotated[str, typer.Option(help="理由")] = "",
) -> None:
    """間違えた計測を取り消します。元の記録も取消の記録も残ります。"""
    place = open_workplace(_home(), work=find_work(os.environ))
    taken = BaselineStore(place.database).cancel(
        number, by_whom=by, at=now(), note=note
    )
    terminal.say(f"番号 {number} を取り消しました（取消の番号 {taken.seq}）。")
    place.database.close()


@app.command()
def show(
    job: Annotated[str, typer.Argument(help="業務の英字名。省くとすべての業務。")] = "",
) -> None:
    """計測の記録、平均と誤差、採用した基準を示します。"""
    place = open_workplace(_home(), work=find_work(os.environ))
    store = BaselineStore(place.database)
    if job:
        _known(place, job)
        _show_samples(store, job)
        _say_mean(store, job)
    rules = measured_rules(place.settings.savings, place.database)
    terminal.show_table(
        "導入前の基準",
        ("業務", "使い始める月", "1件の手作業"),
        [
            (one.title, month_title(one.valid_from), baseline_words(one))
            for one in sorted(
                rules.baselines, key=lambda one: (one.job, one.valid_from)
            )
            if not job or one.job == job
        ],
    )
    place.database.close()


@app.command()
def adopt(
    job: Job,
    start: Annotated[
        str, typer.Option("--from", help="使い始める月の1日（例 2026-10-01）")
    ],
    since: Annotated[
        str, typer.Option(help="この日以後の計測だけを使います。省くとすべて。")
    ] = "",
    by: Who = "担当課",
) -> None:
    """計測の平均を、ある月からの基準にします。前の月の記録は変わりません。"""
    place = _place(job)
    moment = now()
    day = moment.date()
    version = BaselineStore(place.database).adopt(
        job,
        # Months to come are meant too; the window of dates knows days in years.
        valid_from=read_day(start, today=day, what="--from"),
        measured_since=read_day(since, today=day, what="--since") if since else None,
        by_whom=by,
        at=moment,
    )
    error = (
        f" ± {version.error_minutes:.2f}" if version.error_minutes is not None else ""
    )
    terminal.say(
        f"{_title(place, job)}: {month_title(version.valid_from)}から "
        f"1件 {version.minutes_per_item:.2f}{error} 分（{version.samples:,}回の計測）を使います。"
    )
    place.database.close()


def _ask(prompt: str) -> str | None:
    terminal.say(prompt)
    try:
        return input("> ")
    except (EOFError, KeyboardInterrupt):
        return None


def _say_mean(store: BaselineStore, job: str) -> None:
    found = study_result(standing_samples(store.samples(job)))
    if found is None:
        terminal.say(
            "まだ計測がありません。測るまで、報告書には「仮」と出て金額は出ません。"
        )
        return
    error = "計測が1回では誤差を出せません"
    if found.interval is not None:
        error = f"95％信頼区間 {found.interval[0]:.2f}～{found.interval[1]:.2f}分"
    terminal.say(
        f"  平均 {found.minutes_per_item:.2f}分／件（{found.samples:,}回、{found.items:,}件、{error}）"
    )


def _show_samples(store: BaselineStore, job: str) -> None:
    samples = store.samples(job)
    standing = {one.seq for one in standing_samples(samples)}
    terminal.show_table(
        "計測の記録",
        ("番号", "日", "分", "件数", "測った人", "測り方", "備考"),
        [
            (
                str(one.seq),
                letter_date(one.at.astimezone(now().tzinfo).date()),
                f"{one.duration_ms / MS_PER_MINUTE:.2f}",
                str(one.items),
                one.by_whom,
                one.method,
                _state(one, standing=one.seq in standing),
            )
            for one in samples
        ],
    )


def _state(sample: BaselineSample, *, standing: bool) -> str:
    if sample.cancels is not None:
        return f"番号 {sample.cancels} の取消 {sample.note}".strip()
    return sample.note if standing else f"取消済み {sample.note}".strip()


def _home() -> Path:
    return find_home(os.environ, Path.cwd())


def _place(job: str) -> Workplace:
    place = open_workplace(_home(), work=find_work(os.environ))
    _known(place, job)
    return place


def _known(place: Workplace, job: str) -> None:
    """Stop where a job is not configured, and say which ones are."""
    jobs = dict.fromkeys(one.job for one in place.settings.savings.baselines)
    if job not in jobs:
        terminal.warn(
            f"エラー: 業務 {job} は configs/baselines.yaml にありません。あるのは {'・'.join(jobs)} です。"
        )
        place.database.close()
        raise typer.Exit(2)


def _title(place: Workplace, job: str) -> str:
    own = [one for one in place.settings.savings.baselines if one.job == job]
    return own[-1].title
