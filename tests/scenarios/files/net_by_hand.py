"""What a network file would hold, by hand: edges of some lanes, the connections between them, and whom lanes are for."""

from collections.abc import Mapping
from pathlib import Path

from scenarios.files.lane_tracing import Link
from scenarios.files.sumo_net_file import NetContent, NetLane


def content(
    lengths_m: Mapping[str, tuple[float, ...]],
    links: Mapping[tuple[str, str], set[Link]],
    allowed: Mapping[str, str] | None = None,
) -> NetContent:
    """Return a network of edges with a length for each lane; `allowed` by a lane's id, all motor traffic elsewhere."""
    for_whom = allowed or {}
    lanes = {
        f"{edge}_{index}": NetLane(edge, index, length_m, False)
        for edge, lengths in lengths_m.items()
        for index, length_m in enumerate(lengths)
    }
    return NetContent(
        Path("town.net.xml"),
        {edge: dict(enumerate(lengths)) for edge, lengths in lengths_m.items()},
        lanes,
        {(lane.edge, lane.index): for_whom.get(name, "all") for name, lane in lanes.items()},
        links,
        False,
    )
