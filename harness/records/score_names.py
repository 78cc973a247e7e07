"""Names of the scores and tables in a results folder: those of the first detector, and score-NAME.json, ... of a further one."""

from collections.abc import Iterable
from pathlib import Path

_NAMES = ("score.json", "incidents.csv", "alarms.csv", "runs.csv", "causes.csv")


def remove_scores(results: Path, detectors: Iterable[str]) -> None:
    """Remove the scores and tables of the first detector and of `detectors`, and the summary."""
    for own in ("", *(f"-{name}" for name in detectors)):
        for file in map(Path, _NAMES):
            (results / f"{file.stem}{own}{file.suffix}").unlink(missing_ok=True)
    (results / "summary.txt").unlink(missing_ok=True)
