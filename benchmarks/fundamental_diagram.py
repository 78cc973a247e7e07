"""Fundamental diagram of the site sr91, measured and drawn: free speed, capacity, critical and jam occupancy, wave speed.

    python -m benchmarks.fundamental_diagram

Simulates for about a minute, prints the figures of scenarios/sites/sr91/README.md and draws the picture beside it.

Two runs: demand that rises from light to more than capacity (free branch and capacity), and three of four lanes blocked under
dense traffic (the jam, and the wave that dissolves it). All figures are means over the lanes of a station and are per lane.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from harness.reporting.figures.figure_style import write_png
from scenarios.incident import Incident
from scenarios.scenario import Scenario
from simulator.frame import Array, LoopFrame
from simulator.run import Simulation

PICTURE = Path(__file__).parents[1] / "scenarios" / "sites" / "sr91" / "fundamental_diagram.png"
FREE_VPHPL = 1000.0
"""Flow below which traffic counts as free [veh/h/lane]. Chosen: about half the capacity."""
WINDOW_FRAMES = 10
"""Capacity is the largest mean over this number of frames: 5 minutes of 30 s. Chosen: shorter means are platoons."""
JAM_MPS = 3.0
"""Speed below which a station counts as jammed. Chosen: walking pace, twice."""
RECOVERED_SHARE = 0.5
"""The wave has passed a station when its speed is back at this share of the free speed. Chosen: half way."""

RISING = Scenario(
    name="rising",
    seed=71,
    warm_up_s=600,
    end_s=3000,
    demand_vphpl=((0, 600), (900, 1200), (1200, 1700), (1500, 2000), (1800, 2400)),
    ramp_shares={"on-3": 0.0, "off-3": 0.0},
)
BLOCKED_M, BLOCKED_S = 7858.0, (637.0, 900.0)
BLOCKED = Scenario(
    name="blocked",
    seed=72,
    warm_up_s=600,
    end_s=2400,
    demand_vphpl=1500,
    incidents=(Incident(onset_s=BLOCKED_S[0], duration_s=BLOCKED_S[1], position_m=BLOCKED_M, lanes=(0, 1, 2)),),
)


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Flow [veh/h/lane], occupancy [share] and speed [m/s], each (T, S), and the frames' ends [s] (T,)."""

    time_s: Array
    flow: Array
    occupancy: Array
    speed: Array


@dataclass(frozen=True, slots=True)
class Figures:
    """Free speed [m/s], capacity [veh/h/lane] and the occupancy there, jam occupancy [shares], wave speed [m/s, negative]."""

    free_speed: float
    capacity: float
    critical_occupancy: float
    jam_occupancy: float
    wave_speed: float


def points(frames: Sequence[LoopFrame], period_s: float) -> Points:
    """Return means over each station's lanes; speeds weighted by vehicles, NaN where none passed."""
    count = np.array([frame.count for frame in frames])
    speed = np.array([np.nan_to_num(frame.speed) for frame in frames])
    total = count.sum(axis=2)
    with np.errstate(invalid="ignore"):
        mean_speed = (count * speed).sum(axis=2) / total
    occupancy = np.array([frame.occupancy for frame in frames]).mean(axis=2)
    time_s = np.array([frame.time_s for frame in frames])
    return Points(time_s, total / count.shape[2] * 3600 / period_s, occupancy, mean_speed)


def figures(rising: Points, blocked: Points, upstream_m: float, upstream: int, clearance_s: float) -> Figures:
    """Return the five figures: station `upstream` is in the jam, `upstream_m` upstream of the place cleared at `clearance_s`."""
    free = (rising.flow < FREE_VPHPL) & ~np.isnan(rising.speed)
    free_speed = float(rising.speed[free].mean())
    windows = np.lib.stride_tricks.sliding_window_view(rising.flow, WINDOW_FRAMES, axis=0).mean(axis=-1)
    frame, station = np.unravel_index(int(np.argmax(windows)), windows.shape)
    critical = float(rising.occupancy[frame : frame + WINDOW_FRAMES, station].mean())
    jammed = (blocked.speed[:, upstream] < JAM_MPS) & (blocked.time_s < clearance_s)
    after = blocked.time_s > clearance_s
    recovered = after & (blocked.speed[:, upstream] > RECOVERED_SHARE * free_speed)
    # Half a frame back: the wave arrived within the first frame that shows it.
    period_s = blocked.time_s[1] - blocked.time_s[0]
    arrival_s = float(blocked.time_s[np.argmax(recovered)]) - period_s / 2
    return Figures(
        free_speed=free_speed,
        capacity=float(windows.max()),
        critical_occupancy=critical,
        jam_occupancy=float(blocked.occupancy[jammed, upstream].mean()),
        wave_speed=-upstream_m / (arrival_s - clearance_s),
    )


def measure(demand: Scenario = RISING, incident: Scenario = BLOCKED) -> tuple[Figures, Points, Points]:
    """Simulate both runs (about a minute for those on sr91) and return their figures and points."""
    with tempfile.TemporaryDirectory() as work, Simulation(demand, Path(work)) as simulation:
        rising = points(list(simulation.frames()), demand.period_s)
    (blockage,) = incident.incidents
    with tempfile.TemporaryDirectory() as work, Simulation(incident, Path(work)) as simulation:
        blocked = points(list(simulation.frames()), incident.period_s)
        station = simulation.corridor.section_at(blockage.position_m)
        upstream_m = blockage.position_m - simulation.corridor.stations[station].position_m
    clearance_s = blockage.onset_s + blockage.duration_s
    return figures(rising, blocked, upstream_m, station, clearance_s), rising, blocked


def draw_diagram(found: Figures, rising: Points, blocked: Points, path: Path) -> None:
    """Draw flow and speed against occupancy, for every station and frame of both runs."""
    figure = Figure(figsize=(10, 4.2), dpi=110, layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, name, factor, label in ((left, "flow", 1.0, "flow [veh/h/lane]"), (right, "speed", 3.6, "speed [km/h]")):
        for run, colour, text in (
            (rising, "#0072B2", "rising demand"),
            (blocked, "#D55E00", "three of four lanes blocked"),
        ):
            axes.scatter(100 * run.occupancy, factor * getattr(run, name), s=5, alpha=0.5, color=colour, label=text)
        axes.set_xlabel("occupancy [%], loops of 1.8 m")
        axes.set_ylabel(label)
        axes.set_xlim(0, None)
        axes.set_ylim(0, None)
        axes.grid(alpha=0.3)
    left.axhline(found.capacity, color="black", lw=0.8, ls="--")
    left.annotate(f"capacity {found.capacity:.0f} at {found.critical_occupancy:.1%}", (30, found.capacity + 30))
    right.axhline(3.6 * found.free_speed, color="black", lw=0.8, ls="--")
    right.annotate(f"free speed {3.6 * found.free_speed:.0f} km/h", (30, 3.6 * found.free_speed + 2))
    left.legend(loc="upper right", bbox_to_anchor=(1, 0.9), markerscale=3)
    figure.suptitle(
        f"sr91, Krauss set: jam occupancy {found.jam_occupancy:.0%}, a jam dissolves upstream at {-3.6 * found.wave_speed:.1f} km/h"
    )
    write_png(path, figure)


def main() -> None:
    """Measure, draw and print the figures."""
    found, rising, blocked = measure()
    draw_diagram(found, rising, blocked, PICTURE)
    print(
        f"free speed {3.6 * found.free_speed:.1f} km/h, capacity {found.capacity:.0f} veh/h/lane at occupancy "
        f"{found.critical_occupancy:.1%}, jam occupancy {found.jam_occupancy:.1%}, wave {3.6 * found.wave_speed:.1f} km/h"
    )


if __name__ == "__main__":
    main()
