"""口座振替依頼書に似た様式: cells for digits, circled kinds of account, place for a seal."""

from __future__ import annotations

import random
from collections.abc import Mapping

from benchmarks.paper.cast import BANKS, BRANCHES, Case, address_of
from benchmarks.paper.design import Design
from benchmarks.paper.draft import Draft
from benchmarks.paper.entries import Entry, chosen, day, plain, postal, ticked
from ocr.model import ErrorClass, FieldKind
from sample_docs.numbers import corporate_number

STRICT, STATISTICS = ErrorClass.STRICT, ErrorClass.STATISTICS
TAXES = ("市県民税", "固定資産税", "軽自動車税", "国民健康保険税", "介護保険料")


def draw(d: Draft) -> None:
    """Print the empty form."""
    d.rect((0, 0, 210, 11), width=0, fill=205)
    d.text(105, 5.8, "市税等口座振替（自動払込）依頼書", 5, "sans_bold", "c")
    d.text(14, 18, "みなと市指定金融機関　御中", 3.6, "mincho")
    d.text(196, 18, "（１枚目　金融機関提出用）", 2.8, "mincho", "r")
    text = (
        "私は、下記の市税等を口座振替により納付したいので、約定を確認のうえ依頼します。"
    )
    d.text(14, 25, text, 3.2, "mincho")
    _payer(d)
    _account(d)
    _what(d)
    rules = (
        "１　振替日は各納期の末日とし、残高不足のときは振替ができません。",
        "２　解約又は変更は、振替日の三十日前までに届け出てください。",
        "３　領収証書は発行しませんので、通帳の記帳により確認してください。",
    )
    for number, rule in enumerate(rules):
        d.text(16, 247 + number * 5, rule, 2.7, "mincho")
    d.dotted(10, 266, 200, 266, 1.4)
    d.text(105, 271, "金融機関使用欄", 2.8, anchor="c")
    for x in (16, 62, 108, 154):
        d.rect((x, 274, 40, 14))
    for x, word in ((18, "検印"), (64, "印鑑照合"), (110, "受付日附印"), (156, "備考")):
        d.text(x, 276.5, word, 2.4)


def _payer(d: Draft) -> None:
    d.text(14, 33, "■ 納税義務者", 3.8, "sans_bold")
    d.rect((14, 37, 182, 48), 0.5)
    d.text(16, 40, "フリガナ", 2.6)
    d.field("kana", "フリガナ", FieldKind.KANA, (32, 37.8, 92, 6.4), error_class=STRICT)
    d.dotted(14, 45, 126, 45)
    d.text(16, 51, "氏　名", 3.2)
    d.field(
        "name",
        "氏名",
        FieldKind.NAME,
        (32, 46.5, 76, 11),
        required=True,
        error_class=STRICT,
    )
    d.ring(117, 52, 5.5)
    d.field(
        "seal", "印", FieldKind.SEAL, (111, 45.8, 12.5, 12.5), error_class=STATISTICS
    )
    d.line(126, 37, 126, 59)
    d.text(128, 40, "生年月日", 2.6)
    d.date(
        "birth_date",
        "生年月日",
        (128, 43.5, 67, 14),
        eras=("明治", "大正", "昭和", "平成"),
        size=3,
        required=True,
        error_class=STRICT,
    )
    d.line(14, 59, 196, 59)
    d.text(16, 63.5, "住　所", 3.2)
    d.text(32, 63.5, "〒", 3)
    d.cells("postal", "郵便番号", FieldKind.POSTAL, (36, 60.5, 35, 6), 7)
    d.field(
        "address",
        "住所",
        FieldKind.ADDRESS,
        (32, 68, 162, 8),
        required=True,
        error_class=STRICT,
    )
    d.line(14, 77, 196, 77)
    d.text(16, 81, "電　話", 3.2)
    spots = [(40.0, 77.6, 20.0, 7.0), (66.0, 77.6, 20.0, 7.0), (92.0, 77.6, 22.0, 7.0)]
    d.text(62, 81, "（", 4, anchor="l")
    d.text(89, 81, "）", 4, anchor="r")
    d.field("phone", "電話番号", FieldKind.PHONE, (36, 77.5, 82, 7.2), slots=spots)
    d.text(128, 81, "法人番号は下欄へ", 2.6)


def _account(d: Draft) -> None:
    d.text(14, 93, "■ 振替口座", 3.8, "sans_bold")
    d.rect((14, 97, 182, 62), 0.5)
    d.text(16, 103, "金融機関名", 3)
    d.field("bank", "金融機関", FieldKind.TEXT, (40, 98.5, 60, 9), words="banks")
    d.text(104, 103, "店舗名", 3)
    d.field("branch", "支店", FieldKind.TEXT, (120, 98.5, 74, 9), words="branches")
    d.line(14, 109, 196, 109)
    d.text(16, 117, "店番号", 3)
    d.cells("branch_no", "店番号", FieldKind.DIGITS, (34, 112, 24, 10), 3)
    d.text(64, 117, "種目", 3)
    d.words(
        "account_kind",
        "預金種目",
        (78, 117),
        ("普通", "当座", "納税準備"),
        size=3.2,
        gap=5,
    )
    d.text(126, 113, "口座番号（右づめ）", 2.6)
    d.cells(
        "account",
        "口座番号",
        FieldKind.DIGITS,
        (126, 115, 66.5, 9),
        7,
        required=True,
        error_class=STRICT,
    )
    d.line(14, 126, 196, 126)
    d.text(16, 130, "口座名義（カタカナ・１マスに１字）", 2.6)
    d.cells("account_holder", "口座名義", FieldKind.KANA, (16, 132.5, 150, 9), 20)
    d.text(16, 148, "届出印", 3)
    d.ring(184, 147, 8, "届出印")
    d.field(
        "bank_seal",
        "届出印",
        FieldKind.SEAL,
        (174, 138, 20, 19),
        error_class=STATISTICS,
    )
    d.text(34, 148, "（鮮明に押してください。）", 2.6)
    d.text(16, 155, "法人番号", 3)
    d.cells(
        "corporate_no",
        "法人番号",
        FieldKind.DIGITS,
        (34, 151, 104, 7),
        13,
        check_digit="corporate_number",
        error_class=STRICT,
    )


def _what(d: Draft) -> None:
    d.text(14, 167, "■ 振替を希望する税目等（希望するものすべてに✓）", 3.8, "sans_bold")
    d.rect((14, 171, 182, 22), 0.5)
    spots = [
        (20 + (n % 3) * 58, 177.0 + n // 3 * 9, word) for n, word in enumerate(TAXES)
    ]
    d.ticks("taxes", "税目", spots, several=True)
    d.text(14, 201, "■ 納付方法と開始時期", 3.8, "sans_bold")
    d.rect((14, 205, 182, 30), 0.5)
    d.text(18, 211, "納付方法", 3)
    d.words(
        "method", "納付方法", (44, 211), ("期別納付", "全期前納"), gap=10, between="／"
    )
    d.line(14, 217, 196, 217)
    d.text(18, 226, "開始時期", 3)
    d.text(44, 226, "令和", 3.4)
    d.cells("start_year", "開始年度", FieldKind.DIGITS, (54, 221, 16, 10), 2)
    d.text(72, 226, "年度　第", 3.4)
    d.cells("start_term", "開始期", FieldKind.DIGITS, (92, 221, 8, 10), 1)
    d.text(102, 226, "期から", 3.4)
    d.text(126, 226, "依頼日", 3)
    d.date("asked_on", "依頼日", (140, 221, 55, 10), size=3)


def fill(case: Case, rng: random.Random) -> Mapping[str, Entry]:
    """Return what a tax payer writes."""
    head = case.head
    assert head.birth is not None
    area, middle, last = case.phone.split("-")
    holder = head.kana.replace("　", " ")
    entries = {
        "kana": plain(head.kana),
        "name": plain(head.name),
        "seal": ticked(yes=rng.random() < 0.6),
        "birth_date": day(head.birth, circled=True),
        "postal": postal(head.address.area.postal, cells=True),
        "address": plain(address_of(head, rng)),
        "phone": Entry(case.phone, case.phone, (area, middle, last)),
        "bank": plain(rng.choice(BANKS)),
        "branch": plain(rng.choice(BRANCHES)),
        "branch_no": plain(f"{rng.randrange(1, 999):03d}"),
        "account_kind": chosen(
            rng.choice(("普通", "普通", "普通", "当座", "納税準備"))
        ),
        "account": plain(case.account),
        "account_holder": Entry(holder, head.kana),
        "bank_seal": ticked(yes=rng.random() < 0.9),
        "taxes": chosen(*(t for t in TAXES if rng.random() < 0.45)),
        "method": chosen(rng.choice(("期別納付", "全期前納"))),
        "start_year": plain(f"{rng.choice((8, 9)):02d}"),
        "start_term": plain(str(rng.randint(1, 8))),
        "asked_on": _asked(rng),
    }
    if rng.random() < 0.3:
        entries["corporate_no"] = plain(
            corporate_number(f"{rng.randrange(10**12):012d}")
        )
    return entries


def _asked(rng: random.Random) -> Entry:
    month, last = rng.choice((10, 11)), rng.randint(1, 19)
    return Entry(
        f"令和8年{month}月{last}日",
        f"2026-{month}-{last:02d}",
        ("令和8", str(month), str(last)),
    )


BANK_TRANSFER = Design(
    form="bank_transfer",
    title="市税等口座振替依頼書",
    version="2025-10",
    page_mm=(210.0, 297.0),
    draw=draw,
    fill=fill,
)
