"""The folder of a battery's results: the same command resumes it, a command with other settings is refused.

battery.json            scenarios, detectors, versions, digests of code and files, command; written first
runs/NAME/              finished runs; each appears complete
.exchange/              what replaces an older run, complete                (harness.records.run_exchange)
failed/                 failed runs                                         (harness.records.failed_runs)
score.json, *.csv, summary.txt, report.html                                 (harness.reporting.evaluate_results)

A process that is ended between any two steps leaves a folder that continues: one without battery.json holds no run, at most
empty folders and leftovers of ours. Folders with other files are refused.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from harness.records.atomic_files import remove_leftovers, write_json
from harness.records.battery_record import check_same_battery, ways_out
from harness.records.failed_runs import FailedRuns
from harness.records.provenance import provenance
from harness.records.record_fields import BatteryFields, read_fields
from harness.records.run_exchange import finish_exchange
from harness.records.run_folder import RunFolder, read_record, recorded_scenario
from scenarios.errors import MissingFileError, UserError
from scenarios.files.battery_file import Battery
from scenarios.scenario import Scenario

_SHOWN = 3  # names in a message


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

    @property
    def failed(self) -> FailedRuns:
        """The runs that failed."""
        return FailedRuns(self.path / "failed")

    def run(self, name: str) -> RunFolder:
        """The folder of one run."""
        return RunFolder(self.runs / name)

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
        for folder in (self.path, self.runs, self.failed.path):
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
        finish_exchange(self.path)
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
                raise UserError(f"{error}; the runs there cannot be continued: {ways_out(self.path)}") from None
            return None

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

    def _is_empty_part(self, path: Path) -> bool:
        """Whether `path` is a folder of ours without a result: `runs` with leftovers only, or `failed`."""
        if path.is_symlink() or not path.is_dir() or path not in (self.runs, self.failed.path):
            return False
        inside = [each.name for each in path.iterdir() if not each.name.startswith(".")]
        return not inside if path == self.runs else all(name.endswith((".json", ".log.txt")) for name in inside)

    def _finished(self, scenario: Scenario) -> bool:
        run = self.run(scenario.name)
        if not run.path.exists():
            return False
        try:
            read_record(run.path)
        except UserError:  # an unfinished run cannot be used
            if run.path.is_symlink():
                run.path.unlink()
            else:
                shutil.rmtree(run.path)
            return False
        if recorded_scenario(run.path) != scenario:
            raise UserError(f"{run.path} holds another scenario of that name: {ways_out(self.path)}")
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
