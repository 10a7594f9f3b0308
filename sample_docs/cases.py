"""Planting: each case makes its people, its request and its true answer together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from sample_docs.people import CITY, KANJI_DIGITS, WIDE, Address, Person, Town
from sample_docs.taxes import PLANS, Plan
from sample_docs.vocabulary import AREAS, PREFECTURE, Area

ANSWER_OF_PLAN = {
    "完納": "完納",
    "未納": "未納あり",
    "納期未到来": "納期未到来のみ",
    "反映待ち": "反映待ち",
    "猶予中": "猶予中",
    "分納中": "分納中",
    "執行停止中": "執行停止中",
    "課税なし": "課税なし",
}
NOT_FOUND = "該当者なし"
SEVERAL = "複数候補 (要確認)"
NO_CONSENT = "同意なし・対象外"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the applicant or the section wrote down."""

    name: str = field(repr=False)
    kana: str = field(repr=False)
    birth: dt.date | None = field(repr=False)
    address: str = field(repr=False)
    postal: str = field(repr=False)
    phone: str = field(repr=False)
    consent: bool = True
    addressee_no: str = field(default="", repr=False)
    corporate_number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """One applicant with the true answer."""

    title: str
    """What the case is for, in Japanese; no value about a person."""
    answer: str
    numbers: tuple[str, ...] = field(repr=False)
    """Every 宛名番号 of the one person, sorted; empty unless the answer is about one."""
    asked: Asked = field(repr=False)


def area(name: str) -> Area:
    """Return the town of this name."""
    return next(entry for entry in AREAS if entry.name == name)


def written(address: Address, style: str) -> str:
    """Return an address as people write it.

    Args:
        address: The place.
        style: ledger, hyphen, wide, arabic, prefecture, building, kana_ke, lot or
            bare.
    """
    short = address.short()
    town, chome = address.area.name, address.chome
    words = {
        "ledger": address.ledger() + address.building,
        "hyphen": short,
        "wide": short.translate(WIDE),
        "arabic": f"{CITY}{town}{chome}丁目{address.first}番{address.second}号",
        "prefecture": f"{PREFECTURE}{CITY}{town}{KANJI_DIGITS[chome]}丁目"
        f"{address.first}-{address.second}",
        "building": f"{CITY}{short}　{address.building}",
        "kana_ke": CITY + short.replace("ヶ", "ケ"),
        "lot": f"{CITY}{town.removeprefix('大字')}{address.first}番地"
        + (f"の{address.second}" if address.second else ""),
        "bare": CITY + short.replace("大字", "").replace("字", ""),
    }
    return words[style]


class Planter:
    """Plants cases in a town and remembers the tax plan of each 宛名番号."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.plans: dict[str, Plan] = {}

    def plan(self, name: str) -> Plan:
        """Return the plan of this name."""
        return PLANS[name]

    def phone(self) -> str:
        """Return a number of a range that is given to nobody (0A0-0…, 0399)."""
        rng = self.town.rng
        if rng.random() < 0.3:
            return f"0399-2{rng.randint(0, 9)}-{rng.randrange(10_000):04d}"
        head = rng.choice(["090", "080", "070"])
        return f"{head}-0{rng.randrange(1000):03d}-{rng.randrange(10_000):04d}"

    def resident(
        self,
        name: str,
        kana: str,
        plan: str,
        *,
        sex: str = "女",
        town: str = "",
        building: bool = False,
        **more: str,
    ) -> Person:
        """Add one planted resident; name and kana parted by an ideographic space."""
        place = self.town.place(area(town) if town else None, building=building)
        birth = self.town.birth(2003, 1966)
        person = self.town.add(name, kana, birth, place, sex=sex, **more)
        self.plans[person.addressee_no] = PLANS[plan]
        return person

    def neighbour(self, person: Person, plan: str, **changes: str) -> Person:
        """Add a person of the same name and town but another birth date and house."""
        other = self.town.add(
            changes.pop("name", person.name),
            person.kana,
            self.town.birth(2000, 1950),
            self.town.place(person.address.area),
            sex=person.sex,
        )
        self.plans[other.addressee_no] = PLANS[plan]
        return other

    def namesake(self, person: Person, plan: str) -> Person:
        """Add a stranger of the same name and the same birth date, living elsewhere."""
        towns = [entry for entry in AREAS if entry != person.address.area]
        other = self.town.add(
            person.name,
            person.kana,
            person.birth,
            self.town.place(self.town.rng.choice(towns)),
            sex=person.sex,
        )
        self.plans[other.addressee_no] = PLANS[plan]
        return other

    def twin(self, person: Person, name: str, kana: str, plan: str) -> Person:
        """Add a twin: same house, birth date and surname, another given name."""
        other = self.town.add(
            name,
            kana,
            person.birth,
            person.address,
            sex=person.sex,
            household_no=person.household_no,
            relation="子",
        )
        self.plans[other.addressee_no] = PLANS[plan]
        return other

    def second(
        self, person: Person, plan: str, *, linked: bool, former: str = ""
    ) -> Person:
        """Give a person another 宛名番号 with its own tax lines."""
        other = self.town.second_number(person, linked=linked, former=former)
        self.plans[other.addressee_no] = PLANS[plan]
        return other

    def asks(self, person: Person, style: str = "ledger", **changes: str) -> Asked:
        """Return what this person writes; `changes` replace single values."""
        asked = Asked(
            name=person.name,
            kana=person.kana,
            birth=person.birth,
            address=written(person.address, style),
            postal=person.address.area.postal,
            phone=self.phone(),
        )
        return replace(asked, **changes)  # type: ignore[arg-type]

    def stranger(self, name: str, kana: str, address: str, postal: str) -> Asked:
        """Return what somebody writes whom the ledger does not know at all."""
        self.town.reserve(name=name)
        birth = self.town.birth(2000, 1960)
        return Asked(name, kana, birth, address, postal, self.phone())


def answered(title: str, plan: str, asked: Asked, *people: Person) -> Case:
    """Return a case whose person is known; `plan` names the answer that holds."""
    numbers = tuple(sorted(person.addressee_no for person in people))
    return Case(title, ANSWER_OF_PLAN[plan.split("_")[0]], numbers, asked)


def unanswered(title: str, answer: str, asked: Asked) -> Case:
    """Return a case that names nobody: 該当者なし, 複数候補 or 同意なし."""
    return Case(title, answer, (), asked)
