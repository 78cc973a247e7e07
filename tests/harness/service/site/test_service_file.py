from pathlib import Path

import pytest

from detectors.catalogue import DETECTORS, Entry
from detectors.detector import Decision, Detector
from harness.service.site.service_description import ServiceDescription
from harness.service.site.service_file import read_service_file
from harness.service.web.access_tokens import Role, new_token, token_entry
from scenarios.corridor import Corridor
from scenarios.errors import MissingFileError, UserError
from simulator.frame import LoopFrame
from simulator.recording.corridor_file import write_corridor
from tests.harness.made_traffic import ROAD


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a corridor in `road` and a folder for files in `files`."""
    (tmp_path / "road").mkdir()
    (tmp_path / "files").mkdir()
    write_corridor(tmp_path / "road", ROAD)
    return tmp_path


def read(folder: Path, text: str) -> tuple[ServiceDescription | None, list[str]]:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    described, mistakes = read_service_file(path)
    return described, [each.removeprefix(f"{path}:") for each in mistakes]


ROAD_TABLE = "[[corridor]]\nfolder = 'road'\n"
GOOD = """
[store]
database = "live.db"
keep_days = 7
[web]
port = 0
[deciding]
checkpoint_frames = 5
[[corridor]]
folder = "road"
importance = 3
time_zone = "Europe/Berlin"
stamp = "start"
allowed_lateness_s = 15
allowed_jump_s = 120
clock_share = 0.25
skip_silent_loops = true
[[corridor.detector]]
name = "california7"
mask_faults = "health"
[[corridor]]
name = "sr91"
detectors = ["snd", "silent"]
[[source]]
kind = "folder"
folder = "files"
corridor = "made road"
[[source]]
kind = "sumo"
scenario = "sr91-drill"
pace = 20
[[source]]
kind = "mqtt"
address = "mqtt://127.0.0.1/laneblock/readings"
"""


def test_a_file_becomes_corridors_sources_store_and_page(folder: Path) -> None:
    described, mistakes = read(folder, GOOD)
    assert mistakes == []
    assert described is not None
    road, sr91 = described.corridors
    assert (road.corridor, road.importance, road.time_zone, road.exercise) == (ROAD, 3.0, "Europe/Berlin", False)
    assert (road.assembling.stamp, road.assembling.allowed_lateness_s) == ("start", 15.0)
    assert (road.assembling.allowed_jump_s, road.assembling.clock_share) == (120.0, 0.25)
    assert road.assembling.skip_silent_loops
    assert [(each.name, each.mask and each.mask.name) for each in road.detectors] == [("california7", "health")]
    assert [each.name for each in sr91.detectors] == ["snd", "silent"]
    assert (sr91.corridor.name, sr91.exercise, sr91.incidents.exercise) == ("sr91", True, True)
    assert [(each.corridors, each.can_wait) for each in described.sources] == [
        (("made road",), True),
        (("sr91",), True),
        (("made road",), False),
    ]
    assert described.database == str(folder / "live.db")
    assert (described.deciding.checkpoint_frames, described.deciding.keep_days) == (5, 7.0)
    assert [str(zone) for zone in described.web.zones.values()] == ["Europe/Berlin"]


def test_a_corridor_that_a_source_brings_needs_no_table(folder: Path) -> None:
    described, mistakes = read(folder, '[[source]]\nkind = "sumo"\nscenario = "sr91-drill"\n')
    assert mistakes == []
    assert described is not None
    assert [(each.corridor.name, each.detectors[0].name) for each in described.corridors] == [("sr91", "sequential")]
    assert len(described.corridors[0].guidance.actions) > 0


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("[web]\nprot = 80", "2: web.prot: unknown key; did you mean 'port'?"),
        ("[web]\nport = 80000", "2: web.port: wanted less than or equal to 65535, got 80000"),
        (
            "[web]\nhost = '0.0.0.0'\n[[corridor]]\nfolder = 'road'",
            "2: web.host: host 0.0.0.0: wanted tokens, since others",
        ),
        (
            "[[source]]\nkind = 'sum'",
            "2: source[0].kind: wanted one of sumo, recording, folder, mqtt, got 'sum'; did you mean",
        ),
        ("[[source]]\npace = 1", "1: source[0].kind: wanted one of sumo, recording, folder, mqtt, it is missing"),
        ("[[source]]\nkind = 'sumo'", "1: source[0].scenario: wanted, but missing"),
        ("[[source]]\nkind = 'sumo'\nscenario = 'sr91-dril'", "3: source[0].scenario: no scenario or file 'sr91-dril'"),
        ("port = 1\n[web\n", "2: this is no valid TOML: Expected ']' at the end of a table declaration"),
        ("", "1: wanted a [[corridor]], or a [[source]] that brings one, got neither"),
        (
            "[[corridor]]\nimportance = 2",
            "1: corridor[0]: wanted a folder, or the name of a corridor that a source brings",
        ),
        (f"{ROAD_TABLE}time_zone = 'Berlin'", "3: corridor[0].time_zone: time zone: wanted an IANA name"),
        (f"{ROAD_TABLE}{ROAD_TABLE}", "3: corridor[1]: two are called 'made road' (give one a name of its own)"),
        (f"{ROAD_TABLE}detectors = ['snd', 'snd']", "3: corridor[0].detectors: snd is named twice"),
        (f"{ROAD_TABLE}return_within_s = 10", "1: corridor[0]: return_within_s counts from the last alarm"),
        (
            f"[store]\ndatabase = 'mysql://x'\n{ROAD_TABLE}",
            "2: store.database: database: wanted sqlite:///laneblock.db",
        ),
        (
            f"{ROAD_TABLE}[[corridor.detector]]\nname = 'snd'\nmask_faults = 'helth'",
            "3: corridor[0].detector[0]: mask_faults: no fault detector 'helth'; there are",
        ),
        (
            f"{ROAD_TABLE}[[source]]\nkind = 'folder'\nfolder = 'files'\ncorridor = 'a road'",
            "6: source[0].corridor: wanted the name of a [[corridor]] with a folder, made road; got 'a road'",
        ),
        (
            "[[corridor]]\nname = 'sr19'\n[[source]]\nkind = 'sumo'\nscenario = 'sr91-drill'",
            "2: corridor[0].name: no source brings 'sr19', and it has no folder; did you mean 'sr91'?",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(folder: Path, text: str, mistake: str) -> None:
    described, (told,) = read(folder, text)
    assert described is None
    assert told.startswith(mistake)


def test_every_mistake_is_told_in_the_order_of_lines(folder: Path) -> None:
    text = (
        GOOD.replace("pace = 20", "pace = 0")
        .replace("keep_days = 7", "keep_days = 'a'")
        .replace("port = 0", "ports = 0")
    )
    described, mistakes = read(folder, text)
    assert described is None
    assert [each.split(":")[0] for each in mistakes] == ["4", "6", "31"]


def test_files_that_are_missing_are_told_with_the_key_that_names_them(folder: Path) -> None:
    text = "actions = 'none.toml'\nworks = 'no.toml'\n[web]\ntokens = 't.toml'\n[[corridor]]\nfolder = 'no'\n"
    text += "[[source]]\nkind = 'recording'\nfolder = 'files'\n"
    described, mistakes = read(folder, text)
    assert described is None
    assert [each.split(": ")[:2] for each in mistakes] == [
        ["1", "actions"],
        ["2", "works"],
        ["4", "web.tokens"],
        ["6", "corridor[0].folder"],
        ["9", "source[0].folder"],
    ]


def test_with_tokens_the_page_may_be_reached_by_others(folder: Path) -> None:
    secret, token = new_token("room", Role.OPERATE)
    (folder / "tokens.toml").write_text(token_entry(token), encoding="utf-8")
    described, mistakes = read(
        folder, '[web]\nhost = "0.0.0.0"\ntokens = "tokens.toml"\n[[corridor]]\nfolder = "road"\n'
    )
    assert mistakes == []
    assert described is not None
    assert described.web.tokens.person(secret) is not None


class Unpackable:
    """A detector that holds a function."""

    def __init__(self, corridor: Corridor) -> None:
        self.decide = lambda frame: frame

    def step(self, frame: LoopFrame) -> Decision:
        return Decision(frame.time_s, frame.count[:-1, 0], frame.count[:-1, 0] > 0)


def test_a_detector_that_cannot_be_packed_is_refused_before_anything_starts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
        return Unpackable(corridor)

    monkeypatch.setitem(DETECTORS, "unpackable", Entry("unpackable", "holds a function", build))
    _, (mistake,) = read(folder, '[[corridor]]\nfolder = "road"\ndetectors = ["unpackable"]\n')
    assert mistake.startswith(
        "3: corridor[0].detectors: unpackable cannot be packed, so the service could not resume it"
    )


def test_a_file_that_is_none_is_refused(folder: Path) -> None:
    with pytest.raises(MissingFileError, match="no such file"):
        read_service_file(folder / "none.toml")
    with pytest.raises(UserError, match="got a folder"):
        read_service_file(folder)
