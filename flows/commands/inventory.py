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
