"""The command `laneblock run`: one scenario, frame by frame."""

import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.commands.console import INTERRUPTED, note, say, warn
from harness.commands.plugin_watch import watch_plugins, watch_sumo
from harness.commands.shared_options import (
    BackendName,
    DetectorOption,
    MaskOption,
    ParametersOption,
    SiteMemoryOption,
)
from harness.records.output_paths import check_file, check_out
from harness.records.provenance import command_line
from scenarios.errors import UserError

if TYPE_CHECKING:
    from harness.records.decisions import Step
    from scenarios.corridor import Corridor


def run(
    context: typer.Context,
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A shipped scenario, BATTERY/NAME, a TOML file, or a run.json.")
    ],
    seed: Annotated[int | None, typer.Option(metavar="N", help="Seed instead of the scenario's own.")] = None,
    detector: DetectorOption = None,
    parameters: ParametersOption = None,
    backend: Annotated[
        BackendName | None, typer.Option(help="In this process, or through a socket. [default: libsumo]")
    ] = None,
    gui: Annotated[bool, typer.Option("--gui", help="Watch it in SUMO's window (through a socket).")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for results. [default: results/SCENARIO-seedN]")
    ] = None,
    mask_faults: MaskOption = None,
    site_memory: SiteMemoryOption = None,
) -> None:
    """Run one scenario, frame by frame: print alarms, reasons and estimates live, then write its folder and report.

    With --site-memory FILE detectors begin with what they learned of the corridor, and FILE is written when the run is complete.

    \b
    Examples:
      laneblock run sr91/incident-07
      laneblock run sr91/incident-07 --seed 12 --gui
      laneblock run my/scenario.toml --out results/try
      laneblock run sr91-incident --mask-faults gp_cusum=site.npz
      laneblock run results/sr91/failed/incident-07.json      a run that failed, again
      laneblock run results/sr91/runs/incident-07/run.json    a finished run, again
    """
    watch_plugins(detector or (), math.inf, option=False)
    watch_sumo(context)
    from harness.commands.detector_choices import detector_parameters
    from harness.commands.fault_detector_choices import fault_mask
    from harness.commands.scenario_choice import scenario_detectors_and_mask
    from harness.records.run_order import Job
    from harness.reporting.evaluate_results import evaluate
    from harness.reporting.write_report import write_report
    from harness.running.carried_memory import CarriedMemory
    from harness.running.fault_mask import pack_mask
    from harness.running.live_text import LiveState, clock, live_lines
    from harness.running.run_interactive import run_interactively

    if gui and backend is BackendName.LIBSUMO:
        raise UserError("--gui goes through a socket: leave --backend out, or use --backend traci")
    if gui and sys.platform == "linux" and not os.environ.get("DISPLAY"):
        raise UserError("--gui needs a display, and DISPLAY is not set (log in with ssh -X, or use xvfb-run)")
    placed, again, mask_again = scenario_detectors_and_mask(scenario)
    if seed is not None:
        placed = placed.with_seed(seed)
    chosen, corridor = placed.scenario, placed.corridor
    settings = again if again and not detector and not parameters else None
    job = Job(
        scenario=chosen,
        detectors=settings or detector_parameters(detector or (), parameters or (), corridor),
        mask=pack_mask(fault_mask(mask_faults), [corridor]) if mask_faults is not None else mask_again,
        backend=(backend or (BackendName.TRACI if gui else BackendName.LIBSUMO)).value,
        command=command_line(),
    )
    where = out or Path("results") / f"{chosen.name}-seed{chosen.seed}"
    check_out(where)
    if site_memory is not None:
        check_file(site_memory, "--site-memory")
    memory = None if site_memory is None else CarriedMemory(site_memory)
    state = LiveState(mask="" if job.mask is None else job.mask.name)

    def watch(corridor: "Corridor", steps: "Mapping[str, Step]") -> None:
        nonlocal state
        texts, state = live_lines(corridor, steps, state)
        for text in texts:
            print(text, flush=True)

    print(
        f"{chosen.name}, seed {chosen.seed}: recorded from {clock(chosen.warm_up_s)} to {clock(chosen.end_s)}",
        flush=True,
    )
    try:
        folder = run_interactively(job, where, gui, watch, memory)
    except KeyboardInterrupt:
        say("stopped; this run is not kept; an earlier run is unchanged")
        raise typer.Exit(INTERRUPTED) from None
    print()
    found = evaluate(where, report=False)
    print(found.text)
    if memory is not None:
        say(memory.text)
    say(f"Run: {folder}")
    say(f"Report: {write_report(folder)}")
    warn(found.warnings)
    note(found.notes)
