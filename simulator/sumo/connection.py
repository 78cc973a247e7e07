"""SUMO behind one typed class: libsumo in process, or traci over a socket for the GUI.

The only file that imports libsumo or traci. Neither ships type information, and both report a failure on load as little
more than "Process Error": `sumo_errors` quotes the error log instead.
"""

import contextlib
import hashlib
import importlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from scenarios.errors import UserError
from simulator.sumo.sumo_errors import SumoError, aside, quoted
from simulator.sumo.sumo_programs import binary, sumo_home

Backend = Literal["libsumo", "traci"]
DRIVERS_OWN_LANE_CHANGING = 1621
"""SUMO's default lane change mode: every reason of the driver's own counts."""
PARKING = 1
UNTIL_RESUMED_S = 1e6
STOP_M = 1.0  # by which a vehicle may halt beside its stop
SIGN_M = 12.0  # beside the road
VIEW_M = 40.0  # to each side of an incident, in the window
_running_in_process = False


class Sumo:
    """A running simulation. Times in s, positions in m along a lane, speeds in m/s.

    `start_sumo` makes one. One libsumo simulation per process at a time.
    """

    def __init__(self, api: Any, failures: tuple[type[BaseException], ...], error_log: Path, in_process: bool) -> None:
        self._api = api
        self._failures = failures
        self._error_log = error_log
        self._in_process = in_process
        self._closed = False

    def step_to(self, time_s: float) -> None:
        """Simulate up to `time_s`. Raises SumoError with SUMO's own message where it fails."""
        try:
            self._api.simulationStep(time_s)
        except self._failures as failure:
            raise quoted(f"SUMO failed on the way to {time_s:.0f} s", self._error_log, failure) from failure

    def vehicles_on(self, lane: str) -> tuple[str, ...]:
        """Return the vehicles on a lane, upstream first."""
        return tuple(self._api.lane.getLastStepVehicleIDs(lane))

    def vehicles_on_edge(self, edge: str) -> int:
        """Return the number of vehicles on an edge."""
        return int(self._api.edge.getLastStepVehicleNumber(edge))

    def positions_on_edge(self, edge: str) -> list[float]:
        """Return the positions of the vehicles on an edge, from its start."""
        return [self.lane_position_m(vehicle) for vehicle in self._api.edge.getLastStepVehicleIDs(edge)]

    def lane_position_m(self, vehicle: str) -> float:
        """Return the position of the vehicle's front, from the start of its lane."""
        return float(self._api.vehicle.getLanePosition(vehicle))

    def speed_mps(self, vehicle: str) -> float:
        """Return the vehicle's speed in the last step."""
        return float(self._api.vehicle.getSpeed(vehicle))

    def stop_at(self, vehicle: str, edge: str, pos_m: float, lane_index: int, beside_the_road: bool = False) -> None:
        """Make the vehicle stop at a place ahead of it, in its lane (or beside the road), until `resume`."""
        self._api.vehicle.setStop(vehicle, edge, pos_m, lane_index, UNTIL_RESUMED_S, PARKING if beside_the_road else 0)
        self.keep_lane(vehicle)
        self._api.vehicle.setColor(vehicle, (255, 0, 0, 255))

    def accepts_stop(self, vehicle: str, edge: str, pos_m: float, lane_index: int) -> bool:
        """Make the vehicle stop at a place that may be on a later edge or in another lane; return whether SUMO accepted that.

        The vehicle may still change lanes.
        """
        try:
            self._api.vehicle.setStop(vehicle, edge, pos_m, lane_index, UNTIL_RESUMED_S, 0)
        except self._failures:
            return False
        self._api.vehicle.setColor(vehicle, (255, 0, 0, 255))
        return True

    def keep_lane(self, vehicle: str) -> None:
        """Let the vehicle change lanes no more."""
        self._api.vehicle.setLaneChangeMode(vehicle, 0)

    def drives(self, vehicle: str) -> bool:
        """Return whether the vehicle is in the simulation."""
        return vehicle in self._api.vehicle.getIDList()

    def has_stops(self, vehicle: str) -> bool:
        """Return whether the vehicle has a stop ahead of it, or stands at one."""
        return bool(self._api.vehicle.getStops(vehicle, 1))

    def cancel_stop(self, vehicle: str, lane: str, pos_m: float) -> None:
        """Let the vehicle drive past the stops ahead of it that hold a place."""
        stops = list(enumerate(self._api.vehicle.getStops(vehicle, 0)))
        for index, stop in reversed(stops):
            if stop.lane == lane and stop.startPos - STOP_M <= pos_m <= stop.endPos + STOP_M:
                self._api.vehicle.replaceStop(vehicle, index, "")

    def passes(self, vehicle: str, edge: str) -> bool:
        """Return whether `edge` is ahead on the vehicle's route, or the one that it is on."""
        route, at = self._api.vehicle.getRoute(vehicle), self._api.vehicle.getRouteIndex(vehicle)
        return edge in route[max(at, 0) :]

    def lane_of(self, vehicle: str) -> str:
        """Return the lane that the vehicle is in."""
        return str(self._api.vehicle.getLaneID(vehicle))

    def stands(self, vehicle: str) -> bool:
        """Return whether the vehicle stands at its stop."""
        return bool(self._api.vehicle.isStopped(vehicle))

    def resume(self, vehicle: str) -> None:
        """Let a stopped vehicle drive on and change lanes freely."""
        self._api.vehicle.resume(vehicle)
        self._api.vehicle.setLaneChangeMode(vehicle, DRIVERS_OWN_LANE_CHANGING)

    def send(self, vehicle: str, edges: tuple[str, ...], kind: str, pos_m: float, speed_factor: float) -> None:
        """Let a vehicle of a type depart over `edges` as soon as there is a gap at `pos_m` on the first."""
        self._api.route.add(vehicle, list(edges))
        self._api.vehicle.add(vehicle, vehicle, kind, "now", "free", f"{pos_m:.2f}", "desired")
        self._api.vehicle.setSpeedFactor(vehicle, speed_factor)

    def edge_of(self, vehicle: str) -> str | None:
        """Return the edge a vehicle is on, "" before it departs, None once it has left the road."""
        try:
            return str(self._api.vehicle.getRoadID(vehicle))
        except self._failures:
            return None

    def lane_index(self, vehicle: str) -> int:
        """Return SUMO's index of the lane a vehicle is in."""
        return int(self._api.vehicle.getLaneIndex(vehicle))

    def ask_for_lane(self, vehicle: str, index: int, for_s: float) -> None:
        """Let a vehicle change to a lane when it can, and stay there for a while."""
        self._api.vehicle.changeLane(vehicle, index, for_s)

    def limit_mps(self, lane: str) -> float:
        """Return the speed limit of a lane."""
        return float(self._api.lane.getMaxSpeed(lane))

    def set_limit(self, edge: str, limit_mps: float) -> None:
        """Set the speed limit of all lanes of an edge."""
        self._api.edge.setMaxSpeed(edge, limit_mps)

    def digest(self) -> str:
        """Return a digest of all vehicles on the road: name, lane, position, speed, type and own speed factor."""
        api = self._api.vehicle
        found = hashlib.sha256()
        for vehicle in sorted(api.getIDList()):
            state = (
                *(vehicle, api.getLaneID(vehicle), api.getTypeID(vehicle)),
                *(api.getLanePosition(vehicle), api.getSpeed(vehicle), api.getSpeedFactor(vehicle)),
            )
            found.update(repr(state).encode())
        return found.hexdigest()

    def vehicles_in_system(self) -> int:
        """Return the number of vehicles on the road and waiting to enter it."""
        return int(self._api.vehicle.getIDCount()) + len(self._api.simulation.getPendingVehicles())

    def show(self, name: str, edge: str, pos_m: float) -> None:
        """Put a red sign beside a place on the road, for the GUI, and let its window show the road around it."""
        x_m, y_m = self._api.simulation.convert2D(edge, pos_m)
        self._api.poi.add(name, x_m, y_m - SIGN_M, (255, 0, 0, 255), name, 10, "", 8, 8, 0)
        view = self._api.gui.getIDList()[0]
        self._api.gui.setSchema(view, "real world")
        self._api.gui.setBoundary(view, x_m - VIEW_M, y_m - VIEW_M, x_m + VIEW_M, y_m + VIEW_M)

    def death(self, error: BaseException | None) -> SumoError | None:
        """Return an error that quotes SUMO where `error` says that it has died, whatever it was asked; None for any other."""
        if type(error).__name__ != "FatalTraCIError" or not isinstance(error, self._failures):
            return None
        return quoted("SUMO died", self._error_log, error)

    def close(self) -> None:
        """End the simulation; SUMO then writes out its files. Safe to call twice."""
        global _running_in_process
        if self._closed:
            return
        self._closed = True
        if self._in_process:
            _running_in_process = False
        with contextlib.suppress(*self._failures):  # it may have died before
            self._api.close()


def start_sumo(options: list[str], error_log: Path, backend: Backend = "libsumo", gui: bool = False) -> Sumo:
    """Start SUMO with `options`. Raises SumoError quoting SUMO where it refuses, UserError for the GUI without traci."""
    global _running_in_process
    if gui and backend != "traci":
        raise UserError("the GUI is reached through sockets only: use --backend traci")
    if gui and not os.environ.get("DISPLAY"):
        raise UserError("the GUI needs a display, and DISPLAY is not set (a server without a screen? try xvfb-run)")
    if backend == "libsumo" and _running_in_process:
        raise RuntimeError("a libsumo simulation runs in this process already; a second would replace it silently")
    os.environ["SUMO_HOME"] = str(sumo_home())
    os.environ.pop("LIBSUMO_AS_TRACI", None)  # where it is set, `import traci` gives libsumo
    traci = importlib.import_module("traci")
    log = ["--error-log", str(error_log)]
    if backend == "libsumo":
        # On import it prints a warning about versions of pyarrow, which it does not use here.
        with contextlib.redirect_stdout(io.StringIO()):
            api = importlib.import_module("libsumo")
        own = (traci.exceptions.TraCIException, traci.exceptions.FatalTraCIError)
        failures: tuple[type[BaseException], ...] = (*own, api.TraCIException, api.FatalTraCIError)
        try:
            with _errors_into(error_log):
                api.start(["sumo", *options, *log])
        except failures as failure:
            raise quoted("SUMO refused to start", error_log, failure) from failure
        _running_in_process = True
        return Sumo(api, failures, error_log, in_process=True)
    failures = (traci.exceptions.TraCIException, traci.exceptions.FatalTraCIError, ConnectionError)
    window = ("--start", "true", "--quit-on-end", "true", "--delay", "50", "--window-size", "1400,600")
    command = [binary("sumo-gui"), *window] if gui else [binary("sumo")]
    label = f"laneblock-{error_log}"
    try:
        with (
            Path(os.devnull).open("w") as nowhere,
            contextlib.redirect_stdout(nowhere),
            _errors_into(error_log),
        ):
            traci.start([*command, *options, *log], label=label, stdout=nowhere)
    except failures as failure:
        raise quoted("SUMO refused to start", error_log, failure) from failure
    return Sumo(traci.connection.get(label), failures, error_log, in_process=False)


@contextlib.contextmanager
def _errors_into(error_log: Path) -> Iterator[None]:
    """Send the process's standard error, C++ included, into a file: some messages come before SUMO opens its error log."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with aside(error_log).open("wb") as stream:
            os.dup2(stream.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
