from pathlib import Path

import numpy as np

from harness.records.kept_arrays import key_of, key_of_parts, read_kept, read_made_of, read_text, write_kept


def test_what_is_kept_is_read_under_its_own_key_alone(tmp_path: Path) -> None:
    write_kept(tmp_path / "kept.npz", "one", {"values": np.arange(3)})
    kept = read_kept(tmp_path / "kept.npz", "one")
    assert kept is not None
    assert kept["values"].tolist() == [0, 1, 2]
    assert read_kept(tmp_path / "kept.npz", "another") is None
    assert read_kept(tmp_path / "none.npz", "one") is None


def test_a_key_changes_with_any_of_its_parts() -> None:
    parts: tuple[object, ...] = (b"file", np.arange(3), "name", None)
    others = ((b"life", *parts[1:]), (parts[0], np.arange(4), *parts[2:]), (*parts[:3], 0.5))
    assert len({key_of(*parts), *(key_of(*other) for other in others)}) == 4
    assert key_of(*parts) == key_of(b"file", np.arange(3), "name", None)


def test_a_kept_file_that_is_broken_anywhere_is_made_again(tmp_path: Path) -> None:
    """Cut off, or a byte changed: either the values are still right, or there are none."""
    path = tmp_path / "kept.npz"
    values = np.random.default_rng(1).normal(size=200)
    write_kept(path, "one", {"values": values})
    whole = path.read_bytes()
    refused = 0
    for at in range(0, len(whole), 7):
        for content in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x15]) + whole[at + 1 :]):
            path.write_bytes(content)
            kept = read_kept(path, "one")
            refused += kept is None
            if kept is not None:
                np.testing.assert_array_equal(kept["values"], values)
    assert refused > len(whole) / 7  # every file cut off, and some of the changed ones


def test_arrays_that_others_put_there_are_made_again(tmp_path: Path) -> None:
    path = tmp_path / "kept.npz"
    write_kept(path, "one", {"values": np.arange(3), "others": np.arange(2)})
    with np.load(path) as stored:
        kept = dict(stored)
    np.savez(path, **{name: kept[name] for name in ("key", "content", "values")})
    assert read_kept(path, "one") is None
    np.savez(path, **{**kept, "values": np.arange(3.0)})
    assert read_kept(path, "one") is None
    np.savez(path, **kept)
    assert read_kept(path, "one") is not None


def test_what_a_key_was_made_of_is_told_whatever_the_key(tmp_path: Path) -> None:
    made_of = {"loops.csv": "0f", "model": "a1"}
    path = tmp_path / "kept.npz"
    write_kept(path, key_of_parts(made_of), {"values": np.arange(3), "state": "later"}, made_of)
    assert read_made_of(path) == made_of
    assert read_text(path, "state") == "later"
    kept = read_kept(path, key_of_parts(dict(reversed(made_of.items()))))
    assert kept is not None
    assert set(kept) == {"values", "state"}
    assert read_kept(path, key_of_parts({**made_of, "model": "a2"})) is None


def test_nothing_is_told_of_a_key_where_the_file_is_missing_broken_or_silent(tmp_path: Path) -> None:
    path = tmp_path / "kept.npz"
    assert (read_made_of(path), read_text(path, "state")) == ({}, None)
    write_kept(path, "one", {"values": np.arange(3)})
    assert (read_made_of(path), read_text(path, "state")) == ({}, None)
    path.write_bytes(path.read_bytes()[:40])
    assert read_made_of(path) == {}
