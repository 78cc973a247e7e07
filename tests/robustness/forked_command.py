"""Commands of laneblock in processes of their own, with limits on time and memory, at milliseconds each.

`CommandServer` starts `command_server.py`, which imports laneblock once and forks for every command.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tests.robustness.command_server import NO_SUMO

SERVER = Path(__file__).with_name("command_server.py")
LIMIT_S, LIMIT_MB = 60.0, 1024.0
"""No command on a damaged input takes more; it is ended there."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended. `stopped_by` is "time" or "memory" where a limit ended it; `left_processes`: it left some behind."""

    code: int
    stopped_by: str
    out: str
    err: str
    wall_s: float
    peak_mb: float
    left_processes: bool

    @property
    def accepted(self) -> bool:
        """Whether the command took its input: it did all, or would have simulated."""
        return self.code == 0 or NO_SUMO in self.err


class CommandServer:
    """A process that runs commands one after the other. Use it in a `with` block."""

    def __init__(self) -> None:
        numerical = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"}
        self._outputs = tempfile.TemporaryDirectory(prefix="laneblock-robustness-")
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(SERVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **numerical},
        )

    def __enter__(self) -> "CommandServer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()  # the server ends with it
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._outputs.cleanup()

    def run(
        self,
        arguments: Sequence[object],
        folder: Path,
        sumo: bool = False,
        limit_s: float = LIMIT_S,
        limit_mb: float = LIMIT_MB,
        environment: Mapping[str, str] | None = None,
    ) -> Ended:
        """Run `laneblock` with these arguments in `folder` and return how it ended."""
        order = {
            "arguments": [str(argument) for argument in arguments],
            "folder": str(folder),
            "sumo": sumo,
            "limit_s": limit_s,
            "limit_mb": limit_mb,
            "environment": dict(environment or {}),
            "outputs": self._outputs.name,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the command server ended with exit code {self._process.wait()}")
        return Ended(**json.loads(line))
