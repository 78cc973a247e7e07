"""Arrays of an .npz file: nothing is read that its header does not bear out."""

import io
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from detectors.faults.array_archive import MOST_BYTES, read_arrays
from simulator.frame import Array

KINDS = {"numbers": "f", "places": "iu"}


def stored(path: Path, **arrays: object) -> Path:
    np.savez_compressed(path, **({"numbers": np.ones(3), "places": np.arange(2)} | arrays))  # type: ignore[arg-type]
    return path


def with_entry(path: Path, content: bytes, name: str = "numbers.npy") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
        packed.writestr("places.npy", npy(np.arange(2.0)))
    return path


def npy(array: Array) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def test_arrays_read_back_as_they_were(tmp_path: Path) -> None:
    assert read_arrays(stored(tmp_path / "a.npz"), KINDS, "archive")["numbers"].tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"numbers": np.array([1.0, np.nan])}, "numbers: wanted finite numbers, got nan"),
        ({"numbers": np.array([1, 2])}, "numbers: wanted an array of kind 'f', got int64"),
        ({"places": np.array([True])}, "places: wanted an array of kind 'iu', got bool"),
        ({"more": np.ones(1)}, "unknown array 'more'; known: numbers, places"),
        ({"numbers": np.array([{}], dtype=object)}, "numbers: wanted an array of kind 'f', got object"),
    ],
)
def test_an_array_of_another_kind_is_refused(tmp_path: Path, arrays: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=rf"a\.npz: no archive: {message}"):
        read_arrays(stored(tmp_path / "a.npz", **arrays), KINDS, "archive")


def test_an_array_that_is_smaller_than_its_header_says_is_refused(tmp_path: Path) -> None:
    lying = npy(np.ones(3)).replace(b"(3,), }          ", b"(30000000000,), }")
    assert b"30000000000" in lying
    with pytest.raises(ValueError, match="numbers: wanted as many numbers as its shape"):
        read_arrays(with_entry(tmp_path / "a.npz", lying), KINDS, "archive")


def test_a_pickle_is_never_loaded(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(pickle.dumps([1]))
    with pytest.raises(ValueError, match=r"a\.npz: no archive"):
        read_arrays(tmp_path / "a.npz", KINDS, "archive")


def test_arrays_that_expand_beyond_the_bound_are_not_read(tmp_path: Path) -> None:
    big = stored(tmp_path / "a.npz", numbers=np.zeros(MOST_BYTES // 8 + 1))
    assert big.stat().st_size < 1 << 20
    with pytest.raises(ValueError, match="expand to more than 256 MiB"):
        read_arrays(big, KINDS, "archive")


def test_a_missing_array_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no 'numbers'"):
        read_arrays(with_entry(tmp_path / "a.npz", b"", "other.npy"), KINDS, "archive")


def test_an_entry_without_its_ending_is_no_array(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.npz: no archive: no 'numbers'"):
        read_arrays(with_entry(tmp_path / "a.npz", npy(np.ones(3)), "numbers"), KINDS, "archive")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no such file: .*a\.npz"):
        read_arrays(tmp_path / "a.npz", KINDS, "archive")
