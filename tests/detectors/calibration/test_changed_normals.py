"""A site's file with any change to its normal is read, or refused in one message."""

import random
from pathlib import Path

import pytest

from detectors.calibration.day_means import day_means
from detectors.calibration.file_amendment import amend, file_content, version_of
from detectors.calibration.normal_file import normal_table
from detectors.calibration.stored_text import shipped_text
from detectors.catalogue import build
from scenarios.errors import UserError
from tests.detectors.site_days import CORRIDOR, site_day

CHANGES = 150
PIECES = (
    "-",
    "nan",
    "inf",
    "1e999",
    "-1",
    "[",
    "]",
    '"',
    "\n",
    "0",
    " ",
    "é",
    "999999999",
    "[normal]\n",
    "version = 3\n",
)


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("site") / "site.toml"
    file.write_text(shipped_text("ewma", ".toml"), encoding="utf-8")
    amend(file, ".toml", {"version": "1"}, normal_table(day_means([site_day(), site_day()]).normal(24)))
    return file.read_text(encoding="utf-8")


def refusal(file: Path) -> str:
    """Why the file is refused; empty where it is read and its detector judges."""
    try:
        version_of(file_content(file), str(file))
        detector = build("ewma", CORRIDOR, file)
    except UserError as error:
        return str(error)
    decisions = [detector.step(frame) for frame in site_day(hours=range(1)).frames]
    assert all(decision.score.shape == (2,) for decision in decisions)
    return ""


@pytest.mark.parametrize("seed", range(CHANGES))
def test_a_changed_file_is_read_or_refused(seed: int, text: str, tmp_path: Path) -> None:
    rng = random.Random(seed)
    for _ in range(rng.randint(1, 3)):
        place, length = rng.randrange(len(text)), rng.choice((0, 0, 1, 4, 40))
        text = text[:place] + rng.choice(PIECES) + text[place + length :]
    file = tmp_path / "site.toml"
    file.write_text(text, encoding="utf-8")
    refused = refusal(file)
    assert "\n" not in refused
    assert not refused or "site.toml" in refused
