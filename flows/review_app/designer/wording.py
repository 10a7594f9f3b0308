"""What the designer's pages call things, in Japanese."""

from __future__ import annotations

from ocr.design.yaml_text import KIND_NAMES

KINDS: dict[str, str] = {kind.value: name for kind, name in KIND_NAMES.items()}
CLASSES = {
    "strict": "厳しく（金額・本人の確認）",
    "ordinary": "ふつう",
    "statistics": "統計だけに使う",
}
CHECK_DIGITS = {
    "": "なし",
    "my_number": "個人番号",
    "corporate_number": "法人番号",
}
STATES = {
    (False, True): "使用中",
    (False, False): "使用中",
    (True, False): "下書き",
    (True, True): "使用中・変更の下書きあり",
}
"""By (a draft is there, a definition is in use)."""
_TOWNS = "市内の町名"


def word_choices(lists: tuple[str, ...] | None) -> dict[str, str]:
    """Return the lists of words to choose from, by name.

    Examples:
        >>> word_choices(("towns", "banks"))
        {'': 'なし', 'towns': '市内の町名', 'banks': 'banks'}
    """
    named = {name: name for name in lists or ()}
    return {"": "なし", "towns": _TOWNS} | {**named, "towns": _TOWNS}
