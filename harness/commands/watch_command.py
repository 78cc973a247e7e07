"""The command `laneblock watch`: a running service followed in the terminal."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import INTERRUPTED, say
from harness.commands.serve_extra import need_serve
from scenarios.errors import UserError

DEFAULT = "http://127.0.0.1:8000"


def watch(
    service: Annotated[
        str,
        typer.Argument(
            metavar="[SITE|URL]", help="A service's address, or the TOML file it runs with.", show_default=True
        ),
    ] = DEFAULT,
    token: Annotated[
        str | None,
        typer.Option(
            metavar="TOKEN",
            envvar="LANEBLOCK_TOKEN",
            help="A token with the role view, operate or admin, where the service wants one.",
        ),
    ] = None,
) -> None:
    """Follow a running service in the terminal: conditions of its corridors, open incidents, events as they happen.

    It shows what the page shows. A lost connection is made again, and no event is missed. Written to a file or a pipe, each event
    is one line. Ctrl-C ends it; the service goes on.

    \b
    Examples:
      laneblock watch
      laneblock watch site.toml
      laneblock watch http://10.0.0.7:8000
    """
    need_serve("watch")
    from rich.console import Console
    from rich.live import Live

    from harness.service.site.watch_stream import WatchedStream, follow
    from harness.service.site.watch_tables import event_line, tables

    stream, console = WatchedStream(_address(service)), Console()
    told = 0
    try:
        if not console.is_terminal:
            for now in follow(stream, token):
                for each in now.events:
                    if each["number"] > told:
                        told = each["number"]
                        print(event_line(now, each), flush=True)
            return
        with Live(tables(stream), console=console, auto_refresh=False) as live:
            for now in follow(stream, token):
                live.update(tables(now), refresh=True)
    except KeyboardInterrupt:
        say("stopped watching; the service goes on")
        raise typer.Exit(INTERRUPTED) from None


def _address(service: str) -> str:
    """Return the address of a service, also of one that a file describes. Raises UserError."""
    if service.startswith(("http://", "https://")):
        return _checked(service)
    from harness.service.site.service_file import read_service_file

    if not Path(service).exists():
        raise UserError(f"wanted a service's TOML file or its address, such as {DEFAULT}, got {service!r}")
    described, mistakes = read_service_file(Path(service))
    for mistake in mistakes:
        say(mistake)
    if described is None:
        raise typer.Exit(2)
    host = described.web.host if described.web.host not in ("0.0.0.0", "::") else "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{described.web.port}"


def _checked(address: str) -> str:
    """Return an address that can be asked. Raises UserError."""
    import httpx

    try:
        if httpx.URL(address).host:
            return address.rstrip("/")
        why = "it names no host"
    except (httpx.InvalidURL, ValueError) as error:
        why = str(error)
    raise UserError(f"wanted a service's address, such as {DEFAULT}, got {address[:80]!r} ({why})")
