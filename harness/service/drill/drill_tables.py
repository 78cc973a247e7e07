"""The tables of a drill, and its sentence."""

from harness.reporting.number_text import counted, number, percent_with_interval, with_interval
from harness.reporting.report_document import Table
from harness.scoring.rates import Sample
from harness.service.drill.drill_score import DrillScore
from harness.service.drill.true_events import NOTHING
from harness.service.incidents.incident import IncidentKind
from harness.service.incidents.severity_score import CLASSES


def sentence(score: DrillScore) -> str:
    """Return the result in a sentence."""
    false = score.false
    found = (
        f"{counted(len(score.opened), 'incident')} opened in {counted(len(score.runs), 'run')}: "
        f"{score.detected.part} of {counted(score.detected.whole, 'true incident')} found, "
        f"{with_interval(score.opened_per_true.mean, score.opened_per_true.interval, 2)} opened per true incident"
    )
    return (
        f"{found}; {false.events} false, {with_interval(false.value, false.interval, 2)} per corridor-day; "
        f"opened {number(score.latency.mean, 0)} s after onset on average."
    )


def drill_tables(score: DrillScore) -> tuple[Table, ...]:
    """Return all tables: figures, types, severities, time."""
    return (_figures(score), _types(score), _severities(score), _wall_time(score))


def _figures(score: DrillScore) -> Table:
    rows = [
        ("true incidents with impact", str(score.detected.whole)),
        ("found, %", percent_with_interval(score.detected)),
        ("opened per true incident", _mean(score.opened_per_true, 2)),
        ("opened per incident found", _mean(score.opened_per_found, 2)),
        ("corridor-days counted", number(score.false.exposure, 2)),
        ("false incidents", str(score.false.events)),
        ("false incidents per corridor-day", with_interval(score.false.value, score.false.interval, 2)),
        ("onset to opened, mean, s", _mean(score.latency, 0)),
        ("onset to opened, median, s", number(score.latency.median, 0)),
        ("onset to opened, 90th percentile, s", number(score.latency.p90, 0)),
        ("cleared while lanes were blocked, %", percent_with_interval(score.cleared_early)),
        ("clearance to cleared, median of those cleared, s", number(score.clearing.median, 0, signed=True)),
        ("changes told per incident", _mean(score.changes, 1)),
        ("cleared and returned", str(score.returns)),
    ]
    note = (
        "Times are data time. In brackets 95 % intervals: Wilson, bootstrap over incidents, exact Poisson. "
        "A run that ends soon after its incident shows only what is cleared too early."
    )
    return Table("Incidents", ("", "value"), tuple(rows), note)


def _types(score: DrillScore) -> Table:
    told = [kind.value for kind in IncidentKind]
    truly = [*told, NOTHING]
    confusion = score.confusion
    rows = tuple(
        (true, *(str(confusion[true, kind]) for kind in told))
        for true in truly
        if any(confusion[true, kind] for kind in told)
    )
    note = (
        "Rows: what was there. Columns: type told last. Incidents opened for true ones are lanes blocked; of the others, the event "
        "of the scenario that was there then."
    )
    return Table("Types: incidents opened", ("", *told), rows, note)


def _severities(score: DrillScore) -> Table:
    rows = []
    for severity in CLASSES:
        delays = Sample(tuple(delay for delay, one in score.delays if one.severity == severity.value))
        rows.append((severity.value, str(len(delays.values)), number(delays.median), number(delays.p90)))
    note = (
        f"Rank correlation (Spearman) of the true delay with the highest score: {number(score.rank_correlation(), 2)}; with the "
        f"score at opening: {number(score.rank_correlation(first=True), 2)}."
    )
    columns = ("highest severity", "incidents", "delay, median, veh h", "delay, 90th percentile, veh h")
    return Table("Severity and true delay", columns, tuple(rows), note)


def _wall_time(score: DrillScore) -> Table:
    rows = [
        ("frames", str(score.frames)),
        ("detectors, mean, ms", number(1000 * score.mean_s("detect_s"), 2)),
        ("loop health, mean, ms", number(1000 * score.mean_s("health_s"), 2)),
        ("incidents, mean, ms", number(1000 * score.mean_s("watch_s"), 2)),
        ("all together, 99th percentile of the slowest run, ms", number(1000 * score.frame_p99_s, 2)),
    ]
    return Table("Wall time of a frame", ("", "value"), tuple(rows))


def _mean(sample: Sample, digits: int) -> str:
    return with_interval(sample.mean, sample.interval, digits)
