"""`laneblock calibrate --feedback`: its options, and what it prints."""

from collections.abc import Mapping
from pathlib import Path

from harness.commands.console import say
from harness.commands.store_choice import opened_store
from harness.records.output_paths import check_file
from scenarios.errors import UserError


def check_feedback_options(detector: str, meaningless: Mapping[str, object], out: Path | None) -> None:
    """Raise UserError for options that mean nothing with --feedback, and for a detector that cannot learn from it."""
    from harness.service.feedback.learn_from_closings import check_feedback_detector

    check_feedback_detector(detector)
    for name, value in meaningless.items():
        if value:
            raise UserError(
                f"{name}: means nothing with --feedback, which learns from a store's closed incidents alone"
            )
    if out is not None:
        if out.is_dir():
            raise UserError(f"--out {out}: wanted a file, got a folder")
        check_file(out, "--out")


def refuse_without_feedback(corridor: str | None, wanted: float | None, operator_error: float | None) -> None:
    """Raise UserError for an option of --feedback without it."""
    for name, value in (("--corridor", corridor), ("--wanted", wanted), ("--operator-error", operator_error)):
        if value is not None:
            raise UserError(f"{name}: wanted --feedback STORE with it")


def show_feedback(
    detector: str,
    store: str,
    corridor: str | None,
    out: Path,
    command: str,
    aim: float,
    wanted: float | None,
    error: float | None,
) -> None:
    """Learn from the closed incidents in a store, print what changed where, and write the file where anything did."""
    from detectors.calibration.closings import ERROR_SHARE

    with opened_store(store, "calibrate --feedback") as opened:
        from harness.service.feedback.feedback_words import learned_text
        from harness.service.feedback.learn_from_closings import learn_from_closings

        share = ERROR_SHARE if error is None else error
        learned = learn_from_closings(
            opened, corridor, detector, out, command, aim, aim if wanted is None else wanted, share, say
        )
    print(learned_text(learned))
    if learned.file is None:
        print(f"No threshold changes: {out} is not written")
    else:
        print(f"{detector}'s thresholds by section: {learned.file}")
