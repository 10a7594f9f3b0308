"""Words of the lists, the trails and the log, as staff read them."""

from __future__ import annotations

import datetime as dt

from tasks.domain.review.double_entry import Stage
from tasks.domain.review.question_list import Listed, State
from tasks.domain.review_item import Decision
from tasks.edges.review.question_marks import Action

ACTION_TITLES: dict[str, str] = {
    "account_changed": "利用者の変更",
    "account_made": "利用者の招待",
    "answer_given": "回答",
    "audit_verified": "記録の検証",
    "decisions_read": "判断の読み込み",
    "link_made": "リンクの発行",
    "password_set": "パスワードの設定",
    "person_answered": "本人の判断",
    "question_held": "保留",
    "question_released": "保留を解く",
    "question_reopened": "もう一度尋ねる",
    "questions_exported": "シートへの書き出し",
    "questions_returned": "シートの読み込み",
    "run_finished": "実行の終わり",
    "run_kept": "実行の保存",
    "run_started": "実行の始まり",
    "sign_in_failed": "サインインの失敗",
    "signed_in": "サインイン",
    "signed_out": "サインアウト",
    "signed_out_everywhere": "すべてのサインアウト",
    "viewed": "閲覧",
}
"""Acts of the audit log; one that is not here is shown by its English word."""

VIEW_TITLES: dict[str, str] = {
    "audit": "監査記録",
    "candidates": "候補者の画面",
    "crop": "切り抜き",
    "document": "書類の一覧",
    "export": "シートへの書き出し",
    "field": "確認の画面",
    "list": "一覧",
    "page": "ページの全体",
    "trail": "経過の画面",
    "trial": "試し読み",
}
"""What somebody was shown, by `details["what"]` of the log."""

DETAIL_TITLES: dict[str, str] = {
    "changed": "読み取りを直した",
    "count": "件数",
    "decision": "答え",
    "entries": "記録の数",
    "again": "前と同じ数",
    "filled_by": "記入した人",
    "head": "末尾の印（SHA-256）",
    "job": "業務",
    "minutes": "分",
    "section": "課",
    "stored": "取り込んだ数",
    "taken": "取り込まなかった数",
    "waits_for": "次に待つもの",
    "what": "見たもの",
}

DECISION_TITLES: dict[Decision, str] = {
    Decision.VALUE: "値を入力",
    Decision.BLANK: "空欄",
    Decision.UNREADABLE: "読めない",
    Decision.ASK_APPLICANT: "本人に確認",
    Decision.EXCLUDE: "対象外",
}

MARK_TITLES: dict[Action, str] = {
    Action.HELD: "保留にした",
    Action.RELEASED: "保留を解いた",
    Action.REOPENED: "もう一度尋ねることにした",
}

STAGE_TITLES: dict[Stage, str] = {
    Stage.SETTLED: "回答済み",
    Stage.FIRST: "未回答",
    Stage.SECOND: "二人目の入力待ち",
    Stage.THIRD: "三人目の確認待ち",
}

_DETAIL_WORDS: dict[str, str] = {
    **{decision.value: title for decision, title in DECISION_TITLES.items()},
    **VIEW_TITLES,
    "yes": "はい",
    "no": "いいえ",
    "second": "二人目の入力",
    "third": "三人目の確認",
}
_NOT_SHOWN = frozenset({"subjects"})


def standing(one: Listed) -> str:
    """Return where a question stands, in a few words."""
    if one.state is State.OPEN:
        return STAGE_TITLES[one.stage]
    titles = {State.HELD: "保留", State.DONE: "回答済み"}
    return titles.get(one.state, "取り下げ")


def moment(at: dt.datetime | None, zone: dt.tzinfo | None) -> str:
    """Return a moment in office time, to the minute; empty for none."""
    return "" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def details_shown(details: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return an entry's details in Japanese, but for long lists of ids.

    Examples:
        >>> details_shown((("changed", "no"), ("subjects", "a b")))
        (('読み取りを直した', 'いいえ'),)
    """
    return tuple(
        (DETAIL_TITLES.get(key, key), _DETAIL_WORDS.get(value, value))
        for key, value in details
        if key not in _NOT_SHOWN
    )
