"""The older form that people still file: underlines, no frame, no corner marks."""

from __future__ import annotations

from sample_docs.designs import Design, Spot
from sample_docs.sheet import Sheet

SPOTS = (
    Spot("name", "氏名", "name", (112, 76.5, 62, 10)),
    Spot("kana", "フリガナ", "kana", (112, 68.5, 62, 6.5)),
    Spot("birth_date", "生年月日", "date", (112, 89, 74, 8)),
    Spot("postal", "郵便番号", "postal", (116, 44.5, 42, 7), "ordinary"),
    Spot("address", "住所", "address", (112, 53, 74, 14), lines=2),
    Spot("phone", "電話番号", "phone", (112, 99, 62, 8), "ordinary", required=False),
    Spot("base_yen", "基本額", "amount", (92, 172, 50, 8)),
    Spot("extra_yen", "加算額", "amount", (92, 182, 50, 8)),
    Spot("amount_yen", "交付申請額", "amount", (92, 158, 50, 9)),
    Spot("account", "口座番号", "digits", (92, 206, 50, 8)),
    Spot("account_holder", "口座名義（カナ）", "kana", (92, 216, 90, 8), "ordinary"),
    Spot("consent", "納税状況の調査への同意", "check", (28, 236, 5, 5)),
    Spot("seal", "印", "seal", (166, 74, 16, 14), "statistics", required=False),
)


def draw(sheet: Sheet) -> None:
    """Print the empty form."""
    face = "mincho"
    sheet.text(24, 20, "別記様式第２号（第４条、第９条関係）", 3.6, face)
    sheet.text(186, 30, "年　　　月　　　日", 4, face, "r")
    sheet.text(28, 38, "みなと市長　　様", 4.8, face)
    _applicant(sheet)
    sheet.text(105, 118, "補　助　金　等　交　付　申　請　書", 6.4, face, "c")
    text = "　みなと市補助金等交付規則（平成１８年規則第４２号）第４条第１項の規定に"
    sheet.text(26, 130, text, 4.2, face)
    sheet.text(
        26,
        137,
        "より、補助金等の交付を受けたいので、下記のとおり申請します。",
        4.2,
        face,
    )
    sheet.text(105, 146, "記", 4.6, face, "c")
    _items(sheet)


def _applicant(sheet: Sheet) -> None:
    face = "mincho"
    sheet.text(72, 60, "申請者", 4.2, face)
    rows = (
        *((48.5, "郵便番号"), (57, "住　　所"), (72, "フリガナ"), (82, "氏　　名")),
        *((93.5, "生年月日"), (103.5, "電話番号")),
    )
    for y, label in rows:
        sheet.text(90, y, label, 4, face)
    sheet.text(111, 48.5, "〒", 4.2, face)
    for y in (52, 60.2, 67.6, 75.4, 87, 97.6, 107.6):
        sheet.line(110, y, 186, y, 0.15)
    sheet.text(174, 81.5, "印", 4.4, face, "c", grey=90)
    for x, word in ((140, "年"), (158, "月"), (176, "日")):
        sheet.text(x, 93.5, word, 4, face, "c")


def _items(sheet: Sheet) -> None:
    face = "mincho"
    labels = (
        *((153, "１　補助事業等の名称　　　子育て応援補助金"), (163, "２　交付申請額")),
        *((177, "３　申請額の内訳"), (200, "４　振込口座"), (231, "５　同意事項")),
    )
    for y, label in labels:
        sheet.text(26, y, label, 4.2, face)
    for y, label in ((177, "基本額"), (187, "加算額")):
        sheet.text(66, y, label, 4, face)
    sheet.text(84, 163.5, "金", 4.4, face)
    for y, label in (
        (201, "金融機関"),
        (211, "口座番号（普通）"),
        (221, "口座名義（カナ）"),
    ):
        sheet.text(57, y, label, 4, face)
    for y in (167.6, 180.6, 190.6):
        sheet.line(90, y, 143, y, 0.15)
        sheet.text(145, y - 3.8, "円", 4.2, face)
    for y in (204, 214.6, 224.6):
        sheet.line(90, y, 184, y, 0.15)
    sheet.rect((28, 236, 5, 5), width=0.25)
    text = "市税の納付状況について、担当職員が関係課に照会することに同意します。"
    sheet.text(36, 238.5, text, 4, face)
    sheet.text(26, 252, "備考　用紙の大きさは、日本産業規格Ａ列４番とする。", 3.4, face)


FORM_2019 = Design(
    form="subsidy_2019",
    title="補助金等交付申請書（令和元年様式）",
    version="2019-07",
    spots=SPOTS,
    draw=draw,
    comment="補助金等交付申請書　令和元年7月からの旧様式（下線だけで枠がない）",
    totals=((("base_yen", "extra_yen"), "amount_yen"),),
)
