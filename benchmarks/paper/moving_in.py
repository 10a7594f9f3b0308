"""住民異動届（転入届）に似た様式: a dense table of several persons, small cells."""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping

from benchmarks.paper.cast import Case, address_of, former_address
from benchmarks.paper.design import Design
from benchmarks.paper.draft import Draft, Row
from benchmarks.paper.entries import Entry, chosen, day, plain, postal, western
from ocr.model import ErrorClass, FieldKind
from sample_docs.people import Person
from tasks.edges.towns import postal_towns

STRICT = ErrorClass.STRICT
ROWS = 6
KINDS = ("転入", "転居", "転出", "世帯変更")
RELATIONS = ("夫", "妻", "子", "父", "母", "その他")


def draw(d: Draft) -> None:
    """Print the empty form; the sheet lies across."""
    d.text(148, 12, "住　民　異　動　届", 6, "mincho", "c")
    d.text(14, 12, "みなと市長　あて", 3.4, "mincho")
    d.rect((228, 6, 58, 9))
    d.text(230, 10.5, "受付番号", 2.6, "mincho")
    d.text(246, 10.5, "No.", 2.8, "mincho")
    _heading(d)
    _addresses(d)
    _people(d)
    _filer(d)


def _heading(d: Draft) -> None:
    d.rect((14, 18, 272, 11), 0.4)
    d.text(17, 23.5, "届出の種類", 3, "mincho")
    d.words(
        "move",
        "届出の種類",
        (40, 23.5),
        KINDS,
        size=3.6,
        gap=7,
        between="",
        face="mincho",
        required=True,
    )
    d.line(128, 18, 128, 29)
    d.text(130, 23.5, "異動日", 3, "mincho")
    d.date("moved_on", "異動日", (144, 19, 64, 9), size=3, face="mincho", required=True)
    d.line(210, 18, 210, 29)
    d.text(212, 23.5, "届出日", 3, "mincho")
    d.date("filed_on", "届出日", (224, 19, 61, 9), size=3, face="mincho")


@functools.cache
def _listed_codes() -> tuple[str, ...]:
    """Whoever moves in writes a postal code that there is, unlike those of this city."""
    return tuple(code.replace("-", "") for code in sorted(postal_towns()))


def _addresses(d: Draft) -> None:
    names = (
        ("address", "postal", "新しい住所", "address_head", "世帯主"),
        ("old_address", "old_postal", "今までの住所", "old_head", "世帯主"),
    )
    for number, (name, code, label, head, head_label) in enumerate(names):
        top = 31.0 + number * 15
        d.rect((14, top, 272, 15), 0.4)
        d.label((14, top, 26, 15), label, 3)
        d.text(42, top + 4.5, "〒", 3)
        d.field(
            code,
            "郵便番号",
            FieldKind.POSTAL,
            (46, top + 0.8, 30, 6),
            slots=_halves(top),
        )
        d.text(60.4, top + 4, "－", 3, "mincho", "c")
        d.field(
            name, label, FieldKind.ADDRESS, (42, top + 7, 160, 7.4), error_class=STRICT
        )
        d.label((204, top, 16, 15), head_label, 2.8)
        d.field(head, head_label, FieldKind.NAME, (221, top + 2, 64, 11))


def _halves(top: float) -> list[tuple[float, float, float, float]]:
    return [(46, top + 0.8, 12.5, 6), (62.5, top + 0.8, 15, 6)]


def _people(d: Draft) -> None:
    top = 64.0
    heads = (
        *((14, 8, ""), (22, 62, "フ リ ガ ナ\n氏　　　名"), (84, 66, "生 年 月 日")),
        *(
            (150, 20, "性別"),
            (170, 44, "世帯主との続柄"),
            (214, 46, "住民票コード（11桁）"),
        ),
        *((260, 26, "在留カード"),),
    )
    for left, wide, word in heads:
        d.label((left, top, wide, 9), word, 2.5, 236)
    d.table("person", "異動する人", (ROWS, top + 9, 15), lambda row: _person(d, row))
    d.rect((14, top, 272, 9 + ROWS * 15), 0.5)


def _person(d: Draft, row: Row) -> None:
    top = row.top
    d.label((14, top, 8, 15), str(row.number), 3)
    for left, wide in ((22, 62), (84, 66), (150, 20), (170, 44), (214, 46), (260, 26)):
        d.rect((left, top, wide, 15), 0.15)
    d.dotted(22, top + 5, 84, top + 5, 1.2)
    d.field(
        "kana",
        "フリガナ",
        FieldKind.KANA,
        (22.4, top + 0.3, 61, 4.6),
        error_class=STRICT,
    )
    d.field(
        "name",
        "氏名",
        FieldKind.NAME,
        (22.4, top + 5.4, 61, 9.2),
        required=True,
        error_class=STRICT,
    )
    d.date(
        "birth",
        "生年月日",
        (84.4, top + 1, 65, 13),
        eras=("大正", "昭和", "平成", "令和", "西暦"),
        size=2.7,
        face="mincho",
        required=True,
        error_class=STRICT,
    )
    d.words(
        "sex", "性別", (153, top + 7.5), ("男", "女"), size=3.2, gap=5, face="mincho"
    )
    d.words(
        "relation",
        "続柄",
        (172, top + 4.4),
        RELATIONS[:3],
        size=3,
        gap=4.5,
        between="",
        face="mincho",
    )
    d.field(
        "relation_other",
        "続柄（その他）",
        FieldKind.TEXT,
        (171, top + 8, 42, 6.4),
        words="relations",
    )
    d.cells("code", "住民票コード", FieldKind.DIGITS, (215, top + 4.5, 44, 6), 11)
    d.tick("card", "在留カード", (270, top + 7.5), error_class=ErrorClass.STATISTICS)


def _filer(d: Draft) -> None:
    top = 168.0
    d.rect((14, top, 272, 26), 0.4)
    d.label((14, top, 18, 26), "届出人", 3.2)
    d.text(34, top + 5, "氏名", 3, "mincho")
    d.field(
        "name", "届出人氏名", FieldKind.NAME, (46, top + 1, 70, 9), error_class=STRICT
    )
    d.line(46, top + 10.6, 118, top + 10.6, 0.15)
    d.text(34, top + 18, "電話", 3, "mincho")
    d.field("phone", "電話番号", FieldKind.PHONE, (46, top + 13, 70, 9))
    d.line(46, top + 22.6, 118, top + 22.6, 0.15)
    d.text(124, top + 5, "生年月日", 3, "mincho")
    d.field(
        "birth_date",
        "届出人生年月日",
        FieldKind.DATE,
        (142, top + 1, 62, 9),
        error_class=STRICT,
    )
    d.line(142, top + 10.6, 206, top + 10.6, 0.15)
    d.text(124, top + 18, "本人確認", 3, "mincho")
    spots = (
        (142.0, top + 18, "運転免許証"),
        (170.0, top + 18, "個人番号カード"),
        (204.0, top + 18, "旅券"),
    )
    d.ticks("identified", "本人確認", spots, size=3, face="mincho", several=False)
    d.text(228, top + 5, "署名", 3, "mincho")
    d.field(
        "signed",
        "署名",
        FieldKind.SIGNATURE,
        (236, top + 3, 48, 20),
        error_class=ErrorClass.STATISTICS,
    )


def fill(case: Case, rng: random.Random) -> Mapping[str, Entry]:
    """Return what somebody who moves with the family writes."""
    head = case.head
    assert head.birth is not None
    old = former_address(rng)
    month, last = rng.randint(9, 11), rng.randint(1, 19)
    entries = {
        "move": chosen(rng.choice(KINDS)),
        "moved_on": _in_2026(month, last),
        "filed_on": _in_2026(11, rng.randint(1, 19)),
        "postal": postal(head.address.area.postal, cells=False),
        "address": plain(address_of(head, rng)),
        "address_head": plain(head.name),
        "old_postal": postal(rng.choice(_listed_codes()), cells=False),
        "old_address": plain(old),
        "old_head": plain(head.name if rng.random() < 0.7 else case.people[-1].name),
        "name": plain(head.name),
        "phone": plain(case.phone),
        "birth_date": western(head.birth) if rng.random() < 0.25 else day(head.birth),
        "identified": chosen(rng.choice(("運転免許証", "個人番号カード", "旅券"))),
        "signed": Entry(marked=rng.random() < 0.8),
    }
    for number, person in enumerate(case.people[:ROWS], start=1):
        entries |= _person_entries(f"person_{number}_", person, rng)
    return entries


def _in_2026(month: int, last: int) -> Entry:
    return Entry(
        f"令和8年{month}月{last}日",
        f"2026-{month:02d}-{last:02d}",
        ("令和8", str(month), str(last)),
    )


def _person_entries(at: str, person: Person, rng: random.Random) -> dict[str, Entry]:
    assert person.birth is not None
    entries = {
        at + "kana": plain(person.kana),
        at + "name": plain(person.name),
        at + "birth": day(person.birth, circled=True),
        at + "sex": chosen(person.sex),
    }
    relation = {"妻": "妻", "子": "子"}.get(person.relation)
    if relation:
        entries[at + "relation"] = chosen(relation)
    else:
        entries[at + "relation_other"] = plain("本人")
    if rng.random() < 0.35:
        entries[at + "code"] = plain(f"{rng.randrange(10**10, 10**11)}")
    return entries


MOVING_IN = Design(
    form="moving_in",
    title="住民異動届",
    version="2024-04",
    page_mm=(297.0, 210.0),
    draw=draw,
    fill=fill,
)
