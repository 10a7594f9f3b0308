"""Every table of the database as it stands after the last migration."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class Moment(sa.types.TypeDecorator[dt.datetime]):
    """An instant with time zone, kept as UTC ISO text of one length.

    SQLite has no instants and drops zones; text of one length sorts as time does and
    reads the same in both databases.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(
        self, value: dt.datetime | None, _dialect: Dialect
    ) -> str | None:
        """Return the text that is stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "an instant without time zone cannot be stored"
            raise ValueError(msg)
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")

    def process_result_value(
        self, value: str | None, _dialect: Dialect
    ) -> dt.datetime | None:
        """Return the instant in UTC."""
        return None if value is None else dt.datetime.fromisoformat(value)


METADATA = sa.MetaData()

MIGRATIONS = sa.Table(
    "migrations",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
)

DOCUMENTS = sa.Table(
    "documents",
    METADATA,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("reading_rule", sa.Text, primary_key=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
"""One document read whole under one rule; its pages are rows of their own.

body is empty; documents kept before pages had rows of their own are read again.
"""

DOCUMENT_PAGES = sa.Table(
    "document_pages",
    METADATA,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("reading_rule", sa.Text, primary_key=True),
    sa.Column("page_index", sa.Integer, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)
"""One page as read, JSON without its pictures; kept as soon as it is read."""

PICTURES = sa.Table(
    "document_pictures",
    METADATA,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("reading_rule", sa.Text, primary_key=True),
    sa.Column("page_index", sa.Integer, primary_key=True),
    sa.Column("field_index", sa.Integer, primary_key=True),
    sa.Column("png", sa.LargeBinary, nullable=False),
)
"""field_index -1 is the picture of the whole page."""

REFUSED_FILES = sa.Table(
    "refused_files",
    METADATA,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

REVIEW_ITEMS = sa.Table(
    "review_items",
    METADATA,
    sa.Column("item_id", sa.Text, primary_key=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("document_sha256", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("page", sa.Integer, nullable=False),
    sa.Column("field_id", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("field_kind", sa.Text, nullable=False),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("value_read", sa.Text, nullable=False),
    sa.Column("choices", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("is_open", sa.Integer, nullable=False),
    sa.Column("withdrawn", sa.Integer, nullable=False),
    sa.Column("leased_by", sa.Text),
    sa.Column("leased_until", Moment),
    sa.Column("several", sa.Integer, nullable=False),
    sa.Column("error_class", sa.Text, nullable=False),
    sa.Column("check_digit", sa.Text, nullable=False),
    sa.Column("stage", sa.Integer, nullable=False),
    sa.Column("entered_by", sa.Text, nullable=False),
    sa.Column("leased_tab", sa.Text, nullable=False),
    sa.Column("leased_at", Moment),
    sa.Column("held_by", sa.Text),
    sa.Column("held_at", Moment),
    sa.Column("held_reason", sa.Text, nullable=False),
    sa.Column("asked_at", Moment),
    sa.Column("settled_at", Moment),
    sa.Column("settled_by", sa.Text, nullable=False),
    sa.Column("reopened_after", sa.Integer, nullable=False),
)
"""place sorts questions as staff see them; is_open: waits for somebody, that is, not
settled (stage 0), not withdrawn and not held.

stage is that of double_entry.Stage; entered_by holds who gave an entry so far, each
between U+001F. leased_by (a person), leased_tab (one of his windows), leased_at and
leased_until keep a question that is shown from everybody else. Answers up to the seq
reopened_after do not count any more.
"""

AUDIT_SUBJECTS = sa.Table(
    "audit_subjects",
    METADATA,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
)
"""Which entries speak of which id; read off the entries, so it proves nothing itself."""

REVIEW_MARKS = sa.Table(
    "review_marks",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("item_id", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("by_whom", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
"""Append-only: why a question was held back, given back or asked once more."""

QUESTION_EXPORTS = sa.Table(
    "question_exports",
    METADATA,
    sa.Column("export_id", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by_whom", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("section", sa.Text, nullable=False),
    sa.Column("items", sa.Integer, nullable=False),
    sa.Column("counted_ms", sa.BigInteger, nullable=False),
)
"""Workbooks of open questions that left the page; counted_ms: minutes they brought back."""

QUESTION_EXPORT_ITEMS = sa.Table(
    "question_export_items",
    METADATA,
    sa.Column("export_id", sa.Text, primary_key=True),
    sa.Column("item_id", sa.Text, primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("seen", sa.Text, nullable=False),
    sa.Column("answer_id", sa.Text, nullable=False),
)
"""content: SHA-256 of what was shown; seen: newest answer at that time; answer_id: what
the workbook brought back, empty until then.
"""

QUESTION_RETURNS = sa.Table(
    "question_returns",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("export_id", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by_whom", sa.Text, nullable=False),
    sa.Column("filled_by", sa.Text, nullable=False),
    sa.Column("section", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("stored", sa.Integer, nullable=False),
    sa.Column("taken", sa.Integer, nullable=False),
    sa.Column("minutes", sa.Float, nullable=False),
)
"""Append-only: each time a workbook was read back, by whom and filled in by whom."""

REVIEW_CROPS = sa.Table(
    "review_crops",
    METADATA,
    sa.Column("item_id", sa.Text, primary_key=True),
    sa.Column("crop_png", sa.LargeBinary, nullable=False),
)
"""Apart from the questions, so that lists and answers do not move pictures."""

REVIEW_ANSWERS = sa.Table(
    "review_answers",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("item_id", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("by_whom", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("answer_id", sa.Text, unique=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("settles", sa.Integer, nullable=False),
    sa.Column("corrected_fields", sa.Integer, nullable=False),
    sa.Column("corrected_characters", sa.Integer, nullable=False),
)
"""Append-only; the highest seq of an item counts, and only when it settles the item.

answer_id is made by the browser. The corrected_ columns are changes: summed over an
item's answers they say what its newest answer corrects, so nothing counts twice.
"""

DRAFT_KEYS = sa.Table(
    "draft_keys",
    METADATA,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
    sa.Column("at", Moment, nullable=False),
)
"""What seals the drafts of an account in its browsers; the key is never kept there."""

BLIND_RESULTS = sa.Table(
    "blind_results",
    METADATA,
    sa.Column("item_id", sa.Text, primary_key=True),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("field_kind", sa.Text, nullable=False),
    sa.Column("error_class", sa.Text, nullable=False),
    sa.Column("wrong", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
)
"""Each blind question that staff settled, and whether the accepted value was wrong.

No value is kept; field_kind is `blank` for a field accepted as empty.
"""

SAVINGS_LINES = sa.Table(
    "savings_lines",
    METADATA,
    sa.Column("line_id", sa.Integer, primary_key=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("items", sa.Integer, nullable=False),
    sa.Column("by_hand_items", sa.Integer, nullable=False),
    sa.Column("minutes_per_item", sa.Float, nullable=False),
    sa.Column("samples", sa.Integer, nullable=False),
    sa.Column("machine_ms", sa.BigInteger, nullable=False),
    sa.Column("attended_ms", sa.BigInteger, nullable=False),
    sa.Column("review_ms", sa.BigInteger, nullable=False),
    sa.Column("upkeep_ms", sa.BigInteger, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("exception_ms", sa.BigInteger, nullable=False),
    sa.Column("exception_items", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("by_whom", sa.Text, nullable=False),
    sa.Column("cancels", sa.Integer, unique=True),
)
"""Append-only. day is the office's own date; times are whole milliseconds.

kind is that of tasks/domain/hours_saved/savings.EntryKind; cancels names a line taken back.
"""

SAVINGS_FIELDS = sa.Table(
    "savings_fields",
    METADATA,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("item_key", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("accepted", sa.Integer, nullable=False),
    sa.Column("asked", sa.Integer, nullable=False),
)
"""Each document once: how many of its fields were asked when it was first judged."""

BASELINE_SAMPLES = sa.Table(
    "baseline_samples",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("duration_ms", sa.BigInteger, nullable=False),
    sa.Column("items", sa.Integer, nullable=False),
    sa.Column("by_whom", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("cancels", sa.Integer, unique=True),
)
"""Append-only: the time study. cancels names a sample taken back."""

BASELINE_VERSIONS = sa.Table(
    "baseline_versions",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("valid_from", sa.Text, nullable=False),
    sa.Column("minutes_per_item", sa.Float, nullable=False),
    sa.Column("samples", sa.Integer, nullable=False),
    sa.Column("error_minutes", sa.Float),
    sa.Column("measured_by", sa.Text, nullable=False),
    sa.Column("measured_on", sa.Text, nullable=False),
    sa.Column("adopted_by", sa.Text, nullable=False),
    sa.Column("adopted_at", Moment, nullable=False),
)
"""Append-only: what was adopted, from which month on."""

TIME_WATCHES = sa.Table(
    "time_watches",
    METADATA,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("counted_ms", sa.BigInteger, nullable=False),
    sa.Column("running", sa.Integer, nullable=False),
    sa.Column("asked", sa.Integer, nullable=False),
)
"""The stopwatch of an account while it times something."""

TIME_PRESSES = sa.Table(
    "time_presses",
    METADATA,
    sa.Column("press_id", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("sample_seq", sa.Integer),
)
"""Append-only: every press of a stopwatch on the page, so that none counts twice."""

TYPED_ENTRIES = sa.Table(
    "typed_entries",
    METADATA,
    sa.Column("entry_id", sa.Text, primary_key=True),
    sa.Column("line_id", sa.Integer, nullable=False),
)
"""Append-only: forms sent from the page, so that none is entered twice."""

FORECASTS = sa.Table(
    "savings_forecasts",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("items", sa.Integer, nullable=False),
    sa.Column("by_hand_ms", sa.BigInteger, nullable=False),
    sa.Column("expected_ms", sa.BigInteger, nullable=False),
    sa.Column("pays", sa.Integer, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("by_whom", sa.Text, nullable=False),
)
"""Append-only: what a run was expected to cost, and whether it went on."""

SAVINGS_ITEMS = sa.Table(
    "savings_items",
    METADATA,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("item_key", sa.Text, primary_key=True),
    sa.Column("line_id", sa.Integer, nullable=False),
)
"""Each item of a job that was ever counted, and in which line."""

SAVINGS_PRINTS = sa.Table(
    "savings_prints",
    METADATA,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("print", sa.Text, primary_key=True),
    sa.Column("item_key", sa.Text, primary_key=True),
    sa.Column("file_key", sa.Text, nullable=False),
    sa.Column("day", sa.Text, nullable=False),
)
"""By what counted items are known when their file comes in again, corrected."""

SAVINGS_BASELINES = sa.Table(
    "savings_baselines",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("measured", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.UniqueConstraint("job", "digest"),
)
"""Append-only: every baseline that lines were counted at, as it was then: JSON.

measured: 1 when it was adopted from samples kept one by one.
"""

SAVINGS_ANSWERS = sa.Table(
    "savings_answers",
    METADATA,
    sa.Column("answer_seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("line_id", sa.Integer, nullable=False),
)
"""Each review answer whose seconds were ever counted, and in which line."""

IDENTITY_DECISIONS = sa.Table(
    "identity_decisions",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("record_id", sa.Text, nullable=False, unique=True),
    sa.Column("row_key", sa.Text, nullable=False),
    sa.Column("choice", sa.Text, nullable=False),
    sa.Column("addressee_no", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by_whom", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("seen", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("takes_back", sa.Integer, nullable=False),
)
"""Append-only: what clerks decided in 要確認. seen: JSON, prints of the candidates.

account: login on the review page; takes_back: seq of a decision undone, or 0.
"""

RECEIPTS = sa.Table(
    "receipts",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("record_id", sa.Text, nullable=False, unique=True),
    sa.Column("line_key", sa.Text, nullable=False),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("received_yen", sa.BigInteger, nullable=False),
    sa.Column("received_on", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by_whom", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("withdrawn", sa.Integer, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
)
"""Append-only: 領収書 that applicants showed. A withdrawal is a row of its own."""

CHECK_RUNS = sa.Table(
    "check_runs",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("run_id", sa.Text, nullable=False, unique=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("head", sa.Text, nullable=False),
)
"""Append-only: each 滞納確認 that released its papers. head: JSON, nothing about people."""

CHECK_ANSWERS = sa.Table(
    "check_answers",
    METADATA,
    sa.Column("run_id", sa.Text, primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""The answers of a run with their evidence: JSON of a thousand rows each, compressed."""

AUDIT_ENTRIES = sa.Table(
    "audit_entries",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("files", sa.Text, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
"""Append-only; each entry holds the SHA-256 of the one before it."""

ACCOUNTS = sa.Table(
    "accounts",
    METADATA,
    sa.Column("account_id", sa.Text, primary_key=True),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("jobs", sa.Text, nullable=False),
    sa.Column("locked", sa.Integer, nullable=False),
    sa.Column("must_change", sa.Integer, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
)
"""Staff who may sign in. password_hash: argon2id, empty before the first password.

roles: JSON list; jobs: JSON list, or null for all.
"""

SIGN_IN_SESSIONS = sa.Table(
    "sign_in_sessions",
    METADATA,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
)
"""Who is signed in; only the SHA-256 of a browser's token is kept."""

ACCOUNT_LINKS = sa.Table(
    "account_links",
    METADATA,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("account_id", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)
"""One-time links not yet used; account_id is empty for the first account."""

SIGN_IN_FAILURES = sa.Table(
    "sign_in_failures",
    METADATA,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", Moment, nullable=False),
)
"""Failed sign-ins in a row; subject: account or address, as a keyed hash."""

OFFICE_SECRETS = sa.Table(
    "office_secrets",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("secret", sa.LargeBinary, nullable=False),
)
"""Random keys of this installation that must outlive the server."""

PERSON_QUESTIONS = sa.Table(
    "person_questions",
    METADATA,
    sa.Column("question_id", sa.Text, primary_key=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("voices", sa.Text, nullable=False),
    sa.Column("leased_by", sa.Text, nullable=False),
    sa.Column("leased_until", Moment),
    sa.Column("body", sa.LargeBinary),
    sa.Column("body_print", sa.Text, nullable=False),
)
"""Who is asked about in 要確認, as the newest run over the request left it.

stage is that of person_question.Stage, voices who has spoken (JSON): both follow from
identity_decisions and clerk_findings and are kept to find questions quickly. body:
compressed JSON of what is compared; NULL once no run asks any more.
"""

PERSON_TIMES = sa.Table(
    "person_times",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("answer_id", sa.Text, nullable=False, unique=True),
    sa.Column("question_id", sa.Text, nullable=False),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("record_seq", sa.Integer, nullable=False),
)
"""Append-only: each answer given on the page, once, and the seconds it took.

answer_id is made with the page shown; record_seq is the first record it wrote.
"""

SAVINGS_PERSON_TIMES = sa.Table(
    "savings_person_times",
    METADATA,
    sa.Column("time_seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("line_id", sa.Integer, nullable=False),
)
"""Each entry of person_times that was ever counted, and in which line."""

CLERK_FINDINGS = sa.Table(
    "clerk_findings",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("record_id", sa.Text, nullable=False, unique=True),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("finding_key", sa.Text, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("persons", sa.Text, nullable=False),
    sa.Column("until", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by_whom", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("takes_back", sa.Integer, nullable=False),
)
"""Append-only: what clerks found out about households, representatives and ledger lines.

persons: JSON; until: last day as ISO text, or empty.
"""
