"""Everything a city configures, as frozen pydantic models; read once by edges/config_files."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ocr.model import PLACES, TOWNS
from tasks.domain.lists_and_ledgers.fixed_layout import FixedLayout
from tasks.domain.office.review_settings import ReviewRules


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Municipality(_Settings):
    """configs/municipality.yaml."""

    prefecture: str
    city: str
    towns: tuple[str, ...] = ()
    """Towns that the postal list lacks; they help to read handwritten addresses."""
    name_for_letters: str
    """As printed on 回答書, e.g. みなと市長."""
    tax_section: str
    """税務担当課, e.g. 総務部税務課."""
    time_zone: str = "Asia/Tokyo"
    work_folder: str = "work"
    """Where databases, inboxes and results live; relative to the project."""
    database_url: str = ""
    """Empty: an SQLite file in work_folder. Or a PostgreSQL URL."""
    keep_years: Annotated[int, Field(ge=1)] = 5

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in zoneinfo.available_timezones():
            msg = "時間帯の名前ではありません（例 Asia/Tokyo）"
            raise ValueError(msg)
        return value


ClassName = Literal["strict", "ordinary", "statistics"]
"""As ocr.model.ErrorClass."""


class DateWindow(_Settings):
    """Days between which a date of one field must lie."""

    oldest: dt.date | None = None
    """First day possible."""
    days_ahead: int | None = None
    """Latest day possible, in days after today; negative for days before."""


class AcceptanceRules(_Settings):
    """configs/acceptance.yaml: how much proof each error class needs."""

    proofs_needed: dict[ClassName, int] = {
        "strict": 2,
        "ordinary": 1,
        "statistics": 1,
    }
    allowed_one_in: dict[ClassName, int] = {
        "strict": 2000,
        "ordinary": 300,
        "statistics": 100,
    }
    """One error in so many values is the most that a bound may leave possible."""
    blind_sample_share: Annotated[float, Field(ge=0, le=1)] = 0.02
    """Share of accepted values shown to staff blind, chosen by hash."""
    blind_counted_from: dt.date | None = None
    """Blind samples answered before this day no longer count."""
    oldest_birth_year: int = 1896
    """A birth date before this year is asked."""
    date_windows: dict[str, DateWindow] = {}
    """By field identifier, or `table.column`."""
    amount_limits: dict[str, Annotated[int, Field(ge=0)]] = {}
    """Highest plausible yen, by field identifier or `table.column`."""

    @field_validator("proofs_needed", "allowed_one_in")
    @classmethod
    def _all_classes(cls, value: dict[str, int]) -> dict[str, int]:
        missing = [
            name for name in ("strict", "ordinary", "statistics") if name not in value
        ]
        if missing or min(value.values()) < 1:
            msg = "strict・ordinary・statistics の三つに1以上の数が要ります"
            raise ValueError(msg)
        return value

    def allowed_error(self, error_class: ClassName) -> float:
        """Return the highest error rate that a bound may leave possible, 0.0-1.0.

        Examples:
            >>> AcceptanceRules().allowed_error("strict")
            0.0005
        """
        return 1.0 / self.allowed_one_in[error_class]


SpecialState = Literal["徴収猶予", "換価の猶予", "分納誓約", "執行停止"]
"""As records.TaxStatus."""


SecondLook = Literal["未納あり", "似た候補", "該当なし", "すべて"]
"""As second_clerk.Class."""


class DelinquencyRules(_Settings):
    """configs/delinquency.yaml: what the ordinance says."""

    taxes: tuple[str, ...]
    """税目 looked at, in the order of reports."""
    taxes_left_out: tuple[str, ...] = ()
    """税目 of the ledgers that are none of `taxes` though their names resemble them."""
    lag_days: Annotated[int, Field(ge=0)] = 21
    """Days a payment may take to be posted."""
    consent_required: bool = True
    missing_consent_column_means_consent: bool = True
    """A request list without a 同意 column comes from a section that holds the papers."""
    grace_counts_as_owing: bool = False
    instalments_count_as_owing: bool = False
    suspension_counts_as_owing: bool = False
    household_counts: bool = False
    """Taxes of everybody with the same 世帯番号 are looked at too."""
    representative_counts: bool = False
    """Of a corporation: taxes of the 代表者 that the request names."""
    corporation_counts: bool = False
    """Of a person: taxes of the corporation that the request names."""
    others_consent_required: bool = False
    """The others must agree themselves (世帯員同意); False: the applicant's form says
    that they do."""
    show_taxes_in_reply: bool = False
    """True when the ordinance lets 税目 leave the tax section."""
    reply_wording: Literal["yes_no", "answer"] = "yes_no"
    """yes_no: 滞納なし/滞納あり, nothing more leaves. answer: the answer's own word."""
    valid_days: Annotated[int, Field(ge=1)] = 30
    """How long the answer holds, and what a clerk found out about a household."""
    second_clerk: tuple[SecondLook, ...] = ()
    """Decisions of clerks that count only when a second one says the same."""
    due_months: dict[str, tuple[Annotated[int, Field(ge=1, le=12)], ...]] = {}
    """税目: the month in which each 期別 falls due, first 期 first. An unpaid line that
    falls due in another month is asked."""
    charge_first_months: Literal[1, 3] = 1
    charge_three_month_taxes: tuple[str, ...] = ()
    """税目 whose lower rate lasts three months, whatever charge_first_months says."""
    charge_during: dict[SpecialState, Literal["full", "half", "rate", "none"]] = {
        "徴収猶予": "half",
        "換価の猶予": "half",
        "分納誓約": "full",
        "執行停止": "none",
    }
    """What the days of a special state bear: all, half of what comes after the first
    months, charge_grace_rates, or nothing (地方税法15条の9)."""
    charge_grace_rates: dict[int, Decimal] = {}
    """Western year: percent of 猶予特例基準割合, for `rate`."""
    charge_rates: dict[int, tuple[Decimal, Decimal]]
    """Western year: percent in the first month(s), percent after."""

    @field_validator("charge_rates")
    @classmethod
    def _plausible_rates(
        cls, value: dict[int, tuple[Decimal, Decimal]]
    ) -> dict[int, tuple[Decimal, Decimal]]:
        odd = [
            str(year)
            for year, (first, after) in value.items()
            if not (1989 <= year <= 2200 and 0 <= first <= after <= 20)
        ]
        if odd:
            msg = f"年は西暦、割合は0～20％で後の割合が小さくならないこと: {', '.join(odd)}"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _rates_for_grace(self) -> Self:
        if "rate" in self.charge_during.values() and not self.charge_grace_rates:
            msg = "charge_during に rate と書くときは charge_grace_rates も書きます"
            raise ValueError(msg)
        return self


class ColumnNames(_Settings):
    """configs/columns.yaml: header names a city's files use, beside the built-in ones."""

    persons: dict[str, tuple[str, ...]] = {}
    """Our field name: headers. E.g. name: [氏名, 宛名氏名]."""
    taxes: dict[str, tuple[str, ...]] = {}
    request: dict[str, tuple[str, ...]] = {}
    representative: dict[str, tuple[str, ...]] = {}
    """依頼名簿: headers about the 代表者, beside 代表者氏名 and the like."""
    corporation: dict[str, tuple[str, ...]] = {}
    """依頼名簿: headers about the corporation that a person runs."""
    encodings: dict[str, str] = {}
    """File name pattern: encoding, e.g. '*.csv': cp932. Undeclared files must prove one."""
    fixed_width: tuple[FixedLayout, ...] = ()
    """Layouts of fixed-width files; the first one whose pattern fits a name is meant."""


class Baseline(_Settings):
    """One job's manual effort as measured (configs/baselines.yaml)."""

    job: str
    title: str
    """業務名 as managers know it."""
    section: str
    contents: str = ""
    """内容: what is done by hand, as managers know it."""
    minutes_per_item: Annotated[float, Field(gt=0)]
    samples: Annotated[int, Field(ge=0)]
    """0: an estimate; reports print 仮 and no yen."""
    measured_by: str
    measured_on: dt.date
    valid_from: dt.date
    error_minutes: Annotated[float, Field(ge=0)] | None = None
    """Half width of the 95 % confidence interval of minutes_per_item, when known."""
    rate: str = ""
    """Name of the hourly rate of who does it by hand; empty: the usual one."""
    attended_minutes_per_run: Annotated[float, Field(ge=0)] = 0.0
    """Staff time of one run: putting papers on the scanner, starting, taking results."""
    upkeep_minutes_per_month: Annotated[float, Field(ge=0)] = 0.0
    review_minutes_expected_per_question: Annotated[float, Field(ge=0)] = 0.25
    questions_expected_per_item: Annotated[float, Field(ge=0)] | None = None
    """Until enough items are done to know; None: nothing is forecast till then."""


class HourRate(_Settings):
    """What an hour of staff is worth, and why (configs/baselines.yaml, rates)."""

    name: str
    """平均人件費, 時間外単価, 会計年度任用職員 ..."""
    yen_per_hour: Annotated[int, Field(gt=0)]
    yen_basis: str
    """Printed beside every yen figure."""
    valid_from: dt.date = dt.date(1989, 1, 8)


class YearCost(_Settings):
    """Money spent in one fiscal year (configs/baselines.yaml, costs)."""

    year: Annotated[int, Field(ge=1989, le=2200)]
    """Western year of its April."""
    what: str
    """内訳, as printed."""
    introduction_yen: Annotated[int, Field(ge=0)] = 0
    introduced_in: Annotated[int, Field(ge=1, le=12)] = 4
    """Month in which the introduction is paid."""
    running_yen: Annotated[int, Field(ge=0)] = 0
    """Of the whole year; spread evenly over its months."""


class SavingsRules(_Settings):
    """configs/baselines.yaml."""

    yen_name: str = "平均人件費"
    """What the usual rate is called."""
    yen_per_hour: Annotated[int, Field(gt=0)]
    yen_basis: str
    """Printed beside every yen figure."""
    rates: tuple[HourRate, ...] = ()
    """Other rates, and the usual one as it was or will be from a day on."""
    costs: tuple[YearCost, ...] = ()
    pays_margin: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """Share of the time by hand that a run must be expected to save, or it warns."""
    baselines: tuple[Baseline, ...]

    @field_validator("baselines")
    @classmethod
    def _one_in_force(cls, value: tuple[Baseline, ...]) -> tuple[Baseline, ...]:
        keys = [(one.job, one.valid_from) for one in value]
        twice = sorted({job for job, day in keys if keys.count((job, day)) > 1})
        if twice:
            msg = f"同じ valid_from の基準が二つあります: {', '.join(twice)}"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _known_rates(self) -> Self:
        known = {self.yen_name, "", *(one.name for one in self.rates)}
        unknown = sorted({one.rate for one in self.baselines} - known)
        if unknown:
            msg = f"rates にない単価の名前です: {', '.join(unknown)}"
            raise ValueError(msg)
        return self

    def rate_on(self, name: str, day: dt.date) -> HourRate:
        """Return the hourly rate of a name in force on a day.

        Args:
            name: Empty for the usual one.
            day: Of the work. Before the first rate of the name, its first one counts.
        """
        wanted = name or self.yen_name
        usual = HourRate(
            name=self.yen_name,
            yen_per_hour=self.yen_per_hour,
            yen_basis=self.yen_basis,
        )
        own = [one for one in (usual, *self.rates) if one.name == wanted]
        valid = [one for one in own if one.valid_from <= day]
        if valid:
            return max(valid, key=lambda one: one.valid_from)
        return min(own, key=lambda one: one.valid_from)


class Schedule(_Settings):
    """One deployment (configs/schedules.yaml)."""

    deployment: str
    flow: str
    cron: str | None = None
    title: str = ""
    office_days_only: bool = True
    parameters: dict[str, str | int | bool | None] = {}

    @field_validator("cron")
    @classmethod
    def _five_fields(cls, value: str | None) -> str | None:
        if value is not None and len(value.split()) != 5:
            msg = "分 時 日 月 曜日 の五つを空白で区切って書きます（例 0 2 * * 1-5）"
            raise ValueError(msg)
        return value


class Schedules(_Settings):
    """configs/schedules.yaml."""

    deployments: tuple[Schedule, ...]

    @field_validator("deployments")
    @classmethod
    def _names_differ(cls, value: tuple[Schedule, ...]) -> tuple[Schedule, ...]:
        names = [one.deployment for one in value]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            msg = f"同じ名前が二つあります: {', '.join(twice)}"
            raise ValueError(msg)
        return value


class WordLists(_Settings):
    """configs/words.yaml: what fields of forms usually hold."""

    lists: dict[
        Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")],
        tuple[Annotated[str, Field(min_length=1)], ...],
    ] = {}
    """Words by the name that a form's `words` calls. `towns` and `places` are the
    city's own and are not listed here."""

    @field_validator("lists")
    @classmethod
    def _towns_are_known(
        cls, lists: dict[str, tuple[str, ...]]
    ) -> dict[str, tuple[str, ...]]:
        if TOWNS in lists:
            raise ValueError("町名は municipality.yaml の towns に書きます")
        if PLACES in lists:
            raise ValueError("places は市区町村名の一覧なので、別の名前にしてください")
        return lists


@dataclass(frozen=True, slots=True)
class Settings:
    """All files of configs/ together."""

    municipality: Municipality
    acceptance: AcceptanceRules
    delinquency: DelinquencyRules
    columns: ColumnNames
    savings: SavingsRules
    schedules: tuple[Schedule, ...]
    review: ReviewRules = field(default_factory=ReviewRules)
    words: WordLists = field(default_factory=WordLists)
