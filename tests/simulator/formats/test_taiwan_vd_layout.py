"""Taiwan's minutes become the same by their layout and by their parser; numbers are made here."""

import random
from pathlib import Path

import pytest

from simulator.formats.taiwan_vd import read
from tests.simulator.formats.read_alike import damaged, same_by_parser

NAMES = ("VD-N1-S-100.1-M", "VD-N1-S-101.2-M", "VD-N1-S-101.9-I-M", "VD-elsewhere", "1020")
VOLUMES = ("0", "0", "7", "12", "-99", "-1", "3.5", "", "00")
SPEEDS = ("0", "88", "90.5", "-99", "", " 77 ")
SHARES = ("0", "4", "100", "-1", "", "7.25")
STATUSES = ("0", "0", "0", "0", "0", "0", "", "1", "00")
NUMBERS = {0: ("0", "0", "0", "0", "1"), 1: ("1",), 2: ("2", "2", "3")}
WRONG = {VOLUMES: ("2001", "1-2", "many"), SPEEDS: ("301", "1.2.3"), SHARES: ("101",)}


class Feed:
    """Files of one feed; each text is one of its kind, `wrong` of them in all wrong ones."""

    def __init__(self, seed: int, wrong: int = 0) -> None:
        self._rng = random.Random(seed)
        self._wrong = wrong

    def _text(self, name: str, among: tuple[str, ...]) -> str:
        if self._rng.random() < 0.02:
            return ""
        text = self._rng.choice(among)
        if self._wrong and among in WRONG and self._rng.random() < 0.02:
            self._wrong -= 1
            text = self._rng.choice(WRONG[among])
        return f"<{name}>{text}</{name}>" if text or self._rng.random() < 0.5 else f"<{name}/>"

    def _lane(self, lane: int) -> str:
        types = "".join(
            f"<Vehicle><VehicleType>{kind}</VehicleType>{self._text('Volume', VOLUMES)}{self._text('Speed', SPEEDS)}</Vehicle>"
            for kind in "SLT"[: self._rng.choice((0, 2, 3, 3, 3, 3))]
        )
        return (
            f"<Lane><LaneID>{self._rng.choice(NUMBERS[lane])}</LaneID><LaneType>1</LaneType>{self._text('Speed', SPEEDS)}"
            f"{self._text('Occupancy', SHARES)}<Vehicles>{types}</Vehicles></Lane>"
        )

    def _detector(self, name: str, minute: int, zone: str) -> str:
        lanes = "".join(map(self._lane, range(self._rng.choice((2, 3, 3, 3)))))
        at = f"2024-06-11T07:{minute - (self._rng.random() < 0.05):02d}:00{zone}"
        stamp = at.replace("-", "/") if self._rng.random() < 0.01 else at
        return (
            f"<VDLive><VDID>{name}</VDID><LinkFlows><LinkFlow><LinkID>0</LinkID><Lanes>{lanes}</Lanes></LinkFlow></LinkFlows>"
            f"{self._text('Status', STATUSES)}<DataCollectTime>{stamp}</DataCollectTime></VDLive>"
        )

    def files(self, number: int) -> list[bytes]:
        """Return so many minutes; detectors are in another order now and then, or come twice."""
        files = []
        for minute in range(1, number + 1):
            names = self._rng.sample(NAMES, len(NAMES)) if self._rng.random() < 0.3 else list(NAMES[:4])
            names += [NAMES[0]] * (self._rng.random() < 0.1)
            zone = "+08:00" if self._rng.random() < 0.9 else ""
            detectors = "\n".join(self._detector(name, minute, zone) for name in names)
            files.append(
                f"<VDLiveList><UpdateTime>2024-06-11T07:{minute:02d}:40+08:00</UpdateTime><UpdateInterval>60</UpdateInterval>"
                f"<VDLives>{detectors}</VDLives></VDLiveList>".encode()
            )
        return files


def write_places(where: Path) -> Path:
    places = where / "VD.xml"
    places.write_text(
        "<VDList><VDs>"
        + "".join(
            f"<VD><VDID>{name}</VDID><RoadDirection>S</RoadDirection><LaneNum>3</LaneNum><RoadID>N1</RoadID>"
            f"<LocationMile>{100 + k}K+100</LocationMile></VD>"
            for k, name in enumerate(NAMES)
            if name != "VD-elsewhere"
        )
        + "</VDs></VDList>"
    )
    return places


def same(where: Path, files: list[bytes]) -> str:
    return same_by_parser(read, where, (write_places(where),), files)


@pytest.mark.parametrize("seed", range(4))
def test_a_feed_becomes_the_same_by_its_layouts(tmp_path: Path, seed: int) -> None:
    assert "Freeway-1-S" in same(tmp_path, Feed(seed).files(10))


def test_files_of_known_records_need_no_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lane = "<Lane><LaneID>%d</LaneID><Speed>%d</Speed><Occupancy>5</Occupancy><Vehicles/></Lane>"
    detector = (
        "<VDLive><VDID>%s</VDID>%s<Status>0</Status><DataCollectTime>2024-06-11T07:0%d:00</DataCollectTime></VDLive>"
    )
    write_places(tmp_path)
    for minute in range(3):
        lanes = lane % (0, 90 + minute) + lane % (1, 80)
        detectors = "".join(detector % (name, lanes, minute) for name in NAMES[:2])
        (tmp_path / f"{minute}.xml").write_text(f"<VDLiveList><VDLives>{detectors}</VDLives></VDLiveList>")
    monkeypatch.delattr("simulator.formats.taiwan_vd_live.read_events")
    ((_, recording),) = read(tmp_path).recordings
    assert [frame.speed[0, 2] for frame in recording.frames] == [90 / 3.6, 91 / 3.6, 92 / 3.6]


@pytest.mark.parametrize("seed", range(6, 10))
def test_a_wrong_text_is_refused_in_the_same_words(tmp_path: Path, seed: int) -> None:
    assert same(tmp_path, Feed(seed, wrong=9).files(10)).startswith("refused: ")


@pytest.mark.parametrize("seed", range(12, 17))
def test_a_file_cut_or_changed_anywhere_is_judged_the_same(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    files = Feed(seed).files(4)
    files[2] = damaged(rng, files[2])
    assert same(tmp_path, files)
