"""The `yakuba` command."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.arguments import read_day, read_state, spread
from flows.clock import now, today
from flows.commands import account, baselines, inventory, staff, terminal
from flows.commands.checking import account as pc_account
from ocr.errors import ReadingError
from tasks.domain.errors import NeedsPersonError, SettingsError, TryAgainError
from tasks.procedures.workplace import find_home, find_work

if TYPE_CHECKING:
    from flows.review_app.office import Office

DONE, FAILED, WRONG_USE, NEEDS_PERSON = 0, 1, 2, 3
"""Exit codes: done; failed; wrong usage or configuration; a person must act."""

_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""Every wrong use of the command line; typer shows its subclasses alone."""

_MANY = frozenset({"--persons", "--taxes", "--request", "--decisions"})

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="役場の事務を、紙の申請書から台帳の照合、削減時間の報告まで通して行います。",
)

form_app = typer.Typer(
    no_args_is_help=True, help="様式定義を、空の用紙から下書きし、確かめます。"
)
app.add_typer(form_app, name="form")
app.add_typer(baselines.app, name="baseline")
app.add_typer(account.app, name="account")
app.add_typer(inventory.app, name="inventory")
app.add_typer(staff.app, name="staff")


history_app = typer.Typer(
    help="滞納確認の実行の記録を一覧し、二つの実行の違いを調べます。"
)
app.add_typer(history_app, name="history")


def main() -> None:
    """Run the command; every error becomes a sentence and an exit code."""
    try:
        sys.exit(_run(spread(sys.argv[1:], options=_MANY)))
    except BrokenPipeError:  # who read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    except Exception as error:
        if "YAKUBA_TRACEBACK" in os.environ:
            raise
        terminal.confess(error)
        sys.exit(FAILED)


def _run(arguments: list[str]) -> int:
    try:
        return app(args=arguments, prog_name="yakuba", standalone_mode=False) or DONE
    except _USAGE_ERROR as error:
        if arguments:
            terminal.explain_misuse(error)
        else:
            typer.echo(getattr(error, "message", ""))  # the help
        return WRONG_USE
    except typer.Abort:
        terminal.err.print("中止しました。")
        return FAILED
    except SettingsError as error:
        terminal.complain(error)
        return WRONG_USE
    except (NeedsPersonError, TryAgainError, ReadingError) as error:
        terminal.complain(error)
        return FAILED


def _home() -> Path:
    return find_home(os.environ, Path.cwd())


@app.command()
def read(
    files: Annotated[
        list[Path], typer.Argument(help="読み取るファイル（PDF・TIFF・PNG・JPEG）")
    ],
    form: Annotated[
        list[Path], typer.Option(help="様式定義（YAML）。フォルダーも指定できます。")
    ],
    out: Annotated[
        Path | None, typer.Option(help="結果（JSON Lines）。省くと画面に出します。")
    ] = None,
) -> None:
    """申請書を読み取り、項目ごとに一行のJSONを出します。"""
    from flows.commands.reading import read_files

    raise typer.Exit(read_files(files, forms=form, out=out, today=today()))


@app.command()
def normalize(
    kind: Annotated[
        str,
        typer.Argument(
            help="date・name・kana・address・phone・postal・amount・my_number・corporate_number"
        ),
    ],
    *,
    at_home: Annotated[
        bool,
        typer.Option("--home", help="住所の県名・市名を設定の市で補います。"),
    ] = False,
) -> None:
    """標準入力の各行を正規化し、一行ずつJSONで出します。"""
    from tasks.domain.normal_forms.normalize import KINDS
    from tasks.domain.normal_forms.normalize import normalize as normalize_value
    from tasks.edges.config_files import load_settings
    from tasks.edges.towns import home_towns, towns_of

    if kind not in KINDS:
        terminal.warn(
            f"エラー: 種類 {kind} はありません。次のどれかを指定してください: {'・'.join(KINDS)}"
        )
        raise typer.Exit(WRONG_USE)
    day = today()
    home = None
    if at_home:
        municipality = load_settings(_home() / "configs").municipality
        home = home_towns(municipality.prefecture, municipality.city)
    for line in sys.stdin:
        result = normalize_value(
            kind, line.rstrip("\r\n"), today=day, home=home, towns_of=towns_of
        )
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")


@app.command()
def charge(
    tax_yen: Annotated[int, typer.Option(help="税額（円）")],
    due: Annotated[str, typer.Option(help="納期限")],
    paid: Annotated[str, typer.Option(help="納付日")],
    *,
    tax: Annotated[
        str, typer.Option(help="税目。低い割合が3か月続く税目で要ります。")
    ] = "",
    during: Annotated[
        list[str] | None,
        typer.Option(
            help="猶予・停止の期間。状態:初日:末日（例 執行停止:R8.4.1:R8.6.30）。何度でも書けます。末日を省くと納付日まで。"
        ),
    ] = None,
    json_output: Annotated[
        bool, typer.Option("--json", help="JSONで出します。")
    ] = False,
) -> None:
    """延滞金を計算し、計算の区間とともに出します。"""
    from flows.commands.charging import LatePayment, show_charge

    day = today()
    last = read_day(paid, today=day, what="--paid")
    payment = LatePayment(
        tax_yen=tax_yen,
        due=read_day(due, today=day, what="--due"),
        paid=last,
        tax=tax,
        during=tuple(read_state(text, until=last, today=day) for text in during or ()),
    )
    show_charge(payment, home=_home(), as_json=json_output)


@app.command()
def check(  # noqa: PLR0913 - each is an option of the command
    request: Annotated[list[Path], typer.Option(help="依頼名簿（Excel・CSV）")],
    persons: Annotated[list[Path], typer.Option(help="住民台帳")],
    taxes: Annotated[list[Path], typer.Option(help="税台帳")],
    as_of: Annotated[str, typer.Option(help="収納反映日（例 2026-10-31、R8.10.31）")],
    out: Annotated[Path, typer.Option(help="結果を出すフォルダー")],
    decisions: Annotated[
        list[Path] | None,
        typer.Option(help="判断・領収書を記入した税務課控え.xlsx"),
    ] = None,
    section: Annotated[
        str,
        typer.Option(help="回答書の宛先。名簿に依頼課があればそちらを使います。"),
    ] = "",
    number: Annotated[str, typer.Option(help="回答書の文書番号")] = "",
    requested_on: Annotated[str, typer.Option(help="照会日（依頼文書の日付）")] = "",
    who: Annotated[
        str, typer.Option(help="実行者。省くとこのパソコンの利用者名です。")
    ] = "",
    config: Annotated[
        Path | None, typer.Option(help="設定フォルダー。省くと configs を使います。")
    ] = None,
) -> None:
    """依頼名簿の全員について、滞納の有無を確認します。"""
    from flows.commands.checking import Asked, CheckFiles, check_lists
    from tasks.domain.runs.check_report import Letter

    day = today()
    asked_on = (
        read_day(requested_on, today=day, what="--requested-on")
        if requested_on
        else None
    )
    raise typer.Exit(
        check_lists(
            CheckFiles(
                tuple(request), tuple(persons), tuple(taxes), tuple(decisions or ())
            ),
            asked=Asked(Letter(section, number, asked_on), who),
            as_of=read_day(as_of, today=day, what="--as-of"),
            out=out,
            configs=config or _home() / "configs",
            work=find_work(os.environ),
        )
    )


@history_app.callback(invoke_without_command=True)
def history(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="いくつ前まで示すか")] = 20,
    work: Annotated[
        Path | None, typer.Option(help="作業フォルダー。省くと設定のものを使います。")
    ] = None,
) -> None:
    """これまでの滞納確認を、新しい順に一覧します。"""
    if context.invoked_subcommand is not None:
        return
    from flows.commands.history import list_runs

    list_runs(home=_home(), work=work or find_work(os.environ), limit=limit)


@history_app.command("diff")
def history_diff(
    before: Annotated[str, typer.Argument(help="前の実行の番号（初めの4字から）")],
    after: Annotated[str, typer.Argument(help="後の実行の番号")],
    out: Annotated[
        Path | None,
        typer.Option(
            help="差分.xlsx を出すフォルダー。省くと後の実行の結果に加えます。"
        ),
    ] = None,
    work: Annotated[
        Path | None, typer.Option(help="作業フォルダー。省くと設定のものを使います。")
    ] = None,
) -> None:
    """二つの実行で誰の回答がなぜ変わったかを調べ、差分.xlsx を作ります。"""
    from flows.commands.history import show_difference

    show_difference(
        before, after, home=_home(), work=work or find_work(os.environ), out=out
    )


@history_app.command("forget")
def history_forget(
    *,
    delete: Annotated[
        bool, typer.Option("--delete", help="本当に消す。付けないと一覧するだけです。")
    ] = False,
    work: Annotated[
        Path | None, typer.Option(help="作業フォルダー。省くと設定のものを使います。")
    ] = None,
) -> None:
    """保存年数（keep_years）の過ぎた滞納確認の記録を消します。"""
    from flows.commands.history import forget_runs

    forget_runs(home=_home(), work=work or find_work(os.environ), delete=delete)


@form_app.command("new")
def form_new(
    blank: Annotated[
        Path, typer.Argument(help="空の用紙（PDF・TIFF・PNG・JPEG。スキャンでもよい）")
    ],
    out: Annotated[Path, typer.Option(help="下書きを置くフォルダー")] = Path(
        "work/forms"
    ),
    name: Annotated[
        str, typer.Option(help="様式の英字名。省くとファイル名から付けます。")
    ] = "",
    title: Annotated[
        str, typer.Option(help="様式の名前。省くと用紙の大きな文字から取ります。")
    ] = "",
    version: Annotated[str, typer.Option(help="版。省くと今の年月です。")] = "",
    page: Annotated[int, typer.Option(min=1, help="何ページ目か")] = 1,
) -> None:
    """空の用紙から、様式定義（YAML）を下書きします。"""
    from flows.commands.forms import new_form
    from ocr.design.yaml_text import Heading

    heading = Heading(name, title, version or f"{today():%Y-%m}", "")
    raise typer.Exit(new_form(blank, heading=heading, out=out, page=page))


@form_app.command("check")
def form_check(
    form: Annotated[Path, typer.Argument(help="様式定義（YAML）")],
    out: Annotated[
        Path | None,
        typer.Option(help="図（.png か .pdf）。省くと今のフォルダーに置きます。"),
    ] = None,
    scan: Annotated[
        Path | None, typer.Option(help="試しに読み取る、記入済みのスキャン")
    ] = None,
) -> None:
    """様式定義の誤りをすべて示し、用紙に重ねた図を作ります。"""
    from flows.commands.forms import check_form

    code = check_form(form, out=out)
    if scan is not None and code == DONE:
        from flows.commands.forms_trial import try_form

        code = try_form(form, scan, out=out, today=today())
    raise typer.Exit(code)


@app.command()
def doctor(
    port: Annotated[int, typer.Option(help="Prefect のポート")] = 4200,
    review_port: Annotated[int, typer.Option(help="確認ページのポート")] = 8321,
) -> None:
    """このパソコンに足りないものと、その入れ方を調べます。"""
    from flows.commands.doctor import examine

    good = terminal.show_findings(examine(_home(), ports=(port, review_port)))
    raise typer.Exit(DONE if good else FAILED)


@app.command()
def demo(
    work: Annotated[Path, typer.Option(help="見本を動かすフォルダー")] = Path(
        "work/demo"
    ),
) -> None:
    """見本の申請書と名簿で、滞納確認を通して動かします。"""
    from flows.commands.demo import run_demo

    raise typer.Exit(run_demo(home=_home(), work=work))


@app.command()
def up(
    port: Annotated[int, typer.Option(help="Prefect のポート")] = 4200,
    review_port: Annotated[int, typer.Option(help="確認ページのポート")] = 8321,
    work: Annotated[
        Path | None, typer.Option(help="作業フォルダー。省くと設定のものを使います。")
    ] = None,
) -> None:
    """仕事に必要なものをすべて起動します（実行管理・予定・確認ページ）。"""
    from flows.offline import prefect_environment
    from flows.serve import ServerDidNotStartError
    from flows.serve import up as start
    from tasks.procedures.workplace import make_folders, open_workplace

    home = _home()
    place = open_workplace(home, work=work or find_work(os.environ))
    rules = place.settings.review
    address = rules.address or f"http://127.0.0.1:{review_port}"
    # Here and not in the page's own process, whose output goes to a log file.
    staff.say_first_link(place.database, rules.sign_in, address)
    place.database.close()
    make_folders(place)
    environment = prefect_environment(
        place.work, api_url=f"http://127.0.0.1:{port}/api"
    )
    try:
        code = start(
            home=home,
            work=place.work,
            environment=environment,
            port=port,
            review_port=review_port,
            say=terminal.say,
        )
    except ServerDidNotStartError:
        terminal.warn(
            f"エラー: Prefect サーバーを起動できません。ポート {port} が使われていないか、yakuba doctor で確かめてください。"
        )
        code = FAILED
    raise typer.Exit(code)


review_app = typer.Typer(
    help="確認ページを起動します。読み切れなかった項目を職員が確かめます。"
)
app.add_typer(review_app, name="review")


@review_app.callback(invoke_without_command=True)
def review(  # noqa: PLR0913 - each is an option of the command
    context: typer.Context,
    port: Annotated[int, typer.Option(help="ポート")] = 8321,
    host: Annotated[
        str,
        typer.Option(help="待ち受けるアドレス。省くとこのパソコンだけで使えます。"),
    ] = "127.0.0.1",
    cert: Annotated[
        Path | None, typer.Option(help="証明書（PEM）。--key と一緒に書きます。")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="証明書の秘密鍵（PEM）")] = None,
    work: Annotated[
        Path | None, typer.Option(help="作業フォルダー。省くと設定のものを使います。")
    ] = None,
    *,
    link: Annotated[bool, typer.Option("--link/--no-link", hidden=True)] = True,
) -> None:
    """確認ページを起動します。読み切れなかった項目を職員が確かめます。"""
    if context.invoked_subcommand is not None:
        return
    from flows.review_app.opening import open_office
    from flows.review_app.serving import Listening, refuse_unsafe, serve
    from tasks.procedures.workplace import open_workplace

    place = open_workplace(_home(), work=work or find_work(os.environ))
    rules = place.settings.review
    listening = Listening(host, port, cert, key, rules.proxies)
    office = open_office(
        place.database,
        place.settings,
        home=place.home,
        work=place.work,
        clock=now,
        secure=cert is not None,
    )
    refuse_unsafe(office, listening)
    scheme = "http" if cert is None else "https"
    address = rules.address or f"{scheme}://127.0.0.1:{port}"
    terminal.say(f"確認ページ  {address}/")
    if link:
        staff.say_first_link(place.database, rules.sign_in, address)
    terminal.say("終わるときは Ctrl+C を押してください。")
    serve(office, listening)


@review_app.command("export")
def review_export(
    out: Annotated[Path, typer.Option(help="作るシート（xlsx）。上書きはしません。")],
    section: Annotated[str, typer.Option(help="渡す課")] = "",
    job: Annotated[str, typer.Option(help="業務（job）。省くとすべて。")] = "",
    form: Annotated[str, typer.Option(help="様式。省くとすべて。")] = "",
    most: Annotated[int, typer.Option(min=1, max=500, help="質問の数")] = 100,
    work: Annotated[
        Path | None, typer.Option(help="作業フォルダー。省くと設定のものを使います。")
    ] = None,
) -> None:
    """未回答の質問をシートに書き出します。確認ページを使えない課に渡します。"""
    from flows.review_app.lists.sheet_files import ExportAsked, export_file

    if out.exists():
        terminal.warn(f"エラー: {out} が既にあります。別の名前にしてください。")
        raise typer.Exit(WRONG_USE)
    asked = ExportAsked(out, section=section, job=job, form=form, most=most)
    with _open_office(work) as office:
        count = export_file(office, asked, who=pc_account())
    if not count:
        terminal.say("書き出せる質問がありません。")
        raise typer.Exit(DONE)
    terminal.say(f"{count}件を書き出しました: {out}")


@review_app.command("import")
def review_import(
    sheet: Annotated[Path, typer.Argument(help="書いてもらったシート（xlsx）")],
    work: Annotated[
        Path | None, typer.Option(help="作業フォルダー。省くと設定のものを使います。")
    ] = None,
) -> None:
    """書いてもらったシートを読み込みます。二度読み込んでも二重にはなりません。"""
    from flows.review_app.lists.sheet_files import import_file

    with _open_office(work) as office:
        found = import_file(office, sheet, who=pc_account())
    for line in found.lines:
        terminal.say(line)
    raise typer.Exit(NEEDS_PERSON if found.needs_person else DONE)


@contextmanager
def _open_office(work: Path | None) -> Iterator[Office]:
    from flows.review_app.opening import open_office
    from tasks.procedures.workplace import open_workplace

    place = open_workplace(_home(), work=work or find_work(os.environ))
    try:
        yield open_office(
            place.database, place.settings, home=place.home, work=place.work, clock=now
        )
    finally:
        place.database.close()


@app.command()
def move(
    file: Annotated[Path, typer.Argument(help="今までの SQLite ファイル")],
) -> None:
    """今までのデータベースを、設定の database_url のデータベースへ移します。"""
    from flows.commands.moving import move_database

    rows = move_database(file, home=_home())
    terminal.say(f"{rows:,}行を移しました。元のファイルはそのまま残っています。")


@app.command()
def accuracy(
    work: Annotated[
        Path | None, typer.Option(help="作業フォルダー。省くと設定のものを使います。")
    ] = None,
) -> None:
    """人に見せずに採用した値の誤り率を、抜き取り検査の結果で示します。"""
    from flows.commands.accuracy import show_accuracy

    show_accuracy(home=_home(), work=work or find_work(os.environ))


@app.command()
def savings(
    first: Annotated[
        str, typer.Option(help="期間の初日。省くと末日の年度の4月1日。")
    ] = "",
    last: Annotated[str, typer.Option(help="期間の末日。省くと今日。")] = "",
    year: Annotated[
        int | None,
        typer.Option(
            help="年度（4月の西暦年）。期間の代わりに書きます。", min=1989, max=2200
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="報告を出すフォルダー")] = Path(
        "work/reports"
    ),
    work: Annotated[
        Path | None, typer.Option(help="作業フォルダー。省くと設定のものを使います。")
    ] = None,
) -> None:
    """削減時間の報告を作ります（Excel・ページ・画像・CSV）。"""
    from flows.commands.savings import report_savings
    from tasks.domain.office.periods import Period, report_period

    moment = now()
    day = moment.date()
    period = (
        Period.fiscal_year(year)
        if year is not None
        else report_period(
            first=read_day(first, today=day, what="--first") if first else None,
            last=read_day(last, today=day, what="--last") if last else None,
            until_last_month=False,
            today=day,
        )
    )
    report_savings(
        period, out=out, home=_home(), work=work or find_work(os.environ), now=moment
    )


if __name__ == "__main__":
    main()
