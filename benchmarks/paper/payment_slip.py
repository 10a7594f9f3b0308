"""納付書に似た様式: A5 across, an amount's digits in cells, parts and their total, QR."""

from __future__ import annotations

import random
from collections.abc import Mapping

from benchmarks.paper.cast import Case, address_of
from benchmarks.paper.design import Design
from benchmarks.paper.draft import Draft
from benchmarks.paper.entries import Entry, plain, ticked
from ocr.model import ErrorClass, FieldKind, Total

STRICT, STATISTICS = ErrorClass.STRICT, ErrorClass.STATISTICS
PARTS = (
    ("tax_yen", "税　　額"),
    ("late_yen", "延 滞 金"),
    ("notice_yen", "督促手数料"),
)


def draw(d: Draft) -> None:
    """Print the empty form."""
    d.rect((8, 8, 194, 132), 0.5)
    d.text(14, 15, "みなと市", 4.4, "sans_bold")
    d.text(70, 15, "市税納付書（領収済通知書）", 5, "sans_bold")
    d.text(200, 15, "公", 5, "mincho", "r")
    d.line(8, 20, 202, 20, 0.4)
    d.text(12, 25, "口座記号番号", 2.6)
    d.text(38, 25, "00000-0-000000", 3.6)
    d.text(90, 25, "加入者　みなと市会計管理者", 3)
    d.field(
        "slip_code",
        "納付書コード",
        FieldKind.CODE,
        (166, 23, 30, 30),
        required=True,
        says="MNT26-{notice_no}-{tax_yen}",
    )
    d.rect((164.5, 21.5, 33, 33), 0.15)
    heads = (
        (12, 22, "年度"),
        (34, 40, "税目"),
        (74, 18, "期別"),
        (92, 66, "通知書番号"),
    )
    for left, wide, word in heads:
        d.label((left, 30, wide, 6), word, 2.8, 230)
        d.rect((left, 36, wide, 10))
    d.cells("year", "年度", FieldKind.DIGITS, (15, 37, 16, 8), 2)
    d.field("tax", "税目", FieldKind.TEXT, (35, 37, 38, 8), words="taxes")
    d.cells("term", "期別", FieldKind.DIGITS, (79, 37, 8, 8), 1)
    d.cells(
        "notice_no",
        "通知書番号",
        FieldKind.DIGITS,
        (94, 37, 62, 8),
        10,
        error_class=STRICT,
    )
    _payer(d)
    _amounts(d)


def _payer(d: Draft) -> None:
    d.text(12, 52, "住所", 2.8)
    d.field(
        "address",
        "住所",
        FieldKind.ADDRESS,
        (22, 48.5, 78, 13),
        lines=2,
        error_class=STRICT,
    )
    d.line(22, 62, 100, 62, 0.15)
    d.text(12, 70, "氏名", 2.8)
    d.field(
        "name",
        "氏名",
        FieldKind.NAME,
        (22, 64, 66, 11),
        required=True,
        error_class=STRICT,
    )
    d.text(98, 70, "様", 3.6, anchor="r")
    d.line(22, 76, 100, 76, 0.15)
    d.text(12, 84, "納期限", 2.8)
    d.date("due", "納期限", (24, 79, 76, 9), size=3.2, error_class=STRICT)
    d.text(
        12,
        96,
        "納付の場所　指定金融機関・収納代理金融機関・市役所会計課・各出張所",
        2.4,
    )
    d.text(12, 101, "納期限を過ぎると延滞金がかかる場合があります。", 2.4)
    d.ring(30, 121, 13, "領収日附印")
    d.field(
        "paid_seal",
        "領収日附印",
        FieldKind.SEAL,
        (15, 106, 30, 30),
        error_class=STATISTICS,
    )
    d.text(60, 110, "上記のとおり領収しました。", 2.8)
    d.text(60, 118, "（納税者控え）", 2.8)


def _amounts(d: Draft) -> None:
    left, cell = 132.0, 7.0
    names = "千百十万千百十円"
    for number, word in enumerate(names):
        d.text(left + cell * (number + 0.5), 62, word, 2.4, "mincho", "c")
    for number, (name, label) in enumerate(PARTS):
        top = 65.0 + number * 13
        d.label((104, top, 28, 11), label, 3, 235)
        _money(d, name, label, (left, top + 0.8, cell * 8, 9.4))
    d.label((104, 106, 28, 13), "合計金額", 3.6, 220)
    _money(d, "amount_yen", "合計金額", (left, 107, cell * 8, 11), required=True)
    d.rect((104, 106, 84.6, 13), 0.7)
    d.text(
        104,
        126,
        "※合計金額を訂正したものは使えません。金額の頭には￥を記入してください。",
        2.3,
    )
    d.totals.append(Total(parts=tuple(name for name, _ in PARTS), total="amount_yen"))


def _money(
    d: Draft,
    name: str,
    label: str,
    box: tuple[float, float, float, float],
    *,
    required: bool = False,
) -> None:
    label = label.replace(" ", "").replace("　", "")
    d.cells(
        name,
        label,
        FieldKind.AMOUNT,
        box,
        8,
        right=True,
        required=required,
        error_class=STRICT,
    )
    for thousand in (2, 5):
        x = box[0] + box[2] / 8 * thousand
        d.line(x, box[1], x, box[1] + box[3], 0.5)


def fill(case: Case, rng: random.Random) -> Mapping[str, Entry]:
    """Return what the office (or the payer) writes on a slip."""
    tax = rng.choice((rng.randrange(12, 4800) * 100, rng.randrange(2_000, 980_000)))
    late = rng.choice((0, 0, rng.randrange(10, 300) * 100))
    notice = 100 if late else 0
    number = f"{rng.randrange(10**10):010d}"
    month, last = rng.choice(((6, 30), (8, 31), (10, 31), (12, 25), (2, 28)))
    year = 2026 + (month < 4)
    entries = {
        "slip_code": plain(f"MNT26-{number}-{tax:08d}"),
        "year": plain("08"),
        "tax": plain(
            rng.choice(("市県民税", "固定資産税", "軽自動車税", "国民健康保険税"))
        ),
        "term": plain(str(rng.randint(1, 8))),
        "notice_no": plain(number),
        "address": plain(address_of(case.head, rng)),
        "name": plain(case.head.name),
        "due": Entry(
            f"令和{year - 2018}年{month}月{last}日",
            f"{year}-{month:02d}-{last:02d}",
            (f"令和{year - 2018}", str(month), str(last)),
        ),
        "paid_seal": ticked(yes=rng.random() < 0.5),
        "tax_yen": _digits(tax),
        "amount_yen": _digits(tax + late + notice, sign=rng.random() < 0.35),
    }
    if late:
        entries |= {"late_yen": _digits(late), "notice_yen": _digits(notice)}
    return entries


def _digits(amount: int, *, sign: bool = False) -> Entry:
    text = f"{'￥' if sign else ''}{amount}"
    return Entry(text, str(amount))


PAYMENT_SLIP = Design(
    form="payment_slip",
    title="市税納付書",
    version="2026-04",
    page_mm=(210.0, 148.0),
    draw=draw,
    fill=fill,
    code_begins="MNT26-",
)
