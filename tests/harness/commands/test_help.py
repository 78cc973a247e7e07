"""What `--help` says: every command in its task's group, with examples that the command line takes."""

import fnmatch
import itertools
import re
import shlex
from collections.abc import Callable
from typing import Any

import pytest

from detectors.catalogue import DETECTORS
from detectors.faults.fault_catalogue import FAULT_DETECTORS
from harness.cli import main
from harness.commands.compare_words import REAL_ROADS
from harness.commands.placement_words import RECORDINGS
from harness.commands.task_groups import TASKS
from harness.running.run_defaults import DEFAULT_DETECTOR
from harness.studies.robustness.robustness_replays import SHARES
from scenarios.fault import KINDS
from scenarios.files.anomaly_study_file import load_anomaly_study
from scenarios.files.battery_file import load_battery
from scenarios.files.placement_study_file import load_placement_study
from scenarios.files.route_loss_study_file import load_route_loss_study
from scenarios.files.scenario_loading import load_scenario
from tests.harness.command_examples import LAUNCHED, examples, parse, walk

SHIPPED: dict[str, Callable[[str], object]] = {
    "battery": load_battery,
    "compare": load_battery,
    "anomalies": load_anomaly_study,
    "run": load_scenario,
    "placement": load_placement_study,
    "faults routes": load_route_loss_study,
}
"""Commands whose first argument is the name of something shipped, and what reads it."""

HELP = {" ".join(path): text for path, text in walk(LAUNCHED)}
EXAMPLES = sorted({line for text in (LAUNCHED.help or "", *HELP.values()) for line in examples(text)})


def test_every_command_is_in_one_task() -> None:
    names = [name for task in TASKS.values() for name in task]
    assert sorted(names) == sorted(LAUNCHED.commands)


@pytest.mark.parametrize("command", HELP)
def test_every_command_shows_an_example_of_its_own(command: str) -> None:
    assert any(line.startswith(f"laneblock {command}") for line in examples(HELP[command]))


@pytest.mark.parametrize("command", HELP)
def test_help_prints_the_examples_as_they_are_written(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    printed = capsys.readouterr().out
    assert ended.value.code == 0
    assert "\b" not in printed
    assert examples(printed) == examples(HELP[command])


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_is_a_command_line(line: str) -> None:
    parse(line)


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_names_detectors_that_exist(line: str) -> None:
    words = shlex.split(line)
    named = [after for word, after in itertools.pairwise(words) if word in ("--detector", "calibrate")]
    assert {name for name in named if name != "mine"} <= {*DETECTORS, *FAULT_DETECTORS}


@pytest.mark.parametrize("line", [line for line in EXAMPLES if re.search(r" results/[\w-]+/(runs|failed)/", line)])
def test_an_example_names_runs_that_a_battery_makes(line: str) -> None:
    battery, runs = re.findall(r" results/([\w-]+)/(?:runs|failed)/([^ /.]+)", line)[0]
    assert fnmatch.filter([scenario.name for scenario in load_battery(battery).scenarios], runs)


@pytest.mark.parametrize("command", SHIPPED)
def test_examples_name_shipped_batteries_scenarios_and_studies(command: str) -> None:
    lines = [
        line.removeprefix(f"laneblock {command} ") for line in EXAMPLES if line.startswith(f"laneblock {command} ")
    ]
    names = [
        name
        for name in (line.split()[0] for line in lines)
        if not name.startswith(("my/", "results/")) and name not in (REAL_ROADS, RECORDINGS)
    ]
    assert names
    assert all(SHIPPED[command](name) for name in names)


def test_help_names_the_defaults_that_hold() -> None:
    def options(*path: str) -> str:
        command: Any = LAUNCHED
        for name in path:
            command = command.commands[name]
        return " ".join(str(getattr(option, "help", "")) for option in command.params)

    for path in (("battery",), ("run",), ("replay",), ("faults", "robustness")):
        assert f"[default: {DEFAULT_DETECTOR}]" in options(*path)
    assert f"[default: {' '.join(f'{share:g}' for share in SHARES)}]" in options("faults", "robustness")


def test_help_of_inject_names_every_kind_of_fault() -> None:
    assert [kind for kind in KINDS if kind not in HELP["faults inject"]] == []
