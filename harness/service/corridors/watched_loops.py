"""The loops and stations of one corridor, watched: which loops are not to be trusted, which stations are silent or back."""

from dataclasses import dataclass

from detectors.health.loop_states import LoopStates
from detectors.loop_health import LoopHealth
from harness.service.assembling.facts import FactKind
from harness.service.assembling.station_watch import StationWatch
from harness.service.incidents.incident_event import Event, EventKind
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import LoopFrame

KINDS = {FactKind.STATION_SILENT: EventKind.STATION_SILENT, FactKind.STATION_BACK: EventKind.STATION_BACK}


@dataclass(slots=True)
class _State:
    stations: StationWatch
    health: LoopHealth


class WatchedLoops:
    """What frames tell of the loops of one corridor; the same frames give the same events."""

    def __init__(self, corridor: Corridor) -> None:
        self._corridor = corridor
        self._state = _State(StationWatch(corridor), LoopHealth(corridor))

    @property
    def silent_stations(self) -> list[str]:
        """Names of the stations that are silent, downstream."""
        return list(self._state.stations.silent)

    def step(self, frame: LoopFrame) -> tuple[list[Event], LoopStates | None]:
        """Return which stations fell silent or came back, and the states of the loops; None where judging them fails."""
        name = self._corridor.name
        events = [
            Event(
                f"{name}/{KINDS[fact.kind].value}/{fact.station}/{fact.time_s!r}",
                name,
                fact.time_s,
                KINDS[fact.kind],
                data={"station": fact.station, "since_s": fact.from_s},
            )
            for fact in self._state.stations.step(frame)
        ]
        try:
            return events, self._state.health.step(frame)
        except Exception:  # incidents are told without it
            self._state.health = LoopHealth(self._corridor)
            return events, None

    def state(self) -> object:
        """Return what `resume` needs, for `pack_state`."""
        return self._state

    def resume(self, state: object) -> None:
        """Go on with a state of the same corridor. Raises UserError for something else."""
        if not isinstance(state, _State):
            raise UserError(f"no state of loops: {type(state).__name__}")
        self._state = state
