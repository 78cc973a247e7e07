"""Command lines as help texts and Markdown files show them, and the command line that has to take them."""

import re
import shlex
from collections.abc import Iterator

import typer.main
from typer.core import TyperGroup

from harness.cli import app
from harness.commands.first_word_command import FirstWordCommand


def whole_command_line() -> TyperGroup:
    """Return `laneblock` itself."""
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    return command


LAUNCHED = whole_command_line()


def walk(group: TyperGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every command below `group`, groups too, with the help text it was written with."""
    for name, command in group.commands.items():
        yield (*path, name), command.help or ""
        if isinstance(command, FirstWordCommand):
            yield from (((*path, name, word), other.help or "") for word, other in command.named.items())
        if isinstance(command, TyperGroup):
            yield from walk(command, (*path, name))


def examples(text: str) -> list[str]:
    """Return the command lines in a text, without the remarks beside them."""
    lines = re.sub(r"\\\n\s+", "", text).splitlines()
    return [re.split(r" {3,}", line.strip())[0] for line in lines if line.strip().startswith("laneblock ")]


def parse(line: str) -> None:
    """Take a command line as `laneblock` would, without running it. Raises KeyError or click.UsageError where it would refuse."""
    words = shlex.split(line)[1:]
    group, path = LAUNCHED, [words.pop(0)]
    while isinstance(command := group.commands[path[-1]], TyperGroup):
        group = command
        path.append(words.pop(0))
    if words not in (["--help"], ["-h"]):
        command.make_context(" ".join(path), words)
