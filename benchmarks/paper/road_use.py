"""道路占用許可申請書に似た様式: a letter without frames, underlines and dotted guides."""

from __future__ import annotations

import random
from collections.abc import Mapping

from benchmarks.paper.cast import WORKS, Case, address_of
from benchmarks.paper.design import Design
from benchmarks.paper.draft import Draft
from benchmarks.paper.entries import Entry, chosen, day, plain, postal, ticked, yen
from ocr.model import ErrorClass, FieldKind, Total
from sample_docs.vocabulary import AREAS

STRICT, STATISTICS = ErrorClass.STRICT, ErrorClass.STATISTICS
FACE = "mincho"


def draw(d: Draft) -> None:
    """Print the empty form."""
    d.text(22, 18, "第３号様式（第５条、第８条関係）", 3.4, FACE)
    d.date("asked_on", "申請日", (130, 24, 58, 8), size=4, face=FACE)
    d.text(105, 42, "道　路　占　用　許　可　申　請　書", 6, FACE, "c")
    d.text(24, 54, "道路管理者", 4, FACE)
    d.text(30, 60, "みなと市長　様", 4.4, FACE)
    _applicant(d)
    text = "道路法第３２条第１項の規定により、次のとおり道路の占用の許可を申請します。"
    d.text(24, 126, "　" + text, 3.9, FACE)
    d.text(105, 134, "記", 4.4, FACE, "c")
    _items(d)
    _fee(d)
    d.text(24, 266, "添付書類　位置図、平面図、断面図及び現場写真", 3.6, FACE)
    d.text(
        24,
        273,
        "（注）郵送のときは、返信用封筒に所要の切手を貼って同封してください。",
        3,
        FACE,
    )


def _applicant(d: Draft) -> None:
    d.text(84, 72, "申請者", 3.8, FACE)
    d.text(100, 72, "〒", 3.8, FACE)
    d.field("postal", "郵便番号", FieldKind.POSTAL, (106, 68, 36, 7))
    d.text(100, 81, "住所", 3.8, FACE)
    d.field(
        "address",
        "住所",
        FieldKind.ADDRESS,
        (113, 75.5, 75, 13),
        lines=2,
        error_class=STRICT,
    )
    d.dotted(112, 82, 188, 82)
    d.dotted(112, 88.6, 188, 88.6)
    d.text(100, 94, "フリガナ", 2.8, FACE)
    d.field("kana", "フリガナ", FieldKind.KANA, (114, 90, 60, 6.4), error_class=STRICT)
    d.text(100, 102, "氏名", 3.8, FACE)
    d.field(
        "name",
        "氏名",
        FieldKind.NAME,
        (113, 97, 58, 9.6),
        required=True,
        error_class=STRICT,
    )
    d.line(112, 107, 188, 107, 0.15)
    d.text(180, 102, "㊞", 5, FACE, "c", 120)
    d.field("seal", "印", FieldKind.SEAL, (173, 95.5, 14, 13), error_class=STATISTICS)
    d.text(100, 112, "生年月日", 3, FACE)
    d.field(
        "birth_date",
        "生年月日",
        FieldKind.DATE,
        (115, 108, 72, 7.2),
        error_class=STRICT,
    )
    d.dotted(114, 115.6, 188, 115.6)
    d.text(100, 119.5, "電話", 3.4, FACE)
    d.field("phone", "電話番号", FieldKind.PHONE, (113, 116.4, 60, 6.6))


def _items(d: Draft) -> None:
    d.text(24, 144, "１　占用の目的", 3.9, FACE)
    d.field("purpose", "占用の目的", FieldKind.TEXT, (68, 139.4, 118, 8))
    d.line(66, 148, 188, 148, 0.15)
    d.text(24, 155, "２　占用の場所", 3.9, FACE)
    d.text(68, 155, "みなと市", 3.9, FACE)
    d.field("place", "占用の場所", FieldKind.ADDRESS, (86, 150.4, 90, 8))
    d.text(180, 155, "地先", 3.9, FACE)
    d.line(66, 159, 188, 159, 0.15)
    d.text(24, 166, "３　道路の種類", 3.9, FACE)
    d.words(
        "road",
        "道路の種類",
        (70, 166),
        ("歩道", "車道", "路肩", "法敷"),
        size=3.9,
        gap=8,
        face=FACE,
        several=True,
    )
    d.text(24, 177, "４　占用の期間", 3.9, FACE)
    d.date("from_day", "期間の初日", (66, 172.5, 56, 8.4), size=3.9, face=FACE)
    d.text(124, 177, "から", 3.9, FACE)
    d.date("to_day", "期間の末日", (66, 182.5, 56, 8.4), size=3.9, face=FACE)
    d.text(124, 187, "まで", 3.9, FACE)
    d.text(140, 187, "（", 3.9, FACE)
    d.field("span_days", "日数", FieldKind.DIGITS, (145, 183, 18, 8))
    d.text(165, 187, "日間）", 3.9, FACE)
    d.text(24, 198, "５　工事の有無", 3.9, FACE)
    d.words("work", "工事の有無", (70, 198), ("有", "無"), size=3.9, gap=12, face=FACE)
    d.text(24, 208, "６　確認事項", 3.9, FACE)
    d.tick("consent", "納付状況の確認", (68, 208))
    d.text(
        75, 208, "占用料の減免の審査のため市税の納付状況を確認することに同意", 3.3, FACE
    )


def _fee(d: Draft) -> None:
    d.text(24, 220, "７　占用料の計算", 3.9, FACE)
    rows = (
        ("base_yen", "基本額", 220.0),
        ("extra_yen", "加算額", 229.0),
        ("amount_yen", "合　計", 240.0),
    )
    for name, label, y in rows:
        d.text(66, y, label, 3.9, FACE)
        d.text(86, y, "金", 3.9, FACE)
        d.field(
            name,
            label.replace("　", ""),
            FieldKind.AMOUNT,
            (92, y - 4.4, 50, 8),
            right=True,
            error_class=STRICT,
        )
        d.text(145, y, "円", 3.9, FACE)
        if name == "amount_yen":
            d.line(84, y + 4.2, 152, y + 4.2, 0.4)
        else:
            d.dotted(84, y + 4.2, 152, y + 4.2)
    d.totals.append(Total(parts=("base_yen", "extra_yen"), total="amount_yen"))
    d.text(24, 252, "８　備考", 3.9, FACE)
    d.field("note", "備考", FieldKind.TEXT, (48, 247.6, 138, 8))
    d.dotted(46, 256.4, 188, 256.4)


def fill(case: Case, rng: random.Random) -> Mapping[str, Entry]:
    """Return what a resident who builds writes."""
    head = case.head
    assert head.birth is not None
    base, extra = rng.randrange(12, 900) * 100, rng.randrange(0, 80) * 50
    town = rng.choice(AREAS)
    length = rng.choice((7, 10, 14, 30, 60, 90))
    entries = {
        "asked_on": _reiwa(8, 11, rng.randint(1, 19)),
        "postal": postal(head.address.area.postal, cells=False),
        "address": plain(address_of(head, rng)),
        "kana": plain(head.kana),
        "name": plain(head.name),
        "seal": ticked(yes=rng.random() < 0.6),
        "birth_date": day(head.birth),
        "phone": plain(case.phone),
        "purpose": plain(rng.choice(WORKS)),
        "place": plain(f"{town.name}{rng.randint(1, 40)}-{rng.randint(1, 20)}"),
        "road": chosen(
            *[w for w in ("歩道", "車道", "路肩", "法敷") if rng.random() < 0.4]
        ),
        "from_day": _reiwa(8, 12, rng.randint(1, 28)),
        "to_day": _reiwa(9, rng.randint(1, 6), rng.randint(1, 28)),
        "span_days": plain(str(length)),
        "work": chosen(rng.choice(("有", "無"))),
        "consent": ticked(yes=rng.random() < 0.95),
        "base_yen": yen(base, commas=rng.random() < 0.8),
        "amount_yen": yen(base + extra, commas=rng.random() < 0.8),
    }
    if extra:
        entries["extra_yen"] = yen(extra, commas=rng.random() < 0.8)
    if rng.random() < 0.3:
        entries["note"] = plain("前回の許可番号は控えを添付しました")
    return entries


def _reiwa(year: int, month: int, last: int) -> Entry:
    text = f"令和{year}年{month}月{last}日"
    parts = (f"令和{year}", str(month), str(last))
    return Entry(text, f"{year + 2018}-{month:02d}-{last:02d}", parts)


ROAD_USE = Design(
    form="road_use",
    title="道路占用許可申請書",
    version="2019-12",
    page_mm=(210.0, 297.0),
    draw=draw,
    fill=fill,
)
