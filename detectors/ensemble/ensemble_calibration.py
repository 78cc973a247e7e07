"""Calibration of an ensemble: members' scales, then the way to combine them that detects soonest.

    members' scores, out of fold --> scales --> margins --> majority vote, or stacked weights out of fold
                                 --> threshold for one false alarm per corridor-day --> the one with least mean delay

Both ways are judged on the same runs by the rule of every grid (`detectors.calibration.grid_search`): the least mean delay at one
false alarm per corridor-day. The stacked weights of a run come from the runs of the other folds; those in the file from all.
"""

from collections.abc import Sequence
from pathlib import Path

from detectors.calibration.aims import AIMS, Aim
from detectors.calibration.incident_free import CalibrationRun
from detectors.calibration.out_of_fold import FOLDS
from detectors.calibration.outcome import Scoring, outcome_of
from detectors.calibration.rates_seen import rates_seen, rates_text
from detectors.calibration.thresholds import thresholds_for
from detectors.ensemble.ensemble_candidates import Candidate, candidate, candidates_of, margin_runs, soonest, stacked_on
from detectors.ensemble.ensemble_file import write_ensemble
from detectors.ensemble.ensemble_parameters import METHODS, NAME, EnsembleParameters, Member, Method, check_members
from detectors.ensemble.majority_vote import majority_score
from detectors.ensemble.member_margins import LEAST_STEP, RATES
from detectors.ensemble.member_scores import ScoredMember, scored_member
from detectors.ensemble.member_source import MemberSource
from scenarios.errors import UserError


def calibrate_ensemble(
    runs: Sequence[CalibrationRun],
    out: Path,
    sources: str,
    members: Sequence[tuple[str, Path | None]],
    source: MemberSource,
    methods: Sequence[Method] = METHODS,
    scoring: Scoring = outcome_of,
) -> None:
    """Write the ensemble of these members (names, and files where they do not use those that ship) that detects soonest.

    Raises UserError for members or runs that make no ensemble, naming the member; MissingExtraError where training needs an extra.
    """
    check_members([name for name, _ in members])
    if len({number % FOLDS for number, run in enumerate(runs) if run.incidents}) < 2:
        raise UserError(
            f"{NAME} is calibrated on known incidents: wanted some in several recordings, got them in fewer than "
            f"two of {FOLDS} folds"
        )
    scored = [scored_member(name, file, runs, source, sources) for name, file in members]
    levels = [member_levels(each, runs, scoring) for each in scored]
    margins = margin_runs([each.scores for each in scored], levels, runs)
    candidates = [candidate(each, runs, margins, scoring) for each in candidates_of(methods)]
    best = soonest(candidates)
    votes = [majority_score(run.margins) for run in margins]
    thresholds = thresholds_for(runs, best.scores, AIMS, scoring)
    rates = rates_text(rates_seen(thresholds, runs, best.scores, scoring))
    parameters = EnsembleParameters(
        best.method,
        tuple(Member(s.name, s.file, s.fingerprint, level) for s, level in zip(scored, levels, strict=True)),
        None if best.shrinkage is None else stacked_on(margins, best.shrinkage),
        thresholds_for(runs, votes, AIMS, scoring),
        thresholds,
        {**_provenance(best, candidates, sources), **rates},
    )
    write_ensemble(out, parameters)


def member_levels(
    member: ScoredMember, runs: Sequence[CalibrationRun], scoring: Scoring = outcome_of
) -> dict[float, float]:
    """Return thresholds on a member's score for RATES, each above that for more of them. Raises UserError naming the member."""
    try:
        levels = thresholds_for(runs, member.scores, RATES, scoring)
    except UserError as error:
        raise UserError(f"member {member.name!r}: {error}") from None
    values = [levels[rate] for rate in sorted(levels, reverse=True)]
    if values[0] == values[-1]:
        got = f"got {values[0]:g} for all of {', '.join(f'{rate:g}' for rate in RATES)} false alarms a day"
        raise UserError(f"member {member.name!r}: wanted scores that differ, {got} (it can give no margin)")
    step = LEAST_STEP * max(abs(value) for value in values)
    for number, rate in enumerate(sorted(levels, reverse=True)[1:], 1):
        values[number] = max(values[number], values[number - 1] + step)
        levels[rate] = values[number]
    return levels


def _provenance(best: Candidate, candidates: Sequence[Candidate], sources: str) -> dict[str, str]:
    found = best.found
    return {
        "method": "least mean delay of the candidates at one false alarm per corridor-day, trained members and weights "
        f"out of fold ({FOLDS}) (detectors/ensemble/ensemble_calibration.py)",
        "detected": f"{found.detections('out of fold', Aim())}, "
        f"{found.false_alarms} false alarms in {found.corridor_days:.2f} corridor-days",
        "candidates": "; ".join(
            f"{each.name}: {each.found.detected} after {each.found.delay_s:.1f} s" for each in candidates
        ),
        "sources": sources,
    }
