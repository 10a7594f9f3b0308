"""同意 columns of a request list: what each header asks, and what their cells say together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from tasks.domain.lists_and_ledgers.columns import header_key
from tasks.domain.lists_and_ledgers.ledger_values import consent_of
from tasks.domain.records import Consent

_REFUSED = re.compile(r"[不非未](?:同意|承諾)")
_LAST = re.compile(r".*(?:同意|承諾)(.*)")
_NO_WORDS = re.compile(r"無し?|なし|しない|しません|せず|できない|×|✕|✗")
_YES_WORDS = re.compile(r"有り?|あり|する|します|○|◯|〇")
_DETAIL = re.compile(
    r"日$|日付|年月|番号|no$|者$|者名|氏名|名$|方法|理由|備考|時期|期限|期間|先$|枚数|範囲"
)


_OTHERS = re.compile(r"世帯|家族|同居|代表者|扶養|配偶者")


class ConsentColumn(Enum):
    """What a mark in the column says."""

    PLAIN = auto()
    """Its words: 有, 無, ○, ×."""
    AGREED = auto()
    """One half of a pair: a mark under 同意(有)."""
    REFUSED = auto()
    """The other half, or 不同意: a mark means no."""
    DETAIL = auto()
    """同意日, 同意者氏名: says something about a consent, alone only that there is one."""


@dataclass(frozen=True, slots=True)
class ConsentRead:
    """What the consent columns of one row say."""

    consent: Consent
    unclear: bool = False
    """Neither yes nor no was to be read, and it counts as no."""


def consent_column(label: str) -> ConsentColumn:
    """Return what a header with 同意 or 承諾 in it asks.

    Examples:
        >>> consent_column("本人同意").name, consent_column("同意の有無").name
        ('PLAIN', 'PLAIN')
        >>> consent_column("同意（有）").name, consent_column("不同意").name
        ('AGREED', 'REFUSED')
        >>> consent_column("同意(○・×)").name
        'PLAIN'
        >>> consent_column("同意 無").name, consent_column("同意日").name
        ('REFUSED', 'DETAIL')
    """
    key = "".join(unicodedata.normalize("NFKC", label).casefold().split())
    agreed = _REFUSED.sub("", key)
    found = _LAST.fullmatch(agreed)
    if found is None:
        return ConsentColumn.REFUSED
    tail = found.group(1)
    no = agreed == key and bool(_NO_WORDS.search(tail))
    yes = bool(_YES_WORDS.search(_NO_WORDS.sub("", tail)))
    if agreed != key or (no and yes):
        return ConsentColumn.PLAIN
    if no or yes:
        return ConsentColumn.REFUSED if no else ConsentColumn.AGREED
    return ConsentColumn.DETAIL if _DETAIL.search(tail) else ConsentColumn.PLAIN


def of_others(label: str) -> bool:
    """Return whether a consent column is about others than the applicant: 世帯員同意.

    Examples:
        >>> of_others("世帯員の同意"), of_others("同意"), of_others("本人及び世帯員の同意")
        (True, False, False)
    """
    return bool(_OTHERS.search(label)) and "本人" not in label


def telling_columns(labels: Sequence[str]) -> tuple[int, ...] | None:
    """Return which of the consent-like headers decide; None when they cannot together.

    One column of each kind goes together. Details (同意日) count where nothing else
    does. Two headers that ask the same may ask about two different consents.

    Examples:
        >>> telling_columns(["同意", "同意日"]), telling_columns(["同意(有)", "同意(無)"])
        ((0,), (0, 1))
        >>> telling_columns(["調査への同意", "公表への同意"]) is None
        True
    """
    kinds = [consent_column(label) for label in labels]
    told = [kind for kind in kinds if kind is not ConsentColumn.DETAIL]
    if len(set(told)) < len(told):
        return None
    if not told:
        return tuple(range(len(labels)))
    return tuple(
        place for place, kind in enumerate(kinds) if kind is not ConsentColumn.DETAIL
    )


def read_consent(cells: Sequence[tuple[ConsentColumn, str]]) -> ConsentRead:
    """Return what the deciding columns of a row say; any no outweighs a yes.

    Where 不同意 is the only column, an empty cell says nothing: UNKNOWN, as if the
    list had no column.

    Args:
        cells: Kind and text of each deciding column; not empty.

    Examples:
        >>> read_consent([(ConsentColumn.AGREED, ""), (ConsentColumn.REFUSED, "○")])
        ConsentRead(consent=<Consent.NO: '同意なし'>, unclear=False)
    """
    said = [_said(kind, text) for kind, text in cells]
    found = [consent for consent in said if consent is not None]
    if Consent.UNKNOWN in found:
        return ConsentRead(Consent.NO, unclear=True)
    if Consent.NO in found:
        return ConsentRead(Consent.NO, unclear=Consent.YES in found)
    if Consent.YES in found:
        return ConsentRead(Consent.YES)
    only_refusal = all(kind is ConsentColumn.REFUSED for kind, _ in cells)
    return ConsentRead(Consent.UNKNOWN if only_refusal else Consent.NO)


def _said(kind: ConsentColumn, text: str) -> Consent | None:
    """Return what one cell says; None for nothing."""
    if not text.strip() and kind is not ConsentColumn.PLAIN:
        return None
    if kind is ConsentColumn.DETAIL:
        refused = consent_of(text) is Consent.NO
        return Consent.NO if refused else Consent.YES
    found = consent_of(text)
    if kind is ConsentColumn.AGREED:
        return None if found is Consent.NO else found
    if kind is ConsentColumn.REFUSED:
        return _said_under_refusal(text, found)
    return found


def _said_under_refusal(text: str, found: Consent) -> Consent | None:
    if found is Consent.YES:
        return Consent.NO
    words = header_key(text)
    if found is Consent.NO and ("同意" in words or "しない" in words):
        return Consent.NO
    return None if words in ("", "-", "―", "ー", "0", "無", "なし") else Consent.UNKNOWN
