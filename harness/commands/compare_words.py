"""`laneblock compare`, whose first word may name another command: `real-roads`."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import typer
import typer.main

from harness.commands.real_roads_command import real_roads
from harness.commands.single_value_command import SingleValueCommand

REAL_ROADS = "real-roads"


@cache
def _real_roads_command() -> Any:
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(cls=SingleValueCommand, name=REAL_ROADS)(real_roads)
    return typer.main.get_command(app)


class CompareCommand(SingleValueCommand):
    """The comparison on a battery's runs; `compare real-roads ...` is parsed, helped and run as the command of that name."""

    @property
    def named(self) -> Mapping[str, Any]:
        """The commands that a first word names."""
        return {REAL_ROADS: _real_roads_command()}

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Return the context of the command that the first word names, or of this one."""
        if args and args[0] in self.named:
            return self.named[args[0]].make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)
