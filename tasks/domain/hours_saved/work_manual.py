"""業務手順書: the skeleton of a manual for one job, as headed parts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tasks.domain.hours_saved.inventory import InventoryJob
from tasks.domain.normal_forms.letter_dates import letter_date

TO_WRITE = "（記入してください）"


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with a table, a numbered list, or paragraphs under it."""

    heading: str
    rows: tuple[tuple[str, str], ...] = ()
    steps: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manual:
    """A manual, before it takes the form of a file."""

    title: str
    parts: tuple[Part, ...]


def work_manual(job: InventoryJob, *, today: dt.date, city: str) -> Manual:
    """Return the skeleton of a job's manual; what nobody wrote is marked to be.

    Args:
        job: From the list.
        today: Printed as the day it was made.
        city: Printed at the top.
    """
    hours = job.hours_by_hand
    return Manual(
        title=f"業務手順書　{job.title}",
        parts=(
            Part(
                "1 概要",
                rows=(
                    ("自治体", city),
                    ("担当課", job.section),
                    ("担当者", job.who or TO_WRITE),
                    ("年間の件数", f"{job.volume_per_year:,}件"),
                    (
                        "手作業の時間",
                        f"1件 {job.minutes_per_item:g}分（年 {hours:,.0f}時間）",
                    ),
                    ("媒体", job.medium),
                    ("判断", job.judgement),
                    ("導入日", letter_date(job.done_on) if job.done_on else "未導入"),
                    ("作成日", letter_date(today)),
                ),
            ),
            Part("2 使うもの（入力）", steps=job.inputs or (TO_WRITE,)),
            Part("3 手順", steps=job.steps or (TO_WRITE,)),
            Part(
                "4 確認すること",
                paragraphs=(
                    "入力した件数 ＝ 結果の件数 ＋ 確認待ち ＋ エラー ＋ 対象外 になっていること。",
                    "確認ページに残った質問がないこと。抜き取り検査にも答えること。",
                ),
            ),
            Part("5 機械が止まったときの手作業", steps=job.by_hand or (TO_WRITE,)),
            Part(
                "6 止まったときの連絡先",
                rows=(
                    ("担当課の連絡先", TO_WRITE),
                    ("情報担当の連絡先", TO_WRITE),
                    ("システムの保守業者", TO_WRITE),
                ),
            ),
            Part(
                "7 改訂の記録",
                rows=((letter_date(today), "初版（業務一覧から作成）"),),
            ),
        ),
    )
