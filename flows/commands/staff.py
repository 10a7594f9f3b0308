"""`yakuba staff`: who may sign in to the review page, without the page."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from flows.clock import now
from flows.commands import terminal
from flows.commands.checking import account as pc_account
from tasks.domain.errors import NeedsPersonError
from tasks.domain.office.review_settings import SignInRules
from tasks.domain.review.accounts import (
    Account,
    AccountChange,
    Role,
    change_problem,
    jobs_title,
    login_problem,
    normal_login,
    normal_name,
    roles_title,
    state_title,
)
from tasks.edges.access.account_links import AccountLinks
from tasks.edges.access.account_store import AccountStore, By
from tasks.edges.office_database.database import Database
from tasks.procedures.workplace import Workplace, find_home, find_work, open_workplace

app = typer.Typer(
    no_args_is_help=True,
    help="確認ページを使う職員を、招待し、停止し、役割を変えます。",
)

Login = Annotated[str, typer.Argument(help="利用者名（yakuba staff list）")]
Roles = Annotated[
    list[Role],
    typer.Option(
        "--role",
        help="役割。clerk 担当者・designer 様式の作成者・keeper 保守責任者・auditor 監査（見るだけ）。何度でも書けます。",
    ),
]
Jobs = Annotated[
    list[str] | None,
    typer.Option(
        "--job",
        help="担当する業務（configs/baselines.yaml の job）。何度でも書けます。省くとすべての業務。",
    ),
]
Work = Annotated[
    Path | None, typer.Option(help="作業フォルダー。省くと設定のものを使います。")
]
Port = Annotated[int, typer.Option(help="確認ページのポート（リンクに書きます）")]


@app.command("list")
def list_staff(work: Work = None) -> None:
    """職員を一覧します。"""
    place = _place(work)
    titles = {one.job: one.title for one in place.settings.savings.baselines}
    rows = [
        (
            one.login,
            one.name,
            roles_title(one.roles),
            jobs_title(one.jobs, titles),
            state_title(one),
        )
        for one in AccountStore(place.database).accounts()
    ]
    place.database.close()
    if not rows:
        terminal.say(
            "まだ利用者がいません。yakuba review を始めると、最初の利用者を作るリンクが出ます。"
        )
        return
    terminal.show_table(
        "職員", ("利用者名", "氏名", "役割", "担当する業務", "状態"), rows
    )


@app.command()
def invite(
    login: Annotated[
        str, typer.Argument(help="利用者名（英小文字で始まる2～32字）。例 yamada.a")
    ],
    name: Annotated[str, typer.Option(help="氏名")],
    role: Roles = [Role.CLERK],  # noqa: B006 - typer copies it
    job: Jobs = None,
    port: Port = 8321,
    work: Work = None,
) -> None:
    """職員を加え、本人がパスワードを決めるリンクを出します。"""
    place = _place(work)
    plain = normal_login(login)
    change = _change(place, name, role, job)
    _refuse(login_problem(plain) or change_problem(change))
    by = By(pc_account(), now())
    account = AccountStore(place.database).add(plain, change, by)
    _say_link(place, account, by, port)


@app.command()
def reset(login: Login, port: Port = 8321, work: Work = None) -> None:
    """今のパスワードを使えなくし、決め直すリンクを出します。"""
    place = _place(work)
    account = _account(place, login)
    if account.locked:
        _refuse(f"{account.login} は停止中です。先に yakuba staff unlock で解きます。")
    _say_link(place, account, By(pc_account(), now()), port)


@app.command()
def lock(login: Login, work: Work = None) -> None:
    """サインインできなくします。記録は残ります。"""
    _lock(login, work, locked=True)


@app.command()
def unlock(login: Login, work: Work = None) -> None:
    """停止を解きます。"""
    _lock(login, work, locked=False)


@app.command()
def roles(login: Login, role: Roles, job: Jobs = None, work: Work = None) -> None:
    """役割と担当する業務を決め直します。サインインはすべて切れます。"""
    place = _place(work)
    account = _account(place, login)
    change = replace(
        _change(place, account.name, role, job),
        locked=account.locked,
        must_change=account.must_change,
    )
    _refuse(change_problem(change))
    _store_change(place, account, change)
    terminal.say(f"{account.login} の役割と業務を決め直しました。")


def say_first_link(database: Database, rules: SignInRules, address: str) -> None:
    """Print the link that makes the first account, when there is none yet.

    Args:
        database: Of the installation.
        rules: How long the link lasts.
        address: Of the review page, without a slash at its end.
    """
    lasts = dt.timedelta(minutes=rules.first_link_minutes)
    token = AccountLinks(database).make_first(at=now(), lasts=lasts)
    if token is None:
        return
    terminal.say(
        f"最初の利用者を作るリンク（{rules.first_link_minutes}分以内に一度だけ使えます。人に見せないでください）"
    )
    terminal.say(f"  {address}/link/{token}")


def _lock(login: str, work: Path | None, *, locked: bool) -> None:
    place = _place(work)
    account = _account(place, login)
    change = AccountChange(
        account.name, account.roles, account.jobs, locked, account.must_change
    )
    _store_change(place, account, change)
    done = "停止しました" if locked else "使えるようにしました"
    terminal.say(f"{account.login} を{done}。")


def _store_change(place: Workplace, account: Account, change: AccountChange) -> None:
    AccountStore(place.database).change(
        account.account_id, change, By(pc_account(), now())
    )
    place.database.close()


def _say_link(place: Workplace, account: Account, by: By, port: int) -> None:
    rules = place.settings.review
    hours = rules.sign_in.invitation_hours
    token = AccountLinks(place.database).make(
        account.account_id,
        by=by,
        lasts=dt.timedelta(hours=hours),
        forget_password=True,
    )
    place.database.close()
    address = rules.address or f"http://127.0.0.1:{port}"
    terminal.say(
        f"{account.name} さん（{account.login}）だけに渡してください。{hours}時間以内に一度だけ使えます。"
    )
    terminal.say(f"  {address}/link/{token}")


def _change(
    place: Workplace, name: str, roles: list[Role], jobs: list[str] | None
) -> AccountChange:
    known = {one.job for one in place.settings.savings.baselines}
    unknown = sorted(set(jobs or ()) - known)
    if unknown:
        _refuse(
            f"業務 {'・'.join(unknown)} はありません。{'・'.join(sorted(known))} から選んでください。"
        )
    return AccountChange(
        normal_name(name),
        frozenset(roles),
        None if jobs is None or not jobs else frozenset(jobs),
    )


def _account(place: Workplace, login: str) -> Account:
    known = AccountStore(place.database).by_login(normal_login(login))
    if known is None:
        raise NeedsPersonError("ACCESS-001", "no account of this login")
    return known.account


def _refuse(problem: str) -> None:
    if problem:
        terminal.warn(f"エラー: {problem}")
        raise typer.Exit(2)


def _place(work: Path | None) -> Workplace:
    home = find_home(os.environ, Path.cwd())
    return open_workplace(home, work=work or find_work(os.environ))
