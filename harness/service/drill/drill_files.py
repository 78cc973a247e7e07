"""A drill as files: summary.txt, drill.json, incidents.csv; with people chain.csv and chain.png."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.records.atomic_files import write_csv, write_json, write_text
from harness.records.provenance import provenance
from harness.reporting.csv_rows import csv_rows
from harness.reporting.text_table import paragraph, plain_text
from harness.scoring.intervals import Interval
from harness.service.drill.chain_score import ChainScore
from harness.service.drill.chain_tables import CHAIN_COLUMNS, chain_figures, chain_rows, chain_sentence, chain_tables
from harness.service.drill.drill_score import DrillScore
from harness.service.drill.drill_tables import drill_tables, sentence
from harness.service.drill.drilled_run import as_fields


def write_drill(
    out: Path,
    name: str,
    detectors: Mapping[str, str],
    score: DrillScore,
    notices: Sequence[str],
    command: str,
    chain: ChainScore | None = None,
) -> str:
    """Write all files and return the summary; `detectors` are fingerprints by name, `chain` the score of people at work."""
    text = drill_summary(name, tuple(detectors), score, notices, chain)
    document = {
        "name": name,
        "detectors": dict(detectors),
        **figures(score),
        **({} if chain is None else {"chain": chain_figures(chain)}),
        "runs": [as_fields(run) for run in score.runs],
        "notices": list(notices),
        **provenance(),
        "command": command,
    }
    write_csv(out / "incidents.csv", csv_rows(list(_rows(score)), _COLUMNS))
    for old in ("chain.csv", "chain.png"):  # of an earlier drill with people
        (out / old).unlink(missing_ok=True)
    if chain is not None:
        from harness.reporting.figures.figure_style import write_png  # here: a drill without people needs no Matplotlib
        from harness.service.drill.chain_picture import chain_figure

        write_png(out / "chain.png", chain_figure(chain))
        write_csv(out / "chain.csv", csv_rows(list(chain_rows(chain)), CHAIN_COLUMNS))
    write_json(out / "drill.json", document)
    write_text(out / "summary.txt", text)
    return text


def drill_summary(
    name: str, detectors: Sequence[str], score: DrillScore, notices: Sequence[str], chain: ChainScore | None = None
) -> str:
    """Return the summary: the result in a sentence, the tables, the notices."""
    title = f"{' and '.join(detectors)} on {name}, as incidents"
    blocks = [f"{title}\n{'=' * len(title)}", paragraph(sentence(score))]
    if chain is not None:
        blocks += [paragraph(chain_sentence(chain)), *map(plain_text, chain_tables(chain))]
    blocks += map(plain_text, drill_tables(score))
    blocks += ["\n".join(map(paragraph, notices))] if notices else []
    return "\n\n".join(blocks) + "\n"


def figures(score: DrillScore) -> dict[str, Any]:
    """Return the figures as JSON, each with its counts and its interval."""
    return {
        "true_incidents": score.detected.whole,
        "found": score.detected.part,
        "opened": len(score.opened),
        "opened_per_true": _with_ends(score.opened_per_true.mean, score.opened_per_true.interval),
        "opened_per_found": _with_ends(score.opened_per_found.mean, score.opened_per_found.interval),
        "false": score.false.events,
        "corridor_days": score.false.exposure,
        "false_per_corridor_day": _with_ends(score.false.value, score.false.interval),
        "latency_s": {
            **_with_ends(score.latency.mean, score.latency.interval),
            "median": score.latency.median,
            "p90": score.latency.p90,
        },
        "cleared_early": score.cleared_early.part,
        "clearing_median_s": score.clearing.median,
        "changes_per_incident": score.changes.mean,
        "returned": score.returns,
        "types": [
            {"true": true, "told": told, "incidents": count} for (true, told), count in sorted(score.confusion.items())
        ],
        "severity_rank_correlation": score.rank_correlation(),
        "severity_rank_correlation_at_opening": score.rank_correlation(first=True),
        "frames": score.frames,
        "detect_mean_s": score.mean_s("detect_s"),
        "health_mean_s": score.mean_s("health_s"),
        "watch_mean_s": score.mean_s("watch_s"),
        "frame_p99_s": score.frame_p99_s,
    }


_COLUMNS = (
    *("run", "id", "opened_s", "section", "position_m", "cleared_s", "match", "of", "true_kind", "first_kind", "kind"),
    *("first_severity", "severity", "first_score", "top_score", "changes", "returns", "onset_s", "delay_veh_h"),
)


def _rows(score: DrillScore) -> Iterator[Mapping[str, object]]:
    for run in score.runs:
        for one in run.opened:
            truth = None if one.of is None else run.incidents[one.of]
            own = {name: getattr(one, name) for name in _COLUMNS if hasattr(one, name)}
            onset = {} if truth is None else {"onset_s": truth.onset_s, "delay_veh_h": truth.delay_veh_h}
            yield {"run": run.name, **own, **onset}


def _with_ends(value: float, interval: Interval) -> dict[str, float]:
    return {"value": value, "low": interval.low, "high": interval.high}
