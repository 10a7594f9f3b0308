"""Blanks that are drafted from, each with where its fields truly are.

Four are drawn here, with the shapes that Japanese forms are made of; they may be used
for tuning. The forms of benchmarks/paper may not: they are what is reported.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from sample_docs.pdf import PdfSheet
from sample_docs.scanner import Scan, add_specks, scan
from sample_docs.sheet import PictureSheet, Sheet

BoxMm = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class True_:  # noqa: N801 - reads as "the true field"
    """Where something is written, and what."""

    id: str
    kind: str
    box_mm: BoxMm
    cells: int | None = None
    rows: int = 1
    """More than one for a column of a table; the box is of the first row."""
    options: int = 0


@dataclass(slots=True)
class Paper:
    """A form while it is drawn: print goes to the sheet, truth is kept."""

    sheet: Sheet
    truth: list[True_] = field(default_factory=list)

    def field(
        self,
        id_: str,
        kind: str,
        box: BoxMm,
        *,
        cells: int | None = None,
        rows: int = 1,
        options: int = 0,
    ) -> None:
        """Note a field."""
        self.truth.append(True_(id_, kind, box, cells, rows, options))

    def label(self, box: BoxMm, text: str, size: float = 3.4, fill: int = 236) -> None:
        """Print a shaded cell with its label."""
        self.sheet.rect(box, fill=fill)
        left, top, width, height = box
        self.sheet.text(left + width / 2, top + height / 2, text, size, "sans", "c")

    def cell(self, id_: str, kind: str, box: BoxMm, *, inset: float = 0.8) -> None:
        """Print an empty cell that is a field."""
        self.sheet.rect(box)
        left, top, width, height = box
        inner = (left + inset, top + inset, width - 2 * inset, height - 2 * inset)
        self.field(id_, kind, inner)

    def boxes(self, id_: str, kind: str, box: BoxMm, count: int) -> None:
        """Print a box for each digit."""
        left, top, width, height = box
        for number in range(count):
            self.sheet.rect((left + number * width / count, top, width / count, height))
        self.field(id_, kind, box, cells=count)

    def tick(
        self, id_: str, left: float, top: float, text: str, side: float = 4.0
    ) -> None:
        """Print a box to tick with its text."""
        self.sheet.rect((left, top, side, side), width=0.3)
        self.sheet.text(left + side + 2, top + side / 2, text, 3.4)
        self.field(id_, "check", (left, top, side, side))


def childcare(paper: Paper) -> None:
    """A table-heavy application for a nursery place, frames within frames."""
    sheet = paper.sheet
    sheet.text(20, 15, "第１号様式（第３条関係）", 3.2)
    sheet.text(105, 24, "保育所等利用申込書", 6.5, "sans_bold", "c")
    sheet.text(140, 33, "年", 3.8)
    sheet.text(158, 33, "月", 3.8)
    sheet.text(176, 33, "日", 3.8)
    paper.field("application_date", "date", (126, 29, 54, 8))
    sheet.text(20, 40, "（宛先）みなと市長", 4)
    paper.label((20, 46, 10, 38), "")
    for place, letter in enumerate("申込者"):
        sheet.text(25, 56 + place * 9, letter, 3.6, "sans", "c")
    paper.label((30, 46, 26, 8), "フリガナ", 3)
    paper.cell("kana", "kana", (56, 46, 64, 8))
    paper.label((30, 54, 26, 12), "氏　名")
    paper.cell("name", "name", (56, 54, 64, 12))
    paper.label((120, 46, 22, 8), "続柄", 3)
    paper.cell("relation", "text", (142, 46, 48, 8))
    paper.label((120, 54, 22, 12), "電話番号", 3)
    paper.cell("phone", "phone", (142, 54, 48, 12))
    paper.label((30, 66, 26, 18), "住　所")
    sheet.rect((56, 66, 134, 18))
    sheet.text(58, 70, "〒", 4)
    paper.field("postal", "postal", (63, 67, 40, 6.5))
    paper.field("address", "address", (57, 74, 132, 9.4))
    _children(paper)
    _parents(paper)
    paper.label((20, 190, 36, 24), "利用を希望する理由", 3.2)
    paper.cell("reason", "text", (56, 190, 134, 24))
    sheet.text(20, 222, "次の事項に同意します。", 3.6)
    paper.tick("consent", 24, 227, "市が住民登録と税の状況を調査すること")
    paper.tick("check_2", 24, 234, "申込みの内容を施設に提供すること")
    sheet.text(110, 252, "申込者氏名", 3.8)
    sheet.line(134, 256, 184, 256)
    paper.field("name_2", "name", (134, 247.5, 44, 8))


def _children(paper: Paper) -> None:
    sheet = paper.sheet
    sheet.text(20, 90, "１　申込みをする児童", 3.8, "sans_bold")
    widths = (10, 50, 40, 20, 50)
    heads = ("", "児童の氏名", "生年月日", "性別", "希望する施設名")
    left = 20.0
    for width, head in zip(widths, heads, strict=True):
        paper.label((left, 94, width, 8), head, 3)
        for row in range(4):
            sheet.rect((left, 102 + row * 10, width, 10))
        left += width
    for row in range(4):
        top = 102 + row * 10
        sheet.text(25, top + 5, str(row + 1), 3.4, "sans", "c")
        for place, mark in zip((93, 104, 115), "年月日", strict=True):
            sheet.text(place, top + 5, mark, 2.8, anchor="c")
        sheet.text(130, top + 5, "男・女", 3.2, anchor="c")
    paper.field("name", "name", (30.8, 102.8, 48.4, 8.4), rows=4)
    paper.field("birth_date", "date", (80.8, 102.8, 36.5, 8.4), rows=4)
    paper.field("sex", "choice", (124, 104, 12, 6), rows=4, options=2)
    paper.field("facility", "text", (140.8, 102.8, 48.4, 8.4), rows=4)


def _parents(paper: Paper) -> None:
    sheet = paper.sheet
    sheet.text(20, 148, "２　保護者の状況", 3.8, "sans_bold")
    paper.label((20, 152, 36, 8), "")
    paper.label((56, 152, 67, 8), "父", 3.2)
    paper.label((123, 152, 67, 8), "母", 3.2)
    for row, (label, kind) in enumerate(
        (("勤務先の名称", "text"), ("勤務先の電話番号", "phone"), ("職業", "text"))
    ):
        top = 160 + row * 9
        paper.label((20, top, 36, 9), label, 3.2)
        paper.cell(f"father_{row}", kind, (56, top, 67, 9))
        paper.cell(f"mother_{row}", kind, (123, top, 67, 9))


def slip(paper: Paper) -> None:
    """A payment slip: a box for each digit, units printed in them, few labels."""
    sheet = paper.sheet
    sheet.rect((8, 8, 194, 84), width=0.5)
    sheet.text(105, 14, "市税等納付書・領収済通知書", 5, "sans_bold", "c")
    paper.label((12, 20, 30, 10), "通知書番号", 3.2)
    sheet.rect((42, 20, 80, 10))
    paper.boxes("reference_no", "digits", (44, 21.5, 70, 7), 10)
    paper.label((122, 20, 20, 10), "年度", 3.2)
    paper.cell("period", "digits", (142, 20, 20, 10))
    paper.label((162, 20, 16, 10), "期別", 3.2)
    paper.cell("period_2", "digits", (178, 20, 20, 10))
    paper.label((12, 34, 30, 12), "納付金額", 3.4)
    left = 42.0
    for unit in "億千百十万千百十円":
        sheet.rect((left, 34, 7, 12))
        sheet.text(left + 5.2, 35.8, unit, 1.9, "sans", "c")
        left += 7
    paper.field("paid_yen", "amount", (42, 36.8, 63, 9.2), cells=9)
    paper.label((110, 34, 28, 12), "納期限", 3.4)
    paper.cell("due_date", "date", (138, 34, 60, 12))
    paper.label((12, 50, 30, 8), "フリガナ", 3)
    paper.cell("kana", "kana", (42, 50, 100, 8))
    paper.label((12, 58, 30, 14), "納付者氏名", 3.4)
    sheet.rect((42, 58, 100, 14))
    sheet.text(134, 65, "様", 3.6)
    paper.field("name", "name", (42.8, 58.8, 88, 12.4))
    paper.label((12, 72, 30, 14), "住　所", 3.4)
    paper.cell("address", "address", (42, 72, 100, 14))
    sheet.rect((150, 52, 44, 34))
    sheet.text(152, 55, "領収日付印", 2.6)


def benefit(paper: Paper) -> None:
    """Choices, eras to circle, digits in groups, ticks in a row, underlines."""
    sheet = paper.sheet
    sheet.text(105, 20, "児童手当　認定請求書", 6.5, "sans_bold", "c")
    sheet.text(22, 32, "請求者", 4, "sans_bold")
    rows = 36.0
    paper.label((20, rows, 34, 11), "氏　　名")
    sheet.rect((54, rows, 136, 11))
    sheet.text(178, rows + 5.5, "㊞", 4)
    paper.field("name", "name", (54.8, rows + 0.8, 120, 9.4))
    paper.field("seal", "seal", (173, rows - 1.5, 14, 14))
    paper.label((20, 47, 34, 12), "生年月日")
    sheet.rect((54, 47, 86, 12))
    left = 56.0
    for place, era in enumerate("大昭平令"):
        sheet.text(left + place * 6, 53, era, 3.2)
        if place:
            sheet.text(left + place * 6 - 1.5, 53, "・", 3)
    for place, mark in zip((97, 114, 131), "年月日", strict=True):
        sheet.text(place, 53, mark, 3.4)
    paper.field("birth_date", "date", (80, 48, 55, 10))
    paper.label((140, 47, 20, 12), "性別")
    sheet.rect((160, 47, 30, 12))
    sheet.text(175, 53, "男　・　女", 3.4, anchor="c")
    paper.field("sex", "choice", (166, 50, 18, 6), options=2)
    paper.label((20, 59, 34, 11), "個人番号")
    sheet.rect((54, 59, 136, 11))
    paper.boxes("my_number", "digits", (57, 60.5, 84, 8), 12)
    paper.label((20, 70, 34, 11), "配偶者の有無")
    sheet.rect((54, 70, 136, 11))
    sheet.text(60, 75.5, "有　・　無", 3.6)
    paper.field("spouse_choice", "choice", (59, 72.5, 20, 6), options=2)
    sheet.text(22, 90, "振込先口座", 4, "sans_bold")
    paper.label((20, 94, 34, 10), "金融機関名")
    sheet.rect((54, 94, 136, 10))
    sheet.text(112, 99, "銀行・信用金庫・農協", 3.2)
    paper.field("bank", "text", (54.8, 94.8, 55, 8.4))
    paper.field("bank_kind", "choice", (111, 96.5, 34, 5), options=3)
    paper.label((20, 104, 34, 10), "預金種別")
    sheet.rect((54, 104, 136, 10))
    sheet.text(60, 109, "１ 普通　　２ 当座　　３ 貯蓄", 3.4)
    paper.field("account_kind", "choice", (64.5, 106, 45, 6), options=3)
    paper.label((20, 114, 34, 11), "口座番号")
    sheet.rect((54, 114, 136, 11))
    paper.boxes("account", "digits", (58, 115.5, 49, 8), 7)
    paper.label((20, 125, 34, 11), "口座名義（カタカナ）", 3)
    paper.cell("account_holder", "kana", (54, 125, 136, 11))
    _benefit_rest(paper)


def _benefit_rest(paper: Paper) -> None:
    sheet = paper.sheet
    sheet.text(22, 145, "加入している年金（あてはまるもの一つに✓）", 3.6)
    left = 26.0
    for text in ("国民年金", "厚生年金", "共済年金", "未加入"):
        sheet.rect((left, 150, 4, 4), width=0.3)
        sheet.text(left + 6, 152, text, 3.4)
        left += 34
    paper.field("pension", "choice", (26, 149, 106, 6), options=4)
    sheet.text(22, 166, "請求者の住所", 3.8)
    sheet.line(50, 169.5, 180, 169.5)
    paper.field("address", "address", (50, 161, 130, 8))
    sheet.text(22, 180, "電　話", 3.8)
    sheet.line(50, 183.5, 110, 183.5)
    paper.field("phone", "phone", (50, 175, 60, 8))
    sheet.text(22, 196, "前年の所得額", 3.8)
    sheet.line(50, 199.5, 110, 199.5)
    sheet.text(112, 196, "円", 3.8)
    paper.field("income_yen", "amount", (50, 191, 60, 8))
    sheet.rect((20, 210, 170, 30))
    sheet.text(23, 214, "備考", 3.4)
    paper.field("note", "text", (21, 217, 168, 22))


# --- a form made with an office program -------------------------------------------

_WIDTHS_MM = (30, 55, 30, 55)
_MARGIN_MM = 20.0
_ROWS: tuple[tuple[float, tuple[tuple[str, int, str, str], ...]], ...] = (
    # height, (text, columns spanned, id, kind)
    (14, (("施設使用許可申請書", 4, "", ""),)),
    (9, (("団体名", 1, "", ""), ("", 3, "organisation", "text"))),
    (9, (("フリガナ", 1, "", ""), ("", 3, "kana", "kana"))),
    (12, (("代表者氏名", 1, "", ""), ("", 3, "name", "name"))),
    (
        9,
        (
            ("郵便番号", 1, "", ""),
            ("", 1, "postal", "postal"),
            ("電話番号", 1, "", ""),
            ("", 1, "phone", "phone"),
        ),
    ),
    (16, (("住所", 1, "", ""), ("", 3, "address", "address"))),
    (
        10,
        (
            ("使用日", 1, "", ""),
            ("", 1, "date", "date"),
            ("使用人数", 1, "", ""),
            ("", 1, "count", "digits"),
        ),
    ),
    (
        10,
        (
            ("使用料", 1, "", ""),
            ("", 1, "yen", "amount"),
            ("減免", 1, "", ""),
            ("有 ・ 無", 1, "choice", "choice"),
        ),
    ),
    (30, (("使用目的", 1, "", ""), ("", 3, "purpose", "text"))),
    (9, (("備考", 1, "", ""), ("", 3, "note", "text"))),
)


def office_truth() -> list[True_]:
    """Return the fields of the form that `office_pdf` makes."""
    truth = []
    top = _MARGIN_MM
    for height, cells in _ROWS:
        column = 0
        for _, span, id_, kind in cells:
            left = _MARGIN_MM + sum(_WIDTHS_MM[:column])
            width = sum(_WIDTHS_MM[column : column + span])
            column += span
            if not id_:
                continue
            box = (left + 0.8, top + 0.8, width - 1.6, height - 1.6)
            if kind == "choice":
                box = (left + width / 2 - 7, top + height / 2 - 3, 14, 6)
            truth.append(True_(id_, kind, box, options=2 * (kind == "choice")))
        top += height
    return truth


def office_pdf(folder: Path) -> Path:
    """Make a form with LibreOffice Calc and return its PDF."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "office.fods"
    source.write_text(_spreadsheet(), encoding="utf-8")
    subprocess.run(
        [
            "soffice",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder / "office.pdf"


def _spreadsheet() -> str:
    columns = "".join(
        f'<style:style style:name="c{n}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}mm"/></style:style>'
        for n, width in enumerate(_WIDTHS_MM)
    )
    rows = "".join(
        f'<style:style style:name="r{n}" style:family="table-row"><style:table-row-properties '
        f'style:row-height="{height}mm" style:use-optimal-row-height="false"/></style:style>'
        for n, (height, _) in enumerate(_ROWS)
    )
    body = "".join(
        f'<table:table-row table:style-name="r{n}">{_row(cells)}</table:table-row>'
        for n, (_, cells) in enumerate(_ROWS)
    )
    named = "".join(
        f'<table:table-column table:style-name="c{n}"/>' for n in range(len(_WIDTHS_MM))
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:automatic-styles>{columns}{rows}
<style:style style:name="cell" style:family="table-cell">
<style:table-cell-properties fo:border="0.5pt solid #000000" style:vertical-align="middle"/>
<style:paragraph-properties fo:text-align="center"/>
<style:text-properties fo:font-size="11pt" style:font-name-asian="Noto Sans CJK JP"/></style:style>
<style:page-layout style:name="pl"><style:page-layout-properties fo:page-width="210mm"
 fo:page-height="297mm" fo:margin-top="{_MARGIN_MM}mm" fo:margin-bottom="20mm"
 fo:margin-left="{_MARGIN_MM}mm" fo:margin-right="20mm"/>
<style:header-style/><style:footer-style/></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Default" style:page-layout-name="pl">
<style:header style:display="false"/><style:footer style:display="false"/>
</style:master-page></office:master-styles>
<office:body><office:spreadsheet><table:table table:name="s">{named}{body}</table:table>
</office:spreadsheet></office:body></office:document>"""


def _row(cells: tuple[tuple[str, int, str, str], ...]) -> str:
    parts = []
    for text, span, _, _ in cells:
        paragraph = f"<text:p>{text}</text:p>" if text else ""
        parts.append(
            f'<table:table-cell table:style-name="cell" table:number-columns-spanned="{span}">'
            f"{paragraph}</table:table-cell>"
        )
        parts.append('<table:covered-table-cell table:style-name="cell"/>' * (span - 1))
    return "".join(parts)


# --- the files ---------------------------------------------------------------------

DRAWN: dict[str, tuple[Callable[[Paper], None], tuple[float, float]]] = {
    "childcare": (childcare, (210.0, 297.0)),
    "slip": (slip, (210.0, 100.0)),
    "benefit": (benefit, (210.0, 297.0)),
}


def drawn_truth(name: str) -> list[True_]:
    """Return the fields of a form drawn here."""
    draw, page_mm = DRAWN[name]
    paper = Paper(PictureSheet(page_mm, 72))
    draw(paper)
    return paper.truth


def drawn_pdf(name: str, folder: Path) -> Path:
    """Write a form as born-digital PDF."""
    draw, page_mm = DRAWN[name]
    sheet = PdfSheet(page_mm)
    draw(Paper(sheet))
    path = folder / f"{name}.pdf"
    path.write_bytes(sheet.pdf())
    return path


def drawn_picture(name: str, dpi: int) -> Image.Image:
    """Return a form as a grey picture."""
    draw, page_mm = DRAWN[name]
    sheet = PictureSheet(page_mm, dpi)
    draw(Paper(sheet))
    return sheet.image


def crooked(image: Image.Image, dpi: int, seed: int) -> Image.Image:
    """Return a blank as a copier scans it: bilevel, a little turned, with dust."""
    rng = np.random.default_rng(seed)
    how = Scan(
        dpi=300,
        mode="bilevel",
        skew_deg=float(rng.uniform(0.6, 1.8)) * float(rng.choice((-1, 1))),
        noise=6.0,
    )
    return add_specks(scan(image.convert("RGB"), dpi, how, rng), 150, rng)
