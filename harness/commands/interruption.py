"""Ctrl-C in a command that can go on where it stopped."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from harness.commands.console import INTERRUPTED, command_line, say


@contextmanager
def resumable(kept: str) -> Iterator[None]:
    """Turn Ctrl-C into exit code 130 and a line: what is `kept`, and the command that goes on from there."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"stopped; {kept}. To go on: {command_line()}")
        raise typer.Exit(INTERRUPTED) from None
