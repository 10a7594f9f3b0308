"""Columns of text in Arrow: their distinct texts, and back to columns of the same type."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


def distinct(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Return where each row finds its text among the distinct ones, and those.

    Args:
        column: Text of any Arrow type, also dictionary-encoded; other types are
            written out as Arrow casts them.

    Returns:
        Places, -1 for a null; the texts in the order in which they appear.

    Raises:
        pyarrow.ArrowInvalid: binary cells are not UTF-8; an encoding is never guessed.
    """
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    encoded = pc.cast(column, pa.large_string()).dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):  # no rows, no chunks
        encoded = pa.concat_arrays(encoded.chunks)
    places = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return places.astype(np.int64), encoded.dictionary.to_pylist()


def filled(
    places: npt.NDArray[np.int32], texts: list[str], like: pa.DataType
) -> pa.Array:
    """Return a column of texts: the one at each place, null at -1.

    Args:
        places: Per row a place in texts.
        texts: The distinct texts.
        like: Arrow type of the source column; the result has its text type, and
            plain text where the source was no text.
    """
    encoded = pa.types.is_dictionary(like)
    text_type = like.value_type if encoded else like
    if not _is_text(text_type):
        text_type = pa.string()
    column = pa.DictionaryArray.from_arrays(
        pa.array(places, mask=places < 0), pa.array(texts, pa.string())
    )
    if encoded:
        return column.cast(pa.dictionary(pa.int32(), text_type))
    return column.dictionary_decode().cast(text_type)


def _is_text(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(type_)
        or pa.types.is_large_string(type_)
        or pa.types.is_string_view(type_)
    )
