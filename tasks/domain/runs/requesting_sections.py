"""Which section asked: each gets a letter of its own and sees only its own people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tasks.domain.records import Applicant, Verdict

UNNAMED = "依頼課"
"""Stands in the letter where nobody says which section it is for."""

_HEADERS = frozenset(
    (
        "依頼課",
        "照会課",
        "担当課",
        "所管課",
        "担当部署",
        "依頼部署",
        "依頼元",
        "依頼課名",
        "担当課名",
    )
)
_ENDINGS = ("課", "室", "局", "署", "支所", "事務所", "センター", "委員会")
_BETWEEN = re.compile(r"[\s_\-－‐()（）【】「」・.,、]+")
_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Addressee:
    """A section that gets a letter."""

    name: str
    """子育て支援課; UNNAMED when nobody says."""
    file: str = ""
    """The list, where only that tells two unnamed sections apart."""


def by_addressee(
    verdicts: Iterable[Verdict], *, addressed_to: str
) -> Mapping[Addressee, tuple[Verdict, ...]]:
    """Return the verdicts of each section, in the order of the request.

    A section is named by its row (a column such as 依頼課), else by the name of its
    list (`子育て支援課_名簿.xlsx`), else it is the one the letter is addressed to. Lists
    of sections that nobody names are never put together into one letter.

    Args:
        verdicts: Of the whole run.
        addressed_to: As the clerk wrote it; empty or UNNAMED: not known.
    """
    listed = tuple(verdicts)
    keys = [addressee_of(v.applicant, addressed_to=addressed_to) for v in listed]
    lists = {key.file for key in keys if key.file}
    found: dict[Addressee, list[Verdict]] = {}
    for key, verdict in zip(keys, listed, strict=True):
        one = Addressee(key.name) if len(lists) == 1 else key
        found.setdefault(one, []).append(verdict)
    if not found:
        found[Addressee(addressed_to or UNNAMED)] = []
    return {key: tuple(rows) for key, rows in found.items()}


def addressee_of(applicant: Applicant, *, addressed_to: str) -> Addressee:
    """Return the section that asked about somebody.

    Examples:
        >>> addressee_of(Applicant("list:4", "契約課_名簿.xlsx!4行", "1", ""), addressed_to="")
        Addressee(name='契約課', file='')
        >>> asked = Applicant("list:4", "名簿.xlsx!4行", "1", "")
        >>> addressee_of(asked, addressed_to="福祉課").name
        '福祉課'
        >>> addressee_of(asked, addressed_to="")
        Addressee(name='依頼課', file='名簿.xlsx')
    """
    for cell in applicant.written:
        header = unicodedata.normalize("NFKC", cell.header).strip()
        if header in _HEADERS and cell.text.strip():
            return Addressee(" ".join(cell.text.split()))
    file, is_list, _ = applicant.source.partition("!")
    if is_list:
        named = section_in_name(file)
        if named:
            return Addressee(named)
    if addressed_to not in ("", UNNAMED):
        return Addressee(addressed_to)
    return Addressee(UNNAMED, file if is_list else "")


def section_in_name(file: str) -> str:
    """Return the section that a file's name names, or an empty text.

    Examples:
        >>> section_in_name("R8_子育て支援課_申請者名簿.xlsx"), section_in_name("名簿.xlsx")
        ('子育て支援課', '')
    """
    stem = unicodedata.normalize("NFKC", file.rpartition(".")[0] or file)
    parts = [part for part in _BETWEEN.split(stem) if part.endswith(_ENDINGS)]
    return next((part for part in parts if part not in _HEADERS and len(part) > 1), "")


def letter_names(addressees: Iterable[Addressee], *, stem: str) -> tuple[str, ...]:
    """Return a file name for each section's letter; one alone needs no section in it.

    Examples:
        >>> letter_names([Addressee("福祉課")], stem="回答書")
        ('回答書.xlsx',)
        >>> letter_names([Addressee("福祉課"), Addressee("依頼課", "a.csv")], stem="回答書")
        ('回答書_福祉課.xlsx', '回答書_依頼課_a.xlsx')
    """
    listed = tuple(addressees)
    if len(listed) == 1:
        return (f"{stem}.xlsx",)
    names: list[str] = []
    taken: set[str] = set()
    for each in listed:
        parts = (stem, each.name, each.file.rpartition(".")[0])
        name = _NOT_IN_FILE_NAMES.sub("", "_".join(filter(None, parts)))
        name = name[:_LONGEST_NAME].rstrip(". ")
        number = 2
        unique = name
        # Windows does not tell ａ from A in names.
        while unique.casefold() in taken:
            unique = f"{name}({number})"
            number += 1
        taken.add(unique.casefold())
        names.append(f"{unique}.xlsx")
    return tuple(names)


def numbered(number: str, place: int) -> str:
    """Return the 文書番号 of the how-manieth letter of a run, from 0: branch numbers.

    Examples:
        >>> numbered("みなと税第12号", 0), numbered("みなと税第12号", 1), numbered("", 1)
        ('みなと税第12号', 'みなと税第12号の2', '')
    """
    return f"{number}の{place + 1}" if number and place else number
