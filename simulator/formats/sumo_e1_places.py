"""Where SUMO's E1 loops are: their lanes from additional files, their place along the road from the network.

Lane index 0 is the outermost one. A negative `pos` counts from the lane's end; `friendlyPos` clips it to the lane. Between two
edges lie the internal lanes of a junction, whose lengths count. Turning back (`dir="t"`) does not lead on along a road.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.errors import MissingFileError, UserError
from simulator.formats.source_files import SourceFile
from simulator.formats.xml_elements import elements, local

_TAGS = ("inductionLoop", "e1Detector")


@dataclass(frozen=True, slots=True)
class LoopPlace:
    """A loop as an additional file has it: its lane, its `pos` [m], and the file that it writes to."""

    loop: str
    lane: str
    pos_m: float
    writes: str

    @property
    def edge(self) -> str:
        """The edge of its lane."""
        return self.lane.rpartition("_")[0]

    @property
    def index(self) -> int:
        """The index of its lane. Raises UserError for a lane that has none."""
        last = self.lane.rpartition("_")[2]
        if not last.isdigit():
            raise UserError(f"loop {self.loop!r}: wanted a lane like e0_1, got {self.lane!r}")
        return int(last)


@dataclass(frozen=True, slots=True, eq=False)
class RoadNetwork:
    """Lengths [m] of lanes by id; where edges lead, with the length of the junction between; the side of the road."""

    path: Path
    lane_m: Mapping[str, float]
    onward: Mapping[str, Mapping[str, float]]
    keeps_left: bool

    def edge_m(self, edge: str) -> float:
        """Length of an edge."""
        return self.lane_m.get(f"{edge}_0", 0.0)

    def lanes_of(self, edge: str) -> int:
        """Number of lanes of an edge."""
        number = 0
        while f"{edge}_{number}" in self.lane_m:
            number += 1
        return number

    def distances_m(self, edge: str) -> dict[str, float]:
        """Return the distance from the start of `edge` to the start of every edge it leads to, the shortest way."""
        done: dict[str, float] = {}
        queue = [(0.0, edge)]
        while queue:
            so_far, at = heapq.heappop(queue)
            if at in done:
                continue
            done[at] = so_far
            for after, junction_m in self.onward.get(at, {}).items():
                heapq.heappush(queue, (so_far + self.edge_m(at) + junction_m, after))
        return done


def read_loop_places(paths: Iterable[Path]) -> list[tuple[Path, list[LoopPlace]]]:
    """Return the loops of every additional file among `paths`; files of another kind have none. Raises UserError."""
    found = []
    for path in paths:
        file = SourceFile(path)
        if not any(f"<{tag}".encode() in _head(file) for tag in _TAGS):
            continue
        loops = [
            LoopPlace(
                each.get("id", ""),
                each.get("lane", ""),
                _number(each.get("pos"), path, "a loop needs its pos"),
                each.get("file", ""),
            )
            for each in elements(file, *_TAGS)
        ]
        found.append((path, loops))
    return found


def _head(file: SourceFile) -> bytes:
    try:
        with file.opened() as stream:
            return stream.read(1 << 20)
    except (UserError, OSError):
        return b""


def _number(text: str | None, path: Path, wanted: str) -> float:
    try:
        return float(text or "")
    except ValueError:
        raise UserError(f"{path}: {wanted} as a number of metres, got {text!r}") from None


def read_network(paths: Sequence[Path], edges: set[str]) -> RoadNetwork:
    """Return the one network among `paths` that has `edges`. Raises MissingFileError for none, UserError for several."""
    found = [network for path in paths if (network := _read_network(path)) and edges <= network.onward.keys()]
    if not found:
        names = ", ".join(path.name for path in paths) or "no *.net.xml"
        raise MissingFileError(
            f"wanted the network that has the loops' edges ({', '.join(sorted(edges)[:3])}), got {names} (copy it beside the files)"
        )
    if len(found) > 1:
        names = ", ".join(str(network.path) for network in found)
        raise UserError(f"{len(found)} networks have the loops' edges: {names} (keep one of them beside the files)")
    return found[0]


def _read_network(path: Path) -> RoadNetwork:
    file = SourceFile(path)
    lane_m: dict[str, float] = {}
    links: list[tuple[str, str, str]] = []
    onward: dict[str, dict[str, float]] = defaultdict(dict)
    for element in elements(file, "edge", "connection"):
        if local(element) == "edge":
            for lane in element:
                if local(lane) == "lane":
                    lane_m[lane.get("id", "")] = _number(lane.get("length"), path, "a lane needs its length")
            if element.get("function") != "internal":
                onward[element.get("id", "")]  # known, wherever it leads
        elif element.get("dir") != "t":
            links.append((element.get("from", ""), element.get("to", ""), element.get("via", "")))
    inner = {start: via for start, _, via in links if start.startswith(":") and via}
    for start, end, via in links:
        if start.startswith(":"):
            continue
        length_m, inside, passed = 0.0, via, set[str]()
        while inside and inside not in passed:
            passed.add(inside)
            length_m += lane_m.get(inside, 0.0)
            inside = inner.get(inside.rpartition("_")[0], "")
        onward[start][end] = min(length_m, onward[start].get(end, math.inf))
    left = b'lefthand="true"' in _head(file)[: 1 << 16]
    return RoadNetwork(path, lane_m, onward, left)
