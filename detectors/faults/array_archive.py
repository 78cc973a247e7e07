"""The arrays in an .npz file, each checked by its header before its numbers are read: no pickle, no array larger than its data.

A zip of a megabyte can expand to a thousand, and a header can promise any size.
"""

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from scenarios.errors import MissingFileError, UserError

MOST_BYTES = 256 << 20
"""Largest expanded size of all arrays, bytes. Chosen: the predictors of 1500 loops take 50 MB."""
_DAMAGED = (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, BadZipFile, zlib.error)


def read_arrays(path: Path, kinds: Mapping[str, str], what: str, others: str = "") -> dict[str, NDArray[Any]]:
    """Return the arrays named in `kinds`, each with one of its kinds of number ("f" or "iu" or "U"), all finite.

    `others`: the kinds of arrays of other names, which may hold NaN; "" where there are none. Raises MissingFileError, or UserError
    naming `what` the file should be and the array that is wrong.
    """
    if not path.is_file():
        raise MissingFileError(f"no such file: {path}")
    try:
        with ZipFile(path) as stored:
            sizes = {entry.filename: entry.file_size for entry in stored.infolist()}
            for name in kinds:
                if f"{name}.npy" not in sizes:
                    raise UserError(f"{path}: no {what}: no {name!r}")
            names = [entry.removesuffix(".npy") for entry in sizes]
            for name, entry in zip(names, sizes, strict=True):
                if name not in kinds and (not others or name == entry):
                    raise UserError(f"{path}: no {what}: unknown array {name[:60]!r}; known: {', '.join(kinds)}")
            if sum(sizes.values()) > MOST_BYTES or len(stored.infolist()) > len(sizes):
                raise UserError(
                    f"{path}: no {what}: its arrays expand to more than {MOST_BYTES >> 20} MiB, or stand there twice"
                )
            return {
                name: _array(stored, name, sizes[f"{name}.npy"], kinds.get(name, others), name not in kinds)
                for name in names
            }
    except UserError as error:
        raise error if str(error).startswith(str(path)) else UserError(f"{path}: no {what}: {error}") from None
    except _DAMAGED as error:
        raise UserError(f"{path}: no {what}: {' '.join(str(error).split()) or type(error).__name__}") from None


def _array(stored: ZipFile, name: str, size: int, kinds: str, gaps: bool) -> NDArray[Any]:
    with stored.open(f"{name}.npy") as stream:
        version = npy.read_magic(stream)
        shape, _, dtype = (npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0)(stream)
        if dtype.kind not in kinds:
            raise UserError(f"{name}: wanted an array of kind {kinds!r}, got {dtype}")
        if int(np.prod(shape, dtype=object)) * dtype.itemsize > size:
            raise UserError(f"{name}: wanted as many numbers as its shape {shape} says, got fewer")
    with stored.open(f"{name}.npy") as stream:
        array = npy.read_array(stream, allow_pickle=False)
    if array.dtype.kind == "f":
        fine = np.isfinite(array) | (np.isnan(array) if gaps else False)
        if not fine.all():
            raise UserError(f"{name}: wanted finite numbers, got {array[~fine][0]}")
    return np.asarray(array)
