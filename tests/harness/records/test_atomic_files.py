"""Files that are there whole or not at all, and what is kept in them from one run of a command to the next."""

from pathlib import Path

import numpy as np

from harness.records.atomic_files import read_kept, whole_file


def test_what_is_kept_is_read_under_its_own_key_alone(tmp_path: Path) -> None:
    with whole_file(tmp_path / "kept.npz", ".npz") as part:
        np.savez(part, key=np.array("one"), values=np.arange(3))
    kept = read_kept(tmp_path / "kept.npz", "one")
    assert kept is not None
    assert kept["values"].tolist() == [0, 1, 2]
    assert read_kept(tmp_path / "kept.npz", "another") is None
    assert read_kept(tmp_path / "none.npz", "one") is None


def test_a_kept_file_that_is_broken_anywhere_is_made_again(tmp_path: Path) -> None:
    """Cut off, or a byte changed: either the values are still right, or there are none."""
    path = tmp_path / "kept.npz"
    values = np.random.default_rng(1).normal(size=200)
    np.savez_compressed(path, key=np.array("one"), values=values)
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        for content in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x15]) + whole[at + 1 :]):
            path.write_bytes(content)
            kept = read_kept(path, "one")
            assert kept is None or np.array_equal(kept.get("values", values), values)
