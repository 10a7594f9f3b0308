"""The people, tax lines and answers of 滞納確認. Frozen; personal fields never in repr."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Answer(StrEnum):
    """回答: what the tax section says about one applicant."""

    PAID = "完納"
    OWING = "未納あり"
    NOT_YET_DUE = "納期未到来のみ"
    WAITING_FOR_POSTING = "反映待ち"
    """Unpaid in the ledger, but due inside the posting lag before the as-of date."""
    GRACE = "猶予中"
    INSTALMENTS = "分納中"
    SUSPENDED = "執行停止中"
    NO_TAX = "課税なし"
    NOT_FOUND = "該当者なし"
    SEVERAL = "複数候補 (要確認)"
    """Anything less than proof of identity: a person decides."""
    OUT_OF_SCOPE = "同意なし・対象外"
    QUESTION_OPEN = "確認待ち"
    """The form has a field that staff must settle first."""


class TaxStatus(StrEnum):
    """Special state of a tax line, as the ledger says it."""

    NORMAL = "通常"
    GRACE = "徴収猶予"
    CONVERSION_GRACE = "換価の猶予"
    INSTALMENTS = "分納誓約"
    SUSPENDED = "執行停止"
    PAID_UP = "完納"
    """The ledger says that nothing is owed; its amounts must agree."""
    WRITTEN_OFF = "不納欠損"
    """The claim is given up or gone by time; what that means is a clerk's to say."""


class Consent(StrEnum):
    """同意 on the request."""

    YES = "同意あり"
    NO = "同意なし"
    UNKNOWN = "不明"
    """Not written: the configuration says what that means."""


class Whose(StrEnum):
    """Whose taxes an answer rests on."""

    APPLICANT = "本人"
    HOUSEHOLD = "同じ世帯の人"
    REPRESENTATIVE = "代表者"
    CORPORATION = "代表を務める法人"


class WrittenCell(NamedTuple):
    """One cell of a request row as the asking section wrote it."""

    header: str
    text: str
    is_number: bool = False
    """A number in the workbook, not text."""
    is_date: bool = False
    """A day in the workbook, ISO in `text`."""

    def __repr__(self) -> str:
        return f"WrittenCell(header={self.header!r})"


@dataclass(frozen=True, slots=True)
class Applicant:
    """One person (or corporation) asked about, as written, values kept as text."""

    row_id: str
    """Stable and free of personal data: `list:14` or `form:1a2b3c4d5e6f7081:p2`."""
    source: str
    """File and place for staff: `申請者名簿.xlsx!14行` or `scan_003.pdf 2ページ`."""
    request_id: str
    """The section's own number of the row (番号, 受付番号); row_id when there is none."""
    name: str = field(repr=False)
    kana: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    """As written or as an Excel serial already turned into ISO text; empty if absent."""
    address: str = field(default="", repr=False)
    postal: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    addressee_no: str = field(default="", repr=False)
    """宛名番号 as text with leading zeros; usually empty on requests."""
    corporate_number: str = field(default="", repr=False)
    consent: Consent = Consent.UNKNOWN
    others_consent: Consent = Consent.UNKNOWN
    """Of the people looked at beside the applicant: 世帯員, 代表者."""
    written: tuple[WrittenCell, ...] = field(default=(), repr=False)
    """The request row itself, every column in its own order, untouched; without
    個人番号. Empty for forms."""


@dataclass(frozen=True, slots=True)
class Resident:
    """One row of the residents' ledger (宛名台帳)."""

    addressee_no: str = field(repr=False)
    name: str = field(repr=False)
    kana: str = field(repr=False)
    birth_date: dt.date | None = field(repr=False)
    address: str = field(repr=False)
    former_address: str = field(default="", repr=False)
    common_name: str = field(default="", repr=False)
    """通称名."""
    postal: str = field(default="", repr=False)
    household_no: str = field(default="", repr=False)
    person_group: str = field(default="", repr=False)
    """Equal for all 宛名番号 of one person where the ledger says so (名寄せ番号)."""
    corporate_number: str = field(default="", repr=False)
    protected: bool = False
    """支援措置: never appears in a list."""
    deceased: bool = False
    """The ledger says that the person has died: nobody applies for himself then."""
    moved_out: bool = False
    """The ledger says that the person has left the city, and with it the household."""


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One tax, one fiscal year, one instalment (期別) of one 宛名番号."""

    addressee_no: str = field(repr=False)
    tax: str
    """税目, e.g. 個人市県民税."""
    fiscal_year: int
    """賦課年度, Western year."""
    instalment: int
    """期別, 1-based; 0 for 随時 and yearly taxes."""
    due_date: dt.date
    """納期限."""
    assessed_yen: int = field(repr=False)
    """調定額."""
    paid_yen: int = field(repr=False)
    """収納額 as posted by the as-of date."""
    status: TaxStatus = TaxStatus.NORMAL
    status_from: dt.date | None = None
    """First day of the special state."""
    status_until: dt.date | None = None
    """Last day of the special state; None while it goes on or when not written."""
    notice_no: str = field(default="", repr=False)
    """Parts what one person owes twice on one day: 通知書番号, 標識番号."""
    receipt_yen: int = field(default=0, repr=False)
    """Paid by receipts shown and recorded, and not yet in `paid_yen`."""
    receipt_unclear: bool = False
    """A receipt was recorded of it, and the line has changed in another way since."""
    posted_until: dt.date | None = field(default=None, compare=False)
    """Newest 収納日 of the ledgers, where that shows when they were written out."""
    found: Answer | None = None
    """What a clerk found the line to be, where the ledger contradicts itself."""
    found_alone: bool = False
    """True while only one clerk has found it to be so."""


class Identity(StrEnum):
    """Who is this? The three results of the evidence table."""

    SAME = "同一"
    ASK = "要確認"
    NONE = "該当なし"


class Level(StrEnum):
    """How far one kind of evidence agrees."""

    EQUAL = "一致"
    VARIANT = "異体字等で一致"
    NEAR = "近い"
    DIFFERS = "相違"
    MISSING = "なし"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One resident compared with one applicant, kind by kind."""

    resident: Resident = field(repr=False)
    name: Level
    kana: Level
    birth_date: Level
    address: Level
    address_is_former: bool = False
    by_number: bool = False
    """宛名番号 or 法人番号 equal."""
    rule: str = ""
    """Label in Japanese of the rule of the evidence table that fired."""
    other_numbers: tuple[str, ...] = field(default=(), repr=False)
    """The other 宛名番号 of this person; only where a clerk is asked."""


@dataclass(frozen=True, slots=True)
class Related:
    """Others whose taxes the ordinance looks at too."""

    whose: Whose
    persons: tuple[Resident, ...] = field(repr=False)
    """All their 宛名番号; empty when the ledger knows nobody under the name."""


@dataclass(frozen=True, slots=True)
class ToFind:
    """Whom the ledger does not tell of those who are looked at beside the applicant."""

    whose: Whose
    doubt: str
    """Why not: Japanese, no names."""
    facts: str
    """Print of what the ledger and the request say of it."""
    told: str = ""
    """Why what a clerk found out is not used: Japanese."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What clerks decided about one request before, and what became of it."""

    told: str
    """Japanese, for 根拠: applied, void and why, or contradictory."""
    seen_until: int
    """Number of the newest decision recorded of this request; a decision made on a
    sheet that shows this number replaces all up to it."""
    applied: bool = False
    """True when the identity rests on it."""
    voices: int = 1
    """How many clerks said the same, each by himself; where `applied`."""


@dataclass(frozen=True, slots=True)
class Match:
    """The evidence table's decision for one applicant."""

    row_id: str
    identity: Identity
    rule: str
    """Label in Japanese of the rule that decided."""
    persons: tuple[Resident, ...] = field(default=(), repr=False)
    """All 宛名番号 of the one person when identity is SAME, else empty."""
    candidates: tuple[Evidence, ...] = field(default=(), repr=False)
    """Best first, at most five, never a protected person."""
    protected: bool = False
    """True when the person is under 支援措置: handled by the named officer only."""
    related: tuple[Related, ...] = field(default=(), repr=False)
    """Others whose taxes are looked at; only when identity is SAME."""
    doubts: tuple[str, ...] = ()
    """Why others who must be looked at could not be: Japanese, no names."""
    to_find: tuple[ToFind, ...] = ()
    """The same doubts, as a clerk can settle them."""
    found_alone: bool = False
    """Whose taxes are looked at rests on what one clerk alone found out."""
    others_refused: bool = False
    """There are others who must be looked at, and they have not agreed to it."""
    ruling: Ruling | None = None
    """None when no clerk has decided anything about this request."""

    @property
    def addressee_nos(self) -> dict[str, Whose]:
        """Every 宛名番号 whose taxes are looked at, once, and whose it is."""
        found = {person.addressee_no: Whose.APPLICANT for person in self.persons}
        for entry in self.related:
            for person in entry.persons:
                found.setdefault(person.addressee_no, entry.whose)
        return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one applicant with its evidence; stays in the tax section."""

    applicant: Applicant
    match: Match | None
    """None when no search was made (no consent, or a question is open)."""
    answer: Answer
    taxes: tuple[str, ...] = ()
    """税目 that decided the answer, in the order of the configuration."""
    owners: tuple[Whose, ...] = ()
    """Whose taxes decided it; empty when none were looked at."""
    arrears_yen: int = field(default=0, repr=False)
    """Unpaid amount past its due date over all taxes looked at; tax section only."""
    arrears_charge_yen: int = field(default=0, repr=False)
    """延滞金 computed to the as-of date; tax section only."""
    lines: tuple[TaxLine, ...] = field(default=(), repr=False)
    """Every tax line looked at."""
    waits_too: bool = False
    """Beside the answer a line is unpaid inside the lag window."""
    reason: str = ""
    """根拠: one Japanese sentence without amounts or names."""
