"""Our normal forms beside jaconv, neologdn, japanera, phonenumbers and python-stdnum.

Every tool gets the same planted cases in one process. A peer is helped where its users
would help it: texts go through NFKC first, japanera is offered every format it has.

Run: .venv/bin/python -m benchmarks.normal_forms_peers
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import random
import unicodedata
import warnings
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

import jaconv
import neologdn
import phonenumbers
from japanera import EraDate
from jntajis import jnta_shrink_translit
from stdnum.jp import cn
from stdnum.jp import in_ as individual

from benchmarks import peer_cases as cases
from tasks.domain.normal_forms import identifiers
from tasks.domain.normal_forms import text as letters
from tasks.domain.normal_forms.dates import normalize_date
from tasks.domain.normal_forms.kana import normalize_kana
from tasks.domain.normal_forms.names import name_key
from tasks.domain.normal_forms.normal import NormalStatus
from tasks.domain.normal_forms.phone_numbers import normalize_phone

SEED = 20261122
TODAY = dt.date(2026, 4, 1)
NUMBERS = 2_000
"""Planted numbers of each kind of check digit: half sound, half with one fault."""

Tool = Callable[[str], str]
PLACE = Path(__file__).parent / "results" / "normal_forms_peers.json"
PEERS = ("jaconv", "neologdn", "japanera", "jntajis-python", "phonenumbers", "python-stdnum")  # fmt: skip


def our_text(text: str) -> str:
    return letters.unify_digit_hyphens(letters.fold(text))


def jaconv_text(text: str) -> str:
    return str(jaconv.normalize(text))


def neologdn_text(text: str) -> str:
    return str(neologdn.normalize(text))


def our_date(text: str) -> str:
    """The day; candidates joined by a blank; empty: none."""
    normal = normalize_date(text, today=TODAY)
    if normal.candidates:
        return " ".join(one.iso for one in normal.candidates)
    return normal.value.iso if normal.value else ""


_ERA_FORMATS = [
    f"{era}{year}{form}"
    for era in ("%-K", "%-h", "")
    for year in ("%-y", "%-n")
    for form in ("年%-m月%-d日", ".%-m.%-d", "/%-m/%-d", "-%-m-%-d", "・%-m・%-d")
]
_FORMATS = [*_ERA_FORMATS, "%Y年%m月%d日", "%Y/%m/%d", "%Y-%m-%d", "%Y.%m.%d"]


def japanera_date(text: str) -> str:
    """The days since 明治 that any of its formats finds, newest first, as ours are."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    found: set[dt.date] = set()
    for form in [*_FORMATS, "%Y%m%d"] if len(plain) == 8 else _FORMATS:
        with contextlib.suppress(ValueError, OverflowError), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of 平成31年5月1日, and gives it
            dates = EraDate.strptime(plain, form, allow_date_after_end_of_era=True)
            found |= {one.to_date() for one in dates}
    days = [day for day in found if day >= dt.date(1868, 1, 25)]
    return " ".join(day.isoformat() for day in sorted(days, reverse=True))


def our_kana(text: str) -> str:
    value = normalize_kana(text).value
    return value.search if value else ""


def jaconv_kana(text: str) -> str:
    return str(jaconv.hira2kata(jaconv.h2z(jaconv.normalize(text)))).replace(" ", "")


def neologdn_kana(text: str) -> str:
    return str(jaconv.hira2kata(neologdn.normalize(text))).replace(" ", "")


def jntajis_name(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    return str(jnta_shrink_translit(plain, passthrough=True))


def without_blanks(tool: Tool) -> Tool:
    return lambda text: tool(text).replace(" ", "")


def our_phone(text: str) -> str:
    normal = normalize_phone(text)
    return (normal.value or "") if "unassigned" not in normal.notes else ""


def phonenumbers_phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "JP")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number_for_region(number, "JP"):
        return ""
    return f"0{number.national_number}"


def our_my_number(text: str) -> str:
    return _sound(identifiers.normalize_my_number(text).status is NormalStatus.OK)


def our_corporate_number(text: str) -> str:
    status = identifiers.normalize_corporate_number(text).status
    return _sound(status is NormalStatus.OK)


def _sound(accepted: object) -> str:
    return "sound" if accepted else ""


VALUES: Mapping[str, Mapping[str, Tool]] = {
    "text": {"yakuba": our_text, "jaconv": jaconv_text, "neologdn": neologdn_text},
    "dates": {"yakuba": our_date, "japanera": japanera_date},
    "phone": {"yakuba": our_phone, "phonenumbers": phonenumbers_phone},
    "my_number": {
        "yakuba": our_my_number,
        "python-stdnum": lambda text: _sound(individual.is_valid(text)),
    },
    "corporate_number": {
        "yakuba": our_corporate_number,
        "python-stdnum": lambda text: _sound(cn.is_valid(text)),
    },
}
"""Kinds in which a tool gives a value."""
PAIRS: Mapping[str, Mapping[str, Tool]] = {
    "kana": {"yakuba": our_kana, "jaconv": jaconv_kana, "neologdn": neologdn_kana},
    "names": {
        "yakuba": name_key,
        "jaconv": without_blanks(jaconv_text),
        "neologdn": without_blanks(neologdn_text),
        "jntajis-python": jntajis_name,
    },
}
"""Kinds in which two texts join when a tool makes them equal."""


def numbers() -> dict[str, list[tuple[str, str]]]:
    """Sound numbers, and ones with a wrong digit or two neighbours changed about."""
    rng = random.Random(SEED)  # noqa: S311 - planted, not secret
    made: dict[str, list[tuple[str, str]]] = {"my_number": [], "corporate_number": []}
    for n in range(NUMBERS):
        eleven = f"{rng.randrange(10**10, 10**11)}"
        twelve = f"{rng.randrange(10**11, 10**12)}"
        mine = f"{eleven}{cases.weighted_digit(eleven)}"
        corporate = f"{cases.doubled_digit(twelve)}{twelve}"
        if n % 2 == 0:  # a fault that the check digit cannot see leaves it sound
            mine, corporate = _spoilt(mine, rng), _spoilt(corporate, rng)
        sound = int(mine[-1]) == cases.weighted_digit(mine[:-1])
        made["my_number"].append((mine, _sound(sound)))
        sound = int(corporate[0]) == cases.doubled_digit(corporate[1:])
        made["corporate_number"].append((corporate, _sound(sound)))
    return made


def _spoilt(number: str, rng: random.Random) -> str:
    """The number with one digit changed, or two neighbours changed about."""
    at = rng.randrange(1, len(number) - 2)
    if rng.random() < 0.5:
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]


def answers() -> dict[str, list[dict[str, object]]]:
    """Every planted case: what was written, what is right, what each tool says."""
    values = {
        "text": cases.TEXTS,
        "dates": cases.DATES,
        "phone": cases.PHONES,
        **numbers(),
    }
    found: dict[str, list[dict[str, object]]] = {}
    for kind, tools in VALUES.items():
        found[kind] = [
            {
                "written": written,
                "right": right,
                **{name: tool(written) for name, tool in tools.items()},
            }
            for written, right in values[kind]
        ]
    for kind, tools in PAIRS.items():
        found[kind] = [
            {
                "written": f"{a} {b}",
                "right": right,
                **{name: _joined(tool, a, b) for name, tool in tools.items()},
            }
            for a, b, right in {"kana": cases.KANA, "names": cases.NAMES}[kind]
        ]
    return found


def _joined(tool: Tool, a: str, b: str) -> str:
    return "=" if tool(a) == tool(b) else "≠"


def compare() -> dict[str, object]:
    """What is written to `PLACE` and shown in docs/normal-forms.md."""
    said = answers()
    tools = {**VALUES, **PAIRS}
    return {
        "cases": {kind: len(rows) for kind, rows in said.items()},
        "right": {
            kind: {
                name: sum(r[name] == r["right"] for r in rows) for name in tools[kind]
            }
            for kind, rows in said.items()
        },
        "answers": {kind: rows for kind, rows in said.items() if "number" not in kind},
        "versions": {peer: version(peer) for peer in PEERS},
        "seed": SEED,
    }


def table(result: Mapping[str, object]) -> str:
    """The summary as docs/normal-forms.md has it."""
    right, total = result["right"], result["cases"]
    assert isinstance(right, dict)
    assert isinstance(total, dict)
    names = list(dict.fromkeys(itertools.chain.from_iterable(right.values())))
    lines = [f"| kind | cases | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"]
    for kind, scores in right.items():
        cells = [str(scores.get(name, "–")) for name in names]
        lines.append(f"| {kind} | {total[kind]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def telling(result: Mapping[str, object]) -> str:
    """The cases of `cases.TELLING` and what the peers that are wrong make of them."""
    answered = result["answers"]
    assert isinstance(answered, dict)
    lines = ["| kind | written | right | others |", "|---|---|---|---|"]
    for kind, rows in answered.items():
        for row in rows:
            if row["written"] not in cases.TELLING:
                continue
            wrong = [
                f"{name} {said or '–'}"
                for name, said in row.items()
                if name not in ("written", "right") and said != row["right"]
            ]
            lines.append(
                f"| {kind} | {row['written']} | {row['right'] or '–'} | {', '.join(wrong)} |"
            )
    return "\n".join(lines)


def main() -> None:
    result = compare()
    PLACE.write_text(
        json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    print(table(result), telling(result), sep="\n\n")


if __name__ == "__main__":
    main()
