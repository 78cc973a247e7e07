"""The commands `laneblock faults`: make and find faulty loops, measure their cost."""

import typer

from harness.commands.faults_detect_command import detect
from harness.commands.faults_inject_command import inject
from harness.commands.faults_robustness_command import robustness
from harness.commands.faults_routes_command import routes
from harness.commands.single_value_command import SingleValueCommand

faults = typer.Typer(no_args_is_help=True)


@faults.callback()
def faulty_loops() -> None:
    """Faulty loops, which count wrong, fall silent or drift: make them, find them, measure their cost.

    \b
    Which one?
      inject       Make recordings with faulty loops.
      detect       Score fault detectors: how well do they find faulty loops?
      robustness   Score incident detectors with faulty loops, hidden by a mask and not.
      routes       Find the thresholds of sensor alarms that cost route planning least.

    \b
    Examples:
      laneblock faults inject results/sr91/runs/* --faults scenarios/fault_schedules/mixed.toml --out results/faulty
      laneblock faults detect results/faulty/* --detector iris --out results/iris
      laneblock faults robustness results/sr91/runs/* --mask-faults iris --out results/robustness
      laneblock faults routes bypass-smoke
    """


faults.command(cls=SingleValueCommand, short_help="Put faults on the loops of recordings.")(inject)
faults.command(cls=SingleValueCommand, short_help="Find faulty loops: fault detectors, scored.")(detect)
faults.command(cls=SingleValueCommand, short_help="Incident detection with faulty loops: loss, and gain by masking.")(
    robustness
)
faults.command(cls=SingleValueCommand, short_help="Thresholds of sensor alarms that cost route planning least.")(routes)
