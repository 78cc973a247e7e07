"""Damage is repeatable, and says what no command may take."""

import random
from pathlib import Path

import pytest

from tests.robustness.damaged_files import damage

GOOD = {
    "toml": b'name = "a"\n[table]\nperiod_s = 30.0\n',
    "json": b'{"name": "a", "period_s": 30.0, "rows": [{"x": 1}]}',
    "csv": b"time_s,lane\n30,1\n60,2\n",
    "xml": b'<net><edge id="a" length="30"/>\n<edge id="b"/></net>\n',
}


def damaged(folder: Path, form: str, seed: int) -> tuple[object, object]:
    folder.mkdir()
    path = folder / "file"
    path.write_bytes(GOOD[form])
    done = damage(random.Random(seed), path, form)
    return done, path.read_bytes() if path.is_file() and not path.is_symlink() else None


@pytest.mark.parametrize("form", GOOD)
def test_the_same_seed_makes_the_same_damage(form: str, tmp_path: Path) -> None:
    for seed in range(40):
        assert damaged(tmp_path / f"{seed}-a", form, seed) == damaged(tmp_path / f"{seed}-b", form, seed)


@pytest.mark.parametrize("form", GOOD)
def test_most_damage_changes_the_file(form: str, tmp_path: Path) -> None:
    left = [damaged(tmp_path / str(seed), form, seed)[1] == GOOD[form] for seed in range(100)]
    assert sum(left) < 10
