"""The command `laneblock serve`: the live service, until it is told to end."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from harness.commands.console import say
from harness.commands.serve_extra import need_serve
from scenarios.errors import USER_ERROR, UserError

if TYPE_CHECKING:
    from harness.service.corridors.live_service import LiveService
    from harness.service.site.service_description import ServiceDescription
    from harness.service.workers.front_end import FrontEnd

DRILL = Path("results") / "live-drill"
"""Where a drill's database is."""


def serve(
    site: Annotated[
        Path | None,
        typer.Argument(metavar="[SITE]", help="A service's TOML file. [default: a drill]", show_default=False),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Say what is wrong with SITE, line by line, and end.")] = False,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, metavar="N", help="Port of a drill's page. [default: 8000; 0: a free one]"),
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option(
            metavar="SCENARIO", help="Scenario of the drill, as laneblock run takes it. [default: sr91-drill]"
        ),
    ] = None,
    pace: Annotated[
        float | None, typer.Option(metavar="N", help="Data seconds of the drill per second. [default: 20]")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the drill that was stopped last.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of a drill's database. [default: results/live-drill]")
    ] = None,
    workers: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Let workers (laneblock work) watch SITE's corridors, through this Redis: redis://HOST:6379/0.",
        ),
    ] = None,
) -> None:
    """Watch roads live: readings in, incidents on an operator's page.

    Without SITE it is a drill: SUMO plays a scenario at 20 times real time, and the page is on http://127.0.0.1:8000. SITE names
    sources, corridors, detectors, the store and the page's address. Ctrl-C ends the service. However it ended, it goes on from
    there at the next start; a drill begins anew, unless --resume is given.

    \b
    Examples:
      laneblock serve
      laneblock serve --scenario sr91/incident-07 --pace 5
      laneblock serve site.toml
      laneblock serve --check site.toml
      laneblock serve site.toml --workers redis://10.0.0.7:6379/0
    """
    need_serve("serve")
    if site is None:
        if check:
            raise UserError("--check: wanted the file to check (laneblock serve --check site.toml)")
        if workers is not None:
            raise UserError(
                "--workers: wanted the file that workers run with too (laneblock serve site.toml --workers URL)"
            )
        _drill(out or DRILL, scenario, pace, port, resume)
        return
    given = {"--port": port, "--scenario": scenario, "--pace": pace, "--resume": resume or None, "--out": out}
    for option, value in given.items():
        if value is not None:
            raise UserError(f"{option} is of a drill: {site} says it for the service")
    described = read_site(site, check)
    if not check:
        _run(described, site.resolve().parent / "failures", "", workers)


def _drill(folder: Path, scenario: str | None, pace: float | None, port: int | None, resume: bool) -> None:
    from harness.records.folder_lock import lock_folder
    from harness.records.output_paths import check_out
    from harness.service.site.drill_service import DATABASE, PACE, SCENARIO, drill_service, put_aside

    check_out(folder)
    described = drill_service(folder, scenario or SCENARIO, PACE if pace is None else pace, port=port)
    with lock_folder(folder):
        if resume and not (folder / DATABASE).exists():
            raise UserError(f"--resume: there is no drill in {folder} (leave it out for a new one)")
        if not resume:
            put_aside(folder)
        played = (
            f"Drill: {scenario or SCENARIO} at {PACE if pace is None else pace:g} times real time, kept in {folder}\n"
            "Calls: to the dispatcher's list on the page alone (r goes there); a site file adds mail, SMS and others"
        )
        _run(described, folder / "failures", played)


def read_site(site: Path, check: bool = False) -> "ServiceDescription":
    """Return what a file describes; with mistakes, print them and end."""
    from harness.service.site.service_file import read_service_file

    described, mistakes = read_service_file(site)
    for mistake in mistakes:
        (print if check else say)(mistake)
    if described is None:
        raise typer.Exit(USER_ERROR)
    lacks = () if described.response is None else described.response.settings.texts.language.lacks
    if lacks:
        (print if check else say)(f"{site}: [response] language lacks {', '.join(lacks)}: told in English")
    if check:
        print(f"{site}: {len(described.corridors)} corridors, {len(described.sources)} sources; nothing is wrong")
    return described


def _run(described: "ServiceDescription", failures: Path, first: str, workers: str | None = None) -> None:
    from harness.service.site.run_service import run_service
    from harness.service.site.shared_interpreter import shared_interpreter

    def started(address: str, service: "LiveService | FrontEnd") -> None:
        loaded()
        if first:
            print(first, flush=True)
        print(f"Page: {address}  (Ctrl-C ends the service)", flush=True)

    with until_told() as until, shared_interpreter() as loaded:
        run_service(described, failures, until, started, workers=workers)
    say("ended; nothing is lost")


@contextmanager
def until_told() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and Ctrl-C set; a second Ctrl-C interrupts as usual."""
    until = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield until
        return

    def end(number: int, frame: FrameType | None) -> None:
        until.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield until
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
