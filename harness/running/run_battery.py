"""Run a battery: every scenario once, several at a time, each result kept as soon as it is complete.

A run's folder appears complete or not at all: after Ctrl-C, a killed process or a full disk the same call runs what is
missing, and ends with the same results. A failed run does not stop the others; the reason is kept in the folder `failed`,
and the next call runs it again.
"""

import math
import shlex
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Literal

from harness.records.battery_folder import ResultsFolder, finished_runs
from harness.records.failure import Failure, failure_of
from harness.records.folder_lock import lock_folder
from harness.records.provenance import versions
from harness.records.recorded_detectors import fingerprint_in, recorded_detectors
from harness.records.run_inputs import CODE_FIELDS, recorded_inputs
from harness.records.run_order import Job, PackedMask
from harness.running.progress import Progress, TimeLeft, run_cost
from harness.running.run_pools import Pool, dask_pool, local_pool
from harness.running.run_process import RunResult, run_job, unpack
from harness.running.time_limit import TIME_LIMIT_S, check_time_limit
from scenarios.errors import MachineError, UserError, in_one_line
from scenarios.files.battery_file import Battery
from scenarios.files.place_file import named_files
from scenarios.folder_name import check_name
from scenarios.scenario import Scenario

INTERRUPT_S = 0.5
"""Longest time until Ctrl-C is heeded, whenever it comes. Chosen: nobody notices, and waking up costs nothing."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a battery is run. `detectors` and `mask` as in `Job`; `scheduler` is a Dask cluster's address, if any.

    `time_limit_s` holds for each run; `shard` is recorded for a shard.
    `fresh` moves existing results aside and starts anew; `recordings_only`: only the frames of finished runs are needed, so
    other models, parameters and code of detectors are accepted.
    """

    detectors: Mapping[str, str | None]
    jobs: int = 1
    scheduler: str | None = None
    backend: Literal["libsumo", "traci"] = "libsumo"
    time_limit_s: float = TIME_LIMIT_S
    shard: Mapping[str, object] | None = None
    mask: PackedMask | None = None
    fresh: bool = False
    recordings_only: bool = False


@dataclass(frozen=True, slots=True)
class BatteryResult:
    """Names of finished runs, and failed runs with their reasons."""

    finished: tuple[str, ...]
    failed: Mapping[str, Failure]


def run_battery(
    battery: Battery,
    out: Path,
    settings: Settings,
    command: str = "",
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> BatteryResult:
    """Run the scenarios of `battery` that are not finished in the folder `out`; `command` is kept with the results.

    `on_progress` is called after each run, and once for each that was finished before. Raises UserError where `out`
    holds something else, or another process works on it. After KeyboardInterrupt nothing is left running.
    """
    check_scenario_names(battery)
    check_time_limit(settings.time_limit_s)
    folder = ResultsFolder(out)
    folder.check(settings.fresh)
    shared = recorded_detectors(settings.detectors, settings.mask)
    shared |= recorded_inputs(battery.scenarios, settings.backend)
    if settings.shard is not None:
        shared["shard"] = dict(settings.shard)
    with ExitStack() as locks:
        locks.enter_context(lock_folder(out))
        if settings.fresh and (folder.record.exists() or finished_runs(out)):
            folder.move_aside()  # with its lock, which stays held: a process that waits for it must not get the old folder
            locks.enter_context(lock_folder(out))
        kept = folder.open(battery, shared, command, settings.recordings_only)
        state = _State(battery, folder, on_progress)
        for name in (scenario.name for scenario in battery.scenarios if scenario.name in kept):
            state.note(RunResult(name, 0.0), "kept")
        if state.missing:
            with local_pool(settings.jobs) if settings.scheduler is None else dask_pool(settings.scheduler) as pool:
                state.time_left = TimeLeft(pool.slots)
                for ran in _runs(state.missing, folder, settings, pool, shared):
                    state.take(ran)
    names = [scenario.name for scenario in battery.scenarios]
    return BatteryResult(tuple(name for name in names if name in state.finished), state.failed)


def check_scenario_names(battery: Battery) -> None:
    """Raise UserError for a scenario's name that cannot be a folder's, or that occurs twice."""
    names: set[str] = set()
    if not battery.scenarios:
        raise UserError(f"battery {battery.name!r} has no scenarios")
    for name in (scenario.name for scenario in battery.scenarios):
        check_name(name)
        if name.casefold() in names:
            raise UserError(f"scenarios of a battery have different names, got {name!r} twice")
        names.add(name.casefold())


class _State:
    """The finished, failed and missing runs; only the thread that waits for results changes it."""

    def __init__(self, battery: Battery, folder: ResultsFolder, on_progress: Callable[[Progress], None]) -> None:
        self._scenarios = {scenario.name: scenario for scenario in battery.scenarios}
        self._folder = folder
        self._on_progress = on_progress
        self.time_left = TimeLeft(1)
        self.finished: set[str] = set()
        self.failed: dict[str, Failure] = {}

    @property
    def missing(self) -> list[Scenario]:
        """Scenarios neither finished nor failed, the longest first, so that the last to end are short."""
        done = self.finished | set(self.failed)
        return sorted((s for name, s in self._scenarios.items() if name not in done), key=run_cost, reverse=True)

    def take(self, ran: RunResult) -> None:
        """Take the result of a run: put its folder in place, or keep why it failed."""
        failure = ran.failure
        if ran.packed is not None:
            try:
                unpack(ran.packed, self._folder.run(ran.name).path)
            except OSError as error:
                failure = failure_of(error)
        scenario = self._scenarios[ran.name]
        if failure is not None:
            try:
                failure = self._folder.failed.write(scenario, failure, ran.output_tail, self._folder.read())
            except OSError as error:  # a full disk: the terminal still shows the reason
                failure = replace(failure, reason=f"{failure.reason} (and this could not be kept: {error})")
            self.failed[ran.name] = failure
            self.note(ran, "failed")
            return
        self._folder.failed.forget(ran.name)
        self.time_left.add(run_cost(scenario), ran.wall_s)
        self.note(ran, "done")

    def note(self, ran: RunResult, outcome: Literal["kept", "done", "failed"]) -> None:
        """Report the progress."""
        if outcome != "failed":
            self.finished.add(ran.name)
        left_s = math.nan if outcome == "kept" else self.time_left.left_s([run_cost(s) for s in self.missing])
        counts = len(self.finished), len(self.failed), len(self._scenarios)
        reason = str(self.failed[ran.name]) if outcome == "failed" else ""
        self._on_progress(Progress(ran.name, outcome, reason, ran.wall_s, *counts, left_s))


def _runs(
    scenarios: list[Scenario], folder: ResultsFolder, settings: Settings, pool: Pool, shared: Mapping[str, Any]
) -> Iterator[RunResult]:
    """Run the scenarios; yield how each ended, as it ends. `shared` is the record of what they are made with."""
    waiting: dict[Future[RunResult], str] = {}
    # Not `concurrent.futures.wait`, which locks all futures: an interrupt in that moment leaves them locked for their threads.
    ended: SimpleQueue[Future[RunResult]] = SimpleQueue()
    fingerprints = {name: fingerprint_in(shared, name) for name in settings.detectors}
    for scenario in scenarios:
        job = Job(
            scenario=scenario,
            detectors=dict(settings.detectors),
            mask=settings.mask,
            backend=settings.backend,
            command=shlex.join(["laneblock", "run", str(folder.run(scenario.name).record)]),
            sumo_version=versions()["libsumo"] or "",
            fingerprints=fingerprints,
            code={key: shared[key] for key in CODE_FIELDS},
            files={str(path): shared["files"][str(path)] for path in named_files(scenario)},
        )
        place = folder.runs if pool.stop is not None else None
        future = pool.executor.submit(run_job, job, place, settings.time_limit_s, pool.stop)
        waiting[future] = scenario.name
        future.add_done_callback(ended.put)
    while waiting:
        try:
            future = ended.get(timeout=INTERRUPT_S)
        except Empty:  # an interrupt that came just before it waited is heeded now
            continue
        name = waiting.pop(future)
        error = future.exception()
        yield future.result() if error is None else RunResult(name, 0.0, _failure_of_pool(error))


def _failure_of_pool(error: BaseException) -> Failure:
    """Why a run has no result: a cluster that loses its workers raises errors of its own."""
    if type(error).__module__.partition(".")[0] in ("distributed", "dask"):
        return failure_of(MachineError(f"the Dask cluster failed: {in_one_line(error)}"))
    return failure_of(error)
