"""A command that is killed loses nothing that was finished, and the same command finishes with the same results.

A quick form of `benchmarks/killed_commands.py`: one command and kill. A killed battery: `test_battery_processes.py` of `running`.
"""

from pathlib import Path

import pytest

from tests.robustness.interrupted_commands import BY_NAME
from tests.robustness.killed_commands import Killing

pytestmark = pytest.mark.sumo
KILLS = {"faults inject": 5}
"""Commands and the numbers of their trials, which draw instant and signal. Chosen: SIGINT, halfway."""
SEED = 20261129


@pytest.mark.parametrize("name", KILLS)
def test_a_killed_command_finishes_when_it_is_run_again(name: str, texts: Path, tmp_path: Path) -> None:
    killing = Killing(texts, tmp_path / "work")
    (kill,) = killing.trials(SEED, [KILLS[name]], [BY_NAME[name]])
    assert kill.findings == (), f"{kill.way} after {kill.after_s:.2f} s: exit code {kill.code}"
