"""The form in use: frames, labels in cells, corner marks, a box for each digit."""

from __future__ import annotations

from sample_docs.designs import Design, Spot
from sample_docs.sheet import Sheet

LEFT, RIGHT, LABEL = 20.0, 190.0, 52.0
SHADE = 232

SPOTS = (
    Spot("name", "氏名", "name", (53.5, 77, 72, 11.5)),
    Spot("kana", "フリガナ", "kana", (53.5, 67, 74, 7)),
    Spot("birth_date", "生年月日", "date", (53.5, 91.5, 62, 8)),
    Spot("postal", "郵便番号", "postal", (60, 102.5, 42, 7.5), "ordinary", cells=7),
    Spot("address", "住所", "address", (53.5, 111.5, 135, 13), lines=2),
    Spot("phone", "電話番号", "phone", (140, 91.5, 49, 8), "ordinary", required=False),
    Spot("base_yen", "基本額", "amount", (74, 136, 70, 8)),
    Spot("extra_yen", "加算額", "amount", (74, 146, 70, 8)),
    Spot("amount_yen", "申請額合計", "amount", (74, 156, 70, 8)),
    Spot("account", "口座番号", "digits", (56, 186, 56, 8.5), cells=7),
    Spot(
        "account_holder", "口座名義（カナ）", "kana", (53.5, 197.5, 135, 8), "ordinary"
    ),
    Spot("consent", "納税状況の調査への同意", "check", (24, 220, 5.5, 5.5)),
    Spot("seal", "印", "seal", (110, 75.5, 16, 14), "statistics", required=False),
)


def draw(sheet: Sheet) -> None:
    """Print the empty form."""
    for x in (8.0, 197.0):
        for y in (8.0, 284.0):
            sheet.rect((x, y, 5, 5), fill=0)
    sheet.rect((199, 286, 2.2, 2.2), width=0, fill=255)
    sheet.text(LEFT, 17, "様式第１号（第４条関係）", 3.4)
    sheet.text(105, 26, "補助金等交付申請書", 7, "sans_bold", "c")
    sheet.text(RIGHT, 37, "令和　　　年　　　月　　　日", 4, anchor="r")
    sheet.text(LEFT + 2, 44, "（宛先）みなと市長", 4.2)
    sheet.text(
        LEFT + 2,
        51.5,
        "　みなと市補助金等交付規則第４条の規定により、関係書類を添えて次のとおり申請します。",
        3.8,
    )
    _applicant(sheet)
    _amounts(sheet)
    _account(sheet)
    _consent(sheet)


def _row(sheet: Sheet, top: float, height: float, label: str) -> None:
    """Print one row of a table: a shaded label cell and an empty cell."""
    sheet.rect((LEFT, top, LABEL - LEFT, height), fill=SHADE)
    sheet.rect((LABEL, top, RIGHT - LABEL, height))
    middle = (LEFT + LABEL) / 2
    sheet.text(middle, top + height / 2, label, 3.6, "sans", "c")


def _frame(sheet: Sheet, top: float, height: float) -> None:
    sheet.rect((LEFT, top, RIGHT - LEFT, height), width=0.5)


def _applicant(sheet: Sheet) -> None:
    sheet.text(LEFT, 61.5, "１　申請者", 4.2, "sans_bold")
    _row(sheet, 66, 9, "フリガナ")
    _row(sheet, 75, 15, "氏　　名")
    sheet.text(118, 82.5, "印", 4.4, "mincho", "c", grey=110)
    sheet.text(130, 80, "※本人が手書きしない場合は、", 2.8)
    sheet.text(130, 84.5, "　記名押印してください。", 2.8)
    _row(sheet, 90, 11, "生年月日")
    sheet.rect((117, 90, 21.5, 11), fill=SHADE)
    sheet.text(127.7, 95.5, "電話番号", 3.6, "sans", "c")
    _row(sheet, 101, 25, "住　　所")
    sheet.text(54, 106.3, "〒", 4.4)
    for cell in range(7):
        sheet.rect((60 + cell * 6, 102.5, 6, 7.5))
    sheet.line(78, 102.5, 78, 110, 0.6)
    _frame(sheet, 66, 60)


def _amounts(sheet: Sheet) -> None:
    sheet.text(LEFT, 131, "２　交付申請額", 4.2, "sans_bold")
    rows = (("基本額", "Ａ"), ("加算額", "Ｂ"), ("申請額合計", "Ａ＋Ｂ"))
    for place, (label, letter) in enumerate(rows):
        top = 135.0 + place * 10
        _row(sheet, top, 10, label)
        sheet.text(57, top + 5, letter, 3.4, "sans")
        sheet.text(147, top + 5.2, "円", 4.2)
    sheet.text(155, 148.3, "金額の頭に￥を付けないで", 2.7)
    sheet.text(155, 152.2, "ください。", 2.7)
    _frame(sheet, 135, 30)


def _account(sheet: Sheet) -> None:
    sheet.text(
        LEFT, 170.5, "３　振込先（申請者本人の口座に限ります。）", 4.2, "sans_bold"
    )
    _row(sheet, 175, 10, "金融機関・支店")
    _row(sheet, 185, 11, "口座番号")
    for cell in range(7):
        sheet.rect((56 + cell * 8, 186, 8, 8.5))
    sheet.text(128, 190.5, "預金種目　　普通　・　当座", 3.6)
    _row(sheet, 196, 11, "口座名義（カナ）")
    _frame(sheet, 175, 32)


def _consent(sheet: Sheet) -> None:
    sheet.text(LEFT, 212.5, "４　納税状況の調査への同意", 4.2, "sans_bold")
    sheet.rect((LEFT, 217, RIGHT - LEFT, 20), width=0.5)
    sheet.rect((24, 220, 5.5, 5.5), width=0.35)
    sheet.text(33, 222.8, "同意します", 4.2, "sans_bold")
    sheet.text(
        33,
        229,
        "この申請の審査のため、市税の納付状況を担当職員が調査し、税務課に照会すること",
        3.3,
    )
    sheet.text(33, 233.5, "に同意する場合は、□にチェックを付けてください。", 3.3)
    sheet.text(
        LEFT, 243, "※添付書類　□　母子健康手帳の写し　　□　振込口座の通帳の写し", 3.4
    )
    sheet.rect((148, 246, 42, 30))
    sheet.text(150, 249.5, "受付印（市が使います）", 2.7)
    sheet.text(105, 288, "みなと市子育て支援課　2026.4", 2.8, anchor="c")


FORM_2026 = Design(
    form="subsidy_2026",
    title="補助金等交付申請書（令和8年様式）",
    version="2026-04",
    spots=SPOTS,
    draw=draw,
    comment="補助金等交付申請書　令和8年4月からの様式（枠・四隅の印・一字ずつの枠あり）",
    totals=((("base_yen", "extra_yen"), "amount_yen"),),
)
