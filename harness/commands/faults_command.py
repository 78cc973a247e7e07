"""The commands `laneblock faults`: faulty loops made, found, and what they cost."""

import typer

from harness.commands.faults_detect_command import detect
from harness.commands.faults_inject_command import inject
from harness.commands.faults_robustness_command import robustness
from harness.commands.faults_routes_command import routes
from harness.commands.single_value_command import SingleValueCommand

faults = typer.Typer(no_args_is_help=True)


@faults.callback()
def faulty_loops() -> None:
    """Loops that count wrong, fall silent or drift: make such recordings, find the loops, measure what they cost.

    \b
    Which one?
      inject       I want recordings with faulty loops.
      detect       How well do fault detectors find faulty loops?
      robustness   How much worse does incident detection get, and what does hiding faulty loops give back?
      routes       Where faulty sensors mislead route planning: at which threshold should an alarm be raised?

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
faults.command(cls=SingleValueCommand, short_help="Alarm thresholds for faulty sensors that cost routes least.")(routes)
