"""Errors of reading paper, each with a stable code and a sentence for staff."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "PAGE-001": "ファイルが途中で切れているか壊れています。もう一度スキャンしてください。",
    "PAGE-002": "パスワードで保護されたPDFです。保護を外して入れ直してください。",
    "PAGE-003": "画像が大きすぎます。300dpi程度でスキャンし直してください。",
    "PAGE-004": "読める形式（PDF・TIFF・PNG・JPEG）のファイルではありません。",
    "PAGE-005": "中身が空のファイルです。",
    "PAGE-006": "ページ数が上限を超えています。ファイルを分けてください。",
    "PAGE-007": "読み取りの途中でファイルが変わりました。次回の実行で読み取ります。",
    "FORM-001": "登録されている様式のどれにも当てはまりません。",
    "FORM-002": "様式の位置合わせができません。まっすぐ、端を切らずにスキャンし直してください。",
    "FORM-003": "様式定義ファイルに誤りがあります。",
    "FORM-004": "様式の版が判別できないか、印刷の一部が隠れています。版を確かめてください。",
    "FORM-005": "様式の一部が写っていません。用紙全体が入るようにスキャンし直してください。",
    "FORM-006": "1枚の画像に2枚分の用紙が写っています。1枚ずつスキャンし直してください。",
    "FORM-007": "用紙をつなぐ番号が読めないか、別の申請のものです。用紙の組み合わせを確かめてください。",
    "FORM-008": "表の用紙か続きの用紙が足りません。残りの用紙を探して入れ直してください。",
    "FORM-009": "同じ申請の同じ用紙が二枚あります。使うほうを確かめてください。",
    "ENGINE-001": "文字を読み取るプログラムが動きません。yakuba doctor で確認してください。",
}
"""Japanese sentence shown to staff for each code."""


class ReadingError(Exception):
    """A file or page that cannot be read; it goes to a person, never retried.

    Args:
        code: A key of `SENTENCES`.
        detail: English, for logs: place, what was found, what was expected. Never
            a value read from the paper.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail

    @property
    def sentence(self) -> str:
        """The sentence that staff read.

        Examples:
            >>> ReadingError("PAGE-005", "0 bytes").sentence
            '中身が空のファイルです。'
        """
        return SENTENCES[self.code]


class FormDefinitionError(Exception):
    """A form definition that cannot be used; carries every fault at once."""

    code = "FORM-003"

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
