"""Where a wrong answer about a citizen would come from: each case planted with its truth.

Nothing here is as frequent as in a city; every case is as nasty as one could be. Rows are
added to an invented city, and one applicant is asked about for each.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from benchmarks.planted_city import GIVEN_HEADS, VARIANT, Asked, City, Person

_VARIANT_OF = {"恵": "惠", "広": "廣", "国": "國", "真": "眞", "栄": "榮"}
_SAME_KANA = {"太": "汰", "介": "助", "一": "市", "郎": "朗", "香": "花", "美": "実"}
_Case = tuple[Person | None, Person, dict[str, Any]]
"""Who is meant (None: nobody of the ledger), whose data the request shows, changes."""


class HardCases:
    """Adds nasty neighbours to a city and asks about them."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.rng = city.rng
        ordinary = [p for p in city.people if p.group == p.number]
        several = {p.who for p in city.people if p.group != p.number}
        self._free = [
            p for p in ordinary if not (p.gaiji or p.protected or p.who in several)
        ]
        self.rng.shuffle(self._free)

    def ask(self, each: int, *, first_number: int) -> list[Asked]:
        """Return `each` applicants of every case, after adding the rows they need."""
        asked: list[Asked] = []
        for kind, case in _CASES.items():
            for _ in range(each):
                who, person, changes = case(self)
                number = str(changes.pop("number", ""))
                written = self.city.written(
                    first_number + len(asked), kind, person, **changes
                )
                applicant = dataclasses.replace(written.applicant, addressee_no=number)
                asked.append(Asked(applicant, who.who if who else None, kind))
        return asked

    def _somebody(self) -> Person:
        """Return a person with one number, legible and unprotected; each only once."""
        return self._free.pop()

    def _add(self, like: Person, **changes: Any) -> Person:
        """Add somebody else who is like a person but for the changes."""
        values = {"number": "", "group": "", "protected": False, "deceased": False}
        values |= {"who": self.city.next_who()} | changes
        return self.city.add_row(dataclasses.replace(like, **values))

    def twin_of_one_letter(self) -> _Case:
        """Twins 健太 and 健汰, same reading; the request names one exactly."""
        tail = self.rng.choice(list(_SAME_KANA))
        head = self.rng.choice(GIVEN_HEADS)
        person = self._add(self._somebody(), given=(head[0] + tail, head[1] + "タ"))
        self._add(person, given=(head[0] + _SAME_KANA[tail], person.given[1]))
        return person, person, {}

    def twin_of_variants(self) -> _Case:
        """Twins 恵子 and 惠子: their names fold together."""
        letter = self.rng.choice(list(_VARIANT_OF))
        person = self._add(self._somebody(), given=(f"{letter}子", "ケイコ"))
        self._add(person, given=(f"{_VARIANT_OF[letter]}子", "ケイコ"))
        return person, person, {}

    def twin_written_for_the_other(self) -> _Case:
        """The one twin's name with the other one's reading."""
        person = self._add(self._somebody(), given=("大", "ダイ"))
        twin = self._add(person, given=("太", "フトシ"))
        name = f"{person.family[0]} {twin.given[0]}"
        return person, person, {"name": name, "kana": f"{person.family[1]} ダイ"}

    def namesake_of_the_building(self) -> _Case:
        """Same name, same birth date, another room; the request has no room."""
        person = self._add(self._somebody(), room="コーポ5 101")
        self._add(person, room="コーポ5 202")
        return person, person, {"address": person.address}

    def namesake_next_door(self) -> _Case:
        """Same name, same birth date, next house."""
        person = self._somebody()
        house = (*person.house[:2], person.house[2] + 1)
        self._add(person, house=house)
        return person, person, {}

    def namesake_at_the_former_address(self) -> _Case:
        """Same name and birth date, and he lives where the person lived before."""
        former = self._somebody()
        person = self._add(self._somebody(), former=former.address)
        other = self._add(
            person, town=former.town, house=former.house, room="", former=""
        )
        return other, other, {}

    def father_and_son(self) -> _Case:
        """The same letters read otherwise, one house."""
        father = self._add(
            self._somebody(), given=("太", "フトシ"), birth=self.city.birth(1940, 1955)
        )
        son = self._add(father, given=("太", "タ"), birth=self.city.birth(1970, 1985))
        return son, son, {}

    def father_and_son_without_birth_date(self) -> _Case:
        """As above, but nothing tells which one."""
        _, son, _ = self.father_and_son()
        return son, son, {"birth": None}

    def son_of_a_late_father(self) -> _Case:
        """The father had the name and has died; the request shows the father's date."""
        father = self._add(
            self._somebody(), birth=self.city.birth(1930, 1945), deceased=True
        )
        self._add(father, birth=self.city.birth(1960, 1975))
        return None, father, {}

    def married_and_the_ledger_does_not_know(self) -> _Case:
        """A new family name, all else the same."""
        person = self._somebody()
        return person, person, {"family": self.city.surname()}

    def illegible_in_the_ledger_and_moved(self) -> _Case:
        """〓 in the ledger, another address on the request."""
        person = self._add(self._somebody(), gaiji=True)
        return person, person, {"address": self.city.far_address()}

    def moved_within_the_city(self) -> _Case:
        """The old house on the request; a family of the name lives there now."""
        person, old = self._somebody(), self._somebody()
        self._add(old, family=person.family)
        address = f"{old.address}"
        return person, person, {"address": address}

    def came_back_under_a_second_number(self) -> _Case:
        """Two numbers that nothing joins, the old one at the former address."""
        old = self._somebody()
        person = self._add(
            old,
            who=old.who,
            former=old.address,
            town=self._somebody().town,
            house=self._somebody().house,
            room="",
        )
        return person, person, {}

    def number_of_somebody_else(self) -> _Case:
        """A 宛名番号 of another person beside right personal data."""
        person = self._somebody()
        return person, person, {"number": self._somebody().number}

    def number_of_the_twin(self) -> _Case:
        """The twin's number beside a name of one letter more or less."""
        person = self._add(self._somebody(), given=("恵子", "ケイコ"))
        twin = self._add(person, given=("惠子", "ケイコ"))
        return person, person, {"number": twin.number}

    def reading_of_nobody(self) -> _Case:
        """A sister who is not in the ledger, her name misread as a resident's."""
        person = self._somebody()
        return None, person, {"kana": f"{person.family[1]} ワヌヲ"}

    def reading_instead_of_the_name(self) -> _Case:
        """Katakana in the column of names, and moved."""
        person = self._somebody()
        return (
            person,
            person,
            {
                "name": f"{person.family[1]}　{person.given[1]}",
                "kana": "",
                "address": self.city.far_address(),
            },
        )

    def stranger_like_a_resident(self) -> _Case:
        """Not in the ledger: one letter and one digit off somebody, in his house."""
        person = self._somebody()
        name = self.city.misread(person.family[0] + person.given[0])
        return (
            None,
            person,
            {"name": name, "birth": self.city.misread_day(person.birth)},
        )

    def stranger_of_the_name_and_day(self) -> _Case:
        """Not in the ledger: the name and birth date of somebody, another house."""
        person, house = self._somebody(), self._somebody()
        return None, person, {"address": house.address}

    def variant_and_another_room(self) -> _Case:
        """Variants in the name, a room on the request only."""
        person = self._add(
            self._somebody(),
            family=("高崎", "タカサキ"),
            given=("慶之進", "ケイノシン"),
            room="",
        )
        family = "".join(VARIANT.get(letter, letter) for letter in person.family[0])
        return (
            person,
            person,
            {
                "name": f"{family}{person.given[0]}",
                "address": f"{person.address} ハイツ 203",
            },
        )

    def common_name(self) -> _Case:
        """Known by the 通称名; the ledger's reading is that of the other name."""
        person = self._somebody()
        other = self._add(
            person,
            family=("KIM", "キム"),
            given=("ILRO", "イルロ"),
            common_name=f"{person.family[0]}　優一",
            birth=self.city.birth(1960, 1990),
        )
        name = f"{person.family[0]} 優一"
        return other, other, {"name": name, "kana": f"{person.family[1]} ユウイチ"}


_CASES: dict[str, Callable[[HardCases], _Case]] = {
    name: case
    for name, case in vars(HardCases).items()
    if callable(case) and not name.startswith("_") and name != "ask"
}
