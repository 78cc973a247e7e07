"""The folder a battery's results are in: what it was made with, so that the same command goes on and no other does.

battery.json            what is to be run, and with what: written first
runs/NAME/              finished runs, each appears whole
failed/NAME.json        runs that failed: reason, whose fault, last words, the command that repeats it, and the scenario
failed/NAME.log.txt     the traceback, and what SUMO wrote to its error log; none where the fault is the user's
score.json, *.csv, summary.txt, report.html     (harness.reporting.evaluate_results)
"""

import json
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.records.atomic_files import remove_leftovers, write_json, write_text
from harness.records.failure import EXIT_CODES, Failure, Whose
from harness.records.provenance import provenance, versions
from harness.records.run_folder import RunFolder, recorded_scenario
from harness.records.run_order import CarriedMask
from scenarios.errors import MissingFileError, UserError
from scenarios.files.battery_file import Battery
from scenarios.scenario import Scenario
from simulator.recording.json_file import read_object

_WAYS_OUT = "use another --out, or remove that folder"


@dataclass(frozen=True, slots=True)
class ResultsFolder:
    """The folder at `path`, which need not be there yet."""

    path: Path

    @property
    def runs(self) -> Path:
        """Where finished runs appear."""
        return self.path / "runs"

    @property
    def record(self) -> Path:
        """What the folder was made with."""
        return self.path / "battery.json"

    def run(self, name: str) -> RunFolder:
        """The folder of one run."""
        return RunFolder(self.runs / name)

    def failure(self, name: str) -> Path:
        """Where a run that failed is told of."""
        return self.path / "failed" / f"{name}.json"

    def failure_log(self, name: str) -> Path:
        """Where the log of a run that failed is."""
        return self.path / "failed" / f"{name}.log.txt"

    def check(self) -> None:
        """Raises UserError where something else than results is there already."""
        if self.path.exists() and not self.path.is_dir():
            raise UserError(f"{self.path}: wanted a folder for results, got a file")
        strangers = [path for path in self.path.glob("*") if not path.name.startswith(".")]
        if strangers and not self.record.exists():
            raise UserError(f"{self.path} holds other files ({strangers[0].name}) and no results: use another --out")

    def open(self, battery: Battery, settings: Mapping[str, object], command: str) -> set[str]:
        """Make the folder ready and return the names of the runs that are finished in it.

        `settings` are what all runs share (detectors, parameters): plain JSON. Call it after `check`, while
        holding the folder's lock. Raises UserError where the folder's runs are another
        battery's, or were made with other settings.
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
            self._compare(wanted)
        self.runs.mkdir(parents=True, exist_ok=True)
        for folder in (self.path, self.runs, self.path / "failed"):
            remove_leftovers(folder)
        if not self.record.exists():
            write_json(self.record, wanted)
        return {scenario.name for scenario in battery.scenarios if self._finished(scenario)}

    def tell_failure(self, scenario: Scenario, failure: Failure, last_words: str) -> Failure:
        """Keep why a run failed, and all that is needed to repeat it; returns the failure with its log's file."""
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
            "stderr": last_words,
            "scenario": scenario.model_dump(mode="json"),
            **{
                key: value
                for key, value in self.read().items()
                if key in ("detectors", "parameters", "mask", "backend")
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
        # Records of before there were faults do not say whose it was.
        whose: Whose = next((whose for whose in EXIT_CODES if whose == content.get("fault")), "machine")
        return Failure(whose, str(content.get("reason", "")), log_file=log if log.exists() else None)

    def read(self) -> dict[str, Any]:
        """What the folder was made with. Raises MissingFileError, or UserError where the file is broken."""
        if not self.record.is_file():
            raise MissingFileError(f"{self.path} holds no battery's results (it has no battery.json)")
        return read_object(self.record)

    def forget_failure(self, name: str) -> None:
        """The run is finished after all."""
        self.failure(name).unlink(missing_ok=True)
        self.failure_log(name).unlink(missing_ok=True)

    def _compare(self, wanted: Mapping[str, object]) -> None:
        there = self.read()
        if there.get("name") != wanted["name"]:
            raise UserError(
                f"{self.path} holds the battery {there.get('name')!r}, this is {wanted['name']!r}: {_WAYS_OUT}"
            )
        shards = [_shard(record.get("shard")) for record in (there, wanted)]
        if shards[0] != shards[1]:
            raise UserError(f"{self.path} holds {shards[0]} of {wanted['name']}, this is {shards[1]}: {_WAYS_OUT}")
        for key in ("scenarios", "detectors", "parameters", "mask"):
            if there.get(key) != json.loads(json.dumps(wanted.get(key))):
                which = "another mask" if key == "mask" else f"other {key}"
                raise UserError(
                    f"{self.path} was made with {which}{_difference(key, there.get(key), wanted.get(key))}: {_WAYS_OUT}"
                )
        before = there.get("versions")
        made_with, here = before.get("libsumo") if isinstance(before, dict) else None, versions()["libsumo"]
        if made_with != here:
            raise UserError(f"{self.path} was made with SUMO {made_with}, here is {here}: {_WAYS_OUT}")

    def _finished(self, scenario: Scenario) -> bool:
        run = self.run(scenario.name)
        if not run.path.exists():
            return False
        try:
            made = recorded_scenario(run.path)
        except UserError:  # no run of ours came to its end there
            shutil.rmtree(run.path)
            return False
        if made != scenario:
            raise UserError(f"{run.path} holds another scenario of that name: {_WAYS_OUT}")
        return True


def _shard(record: object) -> str:
    return f"shard {record['index']}/{record['of']}" if isinstance(record, Mapping) else "the whole"


def mask_text(record: Mapping[str, object]) -> str:
    """The mask that results were made with, as its name and its file's mark; "none" where there was none."""
    mask = record.get("mask")
    return "none" if mask is None else carried_mask(mask).text


def carried_mask(mask: object) -> CarriedMask:
    """Return the mask that results say they were made with. Raises UserError."""
    try:
        return CarriedMask.model_validate(mask)
    except ValueError as error:
        raise UserError(f"mask: not one of this version: {error}") from None


def _difference(key: str, there: object, wanted: object) -> str:
    if key == "mask":
        return f" ({mask_text({key: there})}, wanted {mask_text({key: wanted})})"
    if key == "detectors":
        return f" ({there}, wanted {wanted})"
    if key == "scenarios" and isinstance(there, list) and isinstance(wanted, list):
        others = [new["name"] for new in wanted if new not in there]
        return f" ({len(others)} of {len(wanted)} differ, such as {others[0]!r})" if others else f" ({len(there)})"
    return ""
