import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from harness.records.site_memory_file import Remembered, SiteMemory, read_site_memory, write_site_memory
from scenarios.corridor import Corridor, Station
from scenarios.errors import MissingFileError, UserError

ROAD = Corridor("road", 30.0, (Station("a", 0.0, 2), Station("b", 900.0, 3)))
LEARNED = {"speed.sum": np.array([[1.5, np.nan]]), "frames": np.array(7.0)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    site = SiteMemory.of(ROAD).with_detector("mine", Remembered("abc", 7, 210.0, LEARNED))
    write_site_memory(tmp_path / "site.npz", site)
    return tmp_path / "site.npz"


def test_memory_comes_back_as_it_was_written(file: Path) -> None:
    site = read_site_memory(file)
    site.check(ROAD)
    kept = site.of_detector("mine", "abc")
    assert kept is not None
    assert (kept.frames, kept.last_s) == (7, 210.0)
    assert {name: values.tolist() for name, values in kept.memory.items()} == {
        "speed.sum": [[1.5, pytest.approx(np.nan, nan_ok=True)]],
        "frames": 7.0,
    }


def test_memory_of_another_detector_stays_when_one_is_written(file: Path) -> None:
    site = read_site_memory(file).with_detector("other", Remembered("def", 1, 30.0, {"x": np.zeros(2)}))
    write_site_memory(file, site)
    assert sorted(read_site_memory(file).detectors) == ["mine", "other"]


@pytest.mark.parametrize(
    "other",
    [
        Corridor("road", 20.0, ROAD.stations),
        Corridor("road", 30.0, (*ROAD.stations, Station("c", 1800.0, 2))),
        Corridor("road", 30.0, (ROAD.stations[0], Station("b", 950.0, 3))),
        Corridor("road", 30.0, (ROAD.stations[0], Station("b", 900.0, 2))),
    ],
)
def test_memory_of_another_corridor_is_refused(file: Path, other: Corridor) -> None:
    with pytest.raises(
        UserError, match=r"wanted a memory of this corridor, 'road', . stations .* got one of 'road', 2 stat"
    ):
        read_site_memory(file).check(other)


def test_name_of_the_corridor_and_rounded_positions_do_not_matter(file: Path) -> None:
    read_site_memory(file).check(Corridor("the same road", 30.0, (ROAD.stations[0], Station("b", 900.2, 3))))


def test_memory_of_other_parameters_is_refused(file: Path) -> None:
    with pytest.raises(UserError, match="wanted the memory of mine other, got that of abc"):
        read_site_memory(file).of_detector("mine", "other")


def rewritten(change: Callable[[dict[str, object]], None]) -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        with np.load(file) as stored:
            arrays = {name: stored[name] for name in stored.files}
        words = json.loads(str(arrays["words"]))
        change(words)
        np.savez(file, **{**arrays, "words": np.array(json.dumps(words))})

    return damage


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda file: file.write_text("junk"), "not a zip file"),
        (lambda file: file.write_bytes(file.read_bytes()[:-200]), "no memory of a site"),
        (lambda file: np.savez(file, x=np.zeros(3)), "no 'words'"),
        (lambda file: np.savez(file, words=np.array([object()], dtype=object)), "wanted an array of kind 'U'"),
        (
            rewritten(lambda words: words.update(format="laneblock site memory 0")),
            "wanted format 'laneblock site memory 1'",
        ),
        (rewritten(lambda words: words.update(detectors={})), "'mine/.* belongs to no detector"),
        (rewritten(lambda words: words.update(period_s=-1.0)), "period_s"),
        (rewritten(lambda words: words.update(more=1)), "unknown key"),
    ],
)
def test_damaged_or_foreign_file_is_refused_in_one_line_with_its_name(
    file: Path, damage: Callable[[Path], object], said: str
) -> None:
    damage(file)
    with pytest.raises(UserError, match=said) as raised:
        read_site_memory(file)
    assert str(raised.value).startswith(str(file))
    assert "\n" not in str(raised.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"site\.npz"):
        read_site_memory(tmp_path / "site.npz")
