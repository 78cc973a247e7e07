"""The command `laneblock work`: one worker of a live service."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import say
from harness.commands.serve_command import read_site, until_told
from harness.commands.serve_extra import need_serve


def work(
    site: Annotated[Path, typer.Argument(metavar="SITE", help="The TOML file that the service runs with.")],
    redis: Annotated[
        str,
        typer.Option(metavar="URL", help="The Redis that readings come through, as laneblock serve --workers has it."),
    ],
    name: Annotated[str, typer.Option(metavar="NAME", help="Its name in the status. [default: the machine's]")] = "",
) -> None:
    """Watch a share of a live service's corridors, on this machine.

    The service (laneblock serve SITE --workers URL) puts readings into Redis, workers decide on them, and all share a PostgreSQL
    database. Start as many as there are cores, on any machine that reaches both; each takes its share. One that dies is replaced
    by the others within 10 s: no frame is lost or decided on twice. Ctrl-C gives its corridors back.

    \b
    Examples:
      laneblock work site.toml --redis redis://10.0.0.7:6379/0
      laneblock work site.toml --redis redis://10.0.0.7:6379/0 --name north
    """
    need_serve("work")
    from harness.service.site.run_worker import run_worker
    from harness.service.site.shared_interpreter import shared_interpreter

    def started(worker: str) -> None:
        loaded()
        print(f"Worker {worker}  (Ctrl-C ends it)", flush=True)

    described = read_site(site)
    with until_told() as until, shared_interpreter() as loaded:
        run_worker(described, redis, site.resolve().parent / "failures", until, started, name)
    say("ended; its corridors are given back")
