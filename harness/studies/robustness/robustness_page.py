"""The page of a robustness study: detection with and without a mask, which alarm is what, stated probabilities."""

from pathlib import Path

from harness.records.provenance import provenance
from harness.reporting.key_figures import TERMS, score_figures
from harness.reporting.number_text import rate_text, span
from harness.reporting.page_sections import Section, StudyPage, write_picture, write_study_page
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.report_document import Headline, KeyFigures, Picture
from harness.scoring.intervals import wilson
from harness.studies.robustness.alarm_verdicts import WHO
from harness.studies.robustness.robustness_figures import draw_fault_detector, draw_incident_curves, draw_reliability
from harness.studies.robustness.robustness_replays import RobustnessStudy
from harness.studies.robustness.robustness_score import RobustnessScore
from harness.studies.robustness.robustness_tables import robustness_tables

USUAL_SHARE = 0.05
DRAWN = {
    "curves": (
        draw_incident_curves,
        "Incidents detected, and false alarms per corridor-day, over the share of faulty loops",
        "Dashed with crosses: not masked. Solid with dots: masked. Bands: 95 % intervals.",
    ),
    "mask": (
        draw_fault_detector,
        "Faults found, and false alarms of the fault detector per loop-month, over the share of faulty loops",
        "Bands: 95 % intervals. Loop-month: 30 days of one loop.",
    ),
    "reliability": (
        draw_reliability,
        "Share of the alarms that were right over their stated probability",
        "On the diagonal, alarms are right as often as they state. Bars: 95 % intervals.",
    ),
}


def write_robustness_page(out: Path, found: RobustnessScore, study: RobustnessStudy) -> None:
    """Write robustness.html into `out`, and its pictures as curves.png, mask.png and reliability.png."""
    pictures = {}
    for name, (draw, alt, caption) in DRAWN.items():
        wide, narrow = draw(found, study), draw(found, study, narrow=True)
        pictures[name] = write_picture(out / f"{name}.png", wide, narrow, alt, caption)
    detectors, mask, causes, probabilities = robustness_tables(found, study)
    incidents = next(iter(found.scores.values())).incidents
    page = StudyPage(
        title="Incident detection while loops are faulty",
        headline=_headline(found, study, pictures["curves"]),
        notices=(),
        lead=(
            f"{found.runs} recorded runs with {incidents} incidents are replayed while "
            f"{', '.join(f'{100 * share:.0f}' for share in study.shares)} % of all loops are faulty from the first frame on. "
            f"Not masked: the incident detector reads all loops. Masked: a loop is hidden from it while {study.mask.name}, "
            "running on the same frames, takes it for faulty and an incident does not explain its readings better. In "
            "brackets: 95 % intervals.",
        ),
        sections=(
            Section("In short", "", sentences=tuple(robustness_sentences(found, study))),
            Section("Incident detectors while loops are faulty", "", (detectors,)),
            Section("The fault detector while there are incidents", "", (mask,), (pictures["mask"],)),
            Section("Which alarm is what", "", (causes,)),
            Section("Are the stated probabilities right?", "", (probabilities,), (pictures["reliability"],)),
        ),
        provenance=(
            *provenance_facts({**provenance(), **study.fingerprints()}),
            ("Mask", study.mask.text),
            ("Seed", str(study.seed)),
        ),
    )
    write_study_page(out / "robustness.html", page)


def _usual_share(study: RobustnessStudy) -> float:
    """Return the share of faulty loops nearest to USUAL_SHARE; 0 where the study has no other."""
    return min((each for each in study.shares if each), key=lambda each: abs(each - USUAL_SHARE), default=0.0)


def _headline(found: RobustnessScore, study: RobustnessStudy, picture: Picture) -> Headline:
    share, kind = _usual_share(study), study.kinds[0]
    groups, clauses = [], []
    for detector in study.detectors:
        unmasked, masked = (found.scores[detector, share, kind, behind_mask] for behind_mask in (False, True))
        for score, how in ((masked, "masked"), (unmasked, "not masked")):
            heading = f"{detector}, {how}, {100 * share:.0f} % of the loops faulty ({kind})"
            groups.append(KeyFigures(heading, score_figures(score)))
        rates = [rate_text(score.false_alarms_per_corridor_day) for score in (unmasked, masked)]
        clauses.append(
            f"{detector} detects {masked.detected} of {masked.incidents} incidents with masking and {unmasked.detected} without, "
            f"at {rates[1]} and {rates[0]} false alarms per corridor-day"
        )
    sentence = f"With {100 * share:.0f} % of the loops faulty, {'; '.join(clauses)}."
    mask = f" Masked: loops that {study.mask.name} takes for faulty are hidden from the detector."
    return Headline(tuple(groups), sentence, TERMS + mask, picture)


def robustness_sentences(found: RobustnessScore, study: RobustnessStudy) -> list[str]:
    """Return the findings at the usual share of faulty loops, a sentence each."""
    share, kind = _usual_share(study), study.kinds[0]
    sentences = []
    for detector in study.detectors:
        unmasked, masked = found.scores[detector, share, kind, False], found.scores[detector, share, kind, True]
        sentences.append(
            f"With {share:.0%} of the loops faulty ({kind}), {detector} detects {unmasked.detected} of {unmasked.incidents} "
            f"incidents not masked and {masked.detected} masked, with {rate_text(unmasked.false_alarms_per_corridor_day)} and "
            f"{rate_text(masked.false_alarms_per_corridor_day)} false alarms per corridor-day."
        )
        if 0.0 in study.shares:
            healthy = found.scores[detector, 0.0, kind, False]
            sentences[-1] += (
                f" With all loops healthy: {healthy.detected}, with {rate_text(healthy.false_alarms_per_corridor_day)}."
            )
    mask = found.faults[share, kind]
    if mask.found:
        sentences.append(
            f"{study.mask.name} finds {sum(each.detected for each in mask.found)} of those {len(mask.found)} faults, "
            f"{sum(each.soon for each in mask.found)} of them within 30 min. Its false alarms: {mask.during.events} during "
            f"incidents, when a blocked lane looks like a faulty loop, {mask.beside.events} beside faulty "
            f"loops, and {mask.free.events} elsewhere."
        )
    for who, name in ((WHO[0], study.detectors[0]), (WHO[1], study.mask.name)):
        alarms = [each for each in found.verdicts[study.detectors[0], share, kind] if each.who == who]
        if alarms:
            right = sum(each.right for each in alarms)
            stated = sum(each.stated_probability(False) for each in alarms) / len(alarms)
            sentences.append(
                f"Of {len(alarms)} alarms of {name} then, {right} are right, {right / len(alarms):.0%} "
                f"({span(wilson(right, len(alarms)).scaled(100), 0)}); the probability they state is {stated:.0%} on average."
            )
    return [each.replace("%", " %") for each in sentences]
