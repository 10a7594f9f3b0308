"""`yakuba form`: drafts a form definition from a blank, and checks one."""

from __future__ import annotations

import re
from pathlib import Path

from flows.commands import terminal
from ocr.design.definition_faults import Finding, read_definition
from ocr.design.draft import Draft
from ocr.design.picture import definition_picture, japanese_font, save_picture
from ocr.design.yaml_text import KIND_NAMES, Heading
from ocr.forms import FormDefinition
from tasks.domain.errors import NeedsPersonError
from tasks.procedures.form_designs import drafted, look_at

DONE, WRONG = 0, 2

_IDENTIFIER = re.compile(r"^[a-z][a-z0-9_]*$")


def new_form(blank: Path, *, heading: Heading, out: Path, page: int) -> int:
    """Draft a definition from a blank and write it beside the blank's picture.

    Args:
        blank: PDF, TIFF, PNG or JPEG of the empty form.
        heading: Identifier, title (empty: as printed) and version; its blank is
            named here.
        out: Folder for both files; nothing in it is overwritten.
        page: 1-based.

    Returns:
        The exit code.

    Raises:
        NeedsPersonError: FILE-001 or FILE-003 when a file is missing or cannot be
            written.
        ReadingError: PAGE- or ENGINE-001 when the blank cannot be read.
    """
    if not blank.is_file():
        raise NeedsPersonError("FILE-001", blank.name)
    name = heading.form or _name_from(blank)
    if not _IDENTIFIER.match(name):
        terminal.warn(
            f"エラー: --name {name} は使えません。英小文字で始め、英小文字・数字・_ だけで付けてください。"
        )
        return WRONG
    yaml_path, png_path = out / f"{name}.yaml", out / f"{name}.png"
    existing = [path for path in (yaml_path, png_path) if path.exists()]
    if existing:
        terminal.warn(
            f"エラー: {'、'.join(str(path) for path in existing)} が既にあります。上書きはしません。--name か --out を変えてください。"
        )
        return WRONG
    made = drafted(
        blank,
        page,
        Heading(name, heading.title, heading.version, png_path.name, blank.name),
    )
    draft = made.draft
    if not draft.fields and not draft.tables:
        terminal.warn(
            "エラー: 書き込む場所を一つも見つけられませんでした。空の用紙か、向きが正しいかを確かめてください。"
        )
        return WRONG
    _write_new(png_path, made.blank_png)
    _write_new(yaml_path, made.text.encode("utf-8"))
    _show_draft(draft, made.title, yaml_path, png_path)
    return DONE


def _name_from(blank: Path) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", blank.stem.lower()).strip("_")
    return name if _IDENTIFIER.match(name) else "new_form"


def _write_new(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            stream.write(content)
    except OSError as error:
        raise NeedsPersonError("FILE-003", f"{path.name}: {error.strerror}") from error


def _show_draft(draft: Draft, title: str, yaml_path: Path, png_path: Path) -> None:
    rows = [
        (one.label, one.id, KIND_NAMES[one.kind], "、".join(one.notes))
        for one in draft.fields
    ]
    for table in draft.tables:
        rows += [
            (
                f"表 {table.rows}行 {column.label}",
                f"{table.id}.{column.id}",
                KIND_NAMES[column.kind],
                "、".join(column.notes),
            )
            for column in table.columns
        ]
    terminal.show_table(title, ("ラベル", "id", "種類", "要確認"), rows)
    if draft.sheet.skew_deg:
        terminal.say(f"傾き {draft.sheet.skew_deg:g} 度を直しました。")
    terminal.show_paths({"様式定義": yaml_path, "空の用紙": png_path})
    terminal.say(f"次に: yakuba form check {yaml_path}")


def check_form(definition: Path, *, out: Path | None) -> int:
    """Show every fault of a definition and draw it over its blank.

    Args:
        definition: The YAML.
        out: PNG or PDF; None writes `<name>_check.png` into the current folder.

    Returns:
        0, or 2 when something is wrong.

    Raises:
        NeedsPersonError: FILE-003 when the picture cannot be written.
    """
    picture = out or Path(f"{definition.stem}_check.png")
    if picture.suffix.lower() not in (".png", ".pdf"):
        terminal.warn(
            "エラー: --out には .png か .pdf で終わる名前を指定してください。"
        )
        return WRONG
    form, found = read_definition(definition)
    if form is not None:
        found = look_at(form, _siblings(definition))
    _show_findings(definition, found)
    if form is not None and not any(
        one.place == "blank" and one.fault for one in found
    ):
        draw_form(form, picture)
    return WRONG if any(one.fault for one in found) else DONE


def draw_form(form: FormDefinition, picture: Path) -> None:
    """Write a definition drawn over its blank, and say where."""
    font = japanese_font()
    if font is None:
        terminal.say(
            "日本語のフォントが見つからないため、図には id だけを書きました（fonts-noto-cjk などを入れると日本語になります）。"
        )
    try:
        picture.parent.mkdir(parents=True, exist_ok=True)
        save_picture(definition_picture(form, font), picture)
    except OSError as error:
        raise NeedsPersonError(
            "FILE-003", f"{picture.name}: {error.strerror}"
        ) from error
    terminal.show_paths({"図": picture})


def _siblings(definition: Path) -> list[Path]:
    """Return the other definitions of the folder; of a draft not the one in use."""
    own = definition.name.removesuffix(".draft")
    return [
        path for path in sorted(definition.parent.glob("*.yaml")) if path.name != own
    ]


def _show_findings(definition: Path, found: tuple[Finding, ...]) -> None:
    faults = [one for one in found if one.fault]
    warnings = [one for one in found if not one.fault]
    for mark, listed in (("誤り", faults), ("注意", warnings)):
        for one in listed:
            terminal.warn(f"{mark} {_sentence(definition, one)}")
    if not found:
        terminal.say(f"{definition.name}: 誤りはありません。")
    else:
        terminal.say(
            f"{definition.name}: 誤り {len(faults)} 件、注意 {len(warnings)} 件"
        )


def _sentence(definition: Path, one: Finding) -> str:
    where = f"{definition.name} {one.line}行" if one.line else ""
    place = " ".join(part for part in (where, one.place) if part)
    sentence = f"{place or '様式全体'}: {one.what}。"
    return f"{sentence}→ {one.remedy}。" if one.remedy else sentence
