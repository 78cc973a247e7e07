"""The command `laneblock adopt`: a user's own SUMO simulation becomes a study."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.commands.console import say, warn

if TYPE_CHECKING:
    from scenarios.adoption.adopted_study import Study
    from scenarios.adoption.carriageways import Carriageway

MOST_ADOPTED = 6
"""Carriageways adopted where none is named, the largest first. Chosen: the directions of some freeways; more are asked for."""
MOST_LISTED = 20
"""Carriageways told. Chosen: a screen of lines."""
MOST_NAMED = 8
"""Stations named in one line. Chosen: a line of a terminal."""


def adopt(
    config: Annotated[Path, typer.Argument(metavar="FILE.sumocfg", help="Your SUMO configuration.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the study is written.")] = Path("study"),
    corridor: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="Carriageways to adopt, by name; repeat it for several. Otherwise the largest."
        ),
    ] = None,
    spacing: Annotated[
        float | None,
        typer.Option(metavar="M", help="Place a station every so many metres, and leave your own loops out."),
    ] = None,
    period: Annotated[
        float | None, typer.Option(metavar="S", help="Period of the loops. Otherwise that of most of your own, or 30.")
    ] = None,
) -> None:
    """Adopt a SUMO simulation: find its carriageways and loops, and write scenarios and batteries that run.

    Carriageways are chains of freeway edges, ramps left out. Stations are your own E1 loops; where there are fewer than two along
    a carriageway, loops are placed. Your files are read and never changed. Written for each carriageway NAME: NAME.toml (one
    incident), NAME-battery.toml (incidents along the road, and runs without one), NAME.loops.add.xml where loops were placed; and
    road.png, a picture of all.

    \b
    Examples:
      laneblock adopt my.sumocfg --out my/study
      laneblock adopt my.sumocfg --corridor eastbound --spacing 500
      laneblock battery my/study/eastbound-battery.toml
    """
    from harness.reporting.figures.adopted_road import draw_network
    from scenarios.adoption.adopted_study import write_study
    from scenarios.adoption.carriageways import find_carriageways
    from scenarios.adoption.network_edges import read_network
    from scenarios.errors import UserError
    from scenarios.files.sumo_config_file import read_sumo_config
    from scenarios.files.sumo_net_file import read_content

    found = read_sumo_config(config)
    if found.net_file is None:
        raise UserError(f"{config}: wanted a network (net-file), got none")
    network = read_network(Path(found.net_file))
    ways = find_carriageways(network)
    if not ways:
        raise UserError(
            f"{found.net_file}: wanted a carriageway of 500 m or more, found none among {len(network.edges)} edges"
        )
    chosen = _chosen(ways, corridor or [])
    content = read_content(Path(found.net_file), [edge.edge for way in chosen for edge in way.edges])
    if out.exists() and not out.is_dir():
        raise UserError(f"--out: wanted a folder for the study, got the file {out}")
    out.mkdir(parents=True, exist_ok=True)
    studies: list[Study] = []
    for way in chosen:
        try:
            study = write_study(config, found, content, way, out, spacing, period)
        except UserError as error:
            if len(chosen) == 1:
                raise
            warn([f"{way.name} is left out: {error}"])
            continue
        studies.append(study)
    if not studies:
        raise UserError(f"{config}: no carriageway could be adopted; the reasons are above")
    picture = out / "road.png"
    draw_network(picture, network, ways, studies)
    _tell(ways, studies, picture)


def _chosen(ways: "tuple[Carriageway, ...]", names: list[str]) -> "list[Carriageway]":
    from scenarios.errors import UserError
    from scenarios.suggestion import likely

    by_name = {way.name: way for way in ways}
    for name in names:
        if name not in by_name:
            raise UserError(
                f"--corridor: no carriageway {name!r}, wanted one of: {', '.join(by_name)}{likely(name, by_name)}"
            )
    return [by_name[name] for name in names] or list(ways[:MOST_ADOPTED])


def _tell(ways: "tuple[Carriageway, ...]", studies: "list[Study]", picture: Path) -> None:
    by_name = {study.name: study for study in studies}
    print(f"{len(ways)} carriageway{'s' if len(ways) > 1 else ''} found; {len(studies)} adopted.")
    for way in [way for number, way in enumerate(ways) if number < MOST_LISTED or way.name in by_name]:
        fewest, most = way.lanes
        lanes = f"{most} lanes" if fewest == most else f"{fewest} to {most} lanes"
        print(
            f"\n{way.name}: {way.length_m / 1000:.2f} km, {lanes}, {len(way.edges)} edges{', a ring' if way.ring else ''}"
        )
        study = by_name.get(way.name)
        if study is None:
            print(f"  not adopted (--corridor {way.name})")
            continue
        stations = study.road.corridor.stations
        loops = "placed by laneblock" if study.placed else "your own loops"
        names = ", ".join(station.name for station in stations[:MOST_NAMED])
        more = " ..." if len(stations) > MOST_NAMED else ""
        print(f"  {len(stations)} stations, {loops}: {names}{more}")
        print(f"  lane 0 is the {study.road.corridor.outermost} through lane")
        for note in study.road.notes:
            print(f"  - {note}")
        print(f"  laneblock run {study.scenario}\n  laneblock battery {study.battery}")
    say(f"Picture: {picture}")
