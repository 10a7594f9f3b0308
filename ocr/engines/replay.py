"""Plays back readings that were recorded or planted; reads no picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ocr.model import Reading
from ocr.preprocess import Snippet


class ReplayEngine:
    """Gives the recorded reading of a field, found by file, page and field."""

    version = "1"

    def __init__(
        self, recorded: Mapping[tuple[str, int, str], Reading], name: str = "replay"
    ) -> None:
        """Keep the recorded readings.

        Args:
            recorded: (SHA-256 of the file, page, field_id): reading.
            name: Name to appear under, so that two readers can be played back.
        """
        self.name = name
        self._recorded = dict(recorded)

    def read(self, snippets: Sequence[Snippet]) -> tuple[Reading | None, ...]:
        """Return the recorded reading of each snippet, None where none was."""
        return tuple(
            self._recorded.get((one.sha256, one.page, one.field_id)) for one in snippets
        )
