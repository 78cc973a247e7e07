"""A command that refuses an option given twice where it takes one value."""

from typing import Any

import typer
from typer.core import TyperCommand, TyperOption


class SingleValueCommand(TyperCommand):
    """A command that refuses `--out a --out b`, instead of silently dropping one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse as any command does; an option that takes one value must be given once."""
        _, _, given = self.make_parser(ctx).parse_args(args=list(args))
        single = [one for one in given if isinstance(one, TyperOption) and not one.multiple and not one.is_flag]
        for option in single:
            if single.count(option) > 1:
                raise typer.BadParameter("given twice, and takes one value", ctx=ctx, param=option)
        return super().parse_args(ctx, args)
