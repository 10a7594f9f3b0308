"""A city of any size whose truth is known: families, twins, namesakes, movers, misreadings.

Everybody is invented from lists of syllables; the seed decides everything. The truth
travels beside the rows, so that an answer can be held against it.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tasks.domain.records import Applicant

CITY = "みなと市"
PREFECTURE = "汐見県"
FAR = ("岬県かざみ市", "汐見県うしお市", "岬県遠見市")
TOWNS = [
    f"{head}{tail}"
    for head in "東西南北中上下本新古大小浜松桜"
    for tail in ("町", "台", "浜", "が丘", "原", "山町")
]
SURNAME_HEADS = (
    *(("山", "ヤマ"), ("川", "カワ"), ("田", "タ"), ("中", "ナカ"), ("小", "コ")),
    *(("大", "オオ"), ("高", "タカ"), ("松", "マツ"), ("吉", "ヨシ"), ("井", "イ")),
    *(("石", "イシ"), ("木", "キ"), ("森", "モリ"), ("渡", "ワタ"), ("斎", "サイ")),
    *(("宮", "ミヤ"), ("青", "アオ"), ("黒", "クロ"), ("白", "シラ"), ("藤", "フジ")),
    *(("永", "ナガ"), ("長", "ナガ"), ("杉", "スギ"), ("竹", "タケ"), ("岡", "オカ")),
)
SURNAME_TAILS = (
    *(("田", "ダ"), ("本", "モト"), ("川", "カワ"), ("村", "ムラ"), ("口", "グチ")),
    *(("野", "ノ"), ("崎", "サキ"), ("井", "イ"), ("島", "シマ"), ("橋", "ハシ")),
    *(("辺", "ベ"), ("藤", "トウ"), ("原", "ハラ"), ("木", "キ"), ("沢", "サワ")),
)
GIVEN_HEADS = (
    *(("健", "ケン"), ("賢", "ケン"), ("大", "ダイ"), ("太", "タ"), ("一", "カズ")),
    *(("和", "カズ"), ("優", "ユウ"), ("裕", "ユウ"), ("勇", "ユウ"), ("美", "ミ")),
    *(("実", "ミ"), ("真", "マ"), ("麻", "マ"), ("由", "ユ"), ("友", "トモ")),
    *(("智", "トモ"), ("恵", "エ"), ("絵", "エ"), ("直", "ナオ"), ("尚", "ナオ")),
    *(("春", "ハル"), ("晴", "ハル"), ("翔", "ショウ"), ("正", "マサ"), ("雅", "マサ")),
    *(("陽", "ヨウ"), ("洋", "ヨウ"), ("彩", "アヤ"), ("綾", "アヤ"), ("千", "チ")),
)
GIVEN_TAILS = (
    *(("太", "タ"), ("汰", "タ"), ("介", "スケ"), ("助", "スケ"), ("輔", "スケ")),
    *(("一", "イチ"), ("市", "イチ"), ("二", "ジ"), ("司", "ジ"), ("郎", "ロウ")),
    *(("朗", "ロウ"), ("子", "コ"), ("香", "カ"), ("花", "カ"), ("美", "ミ")),
    *(("実", "ミ"), ("恵", "エ"), ("江", "エ"), ("菜", "ナ"), ("奈", "ナ")),
    *(("人", "ト"), ("斗", "ト"), ("樹", "キ"), ("希", "キ"), ("代", "ヨ")),
)
LOOK_ALIKE = {
    **dict(zip("太大健建由田山川木本", "大太建健田由川山本木", strict=True)),
    **dict(zip("一二郎朗司可美実崎埼", "二一朗郎可司実美埼崎", strict=True)),
    **dict(zip("優憂裕祐直真春晴千干", "憂優祐裕真直晴春干千", strict=True)),
}
VARIANT = {"高": "髙", "崎": "﨑", "辺": "邊", "斎": "齋", "浜": "濱"}
LEDGER_COLUMNS = (
    *("宛名番号", "名寄せ番号", "氏名", "氏名カナ", "通称名", "生年月日", "郵便番号"),
    *("住所", "方書", "前住所", "支援措置", "異動事由"),
)


@dataclass(slots=True)
class Person:
    """One row of the invented ledger."""

    number: str
    who: int
    """The same for all rows of one person: the truth."""
    group: str
    family: tuple[str, str]
    given: tuple[str, str]
    birth: dt.date
    town: str
    house: tuple[int, int, int]
    room: str = ""
    former: str = ""
    protected: bool = False
    gaiji: bool = False
    deceased: bool = False
    common_name: str = ""

    @property
    def name(self) -> str:
        """Name as the ledger writes it."""
        family = "〓" + self.family[0][1:] if self.gaiji else self.family[0]
        return f"{family}　{self.given[0]}"

    @property
    def address(self) -> str:
        """Address as the ledger writes it, without the room."""
        chome, first, second = self.house
        return f"{CITY}{self.town}{chome}丁目{first}番{second}号"


@dataclass(frozen=True, slots=True)
class Asked:
    """An applicant with the truth."""

    applicant: Applicant = field(repr=False)
    who: int | None
    """None: not in the ledger."""
    kind: str


@dataclass(slots=True)
class City:
    """People and applicants from one seed."""

    rng: random.Random
    people: list[Person] = field(default_factory=list)
    twins: list[tuple[Person, Person]] = field(default_factory=list)
    near_twins: list[tuple[Person, Person]] = field(default_factory=list)
    """Twins whose names differ in one letter."""
    _who: int = 0
    _number: int = 1_000_000

    def grow(self, size: int) -> None:
        """Add households until the ledger has `size` rows."""
        while len(self.people) < size:
            self._household()

    def add_row(self, person: Person) -> Person:
        """Return the person as a row of the ledger with a number of its own."""
        self._number += self.rng.randint(1, 7)
        person.number = f"{self._number:010d}"
        if not person.group:
            person.group = person.number
        self.people.append(person)
        return person

    def next_who(self) -> int:
        """Return somebody new."""
        self._who += 1
        return self._who

    def surname(self) -> tuple[str, str]:
        """Return a family name, common ones far oftener."""
        rng = self.rng
        head = SURNAME_HEADS[int(len(SURNAME_HEADS) * rng.random() ** 2)]
        tail = SURNAME_TAILS[int(len(SURNAME_TAILS) * rng.random() ** 2)]
        return head[0] + tail[0], head[1] + tail[1]

    def given(self) -> tuple[str, str]:
        """Return a given name, common ones oftener."""
        rng = self.rng
        head = GIVEN_HEADS[int(len(GIVEN_HEADS) * rng.random() ** 1.5)]
        if rng.random() < 0.1:
            return head
        tail = GIVEN_TAILS[int(len(GIVEN_TAILS) * rng.random() ** 1.5)]
        return head[0] + tail[0], head[1] + tail[1]

    def birth(self, first: int, last: int) -> dt.date:
        """Return a day of the years given."""
        start = dt.date(first, 1, 1).toordinal()
        end = dt.date(last, 12, 31).toordinal()
        return dt.date.fromordinal(self.rng.randint(start, end))

    def _household(self) -> None:
        rng = self.rng
        family = self.surname()
        town = rng.choice(TOWNS)
        house = (rng.randint(1, 6), rng.randint(1, 40), rng.randint(1, 30))
        room = f"コーポ{house[1]} {rng.randint(1, 9)}0{rng.randint(1, 9)}"
        base = rng.randint(1935, 1998)
        base_values = {
            "family": family,
            "town": town,
            "house": house,
            "room": room if rng.random() < 0.4 else "",
            "former": self.far_address() if rng.random() < 0.15 else "",
        }

        def add(given: tuple[str, str], birth: dt.date, **more: object) -> Person:
            values = {**base_values, **more}
            return self.add_row(
                Person("", self.next_who(), "", given=given, birth=birth, **values)  # type: ignore[arg-type]
            )

        head = add(
            self.given(),
            self.birth(base, base + 3),
            gaiji=rng.random() < 0.005,
            protected=rng.random() < 0.002,
        )
        if rng.random() < 0.6:
            add(self.given(), self.birth(base - 3, base + 5))
        for _ in range(rng.choice([0, 0, 1, 2, 3])):
            given = self._child(head) if rng.random() < 0.15 else self.given()
            child = add(given, self.birth(min(base + 22, 2015), min(base + 40, 2025)))
            if rng.random() < 0.02:
                near = self._near(child.given) if rng.random() < 0.5 else self.given()
                if near[0] != child.given[0]:
                    pair = child, add(near, child.birth)
                    self.twins.append(pair)
                    if _one_letter(child.given[0], near[0]):
                        self.near_twins.append(pair)
        self._seldom(head)

    def _child(self, head: Person) -> tuple[str, str]:
        """Return a name that differs from the parent's in one letter, or is the same."""
        if self.rng.random() < 0.1:
            return head.given
        return self._near(head.given)

    def _near(self, given: tuple[str, str]) -> tuple[str, str]:
        heads = [h for h in GIVEN_HEADS if given[0].startswith(h[0])]
        if not heads:
            return self.given()
        head = heads[0]
        tail = self.rng.choice(GIVEN_TAILS)
        return head[0] + tail[0], head[1] + tail[1]

    def _seldom(self, head: Person) -> None:
        """Namesakes next door or of the same day, and second numbers."""
        rng = self.rng
        chance = rng.random()
        values = {"family": head.family, "given": head.given}
        house = (head.house[0], rng.randint(1, 40), rng.randint(1, 30))
        if chance < 0.004:
            self._other(self.birth(1935, 2005), head.town, house, values)
        elif chance < 0.005:
            self._other(head.birth, rng.choice(TOWNS), house, values)
        elif chance < 0.0055:
            self._other(head.birth, head.town, house, values)
        elif chance < 0.02:
            linked = rng.random() < 0.6
            self.add_row(
                Person(
                    "",
                    head.who,
                    head.group if linked else "",
                    birth=head.birth,
                    town=head.town,
                    house=head.house,
                    room=head.room,
                    protected=head.protected,
                    gaiji=head.gaiji,
                    **values,  # type: ignore[arg-type]
                )
            )

    def _other(
        self,
        birth: dt.date,
        town: str,
        house: tuple[int, int, int],
        values: dict[str, tuple[str, str]],
    ) -> None:
        self.add_row(
            Person(
                "", self.next_who(), "", birth=birth, town=town, house=house, **values
            )  # type: ignore[arg-type]
        )

    def far_address(self) -> str:
        """Return an address outside the city."""
        rng = self.rng
        return (
            f"{rng.choice(FAR)}{rng.choice(TOWNS)}"
            f"{rng.randint(1, 6)}丁目{rng.randint(1, 40)}番{rng.randint(1, 30)}号"
        )

    def write(self, path: Path, encoding: str = "cp932") -> None:
        """Write the residents' ledger as a city's system exports it."""
        with path.open("w", encoding=encoding, newline="") as stream:
            writer = csv.writer(stream, lineterminator="\r\n")
            writer.writerow(LEDGER_COLUMNS)
            writer.writerows(self._lines())

    def _lines(self) -> Iterator[Sequence[str]]:
        for p in self.people:
            kana = f"{p.family[1]}　{p.given[1]}"
            yield (
                *(p.number, p.group, p.name, kana, p.common_name),
                *(p.birth.strftime("%Y/%m/%d"), "", p.address, p.room, p.former),
                *("有" if p.protected else "", "死亡" if p.deceased else ""),
            )

    def ask(self, count: int) -> list[Asked]:
        """Return applicants of every kind, most of them plain."""
        kinds = [kind for kind, _ in SHARES]
        weights = [share for _, share in SHARES]
        chosen = self.rng.choices(kinds, weights, k=count)
        return [self._asked(number, kind) for number, kind in enumerate(chosen)]

    def _asked(self, number: int, kind: str) -> Asked:
        rng = self.rng
        person = rng.choice(self.people)
        if kind.startswith("twin") and self.near_twins:
            pair = rng.choice(self.near_twins if "_" in kind else self.twins)
            person = pair[0]
            if kind == "twin_misread":
                name = self._style_name(person.family[0], pair[1].given[0])
                return self.written(number, kind, person, name=name)
        changes = _CHANGES[kind](self, person)
        who = None if kind in NOT_IN_LEDGER else person.who
        asked = self.written(number, kind, person, **changes)
        return Asked(asked.applicant, who, kind)

    def written(
        self, number: int, kind: str, person: Person, **changes: object
    ) -> Asked:
        """Return what somebody writes: another style each time, `changes` on top."""
        rng = self.rng
        family = changes.get("family", person.family)
        given = changes.get("given", person.given)
        name = str(changes.get("name", self._style_name(family[0], given[0])))  # type: ignore[index]
        kana = f"{family[1]} {given[1]}" if rng.random() < 0.85 else ""  # type: ignore[index]
        birth = changes.get("birth", person.birth)
        address = changes.get("address", self._style_address(person))
        return Asked(
            Applicant(
                row_id=f"list:{number}",
                source=f"planted!{number}行",
                request_id=str(number),
                name=name,
                kana=str(changes.get("kana", kana)),
                birth_date=self._style_date(birth) if birth else "",  # type: ignore[arg-type]
                address=str(address),
            ),
            person.who,
            kind,
        )

    def _style_name(self, family: str, given: str) -> str:
        rng = self.rng
        if rng.random() < 0.1:
            family = "".join(VARIANT.get(letter, letter) for letter in family)
        return family + rng.choice(["　", " ", ""]) + given

    def _style_date(self, day: dt.date) -> str:
        style = self.rng.randrange(3)
        if style == 0:
            return day.isoformat()
        if style == 1:
            return f"{day.year}年{day.month}月{day.day}日"
        if day < dt.date(1989, 1, 8):
            return f"S{day.year - 1925}.{day.month}.{day.day}"
        if day < dt.date(2019, 5, 1):
            return f"平成{day.year - 1988}年{day.month}月{day.day}日"
        return f"R{day.year - 2018}.{day.month}.{day.day}"

    def _style_address(self, person: Person) -> str:
        rng = self.rng
        house = "-".join(map(str, person.house))
        room = f" {person.room}" if person.room and rng.random() < 0.5 else ""
        style = rng.randrange(4)
        if style == 0:
            return person.address + room
        if style == 1:
            return f"{PREFECTURE}{CITY}{person.town}{house}{room}"
        return (CITY if style == 2 else "") + person.town + house + room

    def misread(self, text: str) -> str:
        """Return a name with one letter read as another."""
        places = [n for n, letter in enumerate(text) if letter in LOOK_ALIKE]
        if not places:
            return "〓" + text[1:]
        place = self.rng.choice(places)
        return text[:place] + LOOK_ALIKE[text[place]] + text[place + 1 :]

    def misread_day(self, day: dt.date) -> dt.date:
        """Return a date with one digit read as another."""
        for _ in range(99):
            text = list(day.strftime("%Y%m%d"))
            place = self.rng.choice([2, 3, 5, 6, 7])
            text[place] = self.rng.choice("0123456789")
            try:
                other = dt.datetime.strptime("".join(text), "%Y%m%d").date()  # noqa: DTZ007
            except ValueError:
                continue
            if other != day and 1930 <= other.year <= 2025:
                return other
        return day + dt.timedelta(days=10)

    def misread_house(self, person: Person) -> str:
        """Return an address with one number read as another."""
        numbers = [*person.house]
        place = self.rng.randrange(3)
        numbers[place] = numbers[place] % 30 + 1
        return f"{CITY}{person.town}{'-'.join(map(str, numbers))}"

    def other_day(self, day: dt.date) -> dt.date:
        """Return a birth date of somebody else."""
        while (other := self.birth(1935, 2005)) == day:
            pass
        return other


def _one_letter(one: str, other: str) -> bool:
    differing = [a != b for a, b in zip(one, other, strict=False)]
    return len(one) == len(other) and sum(differing) == 1


def _gone(city: City, _: Person) -> dict[str, object]:
    return {
        "family": city.surname(),
        "given": city.given(),
        "birth": city.birth(1940, 2005),
        "address": city.far_address()
        if city.rng.random() < 0.7
        else f"{CITY}{city.rng.choice(TOWNS)}{city.rng.randint(1, 6)}-41-31",
    }


_CHANGES = {
    "plain": lambda *_: {},
    "twin": lambda *_: {},
    "twin_misread": lambda *_: {},
    "former": lambda _, p: {"address": p.former} if p.former else {},
    "moved": lambda c, _: {"address": c.far_address()},
    "married": lambda c, _: {"family": c.surname()},
    "married_moved": lambda c, _: {"family": c.surname(), "address": c.far_address()},
    "misread_name": lambda c, p: {
        "name": c.misread(p.family[0] + p.given[0]),
        "kana": f"{p.family[1]} {p.given[1]}",
    },
    "misread_birth": lambda c, p: {"birth": c.misread_day(p.birth)},
    "misread_house": lambda c, p: {"address": c.misread_house(p)},
    "misread_two": lambda c, p: {
        "name": c.misread(p.family[0] + p.given[0]),
        "birth": c.misread_day(p.birth),
    },
    "no_birth": lambda *_: {"birth": None},
    "no_address": lambda *_: {"address": ""},
    "gone": _gone,
    "gone_from_household": lambda c, p: {
        "given": c.given(),
        "birth": c.other_day(p.birth),
    },
    "stranger_same_name_and_birth": lambda c, _: {"address": c.far_address()},
    "stranger_same_name": lambda c, p: {
        "birth": c.other_day(p.birth),
        "address": c.far_address(),
    },
}
NOT_IN_LEDGER = frozenset(
    (
        *("gone", "gone_from_household"),
        *("stranger_same_name_and_birth", "stranger_same_name"),
    )
)
SHARES = (
    ("plain", 70.0),
    ("twin", 1.0),
    ("twin_misread", 0.5),
    ("former", 4.0),
    ("moved", 2.5),
    ("married", 1.0),
    ("married_moved", 0.3),
    ("misread_name", 2.5),
    ("misread_birth", 2.0),
    ("misread_house", 2.0),
    ("misread_two", 0.2),
    ("no_birth", 0.5),
    ("no_address", 0.5),
    ("gone", 9.0),
    ("gone_from_household", 1.0),
    ("stranger_same_name_and_birth", 0.5),
    ("stranger_same_name", 2.5),
)
"""Kind of applicant and its share in percent."""
