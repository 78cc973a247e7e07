"""`laneblock compare real-roads`: every detector on recordings of real roads, against what their logs and loops say happened.

recordings --> roads (road_recordings.py) --> replays (road_replays.py) --+
           --> speeds, extents of the logged incidents (road_extents.py) -+--> scores --> files, page
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.catalogue import DETECTORS, build, fingerprint
from detectors.needs import needs_text
from harness.records.failure import FailedRunsError, Failure
from harness.running.detector_names import named_or_all
from harness.running.road_extents import WatchedRoad, watched_road
from harness.running.road_recordings import Road
from harness.scoring.judged_sections import Sight
from harness.scoring.recording_score import RecordingScore, put_together
from harness.scoring.score_recording import score_recording
from harness.studies.real_roads.road_replays import HandOver, RoadReplay, begin_anew, replay_roads
from scenarios.errors import PluginError, UserError


@dataclass(frozen=True, slots=True, eq=False)
class RealRoads:
    """The findings: the roads, and the score of each detector on each of them by (road, detector).

    `left_out`: detectors that could not be built or replayed, or lack what they need, with the reason.
    """

    roads: tuple[WatchedRoad, ...]
    detectors: tuple[str, ...]
    scores: Mapping[tuple[str, str], RecordingScore]
    incidents_per_day: float
    left_out: Mapping[str, str]
    notices: tuple[str, ...]

    def of_all(self, detector: str) -> RecordingScore:
        """The score of a detector over all roads."""
        return put_together(self.scores[road.name, detector] for road in self.roads)

    def fingerprints(self) -> dict[str, str]:
        """The fingerprints of the detectors, by name."""
        return {name: fingerprint(name) for name in self.detectors}


def fitting_detectors(names: Sequence[str], roads: Sequence[Road]) -> tuple[list[str], dict[str, str]]:
    """Return the detectors that can be built for every road as shipped, and the others with the reason.

    Raises UserError for an unknown name, and where none can be built.
    """
    fit, left_out = [], {}
    for name in named_or_all(names):
        try:
            for road in roads:
                build(name, road.corridor)
            fit.append(name)
        except (UserError, PluginError) as error:
            left_out[name] = str(error)
    if not fit:
        raise UserError(f"no detector can be compared: {'; '.join(left_out.values())}")
    return fit, left_out


def compare_on_roads(
    roads: Sequence[Road],
    names: Sequence[str],
    out: Path,
    jobs: int,
    incidents_per_day: float,
    show: Callable[[str, int, int], None],
    hand_over: HandOver = begin_anew,
) -> RealRoads:
    """Compare detectors on roads; `show(what, done, of)` is called after each replay and each road.

    Raises UserError, and FailedRunsError where every detector fails.
    """
    fit, left_out = fitting_detectors(names, roads)
    replays: dict[tuple[str, str], RoadReplay] = {}
    failures: dict[str, Failure] = {}
    pieces = len(roads) * len(fit)
    for done, (road, name, replayed) in enumerate(replay_roads(roads, fit, out, jobs, hand_over), start=1):
        if isinstance(replayed, Failure):
            failures[f"{name} on {road.name}"] = replayed
            left_out[name] = f"failed on {road.name}: {replayed}"
        else:
            replays[road.name, name] = replayed
        show(f"{name} on {road.name}", done, pieces)
    fit = [name for name in DETECTORS if name in fit and name not in left_out]
    if not fit:
        raise FailedRunsError(f"nothing to compare after {len(failures)} failures", failures)
    watched, scores = [], {}
    for number, road in enumerate(roads, start=1):
        known = watched_road(road, {DETECTORS[name].needed() for name in fit})
        watched.append(known)
        for name in fit:
            scores[road.name, name] = _score(known, replays[road.name, name])
        show(f"scored {road.name}", number, len(roads))
    blind = _blind(watched, fit)
    left_out |= blind
    fit = [name for name in fit if name not in blind]
    if not fit:
        raise UserError(f"no detector can be compared: {'; '.join(f'{name} {why}' for name, why in left_out.items())}")
    return RealRoads(tuple(watched), tuple(fit), scores, incidents_per_day, left_out, tuple(_notices(watched)))


def _score(road: WatchedRoad, replay: RoadReplay) -> RecordingScore:
    return put_together(
        score_recording(one.name, road.road.corridor, times_s, alarm, one.extents or (), road.sound)
        for one, times_s, alarm in zip(road.recordings, replay.times_s, replay.alarms, strict=True)
    )


def _blind(roads: Sequence[WatchedRoad], names: Sequence[str]) -> dict[str, str]:
    """The detectors that a road leaves without what they need, with the reason: a score there would say nothing of them."""
    found = {}
    for name in names:
        needs = DETECTORS[name].needed()
        for road in roads:
            sight = Sight(road.unjudged.get(needs, 0.0), needs_text(needs))
            if not sight.judged:
                found[name] = f"not judged on {road.name}: {sight.text}"
    return found


def _notices(roads: Sequence[WatchedRoad]) -> list[str]:
    """What a reader has to know of the roads: incidents that are not known, none that is visible, loops that are not sound."""
    notices = []
    for road in roads:
        unknown = sum(one.extents is None for one in road.recordings)
        if unknown:
            notices.append(
                f"{road.name}: the incidents of {unknown} of {len(road.recordings)} recordings are not known (no incidents.csv): "
                "every alarm there counts as false, an upper bound."
            )
        if not road.sound.all():
            notices.append(
                f"{road.name}: {int((~road.sound).sum())} of {road.sound.size} sections lie beside a loop that is dead, stuck or "
                "silent in traffic."
            )
    return notices
