"""The pytest fixture `laneblock`: detectors replayed on batteries and recordings, with cached results.

    DIR/simulated-KEY/   a battery's recordings; KEY: digest of its scenarios with the files they name, SUMO and the code
                         that simulates
    DIR/tried-KEY/       baseline.json, summary.txt, incidents.csv, alarms.csv; KEY: digest of the recordings,
                         the detector with its package's code and parameters, and the code that scores

A changed detector is replayed without another simulation. Processes that need the same result wait for the one that computes it.
"""

import math
import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import getsourcefile
from pathlib import Path

from detectors.catalogue import DETECTORS, build, fingerprint
from detectors.detector import Detector
from detectors.fingerprints import plugin_code_digest
from detectors.plugins import as_entry
from harness.records.atomic_files import write_csv, write_text
from harness.records.detector_code import detector_code_digest, simulation_code_digest
from harness.records.digests import digest, scenario_digest
from harness.records.failure import FailedRunsError
from harness.records.folder_lock import lock_folder
from harness.records.provenance import versions
from harness.records.run_inputs import RECORDER, file_digests
from harness.reporting.score_files import alarm_rows, incident_rows
from harness.reporting.summary_text import summary_text
from harness.running.run_battery import Settings, run_battery
from harness.running.run_defaults import DEFAULT_DETECTOR, cores
from harness.scoring.alarms import PERSISTENCES
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.baseline.baseline_file import Baseline, read_baseline, write_baseline
from harness.studies.baseline.collect_baseline import baseline_of, recordings_in
from harness.studies.baseline.fixture_result import FixtureResult
from harness.studies.baseline.run_identities import SHIPPED
from scenarios.corridor import Corridor
from scenarios.errors import MachineError, MissingFileError, UserError
from scenarios.files.battery_file import load_battery


@dataclass(frozen=True, slots=True)
class LaneblockFixture:
    """Replays detectors. `cache` is the folder of results; a `session` that is not "" has its own results there.

    A detector is given by name, or as its class (or any callable that makes one for a corridor); `parameters` is a file.
    """

    cache: Path
    session: str = ""
    on_result: Callable[[FixtureResult], None] = lambda result: None

    def replay(
        self,
        folder: str | Path,
        detector: str | Callable[[Corridor], Detector] = DEFAULT_DETECTOR,
        parameters: str | Path | None = None,
        persistence: int = 0,
    ) -> FixtureResult:
        """Return the results on the recordings in a folder ("shipped": laneblock's own), replayed or cached. No SUMO.

        Raises UserError, MissingFileError where the folder, the detector or the parameters do not fit.
        """
        place = SHIPPED if str(folder) == "shipped" else Path(folder)
        with _known(detector) as (name, code):
            result = self._replayed(place, name, code, _file(parameters), persistence)
        self.on_result(result)
        return result

    def _replayed(
        self, place: Path, name: str, code: bytes, parameters: Path | None, persistence: int
    ) -> FixtureResult:
        recordings = recordings_in(place)
        detector = fingerprint(name, parameters).encode()
        parts = [
            name.encode(),
            code,
            detector,
            str(persistence).encode(),
            self.session.encode(),
            plugin_code_digest("harness"),
        ]
        for path in recordings:
            parts += [path.name.encode(), *(each.read_bytes() for each in _files(path))]
        out = self.cache / f"tried-{digest(parts)}"
        kept = out / "baseline.json"
        with lock_folder(out, math.inf):
            made = _kept(kept)
            if made is None:

                def keep(name: str, runs: Sequence[ScoredRun]) -> None:
                    _write(out, name, place, runs, persistence)

                made = baseline_of(place, {name: parameters}, persistence, "pytest", keep=keep)
                write_baseline(kept, made)
        return FixtureResult(name, made.battery, made.detectors[name], made, out / "summary.txt")

    def battery(
        self,
        battery: str | Path,
        detector: str | Callable[[Corridor], Detector] = DEFAULT_DETECTOR,
        parameters: str | Path | None = None,
        persistence: int = 0,
        jobs: int | None = None,
    ) -> FixtureResult:
        """Return the results on a battery (shipped, or a TOML file), simulated where it is not in the cache.

        Raises MachineError where SUMO is missing, FailedRunsError where runs fail, else as `replay`.
        """
        loaded, file = load_battery(str(battery)), _file(parameters)
        sumo = versions()["libsumo"]
        if sumo is None:
            raise MachineError("SUMO is not installed here (laneblock doctor shows how to install it)")
        with _known(detector) as (name, _):
            if name not in DETECTORS:
                build(name, loaded.corridors[0])  # raises, before the simulation
        made_with = f"{loaded.name} {sumo} {platform.system()} {platform.machine()} {self.session}"
        parts = [made_with.encode(), simulation_code_digest().encode(), repr(file_digests(loaded.scenarios)).encode()]
        parts += [(one.name + scenario_digest(one)).encode() for one in loaded.scenarios]
        box = self.cache / f"simulated-{digest(parts)}"
        out = box / loaded.name
        with lock_folder(box, math.inf):
            ended = run_battery(loaded, out, Settings({RECORDER: None}, jobs or cores()))
        if ended.failed:
            raise FailedRunsError(f"{len(ended.failed)} of {len(loaded.scenarios)} runs failed", ended.failed)
        return self.replay(out / "runs", detector, file, persistence)


@contextmanager
def _known(detector: str | Callable[[Corridor], Detector]) -> Iterator[tuple[str, bytes]]:
    """Yield a detector's name, in the catalogue within the block, and a digest of its code. Raises UserError."""
    if isinstance(detector, str):
        yield detector, detector_code_digest([detector]).encode()
        return
    name = str(getattr(detector, "__name__", type(detector).__name__))
    if name in DETECTORS:
        raise UserError(f"a detector {name!r} exists already: rename yours")
    file = getsourcefile(detector)
    DETECTORS[name] = as_entry(name, detector)
    try:
        yield name, (b"" if file is None else Path(file).read_bytes()) + plugin_code_digest(str(detector.__module__))
    finally:
        del DETECTORS[name]


def _file(parameters: str | Path | None) -> Path | None:
    """Return the file of parameters. Raises MissingFileError where there is none."""
    if parameters is None or Path(parameters).is_file():
        return None if parameters is None else Path(parameters)
    raise MissingFileError(f"parameters: no such file: {parameters}")


def _files(recording: Path) -> list[Path]:
    """Return the files of a recording, without locks and leftovers."""
    return [each for each in sorted(recording.iterdir()) if each.is_file() and not each.name.startswith(".")]


def _kept(file: Path) -> Baseline | None:
    """Return the cached result; None where it is missing or broken."""
    try:
        return read_baseline(file)
    except UserError:
        return None


def _write(out: Path, detector: str, place: Path, runs: Sequence[ScoredRun], persistence: int) -> None:
    scores = [score_runs(runs, each) for each in (persistence, *(p for p in PERSISTENCES if p > persistence))]
    write_csv(out / "incidents.csv", incident_rows(scores[0]))
    write_csv(out / "alarms.csv", alarm_rows(scores[0]))
    write_text(out / "summary.txt", summary_text(detector, scores, str(place)))
