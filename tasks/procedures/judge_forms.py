"""From readings of forms to applicants, and to questions about what is not proved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ocr.errors import SENTENCES as READING_SENTENCES
from ocr.model import DocumentReading, FieldKind, FieldReading
from tasks.domain.reading.acceptance import (
    MARKS,
    FieldStatus,
    Judgement,
    Known,
    in_blind_sample,
    judge_page,
    settled,
)
from tasks.domain.reading.accuracy import BlindResult
from tasks.domain.reading.calibration import BLANK
from tasks.domain.reading.field_values import FieldValue, chosen_of, value_of
from tasks.domain.reading.people_met import Proved
from tasks.domain.records import Applicant
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.edges.city_ledgers.ledgers import Ledgers
from tasks.procedures.form_pages import (
    NEEDED,
    FormPage,
    Grounds,
    PageState,
    applicant_of,
    state_of,
)
from tasks.procedures.person_trials import ScannedPage
from tasks.procedures.prove_person import prove_by_person

UNREADABLE = "読めないため、本人への確認が必要です。"
SECOND_LOOK = (
    "抜き取り検査で入力された内容と読み取りが違います。紙のとおりの方を選んでください。"
)
OTHER_JOB = "この業務に必要な項目（氏名・生年月日・住所・同意）のない様式です。"


def judge_forms(
    documents: Sequence[DocumentReading],
    *,
    job: str,
    ledgers: Ledgers,
    grounds: Grounds,
    answers: Mapping[str, ReviewAnswer],
    today: dt.date,
) -> tuple[FormPage, ...]:
    """Return every page of every document, judged, with the answers given so far.

    Args:
        documents: Readings, one per file.
        job: Job that asks; part of a question's identity.
        ledgers: To prove a reading by the person it meets.
        grounds: What acceptance rests on.
        answers: Newest answer per question.
        today: For plausible dates.
    """
    pages = [ScannedPage(doc, page) for doc in documents for page in doc.pages]
    proved = prove_by_person(pages, ledgers=ledgers, rules=grounds.rules, today=today)
    settle = _Settle(job=job, grounds=grounds, answers=answers, today=today)
    return tuple(
        settle.page(entry, proved.get(entry.row_id, Proved())) for entry in pages
    )


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
class _Done:
    """One field after the answers given so far."""

    judgement: Judgement
    asked: tuple[ReviewItem, ...] = ()
    blind: tuple[BlindResult, ...] = ()
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class _Settle:
    """Applies answers to pages; what stays open becomes questions."""

    job: str
    grounds: Grounds
    answers: Mapping[str, ReviewAnswer]
    today: dt.date

    def page(self, entry: ScannedPage, proved: Proved) -> FormPage:
        if entry.page.blank_page:
            return self._without_fields(entry, PageState.EXCLUDED, "白紙のページです。")
        if entry.page.trouble is not None:
            sentence = READING_SENTENCES[entry.page.trouble]
            return self._troubled(entry, sentence)
        if not set(NEEDED) <= {item.field_id for item in entry.page.fields}:
            return self._troubled(entry, OTHER_JOB)
        known = Known(
            people=proved,
            calibration=self.grounds.calibration,
            postal_towns=self.grounds.postal_towns,
            words=self.grounds.words,
            fallen_back=frozenset(
                (kind, error_class)
                for form, kind, error_class in self.grounds.fallen_back
                if form == entry.page.form
            ),
        )
        judged = judge_page(
            entry.page, rules=self.grounds.rules, today=self.today, known=known
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
        readings = {item.field_id: item for item in entry.page.fields}
        final: list[Judgement] = []
        asked: list[ReviewItem] = []
        unreadable: set[str] = set()
        blind: list[BlindResult] = []
        for item in judged:
            done = self._field(entry, item, readings[item.field_id])
            final.append(done.judgement)
            asked.extend(done.asked)
            blind.extend(done.blind)
            if done.unreadable:
                unreadable.add(item.field_id)
        return FormPage(
            row_id=entry.row_id,
            state=state_of(final, unreadable),
            applicant=applicant_of(entry, final),
            judgements=tuple(final),
            asked=tuple(asked),
            blind=tuple(blind),
        )

    def _field(
        self, entry: ScannedPage, item: Judgement, reading: FieldReading
    ) -> _Done:
        kind = self._question_kind(entry, item, reading)
        if kind is None:
            return _Done(item)
        question = self._question(entry, item, kind, reading)
        answer = self.answers.get(question.item_id)
        if answer is None:
            return _Done(item, asked=(question,))
        result = self._apply(item, answer)
        if result is None:
            return _Done(replace(item, reason=UNREADABLE), unreadable=True)
        if kind is QuestionKind.FIELD:
            return _Done(result)
        if not self._differs(result, item):
            return _Done(
                result, blind=(self._result(entry, item, answer, wrong=False),)
            )
        return self._second_look(entry, item, result, reading)

    def _second_look(
        self,
        entry: ScannedPage,
        item: Judgement,
        typed: Judgement,
        reading: FieldReading,
    ) -> _Done:
        """Ask once more where a blind answer differs: people mistype too.

        Only what a person says with both values before him counts as an error.
        """
        both = [value for value in (item.text, typed.value) if value]
        if _by_hash(self._key(entry, item, QuestionKind.FIELD)):
            both.reverse()
        doubtful = replace(
            item,
            status=FieldStatus.ASK,
            reason=SECOND_LOOK,
            choices=item.choices
            if item.kind is FieldKind.CHOICE
            else tuple(dict.fromkeys(both)),
            text="",
        )
        question = self._question(entry, doubtful, QuestionKind.FIELD, reading)
        answer = self.answers.get(question.item_id)
        if answer is None:
            return _Done(doubtful, asked=(question,))
        result = self._apply(item, answer)
        if result is None:
            return _Done(replace(item, reason=UNREADABLE), unreadable=True)
        wrong = self._differs(result, item)
        return _Done(result, blind=(self._result(entry, item, answer, wrong=wrong),))

    def _result(
        self, entry: ScannedPage, item: Judgement, answer: ReviewAnswer, *, wrong: bool
    ) -> BlindResult:
        return BlindResult(
            item_id=self._key(entry, item, QuestionKind.BLIND),
            form=entry.page.form or "",
            kind=item.kind.value if item.value else BLANK,
            error_class=item.error_class,
            wrong=wrong,
            at=answer.at,
        )

    def _question_kind(
        self, entry: ScannedPage, item: Judgement, reading: FieldReading
    ) -> QuestionKind | None:
        asks = item.status is FieldStatus.ASK
        if asks and not item.fell_back:
            return QuestionKind.FIELD
        key = self._key(entry, item, QuestionKind.BLIND)
        if _may_be_sampled(item, reading) and in_blind_sample(
            key, self.grounds.rules.blind_sample_share
        ):
            return QuestionKind.BLIND
        return QuestionKind.FIELD if asks else None

    def _key(self, entry: ScannedPage, item: Judgement, kind: QuestionKind) -> str:
        return _question_id(self.job, entry, item.field_id, kind)

    def _question(
        self,
        entry: ScannedPage,
        item: Judgement,
        kind: QuestionKind,
        reading: FieldReading,
    ) -> ReviewItem:
        blind = kind is QuestionKind.BLIND
        printed = item.kind is FieldKind.CHOICE  # what is printed tells nothing
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
            choices=() if blind and not printed else item.choices,
            crop_png=reading.crop_png,
            several=item.several,
            error_class=item.error_class.value,
            check_digit=reading.check_digit,
        )

    def _differs(self, settled_item: Judgement, accepted: Judgement) -> bool:
        if not settled_item.value or not accepted.value:
            return settled_item.value != accepted.value
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
        if item.kind is FieldKind.CHOICE:
            value = chosen_of(answer.value, item.choices, several=item.several)
        else:
            value = value_of(item.kind, answer.value, today=self.today)
        if not value.usable and item.kind in (*MARKS, FieldKind.CHOICE):
            return None
        if not value.usable:
            # The page shows what the clerk saw; what he typed stands as it is.
            value = FieldValue(answer.value, answer.value, answer.value, usable=True)
        return settled(item, value)


def _may_be_sampled(item: Judgement, reading: FieldReading) -> bool:
    """Return whether a decision may be shown blind.

    Of an empty row of a table its fields would all be asked: only of the first row
    are they, since one row missed is one error.
    """
    empty = item.status is FieldStatus.BLANK
    return not (empty and reading.table and reading.row > 1)


def _by_hash(key: str) -> bool:
    """Return a coin's side that hangs on the question alone."""
    return in_blind_sample(key, 0.5)
