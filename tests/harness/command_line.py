"""The command line as tests call it."""

from pathlib import Path

from harness.cli import main


def run(*arguments: str | Path) -> int:
    """Run `laneblock` with these arguments and return its exit code."""
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as end:
        return int(end.code or 0)
    return 0
