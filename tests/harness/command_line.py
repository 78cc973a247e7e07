"""The command line as tests call it."""

from collections.abc import Callable

import pytest

from harness.cli import main

Call = Callable[..., tuple[int, str, str]]


def run(*arguments: object) -> int:
    """Run `laneblock` with these arguments and return its exit code."""
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def calling(capsys: pytest.CaptureFixture[str]) -> Call:
    """Return a function that runs `laneblock` and returns its exit code, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(*arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return call
