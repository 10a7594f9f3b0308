"""保存期間の過ぎた記録の削除: what kept runs say about people, once its years are over."""

from __future__ import annotations

import os
from pathlib import Path

from prefect import flow

from flows.clock import now, today
from flows.parameters import ExpiredRecordsParameters
from tasks.drop_expired import drop_expired_runs
from tasks.procedures.workplace import find_home, find_work, open_workplace


@flow(
    name="保存期間の過ぎた記録の削除",
    flow_run_name=lambda: f"保存期間の過ぎた記録の削除 {today()}",
    log_prints=False,
    persist_result=False,
)
def expired_records(条件: ExpiredRecordsParameters = ExpiredRecordsParameters()) -> int:
    """保存年数の過ぎた滞納確認の記録を数え、条件で選べば消します。

    Args:
        条件: 空欄のままでは数えるだけです。
    """
    conditions = 条件
    place = open_workplace(
        find_home(os.environ, Path.cwd()), work=find_work(os.environ)
    )
    found = drop_expired_runs(
        place, now=now(), who=conditions.started_by, dry_run=conditions.dry_run
    )
    return len(found.runs)
