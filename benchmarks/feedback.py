"""Do thresholds learned from how incidents were closed halve false incidents, at equal detection?

    laneblock convert portland FOLDER --out recordings
    python -m benchmarks.feedback recordings [--way north] [--days 5] [--aim 10] [--wanted 1] [--seed 0]

Recorded traffic, planted incidents, a simulated operator. The service's engine watches the first days in one stream, each incident
is stored, and closed by an operator who is right in `--accuracy` of them. `laneblock calibrate --feedback` learns
from that store; then the engine watches the other days twice, with the file from before and with the learned one, each time
beginning with what it knew of the site after the first days. `--aim`: what the detector is set for; `--wanted`: what is asked of
the feedback.

Printed: what was learned; false incidents per corridor-day and planted ones found, before and after. To reach: half as many false
incidents, as many found.
"""

import argparse
import zlib
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.feedback_days import Day, TrueIncident, belongs_to, read_days
from harness.scoring.rates import Proportion, Rate
from harness.service.corridors.detecting_engine import DetectingEngine
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.feedback.feedback_words import learned_text
from harness.service.feedback.learn_from_closings import learn_from_closings
from harness.service.incidents.incident_event import Event, EventKind
from harness.service.incidents.incident_settings import IncidentSettings
from harness.service.incidents.incident_watch import IncidentWatch
from harness.service.store.open_store import open_database
from harness.service.store.sql_store import SqlStore
from scenarios.corridor import Corridor

SECTIONS, DAY_S = 7, 86400.0
CLOSED_AS = {
    "true": EventKind.RESOLVED,
    "logged": EventKind.RESOLVED,
    "false": EventKind.FALSE_ALARM,
    "queue": EventKind.DUPLICATE,
}


@dataclass(frozen=True, slots=True)
class Watched:
    """What was opened on some days: of each what it is and of which incident, and when; and the corridor-days watched."""

    opened: tuple[tuple[str, TrueIncident | None, float], ...]
    planted: tuple[TrueIncident, ...]
    corridor_days: float

    @property
    def false(self) -> Rate:
        """False incidents per corridor-day."""
        return Rate(sum(kind == "false" for kind, _, _ in self.opened), self.corridor_days)

    @property
    def delays_s(self) -> dict[TrueIncident, float]:
        """Time from onset to opened of each planted incident found."""
        found: dict[TrueIncident, float] = {}
        for kind, of, opened_s in self.opened:
            if kind == "true" and of is not None:
                found.setdefault(of, opened_s - of.onset_s)
        return found


def closing(incident: str, truly: str, accuracy: float, seed: int) -> EventKind:
    """Return how the simulated operator closes an incident: in `1 - accuracy` of the cases the other way round.

    >>> [closing("a-1", "false", accuracy, 0).value for accuracy in (1.0, 0.0)]
    ['false_alarm', 'resolved']
    """
    said = CLOSED_AS[truly]
    wrong = np.random.default_rng([seed, zlib.crc32(incident.encode())]).random() >= accuracy
    turned = {EventKind.RESOLVED: EventKind.FALSE_ALARM, EventKind.FALSE_ALARM: EventKind.RESOLVED}
    return turned.get(said, said) if wrong else said


def close_all(store: SqlStore, days: list[Day], accuracy: float, seed: int) -> str:
    """Close every incident in the store as the operator of this seed does, and return in words how often they were wrong."""
    wrong = 0
    for name in store.incident_ids():
        incident = store.incident(name)
        assert incident is not None
        day = next(each for each in days if each.frames[0].time_s <= incident.opened_s <= each.frames[-1].time_s)
        truly, _ = belongs_to(day, incident.opened_s, incident.section)
        said = closing(name, truly, accuracy, seed)
        wrong += said is not CLOSED_AS[truly]
        if incident.state.value != said.value:  # another operator has closed it otherwise
            key, data = f"{name}/{said.value}/{incident.version}", {"duplicate_of": "the one before"}
            store.append([Event(key, incident.corridor, day.frames[-1].time_s, said, name, "operator", data=data)])
    return f"closed by an operator who was wrong in {wrong} of {len(store.incident_ids())}"


def engine_of(corridor: Corridor, file: Path | None, aim: float) -> DetectingEngine:
    """Return the service's engine with `sequential`, as set by a file."""
    choice = DetectorChoice("sequential", file, aim=aim)
    watch = IncidentWatch(corridor, IncidentSettings(exercise=True))
    return DetectingEngine(corridor, (choice,), watch, lambda name, time_s, text: "")


def watch_days(engine: DetectingEngine, days: Iterable[Day], store: SqlStore | None = None) -> Watched:
    """Return what the engine opens on these days; given a store, all is kept there."""
    opened, planted, seconds = [], [], 0.0
    for day in days:
        for frame in day.frames:
            events = engine.step(frame)
            for event in events:
                if event.kind is EventKind.OPENED:
                    kind, of = belongs_to(day, event.time_s, event.data["section"])
                    opened.append((kind, of, event.time_s))
            if store is not None:
                store.commit_frame(day.corridor.name, frame, events)
        planted += [each for each in day.incidents if each.planted]
        seconds += len(day.frames) * day.corridor.period_s * day.corridor.sections
    return Watched(tuple(opened), tuple(planted), seconds / (SECTIONS * DAY_S))


def told(name: str, watched: Watched) -> str:
    """Return one line of figures."""
    false, found = watched.false, watched.delays_s
    rate, part = false.interval, Proportion(len(found), len(watched.planted))
    delay = f"{np.mean(list(found.values())):.0f} s" if found else "-"
    return (
        f"{name}: {false.events} false in {watched.corridor_days:.2f} corridor-days, {false.value:.1f} a day "
        f"({rate.low:.1f} to {rate.high:.1f}); found {part.part} of {part.whole} planted, {part.value:.0%} "
        f"({part.interval.low:.0%} to {part.interval.high:.0%}), after {delay} on average"
    )


def learn(given: argparse.Namespace, days: list[Day], work: Path) -> tuple[bytes, Path | None]:
    """Watch the first days, unless `work` holds that already, and learn; return what the engine knows then, and the file."""
    kept, corridor = work / "known.state", days[0].corridor
    store = open_database(str(work / "feedback.db"))
    if not kept.is_file():
        store.keep_corridor(corridor)
        engine = engine_of(corridor, None, given.aim)
        watched = watch_days(engine, days, store)
        print(told(f"{len(days)} days to learn from", watched), flush=True)
        kept.write_bytes(engine.pack())
    print(close_all(store, days, given.accuracy, given.seed), flush=True)
    (work / "site.json").unlink(missing_ok=True)
    error = 1 - given.accuracy
    learned = learn_from_closings(
        store, None, "sequential", work / "site.json", "benchmarks.feedback", given.aim, given.wanted, error
    )
    store.close()
    print(learned_text(learned), flush=True)
    return kept.read_bytes(), learned.file


def score(days: list[Day], known: bytes, file: Path | None, aim: float) -> Watched:
    """Return what is opened on the other days with a file, beginning with what was known."""
    engine = engine_of(days[0].corridor, file, aim)
    engine.recall(known)
    return watch_days(engine, days)


def main() -> None:
    """Learn on the first days, score on the next."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--way", default="north")
    parser.add_argument("--days", type=int, default=5, help="days to learn from, and days to score on")
    parser.add_argument("--aim", type=float, default=10.0, help="what the detector is set for")
    parser.add_argument("--wanted", type=float, default=1.0, help="what is asked of the feedback")
    parser.add_argument("--accuracy", type=float, default=0.9)
    parser.add_argument("--seed", type=int, default=0, help="of the operator's errors")
    parser.add_argument("--work", type=Path, default=Path("results/feedback"), help="where the first days are kept")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    days = read_days(given.recordings, given.way, 2 * given.days)
    others = days[given.days :]
    known, file = learn(given, days[: given.days], given.work)
    with ProcessPoolExecutor(2) as pool:
        tasks = [pool.submit(score, others, known, each, given.aim) for each in (None, file)]
        before, after = (task.result() for task in tasks)
    print(told(f"{given.days} other days, before", before))
    print(told(f"{given.days} other days, after", after))
    lost, gained = (set(a.delays_s) - set(b.delays_s) for a, b in ((before, after), (after, before)))
    left = Proportion(after.false.events, before.false.events)
    print(f"false incidents left: {left.value:.0%} ({left.interval.low:.0%} to {left.interval.high:.0%})")
    print(f"planted incidents lost: {len(lost)}, gained: {len(gained)}")


if __name__ == "__main__":
    main()
