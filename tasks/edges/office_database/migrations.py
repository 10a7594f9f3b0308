"""Named steps from an empty database to the one in database_tables.py.

A step that has been released is never edited: a change is a new step. Each step and
the record that it ran are one transaction, so a step is either wholly there or not at
all, whatever moment the process dies.
"""

from __future__ import annotations

from dataclasses import dataclass

TYPES: dict[str, dict[str, str]] = {
    "sqlite": {
        "BLOB": "BLOB",
        "SERIAL": "INTEGER",
        "BIG": "BIGINT",
        "REAL": "FLOAT",
        "BYTEWISE": "",
    },
    "postgresql": {
        "BLOB": "BYTEA",
        "SERIAL": "SERIAL",
        "BIG": "BIGINT",
        "REAL": "DOUBLE PRECISION",
        "BYTEWISE": 'COLLATE "C"',
    },
}
"""What the words in braces mean in each database."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step."""

    name: str
    statements: tuple[str, ...]
    """SQL with the words of `TYPES` in braces."""

    def for_dialect(self, dialect: str) -> tuple[str, ...]:
        """Return the statements as one database understands them."""
        return tuple(text.format(**TYPES[dialect]) for text in self.statements)


_DOCUMENTS = (
    """CREATE TABLE documents (
        sha256 TEXT NOT NULL, reading_rule TEXT NOT NULL, file TEXT NOT NULL,
        pages INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (sha256, reading_rule))""",
    """CREATE TABLE document_pictures (
        sha256 TEXT NOT NULL, reading_rule TEXT NOT NULL, page_index INTEGER NOT NULL,
        field_index INTEGER NOT NULL, png {BLOB} NOT NULL,
        PRIMARY KEY (sha256, reading_rule, page_index, field_index))""",
    """CREATE TABLE refused_files (
        sha256 TEXT NOT NULL PRIMARY KEY, file TEXT NOT NULL, code TEXT NOT NULL,
        detail TEXT NOT NULL, at TEXT NOT NULL)""",
)

_REVIEW = (
    """CREATE TABLE review_items (
        item_id TEXT NOT NULL PRIMARY KEY, job TEXT NOT NULL, kind TEXT NOT NULL,
        document_sha256 TEXT NOT NULL, file TEXT NOT NULL, page INTEGER NOT NULL,
        field_id TEXT NOT NULL, label TEXT NOT NULL, field_kind TEXT NOT NULL,
        form TEXT NOT NULL, reason TEXT NOT NULL, value_read TEXT NOT NULL,
        choices TEXT NOT NULL, place TEXT {BYTEWISE} NOT NULL, is_open INTEGER NOT NULL,
        withdrawn INTEGER NOT NULL, leased_by TEXT, leased_until TEXT)""",
    "CREATE INDEX review_items_open ON review_items (is_open, place)",
    "CREATE INDEX review_items_open_by_job ON review_items (job, is_open, place)",
    """CREATE TABLE review_crops (
        item_id TEXT NOT NULL PRIMARY KEY REFERENCES review_items (item_id),
        crop_png {BLOB} NOT NULL)""",
    """CREATE TABLE review_answers (
        seq {SERIAL} NOT NULL PRIMARY KEY,
        item_id TEXT NOT NULL REFERENCES review_items (item_id),
        decision TEXT NOT NULL, value TEXT NOT NULL, by_whom TEXT NOT NULL,
        at TEXT NOT NULL, seconds {REAL} NOT NULL)""",
    "CREATE INDEX review_answers_by_item ON review_answers (item_id, seq)",
    "CREATE INDEX review_answers_by_person ON review_answers (by_whom, seq)",
)

_ACCOUNTS = (
    """CREATE TABLE savings_lines (
        line_id {SERIAL} NOT NULL PRIMARY KEY, job TEXT NOT NULL, run_id TEXT NOT NULL,
        at TEXT NOT NULL, day TEXT NOT NULL, items INTEGER NOT NULL,
        by_hand_items INTEGER NOT NULL, minutes_per_item {REAL} NOT NULL,
        samples INTEGER NOT NULL, machine_ms {BIG} NOT NULL, attended_ms {BIG} NOT NULL,
        review_ms {BIG} NOT NULL, upkeep_ms {BIG} NOT NULL, note TEXT NOT NULL)""",
    "CREATE INDEX savings_lines_by_day ON savings_lines (day, job)",
    """CREATE TABLE savings_items (
        job TEXT NOT NULL, item_key TEXT NOT NULL,
        line_id INTEGER NOT NULL REFERENCES savings_lines (line_id),
        PRIMARY KEY (job, item_key))""",
    """CREATE TABLE savings_answers (
        answer_seq INTEGER NOT NULL PRIMARY KEY REFERENCES review_answers (seq),
        line_id INTEGER NOT NULL REFERENCES savings_lines (line_id))""",
    """CREATE TABLE audit_entries (
        seq INTEGER NOT NULL PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL,
        action TEXT NOT NULL, subject TEXT NOT NULL, files TEXT NOT NULL,
        details TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL)""",
)

_ACCURACY = (
    "ALTER TABLE review_items ADD COLUMN several INTEGER NOT NULL DEFAULT 0",
    """CREATE TABLE blind_results (
        item_id TEXT NOT NULL PRIMARY KEY REFERENCES review_items (item_id),
        form TEXT NOT NULL, field_kind TEXT NOT NULL, error_class TEXT NOT NULL,
        wrong INTEGER NOT NULL, at TEXT NOT NULL)""",
)

_PAGES = (
    """CREATE TABLE document_pages (
        sha256 TEXT NOT NULL, reading_rule TEXT NOT NULL, page_index INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (sha256, reading_rule, page_index))""",
)

_CLERKS = (
    """CREATE TABLE identity_decisions (
        seq {SERIAL} NOT NULL PRIMARY KEY, record_id TEXT NOT NULL UNIQUE,
        row_key TEXT NOT NULL, choice TEXT NOT NULL, addressee_no TEXT NOT NULL,
        reason TEXT NOT NULL, by_whom TEXT NOT NULL, at TEXT NOT NULL,
        seen TEXT NOT NULL, file TEXT NOT NULL)""",
    """CREATE TABLE receipts (
        seq {SERIAL} NOT NULL PRIMARY KEY, record_id TEXT NOT NULL UNIQUE,
        line_key TEXT NOT NULL, line TEXT NOT NULL, received_yen {BIG} NOT NULL,
        received_on TEXT NOT NULL, reason TEXT NOT NULL, by_whom TEXT NOT NULL,
        at TEXT NOT NULL, withdrawn INTEGER NOT NULL, file TEXT NOT NULL)""",
)

_RUNS = (
    """CREATE TABLE check_runs (
        seq {SERIAL} NOT NULL PRIMARY KEY, run_id TEXT NOT NULL UNIQUE,
        at TEXT NOT NULL, head TEXT NOT NULL)""",
    """CREATE TABLE check_answers (
        run_id TEXT NOT NULL REFERENCES check_runs (run_id), part INTEGER NOT NULL,
        body {BLOB} NOT NULL, PRIMARY KEY (run_id, part))""",
)

_TIME_STUDY = (
    *(
        f"ALTER TABLE savings_lines ADD COLUMN {column}"
        for column in (
            "exception_ms {BIG} NOT NULL DEFAULT 0",
            "exception_items INTEGER NOT NULL DEFAULT 0",
            "kind TEXT NOT NULL DEFAULT '実行'",
            "by_whom TEXT NOT NULL DEFAULT ''",
            "cancels INTEGER",
        )
    ),
    "CREATE UNIQUE INDEX savings_lines_cancelled ON savings_lines (cancels)",
    # Holds all that a report adds up, in the order of its groups: millions of lines
    # are summed without a sort and without reading the table.
    """CREATE INDEX savings_lines_summed ON savings_lines (
        job, day, minutes_per_item, samples, items, by_hand_items, exception_items,
        machine_ms, attended_ms, review_ms, upkeep_ms, exception_ms)""",
    """CREATE TABLE savings_fields (
        job TEXT NOT NULL, item_key TEXT NOT NULL, day TEXT NOT NULL,
        accepted INTEGER NOT NULL, asked INTEGER NOT NULL,
        PRIMARY KEY (job, item_key))""",
    """CREATE TABLE baseline_samples (
        seq {SERIAL} NOT NULL PRIMARY KEY, job TEXT NOT NULL,
        duration_ms {BIG} NOT NULL, items INTEGER NOT NULL, by_whom TEXT NOT NULL,
        at TEXT NOT NULL, method TEXT NOT NULL, note TEXT NOT NULL,
        cancels INTEGER UNIQUE REFERENCES baseline_samples (seq))""",
    """CREATE TABLE baseline_versions (
        seq {SERIAL} NOT NULL PRIMARY KEY, job TEXT NOT NULL, valid_from TEXT NOT NULL,
        minutes_per_item {REAL} NOT NULL, samples INTEGER NOT NULL,
        error_minutes {REAL}, measured_by TEXT NOT NULL, measured_on TEXT NOT NULL,
        adopted_by TEXT NOT NULL, adopted_at TEXT NOT NULL)""",
    """CREATE TABLE savings_forecasts (
        seq {SERIAL} NOT NULL PRIMARY KEY, job TEXT NOT NULL, run_id TEXT NOT NULL,
        at TEXT NOT NULL, items INTEGER NOT NULL, by_hand_ms {BIG} NOT NULL,
        expected_ms {BIG} NOT NULL, pays INTEGER NOT NULL, outcome TEXT NOT NULL,
        by_whom TEXT NOT NULL)""",
)

_STAFF = (
    """CREATE TABLE accounts (
        account_id TEXT NOT NULL PRIMARY KEY, login TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL, password_hash TEXT NOT NULL, roles TEXT NOT NULL,
        jobs TEXT NOT NULL, locked INTEGER NOT NULL, must_change INTEGER NOT NULL,
        made_at TEXT NOT NULL)""",
    """CREATE TABLE sign_in_sessions (
        token_hash TEXT NOT NULL PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES accounts (account_id),
        started_at TEXT NOT NULL, seen_at TEXT NOT NULL)""",
    "CREATE INDEX sign_in_sessions_by_account ON sign_in_sessions (account_id)",
    """CREATE TABLE account_links (
        token_hash TEXT NOT NULL PRIMARY KEY, purpose TEXT NOT NULL,
        account_id TEXT NOT NULL, made_at TEXT NOT NULL, expires_at TEXT NOT NULL)""",
    """CREATE TABLE sign_in_failures (
        subject TEXT NOT NULL PRIMARY KEY, failures INTEGER NOT NULL,
        last_at TEXT NOT NULL)""",
    """CREATE TABLE office_secrets (
        name TEXT NOT NULL PRIMARY KEY, secret {BLOB} NOT NULL)""",
)

_ENTRIES = (
    *(
        f"ALTER TABLE review_items ADD COLUMN {column}"
        for column in (
            "error_class TEXT NOT NULL DEFAULT ''",
            "check_digit TEXT NOT NULL DEFAULT ''",
            "stage INTEGER NOT NULL DEFAULT 1",
            "entered_by TEXT NOT NULL DEFAULT ''",
            "leased_tab TEXT NOT NULL DEFAULT ''",
            "leased_at TEXT",
            "held_by TEXT",
            "held_at TEXT",
            "held_reason TEXT NOT NULL DEFAULT ''",
        )
    ),
    """UPDATE review_items SET stage = 0
        WHERE item_id IN (SELECT item_id FROM review_answers)""",
    *(
        f"ALTER TABLE review_answers ADD COLUMN {column}"
        for column in (
            "answer_id TEXT",
            "account TEXT NOT NULL DEFAULT ''",
            "settles INTEGER NOT NULL DEFAULT 1",
            "corrected_fields INTEGER NOT NULL DEFAULT 0",
            "corrected_characters INTEGER NOT NULL DEFAULT 0",
        )
    ),
    "UPDATE review_answers SET answer_id = 'seq-' || CAST(seq AS TEXT)",
    "CREATE UNIQUE INDEX review_answers_once ON review_answers (answer_id)",
    "CREATE INDEX review_answers_by_account ON review_answers (account, seq)",
    # Counting reads this index alone, whatever the questions hold.
    """CREATE INDEX review_items_counted ON review_items (
        withdrawn, job, kind, field_kind, is_open, stage)""",
    """CREATE TABLE draft_keys (
        account TEXT NOT NULL PRIMARY KEY, key {BLOB} NOT NULL, at TEXT NOT NULL)""",
)

_PERSON_REVIEW = (
    "ALTER TABLE identity_decisions ADD COLUMN account TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE identity_decisions ADD COLUMN takes_back INTEGER NOT NULL DEFAULT 0",
    """CREATE INDEX identity_decisions_by_request
        ON identity_decisions (substr(row_key, 1, 16), seq)""",
    """CREATE TABLE person_questions (
        question_id TEXT NOT NULL PRIMARY KEY, job TEXT NOT NULL, run_id TEXT NOT NULL,
        asked_at TEXT NOT NULL, place TEXT {BYTEWISE} NOT NULL, stage TEXT NOT NULL,
        voices TEXT NOT NULL, leased_by TEXT NOT NULL, leased_until TEXT, body {BLOB},
        body_print TEXT NOT NULL)""",
    "CREATE INDEX person_questions_by_stage ON person_questions (stage, job, place)",
    "CREATE INDEX person_questions_by_run ON person_questions (run_id)",
    """CREATE TABLE person_times (
        seq {SERIAL} NOT NULL PRIMARY KEY, answer_id TEXT NOT NULL UNIQUE,
        question_id TEXT NOT NULL REFERENCES person_questions (question_id),
        job TEXT NOT NULL, account TEXT NOT NULL, at TEXT NOT NULL,
        seconds {REAL} NOT NULL, record_seq INTEGER NOT NULL)""",
    "CREATE INDEX person_times_by_account ON person_times (account, seq)",
    """CREATE TABLE savings_person_times (
        time_seq INTEGER NOT NULL PRIMARY KEY REFERENCES person_times (seq),
        line_id INTEGER NOT NULL REFERENCES savings_lines (line_id))""",
    """CREATE TABLE clerk_findings (
        seq {SERIAL} NOT NULL PRIMARY KEY, record_id TEXT NOT NULL UNIQUE,
        about TEXT NOT NULL, finding_key TEXT NOT NULL, result TEXT NOT NULL,
        persons TEXT NOT NULL, until TEXT NOT NULL, reason TEXT NOT NULL, by_whom TEXT NOT NULL,
        at TEXT NOT NULL, file TEXT NOT NULL, account TEXT NOT NULL,
        takes_back INTEGER NOT NULL)""",
    "CREATE INDEX clerk_findings_by_about ON clerk_findings (about, seq)",
)

_COUNTED = (
    """CREATE TABLE savings_prints (
        job TEXT NOT NULL, print TEXT NOT NULL, item_key TEXT NOT NULL,
        file_key TEXT NOT NULL, day TEXT NOT NULL,
        PRIMARY KEY (job, print, item_key))""",
    "CREATE INDEX savings_prints_by_file ON savings_prints (job, file_key)",
    """CREATE TABLE savings_baselines (
        seq {SERIAL} NOT NULL PRIMARY KEY, job TEXT NOT NULL, digest TEXT NOT NULL,
        body TEXT NOT NULL, measured INTEGER NOT NULL, at TEXT NOT NULL,
        UNIQUE (job, digest))""",
)

_LISTS = (
    *(
        f"ALTER TABLE review_items ADD COLUMN {column}"
        for column in (
            "asked_at TEXT",
            "settled_at TEXT {BYTEWISE}",
            "settled_by TEXT NOT NULL DEFAULT ''",
            "reopened_after INTEGER NOT NULL DEFAULT 0",
        )
    ),
    """UPDATE review_items SET settled_at = (
        SELECT at FROM review_answers
        WHERE review_answers.item_id = review_items.item_id
        ORDER BY seq DESC LIMIT 1)
        WHERE stage = 0""",
    """UPDATE review_items SET settled_by = (
        SELECT by_whom FROM review_answers
        WHERE review_answers.item_id = review_items.item_id
        ORDER BY seq DESC LIMIT 1)
        WHERE stage = 0 AND item_id IN (SELECT item_id FROM review_answers)""",
    # Each list of the page is read in its own order, from where the last page ended.
    *(
        f"CREATE INDEX review_items_{name} ON review_items ({columns})"
        for name, columns in (
            ("by_form", "form, is_open, place"),
            ("by_document", "document_sha256, place"),
        )
    ),
    *(
        f"CREATE INDEX review_items_done{name} ON review_items ({columns}, "
        "withdrawn, settled_at, item_id) WHERE settled_at IS NOT NULL"
        for name, columns in (
            ("_by_job", "job"),
            ("_by_form", "form"),
            ("_by_kind", "kind, field_kind"),
            ("_by_person", "settled_by"),
        )
    ),
    """CREATE INDEX review_items_done ON review_items (withdrawn, settled_at, item_id)
        WHERE settled_at IS NOT NULL""",
    """CREATE INDEX review_items_held ON review_items (withdrawn, place)
        WHERE held_by IS NOT NULL""",
    """CREATE INDEX review_items_leased ON review_items (leased_by, place)
        WHERE leased_by IS NOT NULL""",
    """CREATE INDEX review_items_withdrawn ON review_items (withdrawn, place)
        WHERE withdrawn = 1""",
    """CREATE TABLE review_marks (
        seq {SERIAL} NOT NULL PRIMARY KEY,
        item_id TEXT NOT NULL REFERENCES review_items (item_id),
        action TEXT NOT NULL, by_whom TEXT NOT NULL, at TEXT NOT NULL,
        reason TEXT NOT NULL)""",
    "CREATE INDEX review_marks_by_item ON review_marks (item_id, seq)",
    """CREATE TABLE audit_subjects (
        subject TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (subject, seq))""",
    """INSERT INTO audit_subjects (subject, seq)
        SELECT subject, seq FROM audit_entries WHERE subject <> ''""",
    "CREATE INDEX audit_entries_by_person ON audit_entries (who, seq)",
    "CREATE INDEX audit_entries_by_action ON audit_entries (action, seq)",
    "CREATE INDEX audit_entries_by_time ON audit_entries (at, seq)",
    """CREATE TABLE question_exports (
        export_id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, by_whom TEXT NOT NULL,
        account TEXT NOT NULL, section TEXT NOT NULL, items INTEGER NOT NULL,
        counted_ms {BIG} NOT NULL)""",
    "CREATE INDEX question_exports_by_time ON question_exports (at)",
    """CREATE TABLE question_export_items (
        export_id TEXT NOT NULL REFERENCES question_exports (export_id),
        item_id TEXT NOT NULL REFERENCES review_items (item_id),
        content TEXT NOT NULL, seen TEXT NOT NULL, answer_id TEXT NOT NULL,
        PRIMARY KEY (export_id, item_id))""",
    """CREATE TABLE question_returns (
        seq {SERIAL} NOT NULL PRIMARY KEY,
        export_id TEXT NOT NULL REFERENCES question_exports (export_id),
        at TEXT NOT NULL, by_whom TEXT NOT NULL, filled_by TEXT NOT NULL,
        section TEXT NOT NULL, sha256 TEXT NOT NULL, stored INTEGER NOT NULL,
        taken INTEGER NOT NULL, minutes {REAL} NOT NULL)""",
    "CREATE INDEX question_returns_by_export ON question_returns (export_id, seq)",
)

_TIMING = (
    """CREATE TABLE time_watches (
        account TEXT NOT NULL PRIMARY KEY, job TEXT NOT NULL, since TEXT NOT NULL,
        counted_ms {BIG} NOT NULL, running INTEGER NOT NULL, asked INTEGER NOT NULL)""",
    """CREATE TABLE time_presses (
        press_id TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL, at TEXT NOT NULL,
        sample_seq INTEGER REFERENCES baseline_samples (seq))""",
    """CREATE TABLE typed_entries (
        entry_id TEXT NOT NULL PRIMARY KEY,
        line_id INTEGER NOT NULL REFERENCES savings_lines (line_id))""",
)

_TYPED_LINES = (
    # What staff typed in is little beside the lines of runs: found without these.
    "CREATE INDEX savings_lines_typed ON savings_lines (day) WHERE kind <> '実行'",
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration("0001_documents", _DOCUMENTS),
    Migration("0002_review", _REVIEW),
    Migration("0003_savings_and_audit", _ACCOUNTS),
    Migration("0004_accuracy", _ACCURACY),
    Migration("0005_document_pages", _PAGES),
    Migration("0006_clerk_record", _CLERKS),
    Migration("0007_run_history", _RUNS),
    Migration("0008_time_study", _TIME_STUDY),
    Migration("0009_accounts", _STAFF),
    Migration("0010_entries", _ENTRIES),
    Migration("0011_person_review", _PERSON_REVIEW),
    Migration("0012_lists", _LISTS),
    Migration("0014_counted_once", _COUNTED),
    Migration("0015_timing", _TIMING),
    Migration("0016_typed_lines", _TYPED_LINES),
)
"""In order. Add at the end only."""
