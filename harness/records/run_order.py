"""One run as an order that can be sent anywhere: to a process on this machine, or to another machine.

It names no file of ours: a detector's parameters travel as the text of their file, the file of a mask as base64. Only a
scenario on a user's own network names files, which must then be there under the same paths.
"""

import base64
import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from scenarios.scenario import Scenario

ERROR_FILE = "error.json"
"""Where a worker writes why it failed, beside its order."""


class CarriedMask(BaseModel):
    """A fault detector that hides loops from the incident detectors; `file` is what it is fitted by, in base64."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    file: str | None = None

    @property
    def text(self) -> str:
        """Its name, and of its file what tells it from others.

        >>> CarriedMask(name="gp_cusum", file="AAAA").text
        'gp_cusum (file 709e80c8)'
        """
        if self.file is None:
            return self.name
        return f"{self.name} (file {hashlib.sha256(base64.b64decode(self.file)).hexdigest()[:8]})"


class Job(BaseModel):
    """What to simulate and which detectors watch it, live.

    `detectors` gives each detector's parameters, the text of a file, or None for those it ships with; all of them are
    behind the `mask`, if there is one; `command` repeats this run and is kept with its results; `sumo_version` is the SUMO
    every run of a battery is made with.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: Scenario
    detectors: dict[str, str | None] = Field(min_length=1)
    mask: CarriedMask | None = None
    backend: Literal["libsumo", "traci"] = "libsumo"
    command: str = ""
    sumo_version: str = ""


class Order(BaseModel):
    """A job for `python -m harness.running.worker`: the run's folder appears at `out`, whole, when it is done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: Job
    out: Path
