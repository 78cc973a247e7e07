"""The folder of a battery's results: the same command resumes it, a command with other settings is refused.

battery.json            scenarios, detectors, versions, digests of code and files, command; written first
runs/NAME/              finished runs; each appears complete
.exchange/              battery.json and run of a new `laneblock run`, complete, while they replace the old ones
failed/NAME.json        failed runs: reason, cause, last output, the command that repeats it, the scenario
failed/NAME.log.txt     the traceback and SUMO's error log; no such file where the input was wrong
score.json, *.csv, summary.txt, report.html     (harness.reporting.evaluate_results)

A process that is ended between any two steps leaves a folder that continues: one without battery.json holds no run, at most
empty folders and leftovers of ours. Folders with other files are refused.
"""

import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from harness.records.atomic_files import move_folder, remove_leftovers, write_json, write_text
from harness.records.battery_record import WAYS_OUT, check_same_battery
from harness.records.failure import EXIT_CODES, Failure, Whose
from harness.records.provenance import provenance
from harness.records.record_fields import BatteryFields, FailureFields, read_fields
from harness.records.run_folder import RunFolder, recorded_scenario
from scenarios.errors import MissingFileError, UserError
from scenarios.files.battery_file import Battery
from scenarios.scenario import Scenario

_NEW_RECORD = ".battery.json"  # in `.exchange`, where no run has this name
_SHOWN = 3  # names in a message
_SCORES = ("score.json", "incidents.csv", "alarms.csv", "runs.csv", "causes.csv")
"""Files of each detector; those of a further one are called score-NAME.json, ..."""


@dataclass(frozen=True, slots=True)
class ResultsFolder:
    """The folder at `path`, which may not exist yet."""

    path: Path

    @property
    def runs(self) -> Path:
        """Where finished runs appear."""
        return self.path / "runs"

    @property
    def record(self) -> Path:
        """The record of the settings that its runs are made with."""
        return self.path / "battery.json"

    def run(self, name: str) -> RunFolder:
        """The folder of one run."""
        return RunFolder(self.runs / name)

    def failure(self, name: str) -> Path:
        """The file that describes a failed run."""
        return self.path / "failed" / f"{name}.json"

    def failure_log(self, name: str) -> Path:
        """The log of a failed run."""
        return self.path / "failed" / f"{name}.log.txt"

    def check(self, fresh: bool = False) -> None:
        """Raise UserError where the folder holds anything but results, or what is left of an interrupted start.

        Call it before the lock, for a message that leaves no trace, and again behind it.
        """
        if self.path.exists() and not self.path.is_dir():
            raise UserError(f"{self.path}: wanted a folder for results, got a file")
        if self.record.exists() or (fresh and finished_runs(self.path)):
            return
        others = sorted(
            path.name for path in self.path.glob("*") if not path.name.startswith(".") and not self._is_empty_part(path)
        )
        if others:
            shown = ", ".join(others[:_SHOWN]) + (", ..." if len(others) > _SHOWN else "")
            raise UserError(f"{self.path} holds other files ({shown}) and no results: use another --out")

    def move_aside(self) -> Path:
        """Rename the folder, in one step, to the first free of NAME.old-1, NAME.old-2, ...; return the new path.

        Call it while holding the folder's lock. Raises UserError where the folder cannot be renamed.
        """
        here = self.path.resolve()
        if Path.cwd().is_relative_to(here):
            raise UserError(f"--fresh renames {here}, which is the working folder: start it from another folder")
        aside = next(to for k in count(1) if not (to := here.with_name(f"{here.name}.old-{k}")).exists())
        try:
            here.rename(aside)
        except OSError as error:
            raise UserError(f"--fresh: {here} cannot be renamed to {aside.name}: {error.strerror}") from None
        return aside

    def prepare(self, record: Mapping[str, object], there: Mapping[str, object] | None) -> None:
        """Make the folder: write the record where none is `there`, then remove what interrupted writers left.

        The record comes first, so that a folder with runs has one.
        """
        if there is None:
            write_json(self.record, record, lasting=True)
        self.runs.mkdir(parents=True, exist_ok=True)
        for folder in (self.path, self.runs, self.path / "failed"):
            remove_leftovers(folder)

    def open(
        self, battery: Battery, settings: Mapping[str, object], command: str, recordings_only: bool = False
    ) -> set[str]:
        """Check and prepare the folder, and return the names of its finished runs.

        `settings` are what all runs share (detectors, fingerprints, mask, inputs): plain JSON. Call it while holding the
        folder's lock. Raises UserError where the folder's runs are another battery's, or were made with other settings;
        with `recordings_only`, other fingerprints and parameters are accepted where all runs are finished.
        """
        self.check()
        self.finish_exchange()
        wanted: dict[str, object] = {**battery_record(battery, settings), "command": command}
        there = self.read_if_used()
        if there is not None:
            all_finished = all(self.run(scenario.name).finished for scenario in battery.scenarios)
            check_same_battery(self.path, there, wanted, all_finished, recordings_only)
        self.prepare(wanted, there)
        return {scenario.name for scenario in battery.scenarios if self._finished(scenario)}

    def read_if_used(self) -> dict[str, Any] | None:
        """Return the record; None where there is none, or a broken one and no run. Raises UserError for one with runs."""
        if not self.record.exists():
            return None
        try:
            return self.read()
        except UserError as error:
            if finished_runs(self.path):
                raise UserError(f"{error}; the runs there cannot be continued: {WAYS_OUT}") from None
            return None

    def exchange(self, run: Path, record: Mapping[str, object]) -> None:
        """Replace the run and the record by the new ones: `run` is a complete folder with the name of its scenario.

        The new ones are first put together in `run`'s folder, and get their place there in one step. From then on the exchange
        is complete whatever happens: `finish_exchange` continues an interrupted one. Call it while holding the folder's lock.
        """
        new = run.parent / ".new"  # no scenario has this name
        new.mkdir()
        write_json(new / _NEW_RECORD, record, lasting=True)
        move_folder(run, new / run.name)
        new.rename(self._exchange)
        self.finish_exchange()

    def finish_exchange(self) -> None:
        """Put run and record of an exchange in place; where there is none, do nothing. Call it while holding the lock."""
        new = self._exchange
        if not new.is_dir():
            return
        record = new / _NEW_RECORD
        if record.is_file():
            for run in (path for path in new.glob("*/") if not path.name.startswith(".")):
                place = self.run(run.name).path
                if place.exists():
                    place.rename(new / f".old.{place.name}")
                place.parent.mkdir(exist_ok=True)
                run.rename(place)
                self.forget_failure(run.name)
            self._remove_scores()
            record.replace(self.record)
        shutil.rmtree(new)

    @property
    def interrupted_exchange(self) -> bool:
        """Whether `finish_exchange` has something to do."""
        return self._exchange.is_dir()

    def write_failure(
        self, scenario: Scenario, failure: Failure, output_tail: str, made_with: Mapping[str, object] | None = None
    ) -> Failure:
        """Write why a run failed, and how to repeat it; return the failure with its log's file.

        `made_with` are the settings of the run; without them, those of the battery.
        """
        path = self.failure(scenario.name)
        if failure.log:
            failure = replace(failure, log_file=self.failure_log(scenario.name))
            write_text(self.failure_log(scenario.name), failure.log)
        else:
            self.failure_log(scenario.name).unlink(missing_ok=True)
        content = {
            "name": scenario.name,
            "reason": failure.reason,
            "fault": failure.whose,
            "log": str(failure.log_file) if failure.log else None,
            "stderr": output_tail,
            "scenario": scenario.model_dump(mode="json"),
            **{
                key: value
                for key, value in (self.read() if made_with is None else made_with).items()
                if key in ("detectors", "parameters", "mask", "backend", "fingerprints", "mask_fingerprint")
            },
            **provenance(),
            "command": shlex.join(["laneblock", "run", str(path)]),
        }
        write_json(path, content, lasting=True)
        return failure

    def read_failure(self, name: str) -> Failure:
        """Return why a run failed. Raises MissingFileError, UserError for a broken file."""
        path = self.failure(name)
        content = read_fields(path, FailureFields)
        log = self.failure_log(name)
        # Records of older versions do not name whose fault it was.
        whose: Whose = next((whose for whose in EXIT_CODES if whose == content.get("fault")), "machine")
        return Failure(whose, str(content.get("reason", "")), log_file=log if log.exists() else None)

    def read(self) -> dict[str, Any]:
        """Return the record. Raises MissingFileError where there is none, UserError where it is broken."""
        if not self.record.is_file():
            raise MissingFileError(f"{self.path} holds no battery's results (it has no battery.json)")
        return read_fields(self.record, BatteryFields)

    def read_to_score(self) -> tuple[dict[str, Any], list[str], list[str]]:
        """Return the record, and the names of its scenarios and detectors. Raises as `read`, UserError where either is missing."""
        record = self.read()
        scenarios, detectors = record.get("scenarios") or [], record.get("detectors") or []
        for key, values in (("scenarios", scenarios), ("detectors", detectors)):
            if not values:
                raise UserError(f"{self.record}: wanted a list under {key}, got none")
        return record, [str(scenario["name"]) for scenario in scenarios], [str(name) for name in detectors]

    def forget_failure(self, name: str) -> None:
        """Remove the files of a run that failed before and is finished now."""
        self.failure(name).unlink(missing_ok=True)
        self.failure_log(name).unlink(missing_ok=True)

    @property
    def _exchange(self) -> Path:
        return self.path / ".exchange"

    def _is_empty_part(self, path: Path) -> bool:
        """Whether `path` is a folder of ours without a result: `runs` with leftovers only, or `failed`."""
        if path.is_symlink() or not path.is_dir() or path not in (self.runs, self.path / "failed"):
            return False
        inside = [each.name for each in path.iterdir() if not each.name.startswith(".")]
        return not inside if path == self.runs else all(name.endswith((".json", ".log.txt")) for name in inside)

    def _remove_scores(self) -> None:
        """Remove scores, tables and page of the runs so far."""
        try:
            detectors = self.read().get("detectors") or ()
        except UserError:  # missing or broken: it is about to be replaced
            detectors = ()
        for own in ("", *(f"-{name}" for name in detectors)):
            for file in map(Path, _SCORES):
                (self.path / f"{file.stem}{own}{file.suffix}").unlink(missing_ok=True)
        for name in ("summary.txt", "report.html"):
            (self.path / name).unlink(missing_ok=True)

    def _finished(self, scenario: Scenario) -> bool:
        run = self.run(scenario.name)
        if not run.path.exists():
            return False
        try:
            made = recorded_scenario(run.path)
        except UserError:  # an unfinished run cannot be used
            if run.path.is_symlink():
                run.path.unlink()
            else:
                shutil.rmtree(run.path)
            return False
        if made != scenario:
            raise UserError(f"{run.path} holds another scenario of that name: {WAYS_OUT}")
        return True


def battery_record(battery: Battery, settings: Mapping[str, object]) -> dict[str, object]:
    """Return the content of battery.json: scenarios, `settings` and provenance."""
    return {
        "name": battery.name,
        "description": battery.description,
        "scenarios": [scenario.model_dump(mode="json") for scenario in battery.scenarios],
        **settings,
        **provenance(),
    }


def finished_runs(battery: Path) -> tuple[RunFolder, ...]:
    """Return the finished runs in a battery's folder, in order of name."""
    paths = sorted((battery / "runs").glob("*/run.json"))
    return tuple(RunFolder(path.parent) for path in paths if not path.parent.name.startswith("."))
