"""A command that refuses an option given twice where it takes one value, and any value that is an empty text."""

from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperOption


class SingleValueCommand(TyperCommand):
    """A command that refuses `--out a --out b`, instead of silently dropping one, and `--out ""`, which would be this folder."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse as any command does; an option that takes one value must be given once, and no value is empty."""
        values, _, given = self.make_parser(ctx).parse_args(args=list(args))
        for parameter in (one for one in given if isinstance(one, TyperOption | TyperArgument)):
            value = values.get(parameter.name)
            if value == "" or (isinstance(value, list | tuple) and "" in value):
                message = "wanted a value, got an empty text (is a variable of the shell not set?)"
                raise typer.BadParameter(message, ctx=ctx, param=parameter)
        single = [one for one in given if isinstance(one, TyperOption) and not one.multiple and not one.is_flag]
        for option in single:
            if single.count(option) > 1:
                raise typer.BadParameter("given twice, and takes one value", ctx=ctx, param=option)
        return super().parse_args(ctx, args)
