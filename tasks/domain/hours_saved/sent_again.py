"""Which items came in once before: a corrected list sent again, a paper scanned again.

A file that was touched has another SHA-256, so its rows have other keys. They are still
the same work: whoever types by hand types a corrected list once. So that a report never
claims more than is true, a file's items are taken for those of an earlier file when at
least half of them (of the shorter one) name the same people by the section's own number,
or by name with birth date or address, and the earlier ones were counted within three
weeks. A list of the next month, and other sections asking about one or two of the same
people, are work of their own.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tasks.domain.records import Applicant
from tasks.domain.runs.run_records import row_keys

SENT_AGAIN_DAYS = 21
"""Corrections come within days; a monthly list comes after four weeks."""


@dataclass(frozen=True, slots=True)
class ItemPrints:
    """What an item is known by from file to file."""

    key: str
    """Of the item in the account; it ends with its place in its file."""
    prints: tuple[str, ...] = field(repr=False)
    """Hex digits, the surest first."""

    @property
    def file_key(self) -> str:
        """Return what the items of one file share.

        Examples:
            >>> ItemPrints("list:1a2b3c4d:14", ()).file_key
            'list:1a2b3c4d'
        """
        return self.key.rpartition(":")[0]


def item_prints(applicant: Applicant, form: str = "") -> ItemPrints:
    """Return the prints of an applicant's row or form.

    Args:
        applicant: As written.
        form: Identifier of the form; papers of two forms are two pieces of work.
    """
    return ItemPrints(
        applicant.row_id, tuple(_digest(form, key) for key in row_keys(applicant))
    )


def sent_again(
    items: Sequence[ItemPrints],
    counted: Iterable[ItemPrints],
    *,
    known: Container[str] = (),
) -> dict[str, str]:
    """Return key by key which counted item an uncounted one is.

    Args:
        items: All of a run, in the order of their files.
        counted: All of the last weeks that share a print with them, and all others of
            the files in which these lie.
        known: Keys of items that were counted before or are not done yet: they tell
            what their file is, and are nothing new.

    Examples:
        >>> first = [ItemPrints("list:a:1", ("x",)), ItemPrints("list:a:2", ("y",))]
        >>> corrected = [ItemPrints("list:b:1", ("x",)), ItemPrints("list:b:2", ("z",))]
        >>> sent_again(corrected, first)
        {'list:b:1': 'list:a:1'}
    """
    files: dict[str, list[ItemPrints]] = defaultdict(list)
    for one in counted:
        files[one.file_key].append(one)
    found: dict[str, str] = {}
    for file_key, rows in _by_file(items).items():
        new = [one for one in rows if one.key not in known]
        for earlier in _nearest_first(rows, file_key, files):
            left = [one for one in new if one.key not in found]
            found |= _pairs(left, earlier)
        files[file_key].extend(new)
    return found


def _by_file(items: Iterable[ItemPrints]) -> dict[str, list[ItemPrints]]:
    found: dict[str, list[ItemPrints]] = {}
    for one in items:
        found.setdefault(one.file_key, []).append(one)
    return found


def _nearest_first(
    rows: Sequence[ItemPrints],
    own: str,
    files: Mapping[str, Sequence[ItemPrints]],
) -> list[Sequence[ItemPrints]]:
    """Return the earlier files that ask about mostly the same people."""
    found = []
    for file_key, earlier in files.items():
        if file_key == own:
            continue
        same = len(_pairs(rows, earlier))
        if same and 2 * same >= min(len(rows), len(earlier)):
            found.append((same, earlier))
    return [earlier for _, earlier in sorted(found, key=lambda one: -one[0])]


def _pairs(rows: Sequence[ItemPrints], earlier: Sequence[ItemPrints]) -> dict[str, str]:
    """Return rows with the earlier ones they share a print with that is theirs alone."""
    mine, theirs = _alone(rows), _alone(earlier)
    found: dict[str, str] = {}
    taken: set[str] = set()
    for one in rows:
        for text in one.prints:
            other = theirs.get(text)
            if other is not None and mine.get(text) == one.key and other not in taken:
                found[one.key] = other
                taken.add(other)
                break
    return found


def _alone(items: Sequence[ItemPrints]) -> dict[str, str]:
    """Return each print that only one item of a file has, and whose it is."""
    often = Counter(text for one in items for text in set(one.prints))
    return {text: one.key for one in items for text in one.prints if often[text] == 1}


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
