"""押印・書面の見直し: what blank forms demand, and decisions kept between runs."""

import shutil
import zipfile
from pathlib import Path

import pytest
import python_calamine
import xlsxwriter
from PIL import Image

from tasks.domain.errors import NeedsPersonError
from tasks.domain.reading.form_demands import DemandKind, PrintedLine, demands_in
from tasks.edges.reading.form_list import NAME, form_list, read_ticks
from tasks.procedures.form_review import FormReview, review_forms

ROOT = Path(__file__).resolve().parents[2]
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("氏名　　　　　　　㊞", ["押印"], id="circled"),
        pytest.param("氏名＿＿＿＿＿印", ["押印"], id="after a line"),
        pytest.param("（印）", ["押印"], id="in brackets"),
        pytest.param("記名押印してください", ["押印"], id="in a sentence"),
        pytest.param("実印を押してください", ["押印"], id="registered"),
        pytest.param("署名又は記名押印", ["押印", "署名"], id="either"),
        pytest.param("自署の場合", ["署名"], id="own hand"),
        pytest.param("窓口へお越しください", ["来庁・対面"], id="coming"),
        pytest.param("住民票の写しを添付", ["添付書類"], id="papers"),
        pytest.param("印鑑登録証明書を添付", ["添付書類"], id="certificate"),
        pytest.param("押印は不要です", [], id="no seal needed"),
        pytest.param("押印を省略できます", [], id="may be left out"),
        pytest.param("署名は必要ありません", [], id="no signature needed"),
        pytest.param("受付印", [], id="stamp of the office"),
        pytest.param("収受印", [], id="another stamp of the office"),
        pytest.param("印刷して使う", [], id="printing"),
        pytest.param("収入印紙", [], id="revenue stamp"),
        pytest.param("申請者の氏名", [], id="nothing"),
    ],
)
def test_what_words_demand(text: str, kinds: list[str]) -> None:
    found = demands_in([PrintedLine(text, "A1")])
    assert [one.kind.value for one in found] == kinds


def word_file(file: Path, *paragraphs: str) -> Path:
    body = "".join(
        f"<w:p><w:r><w:t>{text}</w:t></w:r><w:r><w:tab/></w:r></w:p>"
        for text in paragraphs
    )
    with zipfile.ZipFile(file, "w") as whole:
        whole.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
        )
    return file


def book_file(file: Path) -> Path:
    book = xlsxwriter.Workbook(str(file))
    page = book.add_worksheet("様式")
    page.write("B3", "申請者氏名")
    page.write("F3", "㊞")
    page.write("B9", "納税証明書の写しを添付してください")
    page.insert_textbox("H3", "印")
    book.close()
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    forms = tmp_path / "様式"
    (forms / "税務課").mkdir(parents=True)
    (forms / "福祉課").mkdir()
    book_file(forms / "税務課" / "納税証明.xlsx")
    word_file(forms / "福祉課" / "届.docx", "届出書", "氏名 印", "窓口へお越しください")
    word_file(forms / "福祉課" / "照会.docx", "押印は不要です。")
    (forms / "福祉課" / "壊れた.docx").write_bytes(b"PK broken")
    return forms


def review(folder: Path, out: Path) -> FormReview:
    return review_forms(folder, out=out, tell=lambda _: None)


def sheet(file: Path, name: str) -> list[list[object]]:
    book = python_calamine.CalamineWorkbook.from_path(file)
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def test_every_demand_has_its_place(folder: Path, tmp_path: Path) -> None:
    made = review(folder, tmp_path / "out")
    found = {
        (form.file, one.kind, one.place) for form in made.forms for one in form.demands
    }
    assert found == {
        ("税務課/納税証明.xlsx", DemandKind.SEAL, "様式!F3"),
        ("税務課/納税証明.xlsx", DemandKind.SEAL, "図形（H3付近）"),
        ("税務課/納税証明.xlsx", DemandKind.ATTACHMENT, "様式!B9"),
        ("福祉課/届.docx", DemandKind.SEAL, "本文 2段落目"),
        ("福祉課/届.docx", DemandKind.ATTENDANCE, "本文 3段落目"),
    }


def test_sections_are_counted_and_what_cannot_be_read_is_listed(
    folder: Path, tmp_path: Path
) -> None:
    made = review(folder, tmp_path / "out")
    counts = sheet(made.workbook, "課ごとの数")
    assert counts[1][:6] == ["福祉課", 2, 1, 0, 1, 0]
    assert counts[2][:6] == ["税務課", 1, 1, 0, 0, 1]
    assert counts[3][:6] == ["合計", 3, 2, 0, 1, 1]
    (trouble,) = sheet(made.workbook, "読めない様式")[1:]
    assert trouble[1] == "福祉課/壊れた.docx"
    assert "FILE-006" in str(trouble[2])


def test_decisions_are_kept_when_the_forms_are_read_again(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    made = review(folder, out)
    keys = [key for form in made.forms for key in form.keys]
    ticks = {keys[0]: ("廃止", "規則を改める"), keys[-1]: ("存続", "")}
    (out / NAME).write_bytes(form_list(made.forms, ticks))
    again = review(folder, out)
    assert again.kept == 2
    assert read_ticks(out / NAME) == ticks
    word_file(folder / "福祉課" / "届.docx", "届出書")
    # The form no longer demands what was decided on: the decision is kept apart.
    third = review(folder, out)
    assert read_ticks(out / NAME) == ticks
    assert [row[6] for row in sheet(third.workbook, "前回だけの判断")[1:]] == ["廃止"]


def test_a_workbook_that_cannot_be_read_is_not_written_over(
    folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / NAME).write_bytes(b"half saved")
    with pytest.raises(NeedsPersonError, match="TABLE-008"):
        review(folder, out)
    assert (out / NAME).read_bytes() == b"half saved"


def test_an_entity_in_a_word_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with zipfile.ZipFile(tmp_path / "a" / "x.docx", "w") as whole:
        whole.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    made = review(tmp_path / "a", tmp_path / "out")
    assert "FILE-006" in made.forms[0].trouble


def word_of(body: str, folder: Path) -> list[tuple[str, str]]:
    """Return what a Word file of this body demands: words and place."""
    (folder / "課").mkdir(parents=True)
    with zipfile.ZipFile(folder / "課" / "様式.docx", "w") as whole:
        whole.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{W}" xmlns:mc="{MC}"><w:body>{body}</w:body></w:document>',
        )
    made = review(folder, folder.parent / "out")
    assert made.forms[0].trouble == ""
    return [(one.words, one.place) for one in made.forms[0].demands]


def test_a_text_box_that_word_writes_twice_demands_once(tmp_path: Path) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>㊞</w:t></w:r></w:p></w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>氏名</w:t></w:r><w:r><mc:AlternateContent>"
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert word_of(body, tmp_path / "f") == [("㊞", "本文 2段落目")]


def test_words_in_tables_and_in_fields_to_fill_in_are_read(tmp_path: Path) -> None:
    control = "<w:sdt><w:sdtContent><w:r><w:t>署名</w:t></w:r></w:sdtContent></w:sdt>"
    body = (
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>代表者印</w:t></w:r></w:p></w:tc></w:tr>"
        f"</w:tbl><w:p>{control}</w:p>"
    )
    found = word_of(body, tmp_path / "f")
    assert [words for words, _ in found] == ["代表者印", "署名"]


def test_words_that_were_struck_out_in_word_demand_nothing(tmp_path: Path) -> None:
    gone = "<w:del><w:r><w:t>押印</w:t></w:r></w:del>"
    body = f"<w:p><w:r><w:t>氏名</w:t></w:r>{gone}</w:p>"
    assert word_of(body, tmp_path / "f") == []


def test_a_pdf_that_was_never_paper_is_read_without_a_reader(tmp_path: Path) -> None:
    (tmp_path / "様式" / "子育て支援課").mkdir(parents=True)
    (file,) = (ROOT / "sample_docs" / "inbox").glob("電子申請*.pdf")
    shutil.copy(file, tmp_path / "様式" / "子育て支援課" / "補助金.pdf")
    made = review(tmp_path / "様式", tmp_path / "out")
    (form,) = made.forms
    assert (form.section, form.trouble) == ("子育て支援課", "")
    found = [(one.kind, one.words, one.place) for one in form.demands]
    assert found == [
        (DemandKind.SEAL, "印", "1ページ 左116mm 上81mm"),
        (DemandKind.SEAL, "記名押印してください", "1ページ 左133mm 上83mm"),
        (DemandKind.ATTACHMENT, "※添付書類", "1ページ 左20mm 上241mm"),
        (DemandKind.ATTACHMENT, "母子健康手帳の写し", "1ページ 左47mm 上241mm"),
        (DemandKind.ATTACHMENT, "振込口座の通帳の写し", "1ページ 左92mm 上241mm"),
    ]


@pytest.mark.slow
def test_a_blank_scanned_askew_and_grey_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "様式" / "税務課").mkdir(parents=True)
    blank = Image.open(ROOT / "configs" / "forms" / "subsidy_2026.png").convert("L")
    askew = blank.rotate(-0.8, resample=Image.Resampling.BICUBIC, fillcolor=235)
    grey = askew.point(lambda level: 30 + level * 200 // 255)
    file = tmp_path / "様式" / "税務課" / "補助金.pdf"
    grey.save(file, resolution=blank.info.get("dpi", (300, 300))[0], quality=70)
    (form,) = review(tmp_path / "様式", tmp_path / "out").forms
    kinds = {one.kind for one in form.demands}
    assert {DemandKind.SEAL, DemandKind.ATTACHMENT} <= kinds
    assert all(one.place.startswith("1ページ 左") for one in form.demands)
