"""The whole invented city from one seed: people, tax lines, cases. No files, no fonts."""

from __future__ import annotations

import random
from dataclasses import dataclass

from sample_docs.cases import Case, Planter
from sample_docs.cases_forms import FormCase, form_cases
from sample_docs.cases_list import list_cases
from sample_docs.people import Person, Town
from sample_docs.taxes import Line, everyone

SEED = 20261120
PEOPLE = 2000


@dataclass(frozen=True, slots=True)
class City:
    """Everything that the sample's files are written from."""

    people: tuple[Person, ...]
    lines: tuple[Line, ...]
    on_list: tuple[Case, ...]
    on_forms: tuple[FormCase, ...]


def make_city(seed: int = SEED, people: int = PEOPLE) -> City:
    """Return the city of a seed; the same seed gives the same city."""
    town = Town(random.Random(f"{seed}:town"))
    planter = Planter(town)
    on_forms = form_cases(planter)
    on_list = list_cases(planter)
    town.fill(people)
    lines = everyone(town.people, planter.plans, random.Random(f"{seed}:taxes"))
    return City(tuple(town.people), tuple(lines), tuple(on_list), tuple(on_forms))
