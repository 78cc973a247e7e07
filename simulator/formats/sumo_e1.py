"""Recordings from SUMO's E1 output (induction loops): one per road, from one file or several of one run.

Conventions: `sumo_e1_layouts`, `sumo_e1_places` (lanes and places). Beside the output, or in the folder above it, stand
the additional files that define the loops and the network. `time_s` is SUMO's own clock at an interval's end; count is
nVehContrib; -1 is nobody. Positions count from the start of the first edge that has a station.
The last interval is left out where it is shorter.
A stop on the road in a `--stop-output` file beside them is an incident; without such a file incidents are not known.

`sumo_e1.toml` may say `name`, and `edges`: the road's edges that have loops, downstream, where SUMO's network alone does not tell.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from scenarios.corridor import Corridor, Station
from scenarios.errors import MissingFileError, UserError
from simulator.formats.answers_file import read_answers
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.sumo_e1_intervals import E1Intervals, read_intervals
from simulator.formats.sumo_e1_layouts import layout
from simulator.formats.sumo_e1_places import LoopPlace, RoadNetwork, read_loop_places, read_network
from simulator.formats.sumo_e1_roads import SumoStation, roads_of, stations_of
from simulator.formats.sumo_e1_stops import SumoStop, incidents_of, read_stops
from simulator.recording.recording_folder import Recording

_LARGEST_OTHER = 1 << 28
"""Bytes of the largest network, additional or stop file looked into. Chosen: a country's network has that."""


def describe(source: Path) -> str | None:
    """Return a phrase where `source` is E1 output, or a folder with some, else None."""
    kinds = [kind for path in _files([source]) if (kind := layout(path))]
    if not kinds:
        return None
    return f"SUMO E1 output, {kinds[0]}" + (f", {len(kinds)} files" if len(kinds) > 1 else "")


def read(source: Path) -> FieldRecordings:
    """Return the recordings of a file, or of a folder's files together. Raises as `read_files` does."""
    return read_files([source])


def read_files(sources: Sequence[Path]) -> FieldRecordings:
    """Return the recordings of all files together. Raises MissingFileError, UserError naming file, place and likely slip."""
    for source in sources:
        if not source.exists():
            raise MissingFileError(f"{source}: no such file or folder")
    files = [path for path in _files(sources) if path in sources or layout(path)]
    if not files:
        raise UserError(
            f"{sources[0]}: wanted a folder with SUMO's E1 output, got none in it (is it in a folder below?)"
        )
    answers = read_answers(files[0], "sumo_e1", {"name": str, "edges": list})
    intervals = _intervals(files)
    beside = _beside(files)
    places = _places(files, set(intervals.loops), read_loop_places(beside))
    network = read_network([path for path in beside if ".net.xml" in path.name], {each.edge for each in places})
    roads, alone = roads_of(stations_of(places, network), network, answers.texts("edges"))
    if not roads:
        raise UserError(f"{files[0]}: wanted loops at two places or more of one road, got {len(alone)} places apart")
    said = []
    if intervals.odd:
        said.append(f"{intervals.odd} rows of intervals that are not {intervals.period_s:g} s long left out")
    if alone:
        said.append(f"{len(alone)} stations off these roads left out ({', '.join(each.name for each in alone[:5])})")
    if any(len({network.lanes_of(each.edge) for each in road}) > 1 for road in roads):
        said.append("assumed: lanes of equal index are one lane, though edges have other numbers of lanes")
    name = answers.text("name") or network.path.name.partition(".net.xml")[0]
    made = _recordings(roads, network, intervals, name, read_stops(beside))
    return FieldRecordings(made, "; ".join(said) or "nothing left out")


def _files(sources: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for source in sources:
        found += sorted(source.iterdir()) if source.is_dir() else [source]
    return list(dict.fromkeys(path for path in found if path.is_file()))


def _beside(files: Sequence[Path]) -> list[Path]:
    """The other XML files in the folders of the output, and in those above."""
    above = dict.fromkeys(folder for path in files for folder in list(path.absolute().parents)[:2])
    paths = [path for folder in above for path in sorted(folder.glob("*.xml*")) if path.is_file()]
    return [path for path in paths if path.stat().st_size <= _LARGEST_OTHER and layout(path) is None]


def _intervals(files: Sequence[Path]) -> E1Intervals:
    found = read_intervals(files)
    first_s, last_s = found.span_s
    if (last_s - first_s) / found.period_s > found.lengths[found.period_s]:
        raise UserError(
            f"{files[0]}: wanted one run, got interval ends from {first_s:g} to {last_s:g} s (files of several runs together?)"
        )
    return found


def _places(
    files: Sequence[Path], loops: Collection[str], found: Sequence[tuple[Path, list[LoopPlace]]]
) -> list[LoopPlace]:
    outputs = [path.name for path in files]
    every = [(path, each) for path, known in found for each in known if each.loop in loops]
    # An additional file that names this output is believed before others that have the same ids.
    every.sort(key=lambda one: not any(name.endswith(Path(one[1].writes).name) for name in outputs if one[1].writes))
    places: dict[str, LoopPlace] = {}
    for _, each in every:
        places.setdefault(each.loop, each)
    missing = sorted(set(loops) - places.keys())
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise MissingFileError(
            f"{files[0]}: wanted the additional file that defines its loops beside it or in the folder above, found none "
            f"that has {', '.join(missing[:3])}{more} (copy the *.add.xml and the *.net.xml there)"
        )
    return list(places.values())


def _recordings(
    roads: Sequence[Sequence[SumoStation]],
    network: RoadNetwork,
    intervals: E1Intervals,
    name: str,
    stops: Sequence[SumoStop] | None,
) -> Iterator[tuple[str, Recording]]:
    first_s, last_s = intervals.span_s
    for road in roads:
        own = name if len(roads) == 1 else f"{name} {road[0].edge}"
        stations = [
            Station(each.name, round(each.position_m, 1), max(each.loops) + 1 - min(each.loops), min(each.loops))
            for each in road
        ]
        corridor = Corridor(own, intervals.period_s, tuple(stations), network.keeps_left)
        cells = {(s, lane): loop for s, each in enumerate(road) for lane, loop in each.loops.items()}
        frames = intervals.frames(cells, (len(road), corridor.lanes))
        incidents = None
        if stops is not None:
            start_m, edges_m = 0.0, dict[str, float]()
            for before, at in pairwise([road[0], *road]):
                start_m += network.distances_m(before.edge)[at.edge]
                edges_m.setdefault(at.edge, start_m)
            bounds_m = (stations[0].position_m, stations[-1].position_m)
            incidents = incidents_of(stops, edges_m, bounds_m, (first_s - intervals.period_s, last_s))
        yield re.sub("[^A-Za-z0-9._]+", "-", own).strip("-._") or "road", Recording(corridor, frames, incidents)
