"""The folder of a battery's results: the same command resumes it, a command with other settings is refused.

battery.json            scenarios, detectors, versions, command; written first
runs/NAME/              finished runs; each appears complete
failed/NAME.json        failed runs: reason, cause, last output, the command that repeats it, the scenario
failed/NAME.log.txt     the traceback and SUMO's error log; no such file where the input was wrong
score.json, *.csv, summary.txt, report.html     (harness.reporting.evaluate_results)
"""

import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from harness.records.atomic_files import remove_leftovers, write_json, write_text
from harness.records.battery_record import WAYS_OUT, check_same_battery
from harness.records.failure import EXIT_CODES, Failure, Whose
from harness.records.provenance import provenance
from harness.records.run_folder import RunFolder, recorded_scenario
from scenarios.errors import MissingFileError, UserError
from scenarios.files.battery_file import Battery
from scenarios.scenario import Scenario
from simulator.recording.json_file import read_object


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

    def check(self) -> None:
        """Raise UserError where the folder holds anything but results."""
        if self.path.exists() and not self.path.is_dir():
            raise UserError(f"{self.path}: wanted a folder for results, got a file")
        strangers = [path for path in self.path.glob("*") if not path.name.startswith(".")]
        if strangers and not self.record.exists():
            raise UserError(f"{self.path} holds other files ({strangers[0].name}) and no results: use another --out")

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

    def prepare(self, record: Mapping[str, object]) -> None:
        """Make the folder, remove what interrupted writers left in it, and write the record where it has none."""
        self.runs.mkdir(parents=True, exist_ok=True)
        for folder in (self.path, self.runs, self.path / "failed"):
            remove_leftovers(folder)
        if not self.record.exists():
            write_json(self.record, record)

    def open(
        self, battery: Battery, settings: Mapping[str, object], command: str, recordings_only: bool = False
    ) -> set[str]:
        """Prepare the folder and return the names of its finished runs.

        `settings` are what all runs share (detectors, fingerprints, mask): plain JSON. Call it after `check`, while holding
        the folder's lock. Raises UserError where the folder's runs are another battery's, or were made with other settings;
        with `recordings_only`, other fingerprints and parameters are accepted where all runs are finished.
        """
        wanted: dict[str, object] = {
            "name": battery.name,
            "description": battery.description,
            "scenarios": [scenario.model_dump(mode="json") for scenario in battery.scenarios],
            **settings,
            **provenance(),
            "command": command,
        }
        if self.record.exists():
            all_finished = all(self.run(scenario.name).finished for scenario in battery.scenarios)
            check_same_battery(self.path, self.read(), wanted, with_detectors=not (recordings_only and all_finished))
        self.prepare(wanted)
        return {scenario.name for scenario in battery.scenarios if self._finished(scenario)}

    def write_failure(self, scenario: Scenario, failure: Failure, output_tail: str) -> Failure:
        """Write why a run failed, and how to repeat it; return the failure with its log's file."""
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
                for key, value in self.read().items()
                if key in ("detectors", "parameters", "mask", "backend", "fingerprints", "mask_fingerprint")
            },
            **provenance(),
            "command": shlex.join(["laneblock", "run", str(path)]),
        }
        write_json(path, content)
        return failure

    def read_failure(self, name: str) -> Failure:
        """Return why a run failed. Raises MissingFileError, UserError for a broken file."""
        path = self.failure(name)
        content = read_object(path)
        log = self.failure_log(name)
        # Records of older versions do not name whose fault it was.
        whose: Whose = next((whose for whose in EXIT_CODES if whose == content.get("fault")), "machine")
        return Failure(whose, str(content.get("reason", "")), log_file=log if log.exists() else None)

    def read(self) -> dict[str, Any]:
        """Return the record. Raises MissingFileError where there is none, UserError where it is broken."""
        if not self.record.is_file():
            raise MissingFileError(f"{self.path} holds no battery's results (it has no battery.json)")
        return read_object(self.record)

    def forget_failure(self, name: str) -> None:
        """Remove the files of a run that failed before and is finished now."""
        self.failure(name).unlink(missing_ok=True)
        self.failure_log(name).unlink(missing_ok=True)

    def _finished(self, scenario: Scenario) -> bool:
        run = self.run(scenario.name)
        if not run.path.exists():
            return False
        try:
            made = recorded_scenario(run.path)
        except UserError:  # an unfinished run cannot be used
            shutil.rmtree(run.path)
            return False
        if made != scenario:
            raise UserError(f"{run.path} holds another scenario of that name: {WAYS_OUT}")
        return True


def finished_runs(battery: Path) -> tuple[RunFolder, ...]:
    """Return the finished runs in a battery's folder, in order of name."""
    paths = sorted((battery / "runs").glob("*/run.json"))
    return tuple(RunFolder(path.parent) for path in paths if not path.parent.name.startswith("."))
