"""Arrow columns straight from NumPy arrays, without a Python object per value."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from omsorgstall.synthetic.draws import Bools, Ints

NO_DATE = np.iinfo(np.int32).min
"""Stands for an empty date in arrays of days since 1970."""


def fixed_text(matrix: NDArray[np.uint8], missing: Bools | None = None) -> pa.Array:
    """A text column from a matrix of character codes, one row a value of fixed width."""
    rows, width = matrix.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(width)
    buffers = [_validity(missing), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(matrix))]
    return pa.StringArray.from_buffers(rows, buffers[1], buffers[2], buffers[0], -1 if missing is not None else 0)


def _validity(missing: Bools | None) -> pa.Buffer | None:
    if missing is None:
        return None
    return pa.py_buffer(np.packbits(~missing, bitorder="little"))


def digit_codes(digits: Ints) -> NDArray[np.uint8]:
    """Character codes of digits."""
    return (digits + ord("0")).astype(np.uint8)


def hexadecimal(keys: NDArray[np.uint64], width: int = 12) -> NDArray[np.uint8]:
    """The first ``width`` hexadecimal characters of each key, as character codes."""
    shifts = np.arange(60, 60 - 4 * width, -4, dtype=np.uint64)
    nibbles = ((keys[:, None] >> shifts) & np.uint64(15)).astype(np.uint8)
    return np.where(nibbles < 10, nibbles + ord("0"), nibbles + ord("a") - 10).astype(np.uint8)


def date_column(days: Ints) -> pa.Array:
    """A date column; ``NO_DATE`` becomes empty."""
    return pa.array(days.astype(np.int32), mask=days == NO_DATE).cast(pa.date32())


def code_column(values: NDArray[np.integer], kind: pa.DataType, empty: int = -1) -> pa.Array:
    """A column of small whole numbers; ``empty`` becomes empty."""
    return pa.array(values.astype(kind.to_pandas_dtype()), mask=values == empty)


def number_column(values: NDArray[np.float64]) -> pa.Array:
    """A column of numbers; not-a-number becomes empty."""
    return pa.array(values, mask=np.isnan(values))
