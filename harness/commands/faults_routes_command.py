"""The command `laneblock faults routes`: thresholds of sensor alarms that cost route planning least."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import resumable, say
from harness.commands.shared_options import StudyArgument
from harness.records.output_paths import check_out
from harness.records.provenance import command_line


def routes(
    study: StudyArgument,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for results. [default: results/STUDY]")
    ] = None,
    no_sweep: Annotated[
        bool, typer.Option("--no-sweep", help="Only the study's own settings, no range of them.")
    ] = False,
) -> None:
    """Choose the thresholds at which faulty sensors raise an alarm so that route planning loses least; name critical sensors.

    A study simulates days in a town with SUMO, fits each sensor's predictor, puts faults on the training days, and weighs
    for every sensor and period what a false alarm and a missed fault would cost the planned routes (Ghafouri et al. 2017).
    Days, predictors and routes are kept in DIR: interrupted, the same command continues where it stopped, and a study with
    other fault ranges or probabilities takes seconds. Needs SUMO and scikit-learn (the extra `learned`).

    \b
    Examples:
      laneblock faults routes bypass-smoke               a quick test
      laneblock faults routes bypass                     14 days, 40 sensors, 1000 queries
      laneblock faults routes my/study.toml --out results/mine --no-sweep
    """
    from harness.records.folder_lock import lock_folder
    from harness.studies.route_loss.route_loss_files import write_route_losses
    from harness.studies.route_loss.route_loss_measurements import measure_study
    from harness.studies.route_loss.route_loss_study import evaluate_study
    from harness.studies.route_loss.route_loss_summary import RouteLossFindings
    from harness.studies.route_loss.route_loss_sweep import sweep_settings
    from scenarios.errors import UserError, at
    from scenarios.files.city_file import load_city
    from scenarios.files.route_loss_study_file import load_route_loss_study

    loaded, folder = load_route_loss_study(study)
    try:
        city = load_city(loaded.city, folder)
    except UserError as error:
        raise at(f"{study}: city", error) from None
    where = Path("results") / loaded.name if out is None else out
    check_out(where)

    def show(what: str, done: int, of: int) -> None:
        say(f"[{done:3d}/{of}] {what}")

    with lock_folder(where), resumable(f"days, predictors and routes are kept in {where}"):
        measured = measure_study(loaded, city, where, show)
        results = evaluate_study(loaded, measured)
        rows = [] if no_sweep else sweep_settings(loaded, city, where, measured, results, show)
        print(
            write_route_losses(where, RouteLossFindings(loaded, city, measured, results, rows), command_line()), end=""
        )
    swept = "" if no_sweep else "sweep.csv, "
    say(f"Results: {where}: summary.txt, study.json, sensors.csv, {swept}trade-off.png, losses.png, map.png")
