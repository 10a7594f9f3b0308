"""Takes the pictures of the workbooks: `make pictures` (needs LibreOffice and poppler).

Runs 滞納確認 twice over the sample city in a work folder of its own, as staff would: between
the runs some pay and a clerk decides who somebody is. Then prints the workbooks as
LibreOffice lays them out, so that the pictures show what comes out of the printer.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl  # noqa: TID251 - a clerk writes into the workbook
from PIL import Image, ImageChops

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SAMPLES = ROOT / "sample_docs"
PAID = "個人市県民税.csv"
DPI = 110
PAGES = {
    "hikae.png": ("税務課控え", "滞納確認　税務課控え"),
    "hantei.png": ("税務課控え", "一致の印"),
    "chigai.png": ("税務課控え", "前回との違い　前回"),
    "youkakunin.png": ("税務課控え", "要確認　候補ごとに"),
    "retsu.png": ("税務課控え", "列の対応　名簿"),
    "entaikin.png": ("税務課控え", "延滞金内訳　今の未納額"),
    "kaitousho.png": ("回答書", "納税状況確認について"),
}
"""Picture: which workbook, and words that only the wanted page has."""
WITH_FOOT = ("kaitousho.png",)
"""Pictures of a whole page, with its number."""


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        ledgers = folder / "ledgers"
        shutil.copytree(SAMPLES / "ledgers", ledgers)
        first, second = folder / "10月", folder / "11月"
        check(folder, first, as_of="2026-10-31")
        somebody_pays(ledgers / PAID, owing(first))
        decided = a_clerk_decides(first / "税務課控え.xlsx", folder / "判断.xlsx")
        check(folder, second, as_of="2026-10-31", decisions=decided)
        for name, (workbook, words) in PAGES.items():
            photograph(second / f"{workbook}.xlsx", words, HERE / name, folder)


def check(
    folder: Path, out: Path, *, as_of: str, decisions: Path | None = None
) -> None:
    ledgers = folder / "ledgers"
    taxes = sorted(path for path in ledgers.iterdir() if path.stem != "住民台帳")
    more = ("--decisions", str(decisions)) if decisions else ()
    done = subprocess.run(  # noqa: S603
        [
            *(sys.executable, "-m", "flows.cli", "check"),
            *("--request", str(SAMPLES / "request" / "申請者名簿.xlsx")),
            *("--persons", str(ledgers / "住民台帳.csv")),
            *("--taxes", *map(str, taxes)),
            *("--as-of", as_of, "--out", str(out), *more),
            *("--section", "子育て支援課", "--number", "みなと税第123号"),
            *("--requested-on", "令和8年10月20日", "--who", "総務部税務課　検査係"),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "YAKUBA_HOME": str(ROOT),
            "YAKUBA_WORK": str(folder / "work"),
        },
        check=False,
    )
    if done.returncode not in (0, 3):
        raise SystemExit(done.returncode)


def owing(out: Path) -> set[str]:
    """Return the 宛名番号 of everybody who owes."""
    text = (out / "answers.csv").read_text(encoding="utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    return {
        number
        for row in rows
        if row["回答"] == "未納あり"
        for number in row["宛名番号"].split(";")
    }


def somebody_pays(ledger: Path, people: set[str]) -> None:
    rows = list(csv.reader(io.StringIO(ledger.read_text(encoding="cp932"))))
    for row in rows[1:]:
        if row[0] in people and row[5] != row[6]:
            row[6], row[7] = row[5], "R08.10.30"
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    ledger.write_text(text.getvalue(), encoding="cp932", newline="")


def a_clerk_decides(copy: Path, filled: Path) -> Path:
    """Write 同一 beside the first candidate, as a clerk does."""
    book = openpyxl.load_workbook(copy)
    sheet = book["要確認"]
    titles = [cell.value for cell in sheet[2]]
    row = next(r for r in range(3, sheet.max_row) if sheet.cell(r, 2).value == "候補1")
    for title, text in (
        ("判断", "同一"),
        ("判断の理由", "戸籍の附票で確認"),
        ("判断者", "検査係"),
    ):
        sheet.cell(row, titles.index(title) + 1).value = text
    book.save(filled)
    return filled


def photograph(workbook: Path, words: str, picture: Path, folder: Path) -> None:
    pdf = folder / f"{workbook.stem}.pdf"
    if not pdf.exists():
        subprocess.run(  # noqa: S603
            [  # noqa: S607
                "soffice",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                folder,
                workbook,
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    page = page_with(pdf, words)
    drawn = folder / "page"
    subprocess.run(  # noqa: S603
        [  # noqa: S607
            "pdftoppm",
            "-r",
            str(DPI),
            "-f",
            str(page),
            "-l",
            str(page),
            "-png",
            "-singlefile",
            pdf,
            drawn,
        ],
        check=True,
    )
    whole = Image.open(drawn.with_suffix(".png")).convert("RGB")
    if picture.name not in WITH_FOOT:
        whole = whole.crop((0, 0, whole.width, int(whole.height * 0.93)))
    blank = Image.new("RGB", whole.size, "white")
    left, top, right, bottom = ImageChops.difference(whole, blank).getbbox() or (0,) * 4
    margin = 24
    shown = whole.crop(
        (
            max(left - margin, 0),
            max(top - margin, 0),
            min(right + margin, whole.width),
            min(bottom + margin, whole.height),
        )
    )
    # Few colours: the pictures are flat, and a clone should stay small.
    shown.quantize(128).save(picture, optimize=True)
    print(picture.name)


def page_with(pdf: Path, words: str) -> int:
    text = subprocess.run(  # noqa: S603
        ["pdftotext", "-layout", pdf, "-"],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    wanted = "".join(words.split())
    for number, page in enumerate(text.split("\f"), start=1):
        if wanted in "".join(page.split()):
            return number
    raise LookupError(words)


if __name__ == "__main__":
    main()
