"""保育利用申込書に似た様式: free text in several lines, many tick boxes, a signature."""

from __future__ import annotations

import random
from collections.abc import Mapping

from benchmarks.paper.cast import REASONS, Case, address_of
from benchmarks.paper.design import Design
from benchmarks.paper.draft import Draft, Row
from benchmarks.paper.entries import Entry, chosen, day, plain, postal, ticked
from ocr.model import ErrorClass, FieldKind

STRICT, STATISTICS = ErrorClass.STRICT, ErrorClass.STATISTICS
GROUNDS = (
    *("就労", "妊娠・出産", "疾病・障害", "介護・看護", "災害復旧", "求職活動"),
    *("就学", "虐待・DV", "育児休業中", "その他"),
)
NURSERIES = (
    *("みなと保育園", "桜浜こども園", "灯台前保育所", "鴎台第二保育園"),
    *("松ヶ丘こども園", "北新町保育園"),
)


def draw(d: Draft) -> None:
    """Print the empty form."""
    for x in (6.0, 200.0):
        d.rect((x, 6, 4, 4), fill=0)
        d.rect((x, 287, 4, 4), fill=0)
    d.text(
        105, 16, "保育所等利用申込書（兼　教育・保育給付認定申請書）", 5, "maru", "c"
    )
    d.date("asked_on", "申込日", (136, 21, 60, 8), size=3.4, face="maru")
    _parent(d)
    _child(d)
    _grounds(d)
    _wishes(d)
    _consent(d)


def _head(d: Draft, top: float, text: str) -> None:
    d.rect((14, top, 182, 6), width=0, fill=60)
    d.text(17, top + 3.1, text, 3.5, "maru", grey=255)


def _parent(d: Draft) -> None:
    _head(d, 32, "１　保護者（申込者）")
    d.rect((14, 38, 182, 40), 0.3)
    d.text(17, 42, "ふりがな（カタカナ）", 2.6, "maru")
    d.field("kana", "フリガナ", FieldKind.KANA, (48, 38.6, 66, 6.6), error_class=STRICT)
    d.line(14, 46, 116, 46, 0.1)
    d.text(17, 53, "氏　名", 3.4, "maru")
    d.field(
        "name",
        "氏名",
        FieldKind.NAME,
        (36, 47, 78, 12),
        required=True,
        error_class=STRICT,
    )
    d.line(116, 38, 116, 60, 0.2)
    d.text(118, 42, "生年月日", 2.6, "maru")
    d.date(
        "birth_date",
        "生年月日",
        (118, 45, 77, 13),
        eras=("昭和", "平成"),
        size=3.4,
        face="maru",
        required=True,
        error_class=STRICT,
    )
    d.line(14, 60, 196, 60, 0.2)
    d.text(17, 65, "〒", 3.4, "maru")
    d.field("postal", "郵便番号", FieldKind.POSTAL, (22, 61.5, 34, 7))
    d.text(60, 65, "電話（日中つながるもの）", 2.6, "maru")
    d.field("phone", "電話番号", FieldKind.PHONE, (96, 61.5, 60, 7))
    d.line(14, 69, 196, 69, 0.1)
    d.text(17, 73.5, "住　所", 3.4, "maru")
    d.field(
        "address", "住所", FieldKind.ADDRESS, (36, 69.6, 158, 8), error_class=STRICT
    )


def _child(d: Draft) -> None:
    _head(d, 81, "２　利用を希望する児童")
    heads = (
        (14, 60, "児童の氏名"),
        (74, 56, "生年月日"),
        (130, 22, "性別"),
        (152, 44, "健康状態"),
    )
    for left, wide, word in heads:
        d.label((left, 87, wide, 6), word, 2.8, 240)
    d.table("child", "児童", (2, 93, 12), lambda row: _child_row(d, row))


def _child_row(d: Draft, row: Row) -> None:
    top = row.top
    for left, wide in ((14, 60), (74, 56), (130, 22), (152, 44)):
        d.rect((left, top, wide, 12))
    d.field(
        "name",
        "氏名",
        FieldKind.NAME,
        (15, top + 1, 58, 10),
        required=True,
        error_class=STRICT,
    )
    d.date(
        "birth", "生年月日", (74.5, top + 1, 55, 10), size=3, face="maru", required=True
    )
    d.words("sex", "性別", (134, top + 6), ("男", "女"), size=3.4, gap=6, face="maru")
    spots = ((155.0, top + 6, "良好"), (173.0, top + 6, "治療中"))
    d.ticks("health", "健康状態", spots, size=3, face="maru", several=False)


def _grounds(d: Draft) -> None:
    _head(d, 121, "３　保育を必要とする理由（当てはまるものすべての□にレ）")
    d.rect((14, 127, 182, 19), 0.3)
    for who, top, label in (("father", 127.0, "父"), ("mother", 136.5, "母")):
        d.text(17, top + 4.8, label, 3.4, "maru")
        spots = [
            (25 + (n % 5) * 34.0, top + 2.6 + (n // 5) * 4.8, word)
            for n, word in enumerate(GROUNDS)
        ]
        d.ticks(f"{who}_ground", f"{label}の理由", spots, size=2.7, face="maru")
    d.line(14, 136.5, 196, 136.5, 0.1)
    d.text(17, 150.5, "理由をくわしく書いてください。", 2.8, "maru")
    d.rect((14, 153, 182, 24), 0.3)
    for line in (161.0, 169.0):
        d.dotted(16, line, 194, line, 1.1)
    d.field("reason", "理由", FieldKind.TEXT, (15, 153.4, 180, 23.4), lines=3)


def _wishes(d: Draft) -> None:
    _head(d, 181, "４　希望する施設と時間")
    for number in range(3):
        top = 187.0 + number * 9
        d.label((14, top, 24, 9), f"第{number + 1}希望", 3)
        d.rect((38, top, 78, 9))
        d.field(
            f"wish{number + 1}",
            f"第{number + 1}希望",
            FieldKind.TEXT,
            (39, top + 0.6, 76, 7.8),
            words="nurseries",
        )
    d.rect((116, 187, 80, 27))
    d.text(118, 191, "希望する曜日（○で囲む。いくつでも）", 2.6, "maru")
    d.words(
        "days",
        "曜日",
        (120, 197.5),
        tuple("月火水木金土"),
        size=3.6,
        gap=7.5,
        face="maru",
        several=True,
    )
    d.text(118, 208, "希望時間", 2.8, "maru")
    d.cells("from_hour", "開始時", FieldKind.DIGITS, (134, 204, 11, 8), 2)
    d.text(147, 208, "時から", 3, "maru")
    d.cells("to_hour", "終了時", FieldKind.DIGITS, (160, 204, 11, 8), 2)
    d.text(173, 208, "時まで", 3, "maru")


def _consent(d: Draft) -> None:
    _head(d, 218, "５　同意と署名")
    rows = (
        (
            "consent",
            "保育料の決定のため、世帯の市民税の課税状況を市が確認することに同意します。",
        ),
        ("share", "申込内容を利用希望施設に提供することに同意します。"),
        ("true", "記載した内容に誤りはありません。"),
    )
    for number, (name, text) in enumerate(rows):
        y = 229.0 + number * 7.5
        d.tick(name, text[:12], (17, y))
        d.text(25, y, text, 3.1, "maru")
    d.text(96, 258, "保護者署名", 3.4, "maru")
    d.line(118, 263, 194, 263, 0.2)
    d.field(
        "signed",
        "署名",
        FieldKind.SIGNATURE,
        (118, 251, 76, 11.6),
        error_class=STATISTICS,
    )
    d.text(105, 275, "窓口：こども未来部保育課　本庁舎２階５番窓口", 2.8, "maru", "c")


def fill(case: Case, rng: random.Random) -> Mapping[str, Entry]:
    """Return what a parent writes."""
    head = case.head
    assert head.birth is not None
    wishes = rng.sample(NURSERIES, rng.randint(1, 3))
    some = ["求職活動", "就労", "その他", "介護・看護", "疾病・障害"]
    entries = {
        "asked_on": _asked(rng.randint(1, 19)),
        "kana": plain(head.kana),
        "name": plain(head.name),
        "birth_date": day(head.birth, circled=True),
        "postal": postal(head.address.area.postal, cells=False),
        "phone": plain(case.phone),
        "address": plain(address_of(head, rng)),
        "father_ground": chosen("就労") if rng.random() < 0.8 else Entry(),
        "mother_ground": chosen(*_in_order(rng.sample(some, rng.choice((1, 1, 2))))),
        "reason": plain(rng.choice(REASONS)),
        "days": chosen(*[d for d in "月火水木金土" if rng.random() < 0.85]),
        "from_hour": plain(f"{rng.choice((7, 8, 9)):02d}"),
        "to_hour": plain(str(rng.choice((16, 17, 18, 19)))),
        "consent": ticked(yes=rng.random() < 0.95),
        "share": ticked(yes=rng.random() < 0.85),
        "true": ticked(yes=rng.random() < 0.9),
        "signed": Entry(case.head.name, marked=rng.random() < 0.9),
    }
    for number, wish in enumerate(wishes, start=1):
        entries[f"wish{number}"] = plain(wish)
    for number, child in enumerate(case.children[:2], start=1):
        assert child.birth is not None
        entries |= {
            f"child_{number}_name": plain(child.name),
            f"child_{number}_birth": day(child.birth),
            f"child_{number}_sex": chosen(child.sex),
            f"child_{number}_health": chosen(
                "良好" if rng.random() < 0.9 else "治療中"
            ),
        }
    return entries


def _in_order(words: list[str]) -> list[str]:
    return [word for word in GROUNDS if word in words]


def _asked(last: int) -> Entry:
    return Entry(
        f"令和8年11月{last}日", f"2026-11-{last:02d}", ("令和8", "11", str(last))
    )


NURSERY = Design(
    form="nursery",
    title="保育所等利用申込書",
    version="2026-10",
    page_mm=(210.0, 297.0),
    draw=draw,
    fill=fill,
    family=True,
)
