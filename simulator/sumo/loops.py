"""Induction loops, read live: SUMO writes its E1 output into a socket, and a period is read when it ends.

`inductionloop.getLastIntervalOccupancy` is wrong (its window ends one step early); the E1 output is right. So the loops get
`file="localhost:PORT"`, and after the step to a period's end one row per loop arrives.
"""

import re
import socket
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr, unescape

import numpy as np

from scenarios.corridor import Corridor
from scenarios.errors import MachineError
from scenarios.own_road import Loop
from simulator.frame import LoopFrame

PATIENCE_S = 60.0
"""Longest wait for the socket. Chosen: SUMO writes within milliseconds, but may load a large network first."""
_INTERVAL = re.compile(rb"<interval\s([^>]*?)/>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')


def write_e1_loops(path: Path, loops: Sequence[Loop], period_s: float, file: str) -> None:
    """Write the additional file of `loops`, all with E1 output to `file` (a path or localhost:PORT)."""
    rows = [
        f"    <inductionLoop id={quoteattr(loop.detector_id)} lane={quoteattr(loop.sumo_lane)} "
        f'pos="{loop.pos_m:.2f}" length="{loop.length_m}" period="{period_s:g}" file={quoteattr(file)}{_only(loop)}/>\n'
        for loop in loops
    ]
    path.write_text("<additional>\n" + "".join(rows) + "</additional>\n", encoding="utf-8")


def _only(loop: Loop) -> str:
    return "".join(f" {key}={quoteattr(value)}" for key, value in loop.counts_only)


class LoopReader:
    """A listening socket that SUMO's loops write to. `address` goes into the additional file before SUMO starts."""

    def __init__(self, corridor: Corridor, loops: Sequence[Loop]) -> None:
        self._corridor = corridor
        self._cells = {loop.detector_id: (loop.station, loop.lane) for loop in loops}
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(PATIENCE_S)
        self._connection: socket.socket | None = None
        self._text = b""
        self.address = f"localhost:{self._server.getsockname()[1]}"

    def accept(self) -> None:
        """Accept the connection that SUMO opened while it loaded."""
        self._connection, _ = self._server.accept()
        self._connection.settimeout(PATIENCE_S)

    def read(self, time_s: float) -> LoopFrame:
        """Return the frame whose period ends at `time_s`, where SUMO must stand. Raises MachineError where rows are missing."""
        shape = (len(self._corridor.stations), self._corridor.lanes)
        count, speed, occupancy = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
        for attributes in self._rows(len(self._cells), time_s):
            if float(attributes[b"end"]) != time_s:
                raise MachineError(f"wanted the loops' rows ending at {time_s} s, got {attributes[b'end'].decode()} s")
            name = _text(attributes[b"id"])
            if name not in self._cells:
                raise MachineError(f"SUMO wrote a row of a loop {name!r}, which it was not given")
            cell = self._cells[name]
            mean_mps = float(attributes[b"speed"])
            own = (
                float(attributes[b"nVehContrib"]),
                mean_mps if mean_mps >= 0 else np.nan,
                float(attributes[b"occupancy"]) / 100,
            )
            if np.isnan(count[cell]):
                count[cell], speed[cell], occupancy[cell] = own
            else:  # loops of one lane that count different vehicles
                count[cell], speed[cell], occupancy[cell] = _together((count[cell], speed[cell], occupancy[cell]), own)
        return LoopFrame(time_s, count, speed, np.minimum(occupancy, 1.0))

    def _rows(self, wanted: int, time_s: float) -> list[dict[bytes, bytes]]:
        """The next `wanted` interval elements; waits for the socket where they have not arrived."""
        if self._connection is None:
            raise RuntimeError("the loops' socket was not accepted before reading")
        while True:
            found = list(_INTERVAL.finditer(self._text))
            if len(found) >= wanted:
                self._text = self._text[found[wanted - 1].end() :]
                return [dict(_ATTRIBUTE.findall(match.group(1))) for match in found[:wanted]]
            try:
                more = self._connection.recv(1 << 16)
            except TimeoutError:
                raise MachineError(
                    f"SUMO's loops wrote {len(found)} of {wanted} rows for the period ending at {time_s} s"
                ) from None
            if not more:
                raise MachineError(f"SUMO closed the loops' socket before {time_s} s")
            self._text += more

    def close(self) -> None:
        """Close the sockets."""
        if self._connection is not None:
            self._connection.close()
        self._server.close()


def _together(one: tuple[float, float, float], other: tuple[float, float, float]) -> tuple[float, float, float]:
    """Count, mean speed and occupancy of all vehicles, from those of two loops at one place that count different ones."""
    count = one[0] + other[0]
    timed = [(number, speed) for number, speed, _ in (one, other) if number and not np.isnan(speed)]
    vehicles = sum(number for number, _ in timed)
    speed = sum(number * speed for number, speed in timed) / vehicles if vehicles else np.nan
    return count, speed, one[2] + other[2]


def _text(attribute: bytes) -> str:
    return unescape(attribute.decode(), {"&quot;": '"', "&apos;": "'"})
