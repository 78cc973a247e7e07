"""One SUMO simulation from start to end: stepped frame by frame, its loops read, its blockages carried out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scenarios.errors import UserError
from simulator.frame import LoopFrame
from simulator.sumo.blockage import Blockage
from simulator.sumo.cancelled_stops import CancelledStops
from simulator.sumo.connection import Backend, Sumo, start_sumo
from simulator.sumo.loops import LoopReader, write_e1_loops
from simulator.sumo.message_log import AGGREGATE
from simulator.sumo.own_settings import begin_s
from simulator.sumo.prepare import Prepared, sumo_options
from simulator.sumo.sumo_errors import SumoComplaintError, SumoError
from simulator.sumo.trips import Trips


@dataclass(frozen=True, slots=True)
class SavedState:
    """The file of a simulation's state, written or to be written, and the time of the state."""

    path: Path
    time_s: float


class SumoSession:
    """SUMO with one prepared scenario. Its files go into `work` under names that start with `name`.

    With `save` its state is written at that time. With `load` it continues from a state, and the first period after that is
    incomplete. The state is saved by SUMO's own option: one saved through the interface did not continue bit for bit.
    `trips`: single vehicles that are sent onto the road meanwhile; a run that saves or continues has none. `cancelled`: stops of
    the user's vehicles that are left out.
    """

    def __init__(
        self,
        prepared: Prepared,
        blockages: tuple[Blockage, ...],
        work: Path,
        name: str,
        backend: Backend = "libsumo",
        gui: bool = False,
        save: SavedState | None = None,
        load: SavedState | None = None,
        trips: Trips | None = None,
        cancelled: CancelledStops | None = None,
    ) -> None:
        self._period_s = prepared.scenario.period_s
        self._end_s = prepared.scenario.end_s
        self._blockages = blockages
        others = [doing for doing in (trips, cancelled) if doing is not None]
        self._doings: tuple[Blockage | Trips | CancelledStops, ...] = (*blockages, *others)
        self._reader = LoopReader(prepared.corridor, prepared.loops)
        self.lane_change_file = work / f"{name}.lanechanges.xml"
        self.statistic_file = work / f"{name}.statistic.xml"
        self.stop_file = work / f"{name}.stops.xml"
        self.message_file = work / f"{name}.errors.txt"
        loops_file = work / f"{name}.loops.add.xml"
        write_e1_loops(loops_file, prepared.loops, self._period_s, self._reader.address)
        options = [
            *sumo_options(prepared, loops_file),
            *("--lanechange-output", str(self.lane_change_file)),
            *("--statistic-output", str(self.statistic_file)),
            *AGGREGATE,
        ]
        if save is not None:
            options += ["--save-state.times", f"{save.time_s:g}", "--save-state.files", str(save.path)]
        if load is not None:
            options += ["--load-state", str(load.path)]
        self._now_s = begin_s(prepared.scenario) if load is None else load.time_s
        options += ["--begin", f"{self._now_s:g}"] if self._now_s else []
        own = prepared.scenario.network
        if own is not None:
            options += ["--stop-output", str(self.stop_file), "--stop-output.write-unfinished", "true"]
        self._own_files = () if own is None else (own.net_file, *own.route_files, *own.additional_files)
        try:
            with self._complaints_of_own_files():
                self.sumo: Sumo = start_sumo(options, self.message_file, backend, gui)
        except BaseException:
            self._reader.close()
            raise
        try:
            self._reader.accept()
            if gui:
                # The window shows the last place: that of the first incident.
                for index, blockage in reversed(list(enumerate(blockages))):
                    place = prepared.road.lane_point(blockage.event.position_m, 0)
                    self.sumo.show(f"incident {index}", place.edge, place.pos_m)
        except BaseException:
            self.close()
            raise

    def frames(self) -> Iterator[LoopFrame]:
        """Yield the frames up to the scenario's end, each while SUMO stands at the end of its period."""
        frame_s = self._now_s
        while frame_s + self._period_s <= self._end_s:
            frame_s += self._period_s
            self._advance(frame_s)
            yield self._reader.read(frame_s)

    def _advance(self, to_s: float) -> None:
        """Simulate up to `to_s`; second by second only while a blockage or a trip needs it."""
        while self._now_s < to_s:
            next_s = min((doing.next_s(self._now_s) for doing in self._doings), default=to_s)
            self._now_s = float(min(to_s, max(next_s, self._now_s + 1)))
            with self._complaints_of_own_files():
                self.sumo.step_to(self._now_s)
            for doing in self._doings:
                doing.act(self.sumo, self._now_s)

    @contextmanager
    def _complaints_of_own_files(self) -> Iterator[None]:
        """Raise a complaint of SUMO as a UserError where it runs on the user's own files; name these where it died."""
        try:
            yield
        except SumoComplaintError as complaint:
            if self._own_files:
                raise UserError(f"the files of [network]: {complaint}") from complaint
            raise
        except SumoError as death:
            if self._own_files:
                named = ", ".join(self._own_files)
                raise SumoError(f"{death}; is one of its files damaged? {named}", death.log) from death
            raise

    def close(self) -> None:
        """End SUMO, which then completes its files, and close the sockets."""
        if hasattr(self, "sumo"):
            self.sumo.close()
        self._reader.close()
