"""The runs of a battery that failed: why, and how to repeat each.

NAME.json        reason, cause, last output, the command that repeats it, the scenario
NAME.log.txt     the traceback and SUMO's error log; no such file where the input was wrong
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from harness.records.atomic_files import write_json, write_text
from harness.records.failure import EXIT_CODES, Failure, Whose
from harness.records.provenance import provenance
from harness.records.record_fields import FailureFields, read_fields
from scenarios.scenario import Scenario

_SETTINGS = ("detectors", "parameters", "mask", "backend", "fingerprints", "mask_fingerprint")
"""Fields of battery.json that a failed run is repeated with."""


@dataclass(frozen=True, slots=True)
class FailedRuns:
    """The folder at `path`, which may not exist yet."""

    path: Path

    def file(self, name: str) -> Path:
        """The file that describes a failed run."""
        return self.path / f"{name}.json"

    def log(self, name: str) -> Path:
        """The log of a failed run."""
        return self.path / f"{name}.log.txt"

    def write(self, scenario: Scenario, failure: Failure, output_tail: str, made_with: Mapping[str, object]) -> Failure:
        """Write why a run failed, and how to repeat it with the settings `made_with`; return the failure with its log's file."""
        path = self.file(scenario.name)
        if failure.log:
            failure = replace(failure, log_file=self.log(scenario.name))
            write_text(self.log(scenario.name), failure.log)
        else:
            self.log(scenario.name).unlink(missing_ok=True)
        content = {
            "name": scenario.name,
            "reason": failure.reason,
            "fault": failure.whose,
            "log": str(failure.log_file) if failure.log else None,
            "stderr": output_tail,
            "scenario": scenario.model_dump(mode="json"),
            **{key: value for key, value in made_with.items() if key in _SETTINGS},
            **provenance(),
            "command": shlex.join(["laneblock", "run", str(path)]),
        }
        write_json(path, content, lasting=True)
        return failure

    def read(self, name: str) -> Failure:
        """Return why a run failed. Raises MissingFileError, UserError for a broken file."""
        content = read_fields(self.file(name), FailureFields)
        log = self.log(name)
        # Records of older versions do not name whose fault it was.
        whose: Whose = next((whose for whose in EXIT_CODES if whose == content.get("fault")), "machine")
        return Failure(whose, str(content.get("reason", "")), log_file=log if log.exists() else None)

    def forget(self, name: str) -> None:
        """Remove the files of a run that failed before and is finished now."""
        self.file(name).unlink(missing_ok=True)
        self.log(name).unlink(missing_ok=True)
