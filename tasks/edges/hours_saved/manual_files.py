"""業務手順書 as markdown and as a Word file.

The Word file is written by ourselves: headings, lists and tables of fixed shape need a
few lines of XML, not another library.
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

from tasks.domain.hours_saved.work_manual import Manual, Part

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/package/2006"
_FONTS = '<w:rFonts w:ascii="Yu Gothic" w:hAnsi="Yu Gothic" w:eastAsia="游ゴシック"/>'
_UNKNOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_STAMP = (1980, 1, 1, 0, 0, 0)
"""The same manual is the same file, byte for byte."""
_LABEL_W, _VALUE_W = 2800, 6500
_TYPES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="{_P}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/></Types>"""
_RELATIONS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="{_P}/relationships"><Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/></Relationships>"""
_DOCUMENT_RELATIONS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="{_P}/relationships"><Relationship Id="rId1" Type="{_R}/styles" Target="styles.xml"/><Relationship Id="rId2" Type="{_R}/footer" Target="footer1.xml"/></Relationships>"""
_FOOTER = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:ftr xmlns:w="{_W}"><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t xml:space="preserve"> / </w:t></w:r><w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>"""
_STYLES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>{_FONTS}<w:sz w:val="21"/><w:lang w:val="ja-JP" w:eastAsia="ja-JP"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:spacing w:after="80"/></w:pPr></w:style><w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:pPr><w:spacing w:after="240"/></w:pPr><w:rPr><w:b/><w:sz w:val="36"/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:keepNext/><w:spacing w:before="280" w:after="120"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="26"/></w:rPr></w:style></w:styles>"""


def manual_markdown(manual: Manual) -> str:
    """Return the manual as markdown."""
    lines = [f"# {manual.title}", ""]
    for part in manual.parts:
        lines += [f"## {part.heading}", ""]
        if part.rows:
            lines += ["| 項目 | 内容 |", "|---|---|"]
            lines += [f"| {_cell(name)} | {_cell(text)} |" for name, text in part.rows]
            lines.append("")
        lines += [f"{n}. {step}" for n, step in enumerate(part.steps, start=1)]
        lines += list(part.paragraphs)
        if part.steps or part.paragraphs:
            lines.append("")
    return "\n".join(lines)


def manual_docx(manual: Manual) -> bytes:
    """Return the manual as a Word file."""
    body = _paragraph(manual.title, "Title")
    body += "".join(_part(part) for part in manual.parts)
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{body}'
        '<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1304" w:right="1304" w:bottom="1304" w:left="1304" '
        'w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>'
        "</w:body></w:document>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
            ("word/_rels/document.xml.rels", _DOCUMENT_RELATIONS),
            ("word/styles.xml", _STYLES),
            ("word/footer1.xml", _FOOTER),
        ):
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            whole.writestr(entry, text)
    return stream.getvalue()


def _part(part: Part) -> str:
    found = _paragraph(part.heading, "Heading1")
    if part.rows:
        rows = "".join(_row(name, text) for name, text in part.rows)
        edges = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:color="9AA5B1"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        found += (
            f"<w:tbl><w:tblPr><w:tblBorders>{edges}</w:tblBorders>"
            '<w:tblCellMar><w:top w:w="60" w:type="dxa"/><w:left w:w="110" w:type="dxa"/>'
            '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="110" w:type="dxa"/>'
            "</w:tblCellMar></w:tblPr>"
            f'<w:tblGrid><w:gridCol w:w="{_LABEL_W}"/><w:gridCol w:w="{_VALUE_W}"/>'
            f"</w:tblGrid>{rows}</w:tbl>{_paragraph('')}"
        )
    found += "".join(
        _paragraph(f"{number}.\t{step}", indent=True)
        for number, step in enumerate(part.steps, start=1)
    )
    return found + "".join(_paragraph(text) for text in part.paragraphs)


def _row(name: str, text: str) -> str:
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
        f"{_paragraph(words, tight=True)}</w:tc>"
        for words, width, shade in (
            (name, _LABEL_W, '<w:shd w:val="clear" w:color="auto" w:fill="DCE6F1"/>'),
            (text, _VALUE_W, ""),
        )
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _paragraph(
    text: str, style: str = "", *, indent: bool = False, tight: bool = False
) -> str:
    looks = f'<w:pStyle w:val="{style}"/>' if style else ""
    if indent:
        looks += '<w:tabs><w:tab w:val="left" w:pos="420"/></w:tabs>'
    if tight:
        looks += '<w:spacing w:after="0"/>'
    if indent:
        looks += '<w:ind w:left="420" w:hanging="420"/>'
    properties = f"<w:pPr>{looks}</w:pPr>" if looks else ""
    runs = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(part)}</w:t>'
        for part in _printable(text).split("\t")
    )
    return f"<w:p>{properties}<w:r>{runs}</w:r></w:p>"


def _printable(text: str) -> str:
    """Return a text without letters that XML does not know; a cell may hold them."""
    return _UNKNOWN.sub("", text)


def _cell(text: str) -> str:
    return text.replace("|", "｜").replace("\n", " ")
