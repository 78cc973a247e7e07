"""A command whose first word may name another one: `compare real-roads`, `placement recordings`."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar

import typer
import typer.main

from harness.commands.single_value_command import SingleValueCommand


class FirstWordCommand(SingleValueCommand):
    """A command; where its first word is one of `others`, that command is parsed, helped and run instead."""

    others: ClassVar[Mapping[str, Callable[..., None]]] = {}

    @property
    def named(self) -> Mapping[str, Any]:
        """The commands that a first word names."""
        return {name: _command_of(name, function) for name, function in self.others.items()}

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Return the context of the command that the first word names, or of this one."""
        if args and args[0] in self.named:
            return self.named[args[0]].make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@cache
def _command_of(name: str, function: Callable[..., None]) -> Any:
    """Return a function as the command of this name."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(cls=SingleValueCommand, name=name)(function)
    return typer.main.get_command(app)
