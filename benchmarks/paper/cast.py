"""Who fills the forms: households of an invented city, a case for each page."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.paper.chance import chance
from sample_docs.ledgers import resident_rows, write_csv
from sample_docs.people import Person, Town
from sample_docs.vocabulary import CITY, ELSEWHERE, FAR_AWAY

TODAY = dt.date(2026, 11, 20)
"""The day on which the benchmark judges dates."""
PEOPLE = 4000

BANKS = ("みなと信用金庫", "汐見銀行", "岬信用組合", "うしお農業協同組合", "北汐銀行")
BRANCHES = ("本店", "桜浜支店", "中央支店", "駅前支店", "鴎台出張所")
MORE_BANKS = (
    *("みなと銀行", "うしお信用金庫", "灯台信用金庫", "北汐信用金庫", "鴎台銀行"),
    *("東岬銀行", "岬農業協同組合", "汐見労働金庫", "桜浜漁業協同組合", "外浜銀行"),
    *("第三汐見銀行", "内海信託銀行", "北新町信用組合", "松ヶ丘信用金庫"),
)
MORE_BRANCHES = (
    *("鴎台支店", "北新町支店", "松ヶ丘支店", "汐見支店", "外浜支店", "本町支店"),
    *("桜浜東支店", "港南支店", "市役所出張所", "灯台前支店", "西口支店", "本店営業部"),
)
"""A bank's list of a city holds far more than what comes in."""
REASONS = (
    "両親ともに就労しており日中に保育ができないため",
    "祖母の介護が必要となり家庭での保育が難しいため",
    "出産後に職場へ復帰するため四月からの入所を希望します",
    "求職活動を始めるにあたり預け先が必要なため",
    "週五日の勤務で帰宅が十八時を過ぎるため",
)
OPINIONS = (
    "公園の遊具が古いので新しくしてほしい",
    "窓口の待ち時間をもう少し短くしてほしい",
    "バスの本数が少なく通院に困っています",
    "図書館の開館時間を延ばしてほしい",
    "広報紙の字を大きくしてもらえると助かります",
    "特にありません。いつもありがとうございます",
)
WORKS = (
    "足場の設置",
    "看板の設置",
    "上下水道管の敷設",
    "工事用車両の駐車",
    "仮囲いの設置",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One household that files a form."""

    number: int
    head: Person = field(repr=False)
    partner: Person | None = field(repr=False)
    children: tuple[Person, ...] = field(repr=False)
    phone: str = field(repr=False)
    account: str = field(repr=False)

    @property
    def people(self) -> tuple[Person, ...]:
        """All of the household, the head first."""
        second = (self.partner,) if self.partner else ()
        return (self.head, *second, *self.children)


class Cast:
    """The city's people and the cases that a seed draws from them."""

    def __init__(self, seed: int, people: int = PEOPLE) -> None:
        town = Town(chance(seed, "paper"))
        town.fill(people)
        self.people = tuple(town.people)
        self._rng = chance(seed, "cases")
        self._homes = self._households()
        self._rng.shuffle(self._homes)
        self._families = [home for home in self._homes if _young(home)]

    def _households(self) -> list[list[Person]]:
        homes: dict[str, list[Person]] = {}
        for person in self.people:
            if (
                person.household_no
                and person.kind == "住登内"
                and not person.common_name
            ):
                homes.setdefault(person.household_no, []).append(person)
        return [
            home
            for home in homes.values()
            if home[0].birth and "　" in home[0].name and home[0].birth.year < 2004
        ]

    def case(self, number: int, *, family: bool = False) -> Case:
        """Return case `number`.

        Args:
            number: Of the page.
            family: With children born in 平成 or later.
        """
        rng = chance(number, len(self._homes))
        homes = self._families if family else self._homes
        home = homes[number % len(homes)]
        head = home[0]
        partner = next((p for p in home if p.relation == "妻"), None)
        children = tuple(_young(home))
        mobile = rng.choice(("090", "080", "070"))
        phone = f"{mobile}-{rng.randint(1000, 9999)}-{rng.randint(1000, 9999)}"
        if rng.random() < 0.3:
            phone = f"0999-{rng.randint(20, 89)}-{rng.randint(1000, 9999)}"
        account = f"{rng.randrange(10_000, 9_999_999):07d}"
        return Case(number, head, partner, children, phone, account)

    def write_ledger(self, folder: Path) -> tuple[Path, Path]:
        """Write 住民台帳 and a tax ledger of one line; return their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        persons, taxes = folder / "住民台帳.csv", folder / "税台帳.csv"
        write_csv(persons, resident_rows(self.people))
        first = self.people[0].addressee_no
        header = ["宛名番号", "税目", "賦課年度", "期別", "納期限", "調定額", "収納額"]
        row = [first, "軽自動車税", "2026", "1", "2026-06-01", "10800", "10800"]
        write_csv(taxes, [header, row])
        return persons, taxes


def _young(home: list[Person]) -> list[Person]:
    return [p for p in home if p.relation == "子" and p.birth and p.birth.year > 1989]


def address_of(person: Person, rng: random.Random) -> str:
    """Return the person's address as people write it: short or in full, room or not."""
    where = person.address
    room = where.building.replace("号室", "") if rng.random() < 0.7 else ""
    style = rng.random()
    if style < 0.45:
        return where.short() + room
    if style < 0.75:
        return CITY + where.short() + room
    return where.ledger() + room


def former_address(rng: random.Random) -> str:
    """Return an address outside the city."""
    return rng.choice((*ELSEWHERE, *FAR_AWAY))
