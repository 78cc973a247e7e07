"""SUMO's E1 output in every layout becomes one recording; places come from the network; what is wrong is one message."""

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from scenarios.errors import MissingFileError, UserError
from simulator.formats.sumo_e1 import describe, read, read_files
from simulator.recording.recording_folder import Recording

NET = """<net version="1.20"{side}>
 <edge id=":k_0" function="internal"><lane id=":k_0_0" index="0" speed="30" length="12.50"/></edge>
 <edge id="up" from="a" to="k"><lane id="up_0" length="400.00"/><lane id="up_1" length="400.00"/></edge>
 <edge id="down" from="k" to="b"><lane id="down_0" length="600.00"/><lane id="down_1" length="600.00"/></edge>
 <edge id="back" from="b" to="a"><lane id="back_0" length="900.00"/></edge>
 <connection from="up" to="down" fromLane="0" toLane="0" via=":k_0_0" dir="s"/>
 <connection from=":k_0" to="down" fromLane="0" toLane="0" dir="s"/>
 <connection from="down" to="back" fromLane="0" toLane="0" dir="t"/>
 <connection from="back" to="up" fromLane="0" toLane="0" dir="t"/>
</net>
"""
LOOPS = {"A_0": ("up_0", "150"), "A_1": ("up_1", "150"), "B_0": ("down_0", "-200"), "B_1": ("down_1", "-200")}
NAMES = (
    "begin",
    "end",
    "id",
    "nVehContrib",
    "flow",
    "occupancy",
    "speed",
    "harmonicMeanSpeed",
    "length",
    "nVehEntered",
)
Row = tuple[str, ...]


def row(begin: float, end: float, loop: str, count: int, percent: float, speed: float) -> Row:
    return (
        f"{begin:.2f}",
        f"{end:.2f}",
        loop,
        str(count),
        "0",
        f"{percent:.2f}",
        f"{speed:.2f}",
        "3",
        "5",
        str(count + 1),
    )


ROWS = [
    row(20 * k, 20 * k + 20, loop, 3 + k, 4.07 + k, 23.5 - k)
    for k in range(4)
    for loop in LOOPS
    if (k, loop) != (2, "B_1")
]
ROWS += [row(40, 60, "B_1", 0, 0, -1), *(row(80, 86, loop, 1, 9, 20) for loop in LOOPS)]


def xml(rows: list[Row]) -> str:
    lines = (" ".join(f'{name}="{value}"' for name, value in zip(NAMES, each, strict=True)) for each in rows)
    return "<?xml version='1.0'?>\n<detector>\n" + "".join(f"<interval {line}/>\n" for line in lines) + "</detector>\n"


def csv(rows: list[Row], separator: str = ";", tag: str = "interval_") -> str:
    return "\n".join(separator.join(each) for each in [[tag + name for name in NAMES], *rows]) + "\n"


def simulation(folder: Path, **files: str) -> Path:
    """A folder with the network, the loops and the run's files."""
    folder.mkdir(parents=True, exist_ok=True)
    loops = "".join(f'<inductionLoop id="{i}" lane="{ln}" pos="{p}" file="e1.xml"/>' for i, (ln, p) in LOOPS.items())
    texts = {"road.net.xml": NET.format(side=""), "loops.add.xml": f"<additional>{loops}</additional>", **files}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def only(source: Path) -> Recording:
    ((_, recording),) = read(source).recordings
    return recording


@pytest.fixture
def run(tmp_path: Path) -> Recording:
    return only(simulation(tmp_path / "r", **{"e1.xml": xml(ROWS)}))


def test_positions_run_along_edges_and_the_junction_between(run: Recording) -> None:
    assert [(s.name, s.position_m, s.lanes) for s in run.corridor.stations] == [("A", 150.0, 2), ("B", 812.5, 2)]


def test_times_are_ends_on_sumos_clock_and_a_short_last_interval_is_left_out(run: Recording) -> None:
    assert [frame.time_s for frame in run.frames] == [20, 40, 60, 80]


def test_counts_are_vehicles_that_left_and_occupancy_is_a_share(run: Recording) -> None:
    assert run.frames[1].count[0, 1] == 4
    assert run.frames[1].occupancy[0, 1] == 0.0507
    assert run.frames[1].speed[0, 1] == 22.5


def test_nobody_measured_is_an_unknown_speed_and_a_count_of_zero(run: Recording) -> None:
    assert (run.frames[2].count[1, 1], run.frames[2].occupancy[1, 1]) == (0, 0)
    assert np.isnan(run.frames[2].speed[1, 1])


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    folder = simulation(tmp_path, **{"e1.xml": xml(ROWS)})
    assert read(folder).left_out == "4 rows of intervals that are not 20 s long left out"


def packed(folder: Path) -> None:
    (folder / "e1.xml.gz").write_bytes(gzip.compress(xml(ROWS).encode()))


def parquet(folder: Path, rows: Sequence[Row] = ROWS, number: type = np.float32) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow.parquet import write_table

    columns = {
        f"interval_{name}": [each[k] if name == "id" or ":" in each[k] else number(each[k]) for each in rows]
        for k, name in enumerate(NAMES)
    }
    write_table(pyarrow.table(columns), folder / "e1.parquet")


def prefixed(folder: Path) -> None:
    for name in "AB":
        (folder / f"run_{name}.xml").write_text(xml([each for each in ROWS if each[2][0] == name]), encoding="utf-8")


def writing(name: str, text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return write


CLOCK = [(f"0:00:{float(b):05.2f}" if float(b) < 60 else f"0:01:{float(b) - 60:05.2f}", *rest) for b, *rest in ROWS]
LAYOUTS: dict[str, Callable[[Path], None]] = {
    "xml.gz": packed,
    "parquet": parquet,
    "a file per station": prefixed,
    "csv": writing("e1.csv", csv(ROWS)),
    "csv of another separator without tag": writing("e1.csv", csv(ROWS, ",", "")),
    "times as h:m:s": writing("e1.csv", csv(CLOCK)),
    "csv with quotation marks": writing("e1.csv", csv(ROWS).replace("A_1", '"A_1"')),
    "csv with blank lines and ends of lines of Windows": writing("e1.csv", csv(ROWS).replace("\n", "\r\n\r\n")),
    "parquet with times as h:m:s": lambda folder: parquet(
        folder, [(f"0:{b}", f"0:{e}", *rest) for b, e, *rest in ROWS]
    ),
    "parquet of 64 bits": lambda folder: parquet(folder, number=float),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_of_a_run_is_the_same_recording(name: str, run: Recording, tmp_path: Path) -> None:
    out = tmp_path / "out" / "below"
    simulation(out.parent).joinpath("below").mkdir()
    LAYOUTS[name](out)
    (out / "NOTES.md").write_text("# Our run\n- count is nVehContrib\n")  # a text that speaks of E1 output is none
    other = only(out)
    assert describe(out)
    assert other.corridor == run.corridor
    for mine, theirs in zip(other.frames, run.frames, strict=True):
        assert mine.time_s == theirs.time_s
        for kind in ("count", "speed", "occupancy"):
            np.testing.assert_array_equal(getattr(mine, kind), getattr(theirs, kind))


def test_a_stop_on_the_road_is_an_incident_and_one_beside_it_is_not(tmp_path: Path) -> None:
    stop = '<stopinfo id="x" lane="down_1" pos="110.00" parking="{}" started="31.00" ended="-1"/>'
    stops = f"<stops>{stop.format(0)}{stop.format(1)}</stops>"
    (incident,) = only(simulation(tmp_path, **{"e1.xml": xml(ROWS), "stops.xml": stops})).incidents or ()
    assert (incident.onset_s, incident.position_m, incident.lanes) == (31.0, 522.5, (1,))
    assert np.isnan(incident.clearance_s)


def test_without_a_file_of_stops_incidents_are_not_known(run: Recording) -> None:
    assert run.incidents is None


def test_a_network_for_left_hand_traffic_makes_a_road_that_keeps_left(tmp_path: Path) -> None:
    files = {"e1.xml": xml(ROWS), "road.net.xml": NET.format(side=' lefthand="true"')}
    assert only(simulation(tmp_path, **files)).corridor.keeps_left


def test_the_name_is_the_networks_or_the_users(run: Recording, tmp_path: Path) -> None:
    assert run.corridor.name == "road"
    assert only(simulation(tmp_path, **{"e1.xml": xml(ROWS), "sumo_e1.toml": 'name = "A 5"'})).corridor.name == "A 5"


def test_edges_that_lead_around_ask_for_their_order(tmp_path: Path) -> None:
    files = {"e1.xml": xml(ROWS), "road.net.xml": NET.format(side="").replace('dir="t"', 'dir="s"')}
    folder = simulation(tmp_path, **files)
    with pytest.raises(UserError, match=r"lead to each other.*sumo_e1\.toml"):
        read(folder)
    (folder / "sumo_e1.toml").write_text('edges = ["up", "down"]', encoding="utf-8")
    assert [station.position_m for station in only(folder).corridor.stations] == [150.0, 812.5]


WHOLE = xml(ROWS)
SLIPS: dict[str, tuple[dict[str, str], str]] = {
    "cut": ({"e1.xml": WHOLE[:-200]}, "before it closed its files"),
    "cut csv": ({"e1.csv": csv(ROWS)[:-30]}, "wanted 10 fields"),
    "no rows": ({"e1.csv": csv([])}, "got none"),
    "a column missing": ({"e1.csv": csv(ROWS).replace("interval_occupancy", "interval_occ")}, "missing occupancy"),
    "an attribute missing": ({"e1.xml": WHOLE.replace("speed=", "pace=", 1)}, "line 3: an interval without speed"),
    "a word": ({"e1.csv": csv(ROWS).replace("23.50", "fast", 1)}, "line 2: wanted numbers"),
    "columns exchanged": ({"e1.csv": csv(ROWS).replace(";4.07;", ";407;", 1)}, "0 to 100 per cent"),
    "a time of another run": ({"e1.csv": csv([*ROWS, row(9e11, 9e11 + 20, "A_0", 1, 1, 20)])}, "several runs"),
    "a document type": (
        {"e1.xml": WHOLE.replace("<detector>", "<!DOCTYPE d [<!ENTITY a 'b'>]><detector>")},
        "document type",
    ),
    "no additional file": ({"e1.xml": WHOLE, "loops.add.xml": "<additional/>"}, "has A_0, A_1, B_0 and 1 more"),
    "another network": (
        {"e1.xml": WHOLE, "road.net.xml": NET.format(side="").replace("up", "in")},
        "wanted the network",
    ),
    "another lane": ({"e1.xml": WHOLE, "road.net.xml": NET.format(side="").replace("up_1", "up_7")}, "no lane 'up_1'"),
    "an unknown answer": ({"e1.xml": WHOLE, "sumo_e1.toml": "edge = 3"}, "no key is called 'edge'"),
    "an answer of another kind": ({"e1.xml": WHOLE, "sumo_e1.toml": "name = 3"}, "name is a text"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_refused_with_its_place(slip: str, tmp_path: Path) -> None:
    files, words = SLIPS[slip]
    folder = simulation(tmp_path, **files)
    with pytest.raises(UserError) as told:
        read(folder)
    assert words in str(told.value)
    assert str(folder) in str(told.value) or "wanted the network" in words
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "content", [b"", b"\0\xff" * 99, WHOLE.encode("utf-16"), b"PAR1" + b"\0" * 99, b"Notes\non nVehContrib"]
)
def test_a_file_that_is_no_output_is_refused_when_it_is_named(content: bytes, tmp_path: Path) -> None:
    file = simulation(tmp_path) / "e1.xml"
    file.write_bytes(content)
    assert describe(file) is None
    with pytest.raises(UserError, match="wanted SUMO's E1 output"):
        read_files([file])


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no such file"):
        read(tmp_path / "e1.xml")
