"""Steps: what staff see of a run in Prefect, in counts only."""

from __future__ import annotations

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from tasks.domain.hours_saved.forecast import WARNING, Forecast
from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.policy import STEP
from tasks.procedures.run_results import RunSummary
from tasks.procedures.savings_report import SavingsReport


@task(name="結果を画面に出す", **STEP)
def show_run(summary: RunSummary) -> None:
    """Publish counts, what waits for a person and minutes saved as artifacts."""
    where = " ＋ ".join(f"{what} {n:,}" for what, n in summary.outcomes)
    create_table_artifact(
        key="kaito-kensu",
        table=[{"回答": answer, "件数": count} for answer, count in summary.counts],
        description=(
            f"# 回答の件数（収納反映日 {letter_date(summary.as_of)}）\n"
            f"入力 {summary.came_in:,} ＝ {where}"
        ),
    )
    create_table_artifact(
        key="kakunin-machi",
        table=[
            {"確認すること": label, "件数": count} for label, count in summary.questions
        ]
        or [{"確認すること": "ありません", "件数": 0}],
        description="# 職員の確認を待っているもの\n確認ページ、または税務課控えの「要確認」で決めてください。",
    )
    create_table_artifact(
        key="sakugen-fun",
        table=[_minutes_row(summary)],
        description="# 今回の削減時間",
    )
    create_markdown_artifact(key="kekka-basho", markdown=_places(summary))


def _minutes_row(summary: RunSummary) -> dict[str, str | int]:
    saved = summary.saved_minutes
    return {
        "削減（分）": "新しく終わった申請はありません"
        if saved is None
        else f"{saved:.1f}",
        "確認せずに済んだ項目": summary.fields_accepted,
        "確認が必要な項目": summary.fields_asked,
        "抜き取り検査の誤り": f"{summary.blind_wrong} / {summary.blind_checked}",
    }


def _places(summary: RunSummary) -> str:
    lines = [f"- {title}: `{path}`" for title, path in summary.paths]
    return "\n".join(["# 結果の場所", "", *lines])


@task(name="エラーを画面に出す", **STEP)
def show_error(sentence: str, code: str, places: tuple[str, ...]) -> None:
    """Publish an error as staff read it, with every place."""
    lines = [f"- {place}" for place in places]
    create_markdown_artifact(
        key="error",
        markdown="\n".join([f"# エラー（{code}）", "", sentence, "", *lines]),
    )


@task(name="報告を画面に出す", **STEP)
def show_report(report: SavingsReport) -> None:
    """Publish the report of minutes saved as artifacts."""
    create_table_artifact(
        key="sakugen-jikan",
        table=[dict(row) for row in report.table],
        description="# 削減時間\n導入前・導入後・削減の時間（業務別）",
    )
    create_markdown_artifact(key="sakugen-jikan-hokoku", markdown=report.markdown)


@task(name="見込みを画面に出す", **STEP)
def show_forecast(found: Forecast) -> None:
    """Publish what the run is expected to cost, before anybody checks anything."""
    heading = "# 実行前の見込み" if found.pays else f"# {WARNING}"
    create_markdown_artifact(key="mikomi", markdown=f"{heading}\n\n{found.words}")
