"""Whatever a file holds, the command on it ends in time and memory, with one clear message or a good result.

A quick form of `benchmarks/mutated_inputs.py`: the same damage, once for every kind of file, and for models of four detectors.
"""

from pathlib import Path

import pytest

from tests.robustness.forked_command import CommandServer
from tests.robustness.input_kind import InputKind
from tests.robustness.input_kinds import KINDS
from tests.robustness.mutated_inputs import trials

pytestmark = pytest.mark.sumo
SEED = 20261129
MODELS = ("snd", "trees", "sequential", "gp_cusum_30s")
"""Detectors whose files are damaged here: a file of settings, one of trees, one of parts, one of arrays; others are read alike."""
TRIED = [kind for kind in KINDS if not kind.name.startswith("model of ") or kind.name.endswith(MODELS)]


@pytest.mark.parametrize("kind", TRIED, ids=lambda kind: kind.name)
def test_a_damaged_input_ends_in_one_message_or_a_good_result(
    kind: InputKind, good: Path, server: CommandServer, tmp_path: Path
) -> None:
    number = KINDS.index(kind)
    (trial,) = trials(server, good, tmp_path / "work", SEED, [number], tmp_path / "findings", [kind])
    assert trial.findings == (), (trial.file, trial.damaged.what, trial.arguments, trial.ended.err[-500:])
