"""Which passwords are refused: by length and by being known, not by kinds of characters.

After NIST SP 800-63B-4, section 3.1.1.2: long enough, any characters, no rules of
composition, no expiry; what is commonly used, expected or repetitive is refused.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

LONGEST = 256
"""Characters; longer ones are refused rather than cut."""
_FEWEST_DISTINCT = 5
_FEWEST_OF_OWN = 4
"""Characters that must remain when what everybody guesses is taken away."""
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "あいうえおかきくけこさしすせそたちつてと",
    "いろはにほへとちりぬるを",
)
_SHORTEST_RUN = 4
_COMMON = (
    "administrator",
    "admin",
    "baseball",
    "changeme",
    "dragon",
    "football",
    "himitsu",
    "iloveyou",
    "kakunin",
    "konnichiwa",
    "letmein",
    "login",
    "master",
    "monkey",
    "municipality",
    "office",
    "ohayou",
    "passphrase",
    "password",
    "passwd",
    "pass",
    "pa55word",
    "princess",
    "sakura",
    "secret",
    "shiyakusho",
    "sunshine",
    "superman",
    "system",
    "test",
    "user",
    "welcome",
    "yakuba",
    "yakusho",
    "zeimuka",
    "パスワード",
    "ひみつ",
    "さくら",
    "やくば",
    "しやくしょ",
    "秘密",
    "役場",
    "市役所",
    "税務課",
    "合言葉",
)
"""What is tried first, without the digits that everybody adds."""
_LEET = str.maketrans("@013457$!", "aoieastsi")


def normal_password(password: str) -> str:
    """Return the text that is hashed: NFKC, as an input method may vary the width.

    Examples:
        >>> normal_password("Ａｂ１ ")
        'Ab1 '
    """
    return unicodedata.normalize("NFKC", password)


def password_problem(password: str, *, login: str, shortest: int) -> str:
    """Return in Japanese why a password is refused; empty when it may be used.

    Args:
        password: As typed.
        login: Of the account; must not be what the password is made of.
        shortest: Characters, 12 or more.

    Examples:
        >>> password_problem("うみと やまの あいだ", login="yamada", shortest=8)
        ''
        >>> password_problem("short", login="yamada", shortest=12)
        '12文字以上にしてください。文を一つ覚えると楽です。'
        >>> password_problem("Password2026", login="yamada", shortest=12)
        'よく使われる言葉と数字だけの組み合わせです。ほかの言葉を足してください。'
    """
    text = normal_password(password)
    if len(text) < shortest:
        return f"{shortest}文字以上にしてください。文を一つ覚えると楽です。"
    if len(text) > LONGEST:
        return f"{LONGEST}文字までにしてください。"
    if any(unicodedata.category(one) in ("Cc", "Cs", "Cn") for one in text):
        return "使えない文字が含まれています。"
    folded = text.casefold()
    if len(set(folded)) < _FEWEST_DISTINCT or _repeats(folded):
        return "同じ文字や同じ並びの繰り返しです。ほかの言葉を足してください。"
    if _is_guessed(folded, login.casefold()):
        return (
            "よく使われる言葉と数字だけの組み合わせです。ほかの言葉を足してください。"
        )
    return ""


def _repeats(text: str) -> bool:
    """Return whether a text is one piece written again and again."""
    return (text + text).find(text, 1) < len(text)


def _is_guessed(text: str, login: str) -> bool:
    """Return whether too little is left without login, common words, runs and digits."""
    spoken = text.translate(_LEET)
    return min(
        len(_own_part(text, login)), len(_own_part(spoken, login.translate(_LEET)))
    ) < (_FEWEST_OF_OWN)


def _own_part(text: str, login: str) -> str:
    for word in sorted((*_COMMON, login), key=len, reverse=True):
        if word:
            text = text.replace(word, "\0")
    text = _without_runs(text)
    return "".join(one for one in text if one.isalpha())


def _without_runs(text: str) -> str:
    """Return a text without pieces of four or more that follow a row of keys or letters."""
    left: list[str] = []
    run: list[str] = []
    for here, following in pairwise((*text, "\0")):
        run.append(here)
        if not _follows(here, following):
            left.extend(run if len(run) < _SHORTEST_RUN else ())
            run = []
    return "".join(left)


def _follows(one: str, other: str) -> bool:
    return one == other != "\0" or any(
        one + other in row or other + one in row for row in _ROWS
    )
