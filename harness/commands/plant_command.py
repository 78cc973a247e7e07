"""The command `laneblock plant`: recordings with known incidents out of recordings without any."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.commands.console import say
from harness.commands.shared_options import RecordingsArgument
from harness.records.output_paths import check_out

if TYPE_CHECKING:
    from scenarios.planting import PlantingPlan


def plant(
    folders: RecordingsArgument,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write; each incident is a recording in DIR/runs.")],
    plan: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help="Incidents: a shipped plan or a TOML file. [default: random-60]"),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Other draws for every incident of the plan.")] = 0,
    position_m: Annotated[float | None, typer.Option(metavar="M", help="One incident here, instead of a plan.")] = None,
    onset_s: Annotated[float | None, typer.Option(metavar="S", help="Its onset, on the recording's clock.")] = None,
    duration_s: Annotated[float | None, typer.Option(metavar="S", help="Its length. [default: 900]")] = None,
    lanes: Annotated[str | None, typer.Option(metavar="0,1", help="Its blocked lanes; 0 is the outermost.")] = None,
    capacity_vphpl: Annotated[
        float | None, typer.Option(metavar="VEH/H", help="Capacity of a lane. [default: seen in the data, or 1900]")
    ] = None,
    wave_kmh: Annotated[
        float | None, typer.Option(metavar="KM/H", help="Speed at which queues grow upstream. [default: 17.1]")
    ] = None,
    speed_slope_mps: Annotated[
        float | None,
        typer.Option(
            metavar="M/S", help="Speed lost from an empty road to capacity. [default: seen in the data, or 1.8]"
        ),
    ] = None,
    exchange_s: Annotated[
        float | None, typer.Option(metavar="S", help="Slowness of changes to a faster lane. [default: 36; measured: 4]")
    ] = None,
    refill_per_km: Annotated[
        float | None, typer.Option(metavar="1/KM", help="Refill of the lane past the scene. [default: 1.4]")
    ] = None,
    discharge_drop: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Capacity lost while a queue discharges. [default: 0]")
    ] = None,
) -> None:
    """Plant lane-blocking incidents in recordings without any: what the loops would have read, and the truth.

    Real noise, lane use and loops, known incidents. A kinematic wave model of every lane, driven by the recording's own counts,
    changes frames from the onset on; those before it stay as they are. Refused: traffic that is not free, unequal lanes or
    dead loops beside the incident, a queue longer than the recording. Weak cases are said in planted.csv. After clearance plus 60 s
    nothing is scored. How well planted and simulated incidents agree: benchmarks/RESULTS.md.

    \b
    Examples:
      laneblock plant recordings/portland/north-* --out planted --seed 1
      laneblock plant recordings/portland/south-* --out planted --plan mine.toml --capacity-vphpl 1900
      laneblock plant monday --out planted --position-m 2500 --onset-s 30000 --duration-s 900 --lanes 0,1
      laneblock replay planted/runs/* --detector trees --out results/planted
    """
    from harness.reporting.number_text import counted
    from harness.studies.planting.plant_recordings import constants_of, plant_recordings, read_sources

    check_out(out)
    one = {"position_m": position_m, "onset_s": onset_s, "duration_s": duration_s, "lanes": lanes}
    chosen = _plan(plan, seed, {key: value for key, value in one.items() if value is not None})
    given = {
        "capacity_vphpl": capacity_vphpl,
        "wave_mps": None if wave_kmh is None else wave_kmh / 3.6,
        "speed_slope_mps": speed_slope_mps,
        "exchange_s": exchange_s,
        "refill_per_m": None if refill_per_km is None else refill_per_km / 1000,
        "discharge_drop": discharge_drop,
    }
    sources = read_sources(folders)
    site = constants_of(sources, {key: value for key, value in given.items() if value is not None})
    done = plant_recordings(sources, chosen, site, out, lambda number, of, line: say(f"[{number:3d}/{of}] {line}"))
    weak = sum(bool(each.result.weak) for each in done.planted)
    print(
        f"{counted(len(done.planted), 'incident')} planted ({weak} weak), {len(done.refused)} refused; capacity "
        f"{site.capacity_vphpl:.0f} veh/h/lane, waves {site.wave_mps * 3.6:.1f} km/h, speed slope {site.speed_slope_mps:.1f} m/s"
    )
    say(f"Recordings: {out / 'runs'}")


def _plan(plan: str | None, seed: int, one: dict[str, object]) -> "PlantingPlan":
    """The incidents asked for: those of a plan, or one from options. Raises UserError."""
    from scenarios.errors import UserError
    from scenarios.files.planting_file import load_planting, reseeded
    from scenarios.files.validation import validate
    from scenarios.planting import PlantedIncident, PlantingPlan

    if not one:
        return reseeded(load_planting(plan or "random-60"), seed)
    if plan is not None:
        raise UserError(f"--plan and --{next(iter(one)).replace('_', '-')}: wanted a plan or one incident, not both")
    if "lanes" not in one:
        raise UserError("--lanes: wanted, but missing (like 0,1; lane 0 is the outermost, where traffic is slow)")
    texts = str(one["lanes"]).split(",")
    if not all(text.strip().isdecimal() for text in texts):
        raise UserError(f"--lanes: wanted whole numbers like 0,1, got {one['lanes']!r}")
    one |= {"lanes": [int(text) for text in texts], "duration_s": one.get("duration_s", 900.0)}
    incident = validate(PlantedIncident, {"name": "planted", "seed": seed, **one})
    return PlantingPlan("one incident", "", (incident,))
