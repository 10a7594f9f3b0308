"""Names of corporations: 株式会社 before or after is part of the name, its short forms are not.

みなと株式会社 and 株式会社みなと may be two companies; ㈱みなと is the second one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tasks.domain.normal_forms import text as letters
from tasks.domain.normal_forms.name_keys import letters_key
from tasks.domain.normal_forms.normal import Normal, NormalStatus

_FULL = (
    "特定非営利活動法人", "地方独立行政法人", "独立行政法人", "国立大学法人", "公立大学法人",
    "一般社団法人", "一般財団法人", "公益社団法人", "公益財団法人", "社会福祉法人",
    "医療法人社団", "医療法人財団", "社会医療法人", "医療法人", "学校法人", "準学校法人",
    "宗教法人", "社団法人", "財団法人", "農事組合法人", "管理組合法人", "税理士法人",
    "弁護士法人", "司法書士法人", "行政書士法人", "社会保険労務士法人", "土地家屋調査士法人",
    "監査法人", "特許業務法人", "株式会社", "有限会社", "合同会社", "合資会社", "合名会社",
    "相互会社", "有限責任事業組合", "企業組合", "協業組合", "商工組合", "事業協同組合",
    "農業協同組合", "漁業協同組合", "生活協同組合", "協同組合", "労働組合", "信用金庫", "信用組合",
)  # fmt: skip
_SHORT = {
    "株": "株式会社", "有": "有限会社", "同": "合同会社", "資": "合資会社", "名": "合名会社",
    "医": "医療法人", "財": "財団法人", "社": "社団法人", "宗": "宗教法人", "学": "学校法人",
    "福": "社会福祉法人", "特非": "特定非営利活動法人", "一社": "一般社団法人",
    "一財": "一般財団法人", "公社": "公益社団法人", "公財": "公益財団法人", "独": "独立行政法人",
    "弁": "弁護士法人", "税": "税理士法人", "農": "農事組合法人", "相": "相互会社",
}  # fmt: skip
_BANK = {
    "カ": "株式会社", "ユ": "有限会社", "ド": "合同会社", "シ": "合資会社", "メ": "合名会社",
    "イ": "医療法人", "ザイ": "財団法人", "シヤ": "社団法人", "シュウ": "宗教法人",
    "シユウ": "宗教法人", "ガク": "学校法人", "フク": "社会福祉法人", "トクヒ": "特定非営利活動法人",
    "ソ": "相互会社", "ドク": "独立行政法人",
}  # fmt: skip
_OTHER_FORMS = {"NPO法人": "特定非営利活動法人", "(NPO)": "特定非営利活動法人"}

_SHORT_FORM = re.compile(
    r"\((?P<short>" + "|".join(sorted(_SHORT, key=len, reverse=True)) + r")\)"
)
_BANK_WORDS = "|".join(sorted(_BANK, key=len, reverse=True))
_BANK_BEFORE = re.compile(rf"^\(?(?P<bank>{_BANK_WORDS})\) ?(?=.)")
_BANK_AFTER = re.compile(rf"(?<=.) ?\((?P<bank>{_BANK_WORDS})\)?$")
_BANK_INSIDE = re.compile(rf"(?<=.)\((?P<bank>{_BANK_WORDS})\)(?=.)")
_FORM = "|".join(sorted(_FULL, key=len, reverse=True))
_BEFORE = re.compile(rf"^(?P<form>{_FORM}) ?(?P<stem>.+)$")
_AFTER = re.compile(rf"^(?P<stem>.+?) ?(?P<form>{_FORM})(?P<rest>.*)$")
_BRANCH_WORD = "(?:支店|支社|営業所|出張所|本店|本社|支所|支部|事業所|工場|支局|店)"
_BRANCH = re.compile(rf"^(?P<name>.+?) (?P<branch>[^ ]*{_BRANCH_WORD})$")
_BRANCH_AFTER_FORM = re.compile(rf"^ ?(?P<branch>[^ ]+{_BRANCH_WORD}|本店|本社)$")
_OFFICER = re.compile(
    r" ?(?P<title>代表取締役(?:社長|会長)?|取締役(?:社長|会長)?|代表社員|代表理事|業務執行社員|無限責任社員|"
    r"理事長|会長|理事|代表者|代表|支店長|所長|院長|園長|施設長|住職|組合長)[ :](?P<officer>.+)$"
)
_HINT = re.compile("[()（）㈱㈲㈳㈶㈴㈾㍿㊑㊒]|法人|会社|組合|信用金庫|NPO")


@dataclass(frozen=True, slots=True)
class CorporateName:
    """A corporation's name."""

    display: str = field(repr=False)
    """As written, blanks single; without officer."""
    key: str = field(repr=False)
    """Form and stem in their order, in comparable letters; without branch."""
    form: str
    """株式会社 and so on, written out; empty when none is written."""
    stem: str = field(repr=False)
    """The name without its form, as written."""
    form_first: bool = True
    """True for 株式会社みなと, False for みなと株式会社."""
    branch: str = field(default="", repr=False)
    officer: str = field(default="", repr=False)
    """Name of the representative written behind it."""


def is_corporate(text: str) -> bool:
    """Return True when text holds a form such as 株式会社, ㈱ or ｶ).

    Examples:
        >>> is_corporate("㈱みなと"), is_corporate("ﾐﾅﾄ(ｶ"), is_corporate("株木 一郎")
        (True, True, False)
    """
    if not _HINT.search(text):
        return False
    plain = letters.fold_blanks(text[: letters.LONGEST])
    return bool(
        _SHORT_FORM.search(plain)
        or _BANK_BEFORE.search(plain)
        or _BANK_AFTER.search(plain)
        or any(word in plain for word in (*_FULL, *_OTHER_FORMS))
    )


def normalize_corporate_name(text: str) -> Normal[CorporateName]:
    """Return a corporation's name with its form written out.

    Returns:
        Notes: no_form, form_only, branch, officer, branch_unsplit (a branch may be
        part of the name), gaiji, geta, replacement, question_mark, ivs, empty, too_long.

    Examples:
        >>> a = normalize_corporate_name("㈱みなと　東支店").value
        >>> b = normalize_corporate_name("株式会社みなと").value
        >>> a.key == b.key, a.branch
        (True, '東支店')
        >>> normalize_corporate_name("みなと株式会社").value.key == b.key
        False
    """
    if len(text) > letters.LONGEST:
        return Normal(text, None, NormalStatus.INVALID, ("too_long",))
    plain = letters.fold_blanks(text)
    if not any(c.isalnum() for c in plain):
        note = "no_letters" if plain else "empty"
        return Normal(text, None, NormalStatus.INVALID, (note,))
    notes = list(letters.gaiji_notes(text))
    plain, officer = _without_officer(plain)
    value, more = _parts(_written_out(plain), plain, officer)
    notes += more
    harmless = {"branch", "officer", "ivs"}.issuperset(notes)
    status = NormalStatus.OK if harmless else NormalStatus.WARN
    return Normal(text, value, status, tuple(notes))


def _without_officer(plain: str) -> tuple[str, str]:
    found = _OFFICER.search(plain)
    if not found or found.start() == 0:
        return plain, ""
    return plain[: found.start()], found["officer"].strip()


def _written_out(plain: str) -> str:
    """Short forms as the law writes them."""
    for short, full in _OTHER_FORMS.items():
        plain = plain.replace(short, full)
    plain = _SHORT_FORM.sub(lambda found: _SHORT[found["short"]], plain)
    for pattern in (_BANK_BEFORE, _BANK_AFTER, _BANK_INSIDE):
        plain = pattern.sub(lambda found: _BANK[found["bank"]], plain, count=1)
    return plain


def _parts(written: str, display: str, officer: str) -> tuple[CorporateName, list[str]]:
    notes = ["officer"] if officer else []
    branch = ""
    parted = _BRANCH.match(written)
    if parted and not parted["name"].endswith(_FULL):
        written, branch = parted["name"], parted["branch"]
    form, stem, first = "", written, True
    found = _BEFORE.match(written)
    if found:
        form, stem = found["form"], found["stem"]
        if re.search(f".{_BRANCH_WORD}$", stem) and not branch:
            notes.append("branch_unsplit")
    elif found := _AFTER.match(written):
        form, stem, first = found["form"], found["stem"], False
        behind = _BRANCH_AFTER_FORM.match(found["rest"])
        if behind:
            branch = behind["branch"]
        else:
            stem += found["rest"]
    if not form:
        notes.append("form_only" if written.endswith(_FULL) else "no_form")
    if branch:
        notes.append("branch")
    stem_key = letters_key(stem)
    key = f"{form}{stem_key}" if first else f"{stem_key}{form}"
    return CorporateName(
        display, key, form, stem.strip(), first, branch, officer
    ), notes
