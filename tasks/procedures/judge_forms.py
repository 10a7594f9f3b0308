"""From readings of forms to applicants, and to questions about what is not proved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ocr.errors import SENTENCES as READING_SENTENCES
from ocr.model import DocumentReading, FieldKind
from tasks.domain.acceptance import (
    PERSON_FIELDS,
    FieldStatus,
    Judgement,
    in_blind_sample,
    judge_page,
    settled,
)
from tasks.domain.field_values import FieldValue, value_of
from tasks.domain.records import Applicant, Consent
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.domain.settings import AcceptanceRules
from tasks.edges.ledgers import Ledgers
from tasks.procedures.prove_person import ScannedPage, prove_by_person

NEEDED = (*PERSON_FIELDS, "consent")
"""Fields without which no answer can be given."""


OTHER_JOB = "この業務に必要な項目（氏名・生年月日・住所・同意）のない様式です。"


class PageState(StrEnum):
    """Where one page stands in the balance of a run."""

    READY = "ready"
    """An applicant whose needed fields are all settled."""
    QUESTION = "question"
    ERROR = "error"
    """Staff said that it cannot be read."""
    EXCLUDED = "excluded"
    """Empty sheet, or no form of this job as staff said."""


@dataclass(frozen=True, slots=True)
class FormPage:
    """One scanned page after judgement."""

    row_id: str
    """`form:<first 16 of SHA-256>:p<page>`."""
    state: PageState
    applicant: Applicant
    """What is settled so far; empty strings for what is not."""
    judgements: tuple[Judgement, ...]
    asked: tuple[ReviewItem, ...] = field(default=(), repr=False)
    """Open questions, and blind samples not looked at yet."""
    blind_checked: int = 0
    """Accepted values of the blind sample that staff have looked at."""
    blind_wrong: int = 0
    """How many of them were wrong."""
    reason: str = ""


def judge_forms(
    documents: Sequence[DocumentReading],
    *,
    job: str,
    ledgers: Ledgers,
    rules: AcceptanceRules,
    answers: Mapping[str, ReviewAnswer],
    today: dt.date,
) -> tuple[FormPage, ...]:
    """Return every page of every document, judged, with the answers given so far.

    Args:
        documents: Readings, one per file.
        job: Job that asks; part of a question's identity.
        ledgers: To prove a reading by the person it meets.
        rules: Proofs needed per error class.
        answers: Newest answer per question.
        today: For plausible dates.
    """
    pages = [ScannedPage(doc, page) for doc in documents for page in doc.pages]
    proved = prove_by_person(pages, ledgers=ledgers, rules=rules, today=today)
    settle = _Settle(job=job, rules=rules, answers=answers, today=today)
    return tuple(settle.page(entry, proved.get(entry.row_id, {})) for entry in pages)


def possible_questions(documents: Sequence[DocumentReading], *, job: str) -> list[str]:
    """Return the identifier of every question these documents could ever raise."""
    return [
        _question_id(job, ScannedPage(document, page), field_id, kind)
        for document in documents
        for page in document.pages
        for field_id, kind in (
            ("", QuestionKind.PAGE),
            *(
                (entry.field_id, kind)
                for entry in page.fields
                for kind in (QuestionKind.FIELD, QuestionKind.BLIND)
            ),
        )
    ]


def _question_id(
    job: str, entry: ScannedPage, field_id: str, kind: QuestionKind
) -> str:
    return item_id(
        job,
        entry.document.sha256,
        entry.page.page,
        field_id,
        kind,
        entry.page.form_version or "",
    )


@dataclass(frozen=True, slots=True)
class _Settle:
    """Applies answers to pages; what stays open becomes questions."""

    job: str
    rules: AcceptanceRules
    answers: Mapping[str, ReviewAnswer]
    today: dt.date

    def page(self, entry: ScannedPage, proved: Mapping[str, str]) -> FormPage:
        if entry.page.blank_page:
            return self._without_fields(entry, PageState.EXCLUDED, "白紙のページです。")
        if entry.page.trouble is not None:
            sentence = READING_SENTENCES[entry.page.trouble]
            return self._troubled(entry, sentence)
        if not set(NEEDED) <= {item.field_id for item in entry.page.fields}:
            return self._troubled(entry, OTHER_JOB)
        judged = judge_page(
            entry.page.fields,
            rules=self.rules,
            today=self.today,
            proved_by_master=proved,
            born_digital=entry.page.born_digital,
        )
        return self._with_fields(entry, judged)

    def _without_fields(
        self, entry: ScannedPage, state: PageState, reason: str, *asked: ReviewItem
    ) -> FormPage:
        applicant = Applicant(
            row_id=entry.row_id,
            source=entry.source,
            request_id=entry.source,
            name="",
        )
        return FormPage(entry.row_id, state, applicant, (), asked, reason=reason)

    def _troubled(self, entry: ScannedPage, sentence: str) -> FormPage:
        key = _question_id(self.job, entry, "", QuestionKind.PAGE)
        answer = self.answers.get(key)
        if answer is not None and answer.decision is Decision.EXCLUDE:
            return self._without_fields(
                entry, PageState.EXCLUDED, "職員が対象外としたページです。"
            )
        if answer is not None:
            return self._without_fields(entry, PageState.ERROR, sentence)
        question = ReviewItem(
            item_id=key,
            job=self.job,
            kind=QuestionKind.PAGE,
            document_sha256=entry.document.sha256,
            file=entry.document.file,
            page=entry.page.page,
            field_id="",
            label="",
            field_kind="",
            form=entry.page.form or "",
            reason=sentence,
            crop_png=entry.page.page_png,
        )
        return self._without_fields(entry, PageState.QUESTION, sentence, question)

    def _with_fields(self, entry: ScannedPage, judged: Sequence[Judgement]) -> FormPage:
        crops = {item.field_id: item.crop_png for item in entry.page.fields}
        final: list[Judgement] = []
        asked: list[ReviewItem] = []
        unreadable: set[str] = set()
        checked = wrong = 0
        for item in judged:
            kind = self._question_kind(entry, item)
            if kind is None:
                final.append(item)
                continue
            question = self._question(entry, item, kind, crops[item.field_id])
            answer = self.answers.get(question.item_id)
            if answer is None:
                final.append(item)
                asked.append(question)
                continue
            result = self._apply(item, answer)
            if result is None:
                unreadable.add(item.field_id)
                final.append(
                    replace(item, reason="読めないため、本人への確認が必要です。")
                )
                continue
            if kind is QuestionKind.BLIND:
                checked += 1
                wrong += self._differs(result, item)
            final.append(result)
        return FormPage(
            row_id=entry.row_id,
            state=_state(final, unreadable),
            applicant=_applicant(entry, final),
            judgements=tuple(final),
            asked=tuple(asked),
            blind_checked=checked,
            blind_wrong=wrong,
        )

    def _question_kind(
        self, entry: ScannedPage, item: Judgement
    ) -> QuestionKind | None:
        if item.status is FieldStatus.ASK:
            return QuestionKind.FIELD
        if item.status is FieldStatus.BLANK or item.kind is FieldKind.SEAL:
            return None
        key = self._key(entry, item, QuestionKind.BLIND)
        if in_blind_sample(key, self.rules.blind_sample_share):
            return QuestionKind.BLIND
        return None

    def _key(self, entry: ScannedPage, item: Judgement, kind: QuestionKind) -> str:
        return _question_id(self.job, entry, item.field_id, kind)

    def _question(
        self, entry: ScannedPage, item: Judgement, kind: QuestionKind, crop: bytes
    ) -> ReviewItem:
        blind = kind is QuestionKind.BLIND
        return ReviewItem(
            item_id=self._key(entry, item, kind),
            job=self.job,
            kind=kind,
            document_sha256=entry.document.sha256,
            file=entry.document.file,
            page=entry.page.page,
            field_id=item.field_id,
            label=item.label,
            field_kind=item.kind.value,
            form=entry.page.form or "",
            reason="抜き取り検査です。見えるとおりに入力してください。"
            if blind
            else item.reason,
            value_read="" if blind else item.text,
            choices=() if blind else item.choices,
            crop_png=crop,
        )

    def _differs(self, settled_item: Judgement, accepted: Judgement) -> bool:
        seen, taken = (
            value_of(item.kind, item.value, today=self.today).key
            for item in (settled_item, accepted)
        )
        return seen != taken

    def _apply(self, item: Judgement, answer: ReviewAnswer) -> Judgement | None:
        """Return the settled field, or None when it cannot be read."""
        if answer.decision is Decision.BLANK:
            return settled(item, None)
        if answer.decision is not Decision.VALUE:
            return None
        value = value_of(item.kind, answer.value, today=self.today)
        if not value.usable and item.kind in (FieldKind.CHECK, FieldKind.SEAL):
            return None
        if not value.usable:
            # The page shows what the clerk saw; what he typed stands as it is.
            value = FieldValue(answer.value, answer.value, answer.value, usable=True)
        return settled(item, value)


def _state(final: Sequence[Judgement], unreadable: set[str]) -> PageState:
    needed = {item.field_id: item for item in final if item.field_id in NEEDED}
    if unreadable & set(needed):
        return PageState.ERROR
    if any(item.status is FieldStatus.ASK for item in needed.values()):
        return PageState.QUESTION
    if any(
        needed[name].status is FieldStatus.BLANK
        for name in PERSON_FIELDS
        if name in needed
    ):
        return PageState.ERROR
    return PageState.READY


def _applicant(entry: ScannedPage, final: Sequence[Judgement]) -> Applicant:
    values = {
        item.field_id: item.value
        for item in final
        if item.status is FieldStatus.ACCEPTED
    }
    # A form has a place for consent: what is not ticked is not given.
    consent = Consent.YES if values.get("consent") == "yes" else Consent.NO
    return Applicant(
        row_id=entry.row_id,
        source=entry.source,
        request_id=entry.source,
        name=values.get("name", ""),
        kana=values.get("kana", ""),
        birth_date=values.get("birth_date", ""),
        address=values.get("address", ""),
        postal=values.get("postal", ""),
        phone=values.get("phone", ""),
        consent=consent,
    )
