"""The pytest fixture `laneblock`: tries detectors on batteries and recordings, and caches the results.

    DIR/simulated-KEY/   a battery's recordings; KEY is of its scenarios, SUMO and the code that simulates
    DIR/tried-KEY/       baseline.json, summary.txt, incidents.csv, alarms.csv; KEY is of the recordings, the detector with its
                         package's code and parameters, and the code that scores

A changed detector is replayed, and nothing is simulated again. Processes that want the same result wait for the one that makes
it. A result appears in one step.
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
from detectors.fingerprints import code_digest
from detectors.plugins import as_entry
from harness.records.atomic_files import write_csv, write_text
from harness.records.detector_code import detector_code_digest
from harness.records.digests import digest, scenario_digest
from harness.records.failure import FailedRunsError
from harness.records.folder_lock import lock_folder
from harness.records.provenance import versions
from harness.reporting.number_text import number, percent, span
from harness.reporting.score_files import alarm_rows, incident_rows
from harness.reporting.summary_text import summary_text
from harness.running.run_battery import Settings, run_battery
from harness.running.run_defaults import DEFAULT_DETECTOR, cores
from harness.scoring.alarms import PERSISTENCES
from harness.scoring.intervals import Interval
from harness.scoring.noninferiority import Margins
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.baseline.baseline_file import Baseline, DetectorResult, read_baseline, write_baseline
from harness.studies.baseline.collect_baseline import SHIPPED, SHIPPED_BASELINE, baseline_of, recordings_in
from scenarios.corridor import Corridor
from scenarios.errors import MachineError, MissingFileError, UserError
from scenarios.files.battery_file import load_battery


@dataclass(frozen=True, slots=True)
class Tried:
    """One detector's results on a battery or on recordings. `report` is a page of text, with tables beside it.

    `result` has every figure: `dr.value`, `dr.interval`, `false_alarms_per_day.value`, `ttd.mean`, ... (`baseline_file`).
    """

    detector: str
    battery: str
    result: DetectorResult
    baseline: Baseline
    report: Path

    def __str__(self) -> str:
        of = self.result
        return (
            f"{self.detector} on {self.battery}: DR {percent(of.dr.value)} % ({span(of.dr.interval.scaled(100))}), "
            f"{of.detected} of {of.incidents}; {of.false_alarms} false alarms, "
            f"{number(of.false_alarms_per_day.value, 2)} per corridor-day ({span(of.false_alarms_per_day.interval, 2)}); "
            f"mean TTD {number(of.ttd.mean)} s ({span(of.ttd.interval)})\nreport: {self.report}"
        )

    def check(
        self,
        dr_at_least: float | None = None,
        false_alarms_per_day_at_most: float | None = None,
        ttd_mean_s_at_most: float | None = None,
        shown: bool = False,
    ) -> None:
        """Assert limits on the figures or, with `shown`, on the worse ends of their 95 % intervals.

        `dr_at_least` is a share. Raises AssertionError naming every missed limit, with figure, interval and report; an
        undefined figure (no incident detected, say) misses its limit.
        """
        __tracebackhide__ = True  # pytest shows the line of the test instead
        of = self.result
        if dr_at_least is not None and not 0 <= dr_at_least <= 1:
            raise UserError(f"dr_at_least is a share, 0 to 1, got {dr_at_least:g} (is it a percentage?)")
        rate = of.false_alarms_per_day
        missed = [
            *_missed("DR", of.dr.value, of.dr.interval, dr_at_least, shown, least=True),
            *_missed("false alarms per corridor-day", rate.value, rate.interval, false_alarms_per_day_at_most, shown),
            *_missed("mean TTD [s]", of.ttd.mean, of.ttd.interval, ttd_mean_s_at_most, shown),
        ]
        if missed:
            raise AssertionError("; ".join(missed) + f"\n{self}")

    def check_baseline(
        self,
        file: str | Path,
        statistical: bool = False,
        margins: Margins | None = None,
        let_undecided_pass: bool = False,
    ) -> None:
        """Assert that nothing is worse than in a baseline (`shipped`, or a file), as `laneblock baseline compare` does.

        Raises AssertionError with the whole comparison, UserError where the two cannot be compared.
        """
        __tracebackhide__ = True
        from harness.studies.baseline.baseline_comparison import compare_with_baseline
        from harness.studies.baseline.baseline_text import as_text

        before = read_baseline(SHIPPED_BASELINE if str(file) == "shipped" else Path(file))
        if self.detector not in before.detectors:
            raise UserError(f"{file}: the baseline is of {', '.join(before.detectors)}, not of {self.detector}")
        before = before.model_copy(update={"detectors": {self.detector: before.detectors[self.detector]}})
        compared = compare_with_baseline(before, self.baseline, statistical, margins, not let_undecided_pass)
        if compared.worse:
            raise AssertionError(f"{as_text(compared)}\nreport: {self.report}")


def _missed(
    what: str, value: float, interval: Interval, limit: float | None, shown: bool, least: bool = False
) -> list[str]:
    if limit is None:
        return []
    figure = (interval.low if least else interval.high) if shown else value
    if not math.isnan(figure) and (figure >= limit if least else figure <= limit):
        return []
    end = f" ({'low' if least else 'high'} end of the interval)" if shown else ""
    return [f"{what}: wanted {'at least' if least else 'at most'} {limit:g}, got {figure:.4g}{end}"]


@dataclass(frozen=True, slots=True)
class Bench:
    """Tries detectors. `cache` is the folder of results; a `session` that is not "" keeps its own.

    A detector is named, or given as its class (or any callable that makes one for a corridor); `parameters` is a file.
    """

    cache: Path
    session: str = ""
    told: Callable[[Tried], None] = lambda tried: None

    def replay(
        self,
        folder: str | Path,
        detector: str | Callable[[Corridor], Detector] = DEFAULT_DETECTOR,
        parameters: str | Path | None = None,
        persistence: int = 0,
    ) -> Tried:
        """Return the results on the recordings in a folder ("shipped": laneblock's own), replayed or cached. No SUMO.

        Raises UserError, MissingFileError where the folder, the detector or the parameters do not fit.
        """
        place = SHIPPED if str(folder) == "shipped" else Path(folder)
        with _known(detector) as (name, code):
            tried = self._tried(place, name, code, _file(parameters), persistence)
        self.told(tried)
        return tried

    def _tried(self, place: Path, name: str, code: bytes, parameters: Path | None, persistence: int) -> Tried:
        recordings = recordings_in(place)
        detector = fingerprint(name, parameters).encode()
        parts = [
            name.encode(),
            code,
            detector,
            str(persistence).encode(),
            self.session.encode(),
            code_digest("harness"),
        ]
        for path in recordings:
            parts += [path.name.encode(), *(each.read_bytes() for each in sorted(path.iterdir()) if each.is_file())]
        out = self.cache / f"tried-{digest(parts)}"
        kept = out / "baseline.json"
        with lock_folder(out, math.inf):
            made = _kept(kept)
            if made is None:

                def keep(name: str, runs: Sequence[ScoredRun]) -> None:
                    _write(out, name, place, runs, persistence)

                made = baseline_of(place, {name: parameters}, persistence, "pytest", keep=keep)
                write_baseline(kept, made)
        return Tried(name, made.battery, made.detectors[name], made, out / "summary.txt")

    def battery(
        self,
        battery: str | Path,
        detector: str | Callable[[Corridor], Detector] = DEFAULT_DETECTOR,
        parameters: str | Path | None = None,
        persistence: int = 0,
        jobs: int | None = None,
    ) -> Tried:
        """Return the results on a battery (shipped, or a TOML file), simulated where it is not in the cache.

        Raises MachineError where SUMO is missing, FailedRunsError where runs fail, else as `replay`.
        """
        loaded, file = load_battery(str(battery)), _file(parameters)
        sumo = versions()["libsumo"]
        if sumo is None:
            raise MachineError("SUMO is not installed here (laneblock doctor says how to mend that)")
        with _known(detector) as (name, _):
            if name not in DETECTORS:
                build(name, loaded.corridors[0])  # says what there is instead, before anything is simulated
        made_with = f"{loaded.name} {sumo} {platform.system()} {platform.machine()} {self.session}"
        parts = [made_with.encode(), code_digest("simulator"), code_digest("scenarios")]
        parts += [(one.name + scenario_digest(one)).encode() for one in loaded.scenarios]
        box = self.cache / f"simulated-{digest(parts)}"
        out = box / loaded.name
        with lock_folder(box, math.inf):
            ended = run_battery(loaded, out, Settings({"silent": None}, jobs or cores()))
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
        raise UserError(f"there is another detector called {name!r}: give yours another name")
    file = getsourcefile(detector)
    DETECTORS[name] = as_entry(name, detector)
    try:
        yield name, (b"" if file is None else Path(file).read_bytes()) + code_digest(str(detector.__module__))
    finally:
        del DETECTORS[name]


def _file(parameters: str | Path | None) -> Path | None:
    """Return the file of parameters. Raises MissingFileError where there is none."""
    if parameters is None or Path(parameters).is_file():
        return None if parameters is None else Path(parameters)
    raise MissingFileError(f"parameters: no such file: {parameters}")


def _kept(file: Path) -> Baseline | None:
    """Return the cached result; None where there is none or it is broken."""
    try:
        return read_baseline(file)
    except UserError:
        return None


def _write(out: Path, detector: str, place: Path, runs: Sequence[ScoredRun], persistence: int) -> None:
    scores = [score_runs(runs, each) for each in (persistence, *(p for p in PERSISTENCES if p > persistence))]
    write_csv(out / "incidents.csv", incident_rows(scores[0]))
    write_csv(out / "alarms.csv", alarm_rows(scores[0]))
    write_text(out / "summary.txt", summary_text(detector, scores, str(place)))
