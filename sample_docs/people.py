"""The invented city: people, households, addresses and the numbers they bear."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field, replace

from sample_docs.numbers import corporate_number, my_number
from sample_docs.vocabulary import (
    AREAS,
    BUILDINGS,
    CITY,
    COMPANIES,
    ELSEWHERE,
    FEMALE,
    FOREIGN,
    MALE,
    SURNAMES,
    Area,
)

KANJI_DIGITS = "〇一二三四五六七八九"
WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")


@dataclass(frozen=True, slots=True)
class Address:
    """An address of the city, part by part."""

    area: Area
    chome: int
    """0 when the town has none."""
    first: int
    """番 or 番地."""
    second: int
    """号 or the branch of a lot number; 0 when there is none."""
    building: str = ""
    """方書, with the room."""

    def ledger(self) -> str:
        """Return the address as the ledger writes it, without building."""
        if self.chome:
            numbers = f"{KANJI_DIGITS[self.chome]}丁目{self.first}番{self.second}号"
        else:
            numbers = f"{self.first}番地" + (str(self.second) if self.second else "")
        return CITY + self.area.name + numbers.translate(WIDE)

    def short(self) -> str:
        """Return the town and the numbers joined by hyphens, e.g. 汐見町2-3-15."""
        parts = [self.chome, self.first, self.second]
        return self.area.name + "-".join(str(part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the residents' ledger."""

    addressee_no: str = field(repr=False)
    household_no: str
    group_no: str
    name: str = field(repr=False)
    kana: str = field(repr=False)
    birth: dt.date | None = field(repr=False)
    sex: str
    address: Address = field(repr=False)
    relation: str = "世帯主"
    common_name: str = field(default="", repr=False)
    former: str = field(default="", repr=False)
    kind: str = "住登内"
    protected: bool = False
    my_number: str = field(default="", repr=False)
    corporate_number: str = field(default="", repr=False)

    @property
    def age(self) -> int:
        """Years lived on 2026-10-31; 50 for a corporation."""
        return 50 if self.birth is None else 2026 - self.birth.year


class Town:
    """Makes people so that nobody resembles a planted person by accident.

    Full names and birth dates given to planted people are never given again.
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.people: list[Person] = []
        self._names: set[str] = set()
        self._kanas: set[str] = set()
        self._births: set[dt.date] = set()
        self._numbers: set[str] = set()
        self._houses: set[str] = set()
        self._household = 0

    def number(self) -> str:
        """Return a new 宛名番号: ten digits with leading zeros."""
        while True:
            number = f"{self.rng.randrange(1_000_000, 9_999_999):010d}"
            if number not in self._numbers:
                self._numbers.add(number)
                return number

    def household(self) -> str:
        """Return a new 世帯番号."""
        self._household += 1
        return f"{self._household * 7 + 20_000:08d}"

    def place(self, area: Area | None = None, *, building: bool = False) -> Address:
        """Return an address where nobody lives yet."""
        rng = self.rng
        while True:
            where = area or rng.choice(AREAS)
            if where.chome:
                house = Address(
                    where,
                    rng.randint(1, where.chome),
                    rng.randint(1, 28),
                    rng.randint(1, 24),
                )
            else:
                house = Address(
                    where, 0, rng.randint(11, 980), rng.choice([0, 0, 1, 2, 3, 5])
                )
            if house.ledger() in self._houses:
                continue
            self._houses.add(house.ledger())
            if building:
                room = f"{rng.randint(1, 5)}{rng.randint(1, 12):02d}号室"
                house = replace(house, building=rng.choice(BUILDINGS) + room)
            return house

    def birth(self, youngest: int = 2008, oldest: int = 1938) -> dt.date:
        """Return a birth date that nobody else has."""
        while True:
            first = dt.date(oldest, 1, 1).toordinal()
            last = dt.date(youngest, 3, 31).toordinal()
            day = dt.date.fromordinal(self.rng.randint(first, last))
            if day not in self._births:
                self._births.add(day)
                return day

    def reserve(self, *, name: str = "", birth: dt.date | None = None) -> None:
        """Keep a name or a birth date from ever being given to a resident."""
        if name:
            self._names.add(name)
        if birth is not None:
            self._births.add(birth)

    def given(self, surname: str, sex: str) -> tuple[str, str]:
        """Return a given name and its kana, new with this surname."""
        for _ in range(400):
            name, kana = self.rng.choice(MALE if sex == "男" else FEMALE)
            if f"{surname}　{name}" not in self._names:
                return name, kana
        raise ValueError("no given name is left for this surname")

    def add(
        self, name: str, kana: str, birth: dt.date | None, address: Address, **more: str
    ) -> Person:
        """Add one person and return the row; `more` are fields of `Person`."""
        self._names.add(name)
        self._kanas.add(kana)
        if birth is not None:
            self._births.add(birth)
        number = self.number()
        values = {
            "household_no": "" if birth is None else more.pop("household_no", ""),
            "group_no": more.pop("group_no", number),
            "sex": more.pop("sex", "女"),
        }
        if birth is not None and not values["household_no"]:
            values["household_no"] = self.household()
        person = Person(
            addressee_no=number,
            name=name,
            kana=kana,
            birth=birth,
            address=address,
            my_number=my_number(f"{self.rng.randrange(10**11):011d}") if birth else "",
            **values,
            **more,
        )
        self.people.append(person)
        return person

    def second_number(
        self, person: Person, *, linked: bool, former: str = ""
    ) -> Person:
        """Add another 宛名番号 of the same person.

        Args:
            person: The row that exists.
            linked: True when the ledger says so by an equal 名寄せ番号.
            former: 前住所 of the second row.
        """
        number = self.number()
        twin = replace(
            person,
            addressee_no=number,
            group_no=person.group_no if linked else number,
            household_no="",
            relation="",
            kind="住登外",
            former=former or person.former,
            my_number=person.my_number if linked else "",
        )
        self.people.append(twin)
        return twin

    def change(self, person: Person, **values: bool | str) -> Person:
        """Replace fields of a person already added and return the new row."""
        changed = replace(person, **values)  # type: ignore[arg-type]
        self.people[self.people.index(person)] = changed
        return changed

    def family(self, size: int) -> None:
        """Add a household of `size` people who stand for nothing."""
        rng = self.rng
        surname, kana = rng.choice(SURNAMES)
        address = self.place(building=rng.random() < 0.3)
        household = self.household()
        former = rng.choice(ELSEWHERE) if rng.random() < 0.15 else ""
        elder = rng.randint(1940, 1996)
        relations = ["世帯主", "妻", "子", "子", "子", "母"]
        for place in range(size):
            relation = relations[place]
            if relation == "子":
                sex, years = rng.choice("男女"), (elder + 22, min(elder + 40, 2026))
            elif relation == "母":
                sex, years = "女", (max(elder - 30, 1926), max(elder - 20, 1930))
            else:
                sex = "男" if relation == "世帯主" and rng.random() < 0.8 else "女"
                years = (max(elder - 4, 1930), elder + 4)
            name, name_kana = self.given(surname, sex)
            self.add(
                f"{surname}　{name}",
                f"{kana}　{name_kana}",
                self.birth(youngest=years[1], oldest=years[0]),
                address,
                household_no=household,
                relation=relation,
                sex=sex,
                former=former,
            )

    def foreigner(self, entry: tuple[str, str, str]) -> Person:
        """Add a resident with a name in Latin letters, perhaps with a 通称名."""
        name, kana, common = entry
        return self.add(
            name, kana, self.birth(2003, 1975), self.place(), common_name=common
        )

    def fill(self, people: int) -> None:
        """Add ordinary households until the city has `people` people."""
        rng = self.rng
        planted = len(self.people)
        for entry in FOREIGN:
            if entry[0] not in self._names:
                self.foreigner(entry)
        self._same_names()
        while (missing := people - self.heads()) > 0:
            size = rng.choices([1, 2, 3, 4, 5, 6], [28, 26, 18, 18, 7, 3])[0]
            self.family(min(size, missing))
        adults = [p for p in self.people[planted:] if p.birth and 30 < p.age < 80]
        for person in rng.sample(adults, 18):
            self.second_number(person, linked=True, former=rng.choice(ELSEWHERE))

    def heads(self) -> int:
        """Return how many different people live in the city."""
        return sum(1 for p in self.people if p.birth and p.kind == "住登内")

    def _same_names(self) -> None:
        """Add pairs of the same name in the same town, nobody planted among them."""
        for surname, kana in SURNAMES[:12]:
            area = self.rng.choice(AREAS)
            name, name_kana = self.given(surname, "男")
            for _ in range(2):
                self.add(
                    f"{surname}　{name}",
                    f"{kana}　{name_kana}",
                    self.birth(1990, 1945),
                    self.place(area),
                    sex="男",
                )

    def company(self, index: int) -> Person:
        """Add corporation number `index` of the vocabulary."""
        name, kana = COMPANIES[index]
        person = self.add(name, kana, None, self.place(), sex="", kind="法人")
        return self.change(
            person,
            corporate_number=corporate_number(f"999901{index + 1:06d}"),
            relation="",
        )
