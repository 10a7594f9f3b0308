"""`yakuba inventory`: what to automate next, manuals, and what forms demand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from flows.clock import today
from flows.commands import terminal
from tasks.edges.config_files import load_settings
from tasks.procedures.workplace import find_home

app = typer.Typer(
    no_args_is_help=True,
    help="業務一覧から次に自動化するものを選び、様式の押印・添付を洗い出します。",
)

NEEDS_PERSON = 3
"""Exit code: a form could not be read."""
DEFAULT_LIST = Path("configs/inventory.yaml")
DEFAULT_OUT = Path("work/reports")
List = Annotated[Path, typer.Option("--list", help="業務一覧（YAML か Excel）")]
Out = Annotated[Path, typer.Option(help="結果を出すフォルダー")]


@app.command()
def report(listed: List = DEFAULT_LIST, out: Out = DEFAULT_OUT) -> None:
    """業務一覧から、パレート図・見込みの削減時間・KGIの報告を作ります。"""
    from tasks.procedures.inventory import report_inventory

    home = find_home(os.environ, Path.cwd())
    settings = load_settings(home / "configs")
    made = report_inventory(
        home / listed,
        folder=home / out,
        margin=settings.savings.pays_margin,
        today=today(),
        city=settings.municipality.city,
    )
    terminal.show_table(
        "業務一覧（年間件数の多い順）",
        ("業務名", "年間件数", "累計", "見込みの削減 h／年", "状態"),
        [
            (
                row.job.title,
                f"{row.job.volume_per_year:,}",
                f"{row.items_share:.0%}",
                f"{row.saved_hours:,.0f}",
                row.state,
            )
            for row in made.statement.rows
        ],
    )
    for line in made.words:
        terminal.say(line)
    terminal.show_paths({path.suffix[1:]: path for path in made.files})


@app.command()
def manual(
    title: Annotated[str, typer.Argument(help="業務名（一部でもよい）")],
    listed: List = DEFAULT_LIST,
    out: Out = DEFAULT_OUT,
) -> None:
    """業務手順書のひな型を、Word と Markdown で作ります。"""
    from tasks.procedures.inventory import write_manual

    home = find_home(os.environ, Path.cwd())
    settings = load_settings(home / "configs")
    made = write_manual(
        home / listed,
        title,
        folder=home / out,
        today=today(),
        city=settings.municipality.city,
    )
    terminal.show_paths({path.suffix[1:]: path for path in made})


@app.command()
def forms(
    folder: Annotated[
        Path,
        typer.Argument(help="様式のフォルダー（課ごとの下位フォルダーに分けます）"),
    ],
    out: Out = DEFAULT_OUT,
) -> None:
    """様式が求める押印・署名・来庁・添付を洗い出します。判断の欄は次回に引き継ぎます。"""
    from tasks.domain.reading.form_demands import DemandKind, counts_by_section
    from tasks.procedures.form_review import review_forms

    home = find_home(os.environ, Path.cwd())
    made = review_forms(folder, out=home / out, tell=terminal.say)
    kinds = list(DemandKind)
    terminal.show_table(
        "様式の数",
        ("課", "様式", *(kind.value for kind in kinds)),
        [
            (section or "（課なし）", str(count), *(str(by[kind]) for kind in kinds))
            for section, count, by in counts_by_section(made.forms)
        ],
    )
    troubled = [form for form in made.forms if form.trouble]
    for form in troubled:
        terminal.warn(f"読めません: {form.file}: {form.trouble}")
    if made.kept:
        terminal.say(f"前回までの判断 {made.kept:,}件を引き継ぎました。")
    terminal.show_paths({"様式の見直し": made.workbook})
    raise typer.Exit(NEEDS_PERSON if troubled else 0)
