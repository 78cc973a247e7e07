"""One run as an order for a process on this machine or another one.

An order holds the content of files, not their paths: detectors' parameters as text, the file of a mask as base64. Only a
scenario on a user's own network names files, which must exist under the same paths on the other machine.
"""

import base64
import binascii
import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from scenarios.errors import UserError
from scenarios.scenario import Scenario

ERROR_FILE = "error.json"
"""Where a worker writes why it failed, beside its order."""


class PackedMask(BaseModel):
    """A fault detector that hides loops from the incident detectors; `file` is the file that fits it to a corridor, in base64."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    file: str | None = None

    @property
    def text(self) -> str:
        """Its name and the digest of its file.

        >>> PackedMask(name="gp_cusum", file="AAAA").text
        'gp_cusum (file 709e80c8)'
        """
        content = self.content
        return self.name if content is None else f"{self.name} (file {hashlib.sha256(content).hexdigest()[:8]})"

    @property
    def content(self) -> bytes | None:
        """The content of its file. Raises UserError where it is not base64."""
        try:
            return None if self.file is None else base64.b64decode(self.file, validate=True)
        except binascii.Error as error:
            raise UserError(f"mask {self.name}: its file must be base64: {error}") from None


class Job(BaseModel):
    """The scenario to simulate, and the detectors that see its frames live.

    `detectors` gives each detector's parameters, the text of a file, or None for the shipped ones; a `mask` hides faulty
    loops from all of them. `command` repeats this run and is kept with its results. `sumo_version`, `fingerprints`, `code`
    and `files` (digests, as `harness.records.run_inputs` and `recorded_detectors` keep them) are those that every run of a
    battery must be made with; "" and {} accept any.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: Scenario
    detectors: dict[str, str | None] = Field(min_length=1)
    mask: PackedMask | None = None
    backend: Literal["libsumo", "traci"] = "libsumo"
    command: str = ""
    sumo_version: str = ""
    fingerprints: dict[str, str] = Field(default_factory=dict)
    code: dict[str, str] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)


class Order(BaseModel):
    """A job for `harness.running.worker`: the run's folder appears at `out` when the run is done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: Job
    out: Path
