"""`yakuba demo`: the whole job on the invented documents of sample_docs/."""

from __future__ import annotations

import os
from pathlib import Path

from flows.commands import terminal
from flows.commands.temporary_server import start_temporary_server
from flows.offline import prefect_environment
from ocr.read import reading_rule_version
from tasks.domain.errors import NeedsPersonError
from tasks.procedures.run_results import RunSummary
from tasks.procedures.workplace import Workplace, open_workplace

DONE, NEEDS_PERSON = 0, 3

CONDITIONS = {
    "inbox": "sample_docs/inbox",
    "request_folder": "sample_docs/request",
    "persons_folder": "sample_docs/ledgers/住民台帳.csv",
    "taxes_folder": "sample_docs/ledgers",
    "as_of": "2026-10-31",
    "requesting_section": "子育て支援課",
    "started_by": "見本",
}
"""As staff would fill in the run form."""


def run_demo(*, home: Path, work: Path, inbox: Path | None = None) -> int:
    """Run 滞納確認 on the samples, print what came out, return the exit code.

    Args:
        home: Folder that holds configs/ and sample_docs/.
        work: Folder for databases and results; a second run goes on in it.
        inbox: Other scans than those of the samples.

    Raises:
        YakubaError: As the flow raises it.
    """
    work = (home / work).resolve()
    _make(work)
    os.environ.update(prefect_environment(work))
    # Prefect prints an English traceback of every error; staff get one sentence.
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    os.environ.update(YAKUBA_HOME=str(home), YAKUBA_WORK=str(work))
    place = open_workplace(home, work=work)
    folder = inbox or home / CONDITIONS["inbox"]
    terminal.say(
        "見本（架空のみなと市）の申請書と名簿で、滞納確認を行います。準備に10秒ほどかかります。"
    )
    with terminal.progress("申請書の読み取り", _files_in(folder), _counter(place)):
        start_temporary_server()
        summary = _run(folder, work)
    place.database.close()
    if summary is None:
        return DONE
    show_summary(summary)
    terminal.say(f"\n質問に答えるには: yakuba review --work {_near(work, home)}")
    terminal.say("（初めは、表示されるリンクで最初の利用者を作ります）")
    return NEEDS_PERSON if summary.needs_person else DONE


def _run(inbox: Path, work: Path) -> RunSummary | None:
    # Imported here: Prefect reads its environment on import.
    from flows.parameters import TaxDelinquencyParameters
    from flows.tax_delinquency import tax_delinquency

    return tax_delinquency(
        TaxDelinquencyParameters.model_validate(
            {**CONDITIONS, "inbox": str(inbox), "out": str(work / "results")}
        )
    )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NeedsPersonError("FILE-003", f"{folder}: {error.strerror}") from error


def _files_in(folder: Path) -> int:
    if not folder.is_dir():
        return 0  # the flow says so, as it does for staff
    return sum(path.is_file() for path in folder.iterdir())


def _counter(place: Workplace) -> terminal.Count:
    rule = reading_rule_version(place.forms, place.words)

    def read_so_far() -> int:
        counts = place.documents.count_documents(rule)
        return counts.read + counts.refused

    return read_so_far


def _near(path: Path, home: Path) -> str:
    return str(path.relative_to(home)) if path.is_relative_to(home) else str(path)


def show_summary(summary: RunSummary) -> None:
    """Print a run as staff read it: answers, balance, questions, minutes, places."""
    terminal.show_table(
        "回答の件数",
        ("回答", "件数"),
        [(answer, f"{count:,}") for answer, count in summary.counts],
    )
    terminal.show_balance(summary.came_in, summary.outcomes)
    terminal.say("")
    terminal.show_table(
        "職員の確認を待っているもの",
        ("確認すること", "件数"),
        [(label, f"{count:,}") for label, count in summary.questions],
    )
    total = summary.fields_accepted + summary.fields_asked
    if total:
        terminal.say(
            f"申請書の項目 {total:,} のうち、確認せずに済んだもの {summary.fields_accepted:,}"
            f"（{summary.fields_accepted / total:.0%}）"
        )
    if summary.saved_minutes is None:
        terminal.say("削減時間: 前回から新しく終わった申請はありません。")
    else:
        terminal.say(
            f"削減時間: {summary.saved_minutes:,.1f} 分（この実行で終わった分）"
        )
    if summary.notes:
        terminal.say(
            f"入力について {summary.notes} 件の注意があります（税務課控えの「入力品質」）。"
        )
    terminal.say("")
    terminal.show_paths({title: Path(path) for title, path in summary.paths})
