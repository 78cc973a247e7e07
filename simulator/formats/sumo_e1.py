"""Recordings from SUMO's E1 output (induction loops): one per road, from one file or several of one run.

Conventions: `sumo_e1_layouts`, `sumo_e1_places` (lanes and places). Beside the output, or in the folder above it, stand
the additional files that define the loops and the network. `time_s` is SUMO's own clock at an interval's end; count is
nVehContrib; -1 is nobody. Positions count from the start of the first edge that has a station.
The last interval is left out where it is shorter.
A stop on the road in a `--stop-output` file beside them is an incident; without such a file incidents are not known.

`sumo_e1.toml` may say `name`, and `edges`: the road's edges that have loops, downstream, where SUMO's network alone does not tell.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from scenarios.corridor import Corridor, Station
from scenarios.errors import MissingFileError, UserError
from simulator.formats.answers_file import read_answers
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.sumo_e1_layouts import e1_rows, layout
from simulator.formats.sumo_e1_places import LoopPlace, RoadNetwork, read_loop_places, read_network
from simulator.formats.sumo_e1_roads import SumoStation, roads_of, stations_of
from simulator.formats.sumo_e1_stops import SumoStop, incidents_of, read_stops
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording

_LARGEST_OTHER = 1 << 28
"""Bytes of the largest network, additional or stop file looked into. Chosen: a country's network has that."""


@dataclass(frozen=True, slots=True)
class _Survey:
    """What is in the files: their loops, the commonest interval, the ends of its first and last one [s], other rows."""

    files: tuple[Path, ...]
    loops: frozenset[str]
    period_s: float
    first_s: float
    last_s: float
    odd: int


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
    survey = _survey(files)
    beside = _beside(files)
    places = _places(survey, read_loop_places(beside))
    network = read_network([path for path in beside if ".net.xml" in path.name], {each.edge for each in places})
    roads, alone = roads_of(stations_of(places, network), network, answers.texts("edges"))
    if not roads:
        raise UserError(f"{files[0]}: wanted loops at two places or more of one road, got {len(alone)} places apart")
    said = []
    if survey.odd:
        said.append(f"{survey.odd} rows of intervals that are not {survey.period_s:g} s long left out")
    if alone:
        said.append(f"{len(alone)} stations off these roads left out ({', '.join(each.name for each in alone[:5])})")
    if any(len({network.lanes_of(each.edge) for each in road}) > 1 for road in roads):
        said.append("assumed: lanes of equal index are one lane, though edges have other numbers of lanes")
    name = answers.text("name") or network.path.name.partition(".net.xml")[0]
    made = _recordings(roads, network, survey, name, read_stops(beside))
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


def _survey(files: Sequence[Path]) -> _Survey:
    lengths: Counter[float] = Counter()
    ends: dict[float, tuple[float, float]] = {}
    loops: set[str] = set()
    for path in files:
        for rows in e1_rows(path):
            length_s = np.round(rows.end_s - rows.begin_s, 6)
            for each in np.unique(length_s).tolist():
                own = rows.end_s[length_s == each]
                first_s, last_s = ends.get(each, (np.inf, -np.inf))
                ends[each] = min(first_s, float(own.min())), max(last_s, float(own.max()))
                lengths[each] += len(own)
            loops.update(rows.loops)
    if not lengths:
        raise UserError(f"{files[0]}: wanted rows of E1 output, got none (was SUMO ended before its first interval?)")
    period_s, usual = lengths.most_common(1)[0]
    first_s, last_s = ends[period_s]
    if (last_s - first_s) / period_s > usual:
        raise UserError(
            f"{files[0]}: wanted one run, got interval ends from {first_s:g} to {last_s:g} s (files of several runs together?)"
        )
    return _Survey(tuple(files), frozenset(loops), period_s, *ends[period_s], lengths.total() - usual)


def _places(survey: _Survey, found: Sequence[tuple[Path, list[LoopPlace]]]) -> list[LoopPlace]:
    outputs = [path.name for path in survey.files]
    every = [(path, each) for path, loops in found for each in loops if each.loop in survey.loops]
    # An additional file that names this output is believed before others that have the same ids.
    every.sort(key=lambda one: not any(name.endswith(Path(one[1].writes).name) for name in outputs if one[1].writes))
    places: dict[str, LoopPlace] = {}
    for _, each in every:
        places.setdefault(each.loop, each)
    missing = sorted(survey.loops - places.keys())
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise MissingFileError(
            f"{survey.files[0]}: wanted the additional file that defines its loops beside it or in the folder above, found none "
            f"that has {', '.join(missing[:3])}{more} (copy the *.add.xml and the *.net.xml there)"
        )
    return list(places.values())


def _recordings(
    roads: Sequence[Sequence[SumoStation]],
    network: RoadNetwork,
    survey: _Survey,
    name: str,
    stops: Sequence[SumoStop] | None,
) -> Iterator[tuple[str, Recording]]:
    for road in roads:
        own = name if len(roads) == 1 else f"{name} {road[0].edge}"
        stations = [
            Station(each.name, round(each.position_m, 1), max(each.loops) + 1 - min(each.loops), min(each.loops))
            for each in road
        ]
        corridor = Corridor(own, survey.period_s, tuple(stations), network.keeps_left)
        frames = _frames(road, corridor, survey)
        incidents = None
        if stops is not None:
            start_m, edges_m = 0.0, dict[str, float]()
            for before, at in pairwise([road[0], *road]):
                start_m += network.distances_m(before.edge)[at.edge]
                edges_m.setdefault(at.edge, start_m)
            bounds_m = (stations[0].position_m, stations[-1].position_m)
            incidents = incidents_of(stops, edges_m, bounds_m, (survey.first_s - survey.period_s, survey.last_s))
        yield re.sub("[^A-Za-z0-9._]+", "-", own).strip("-._") or "road", Recording(corridor, frames, incidents)


def _frames(road: Sequence[SumoStation], corridor: Corridor, survey: _Survey) -> tuple[LoopFrame, ...]:
    cell = {loop: (s, lane) for s, each in enumerate(road) for lane, loop in each.loops.items()}
    periods = round((survey.last_s - survey.first_s) / survey.period_s) + 1
    values = np.full((periods, 3, len(road), corridor.lanes), np.nan)
    for path in survey.files:
        for rows in e1_rows(path):
            cells = np.array([cell.get(loop, (-1, -1)) for loop in rows.loops]).reshape(-1, 2)
            usual = np.abs(rows.end_s - rows.begin_s - survey.period_s) < 1e-6
            taken = (cells[:, 0] >= 0) & usual
            period = np.rint((rows.end_s[taken] - survey.first_s) / survey.period_s).astype(np.int64)
            for kind, column in enumerate((rows.count, rows.speed_mps, rows.occupancy)):
                values[period, kind, cells[taken, 0], cells[taken, 1]] = column[taken]
    seen = np.flatnonzero((~np.isnan(values)).any(axis=(1, 2, 3)))
    return tuple(LoopFrame(survey.first_s + k * survey.period_s, *values[k]) for k in seen.tolist())
