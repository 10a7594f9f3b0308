"""児童手当の認定請求書に似た様式: a table of children, eras to circle, postal cells."""

from __future__ import annotations

import random
from collections.abc import Mapping

from benchmarks.paper.cast import BANKS, BRANCHES, Case, address_of
from benchmarks.paper.design import Design
from benchmarks.paper.draft import Draft, Row
from benchmarks.paper.entries import Entry, chosen, day, plain, postal, ticked, yen
from ocr.model import ErrorClass, FieldKind, Total

STRICT, ORDINARY = ErrorClass.STRICT, ErrorClass.ORDINARY
ROWS = 4


def draw(d: Draft) -> None:
    """Print the empty form."""
    d.text(15, 14, "様式第２号（第３条関係）", 3)
    d.text(105, 22, "児童手当　認定請求書", 6.4, "sans_bold", "c")
    d.text(15, 31, "みなと市長　様", 4)
    d.text(112, 31, "児童手当の受給資格について、次のとおり請求します。", 3)
    d.line(15, 35, 195, 35, 0.6)
    _claimant(d)
    _children(d)
    _account(d)


def _claimant(d: Draft) -> None:
    d.label((15, 38, 8, 50), "請\n求\n者", 3.6, 225)
    d.label((23, 38, 24, 8), "フリガナ", 3, 240)
    d.rect((47, 38, 78, 8))
    d.field(
        "kana",
        "フリガナ",
        FieldKind.KANA,
        (48, 38.5, 76, 7),
        required=True,
        error_class=STRICT,
    )
    d.label((23, 46, 24, 14), "氏　名", 3.6, 240)
    d.rect((47, 46, 78, 14))
    d.field(
        "name",
        "氏名",
        FieldKind.NAME,
        (48, 48, 76, 10.5),
        required=True,
        error_class=STRICT,
    )
    d.label((125, 38, 14, 8), "性別", 3, 240)
    d.rect((139, 38, 56, 8))
    d.words("sex", "性別", (152, 42), ("男", "女"), gap=12)
    d.label((125, 46, 14, 14), "生年\n月日", 3, 240)
    d.rect((139, 46, 56, 14))
    eras = ("昭和", "平成", "令和")
    d.date(
        "birth_date",
        "生年月日",
        (139.5, 47, 55, 12),
        eras=eras,
        size=3,
        required=True,
        error_class=STRICT,
    )
    d.label((23, 60, 24, 18), "住　所", 3.6, 240)
    d.rect((47, 60, 148, 18))
    d.text(49, 64, "〒", 3.6)
    d.cells("postal", "郵便番号", FieldKind.POSTAL, (54, 61, 38.5, 6.2), 7)
    d.field(
        "address",
        "住所",
        FieldKind.ADDRESS,
        (48, 68.2, 146, 9),
        required=True,
        error_class=STRICT,
    )
    d.label((23, 78, 24, 10), "電話番号", 3.2, 240)
    d.rect((47, 78, 148, 10))
    d.field("phone", "電話番号", FieldKind.PHONE, (48, 79, 60, 8))
    d.words("phone_kind", "電話の種別", (122, 83), ("自宅", "携帯", "勤務先"), gap=7)
    d.rect((15, 38, 180, 50), 0.6)


def _children(d: Draft) -> None:
    d.text(
        15,
        96,
        "監護する児童（１８歳に達する日以後の最初の３月３１日までの間にある者）",
        3.2,
    )
    heads = (
        *((15, 8, "番号"), (23, 52, "氏　　名"), (75, 58, "生　年　月　日")),
        *((133, 20, "続柄"), (153, 22, "同居・別居"), (175, 20, "月額（円）")),
    )
    for left, wide, word in heads:
        d.label((left, 99, wide, 7), word, 3, 225)
    d.table("child", "児童", (ROWS, 106, 11), lambda row: _child(d, row))
    d.rect((15, 99, 180, 7 + ROWS * 11), 0.6)
    top = 106 + ROWS * 11
    d.label((133, top, 42, 9), "月額の合計", 3.2, 240)
    d.rect((175, top, 20, 9), 0.5)
    d.field(
        "amount_yen",
        "月額の合計",
        FieldKind.AMOUNT,
        (175.5, top + 0.7, 19, 7.6),
        right=True,
        required=True,
        error_class=STRICT,
    )
    d.totals.append(Total(parts=("child.yen",), total="amount_yen"))


def _child(d: Draft, row: Row) -> None:
    top = row.top
    d.label((15, top, 8, 11), str(row.number), 3.2)
    for left, wide in ((23, 52), (75, 58), (133, 20), (153, 22), (175, 20)):
        d.rect((left, top, wide, 11))
    d.field("name", "氏名", FieldKind.NAME, (23.5, top + 1, 51, 9), required=True)
    d.date(
        "birth",
        "生年月日",
        (75.5, top + 0.7, 57, 9.6),
        eras=("平成", "令和"),
        size=3.2,
        required=True,
    )
    d.field(
        "relation", "続柄", FieldKind.TEXT, (133.5, top + 1, 19, 9), words="relations"
    )
    d.words("home", "同居・別居", (155.5, top + 5.5), ("同居", "別居"), size=3.2, gap=4)
    d.field(
        "yen",
        "月額",
        FieldKind.AMOUNT,
        (175.5, top + 1, 19, 9),
        right=True,
        required=True,
        error_class=STRICT,
    )


def _account(d: Draft) -> None:
    top = 168.0
    d.text(15, top - 3, "振込先口座（請求者本人名義に限ります。）", 3.2)
    d.label((15, top, 32, 10), "金融機関名", 3.2, 240)
    d.rect((47, top, 70, 10))
    d.field("bank", "金融機関", FieldKind.TEXT, (48, top + 1, 60, 8), words="banks")
    d.label((117, top, 18, 10), "本・支店", 3.2, 240)
    d.rect((135, top, 60, 10))
    d.field("branch", "支店", FieldKind.TEXT, (136, top + 1, 58, 8), words="branches")
    d.label((15, top + 10, 32, 12), "口座番号", 3.2, 240)
    d.rect((47, top + 10, 148, 12))
    d.words("account_kind", "預金種目", (52, top + 16), ("普通", "当座"), gap=6)
    d.cells(
        "account",
        "口座番号",
        FieldKind.DIGITS,
        (82, top + 12, 56, 8),
        7,
        error_class=STRICT,
    )
    d.label((15, top + 22, 32, 10), "口座名義人\n（カタカナ）", 2.8, 240)
    d.rect((47, top + 22, 148, 10))
    d.field("account_holder", "口座名義", FieldKind.KANA, (48, top + 23, 146, 8))
    d.rect((15, top, 180, 32), 0.6)
    low = top + 42
    d.tick("consent", "公簿の確認への同意", (17, low))
    d.text(
        24,
        low,
        "審査に必要な市税及び住民基本台帳の情報を市が確認することに同意します。",
        3.2,
    )
    d.text(24, low + 8, "加入する年金", 3.2)
    spots = (
        (50, low + 8, "国民年金"),
        (78, low + 8, "厚生年金"),
        (106, low + 8, "共済組合"),
        (134, low + 8, "未加入"),
    )
    d.ticks("pension", "加入する年金", spots, several=False)
    d.text(15, 245, "（注意）　１　太枠の中を黒又は青のペンで記入してください。", 2.8)
    d.text(
        15,
        250,
        "　　　　　２　児童が５人以上いるときは、別の用紙に記入して添えてください。",
        2.8,
    )
    d.label((140, 256, 18, 22), "受付", 3, 240)
    d.rect((158, 256, 37, 22))
    d.text(105, 287, "こども未来部子育て支援課", 2.8, anchor="c")


def fill(case: Case, rng: random.Random) -> Mapping[str, Entry]:
    """Return what a parent writes."""
    head = case.head
    assert head.birth is not None
    entries = {
        "kana": plain(head.kana),
        "name": plain(head.name),
        "sex": chosen(head.sex),
        "birth_date": day(head.birth, circled=True),
        "postal": postal(head.address.area.postal, cells=True),
        "address": plain(address_of(head, rng)),
        "phone": plain(case.phone),
        "phone_kind": chosen("自宅" if case.phone.startswith("0999") else "携帯"),
        "bank": plain(rng.choice(BANKS)),
        "branch": plain(rng.choice(BRANCHES)),
        "account_kind": chosen("普通" if rng.random() < 0.85 else "当座"),
        "account": plain(case.account),
        "account_holder": plain(head.kana),
        "consent": ticked(yes=rng.random() < 0.95),
        "pension": chosen(rng.choice(("国民年金", "厚生年金", "共済組合", "未加入"))),
    }
    return entries | _child_entries(case, rng)


def _child_entries(case: Case, rng: random.Random) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    total = 0
    for number, child in enumerate(case.children[:ROWS], start=1):
        assert child.birth is not None
        month = rng.choice((10_000, 15_000, 30_000))
        total += month
        at = f"child_{number}_"
        entries[at + "name"] = plain(child.name)
        entries[at + "birth"] = day(child.birth, circled=True)
        entries[at + "relation"] = plain(rng.choice(("子", "長男", "長女", "養子")))
        entries[at + "home"] = chosen("同居" if rng.random() < 0.9 else "別居")
        entries[at + "yen"] = yen(month)
    entries["amount_yen"] = yen(total)
    return entries


CHILD_ALLOWANCE = Design(
    form="child_allowance",
    title="児童手当認定請求書",
    version="2026-04",
    page_mm=(210.0, 297.0),
    draw=draw,
    fill=fill,
    family=True,
)
