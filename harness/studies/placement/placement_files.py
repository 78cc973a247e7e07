"""The files of a placement study.

summary.txt        the terminal's text           placement.json     everything, for programs
placements.csv     the existing stations, the best of each size, evenly spaced ones, each with its intervals
stations.csv       the effect of each chosen station, and of one more     tried.csv    every placement tried
road.png, pareto.png, spacing.png, incident.png                           placement.html   all of them as one page
sumo/              the chosen loops as SUMO files (harness.studies.placement.placement_sumo_files)
"""

from pathlib import Path

from harness.records.atomic_files import write_csv, write_json, write_text
from harness.records.failure import add_path_to_errors
from harness.records.provenance import provenance
from harness.reporting.csv_rows import csv_rows
from harness.studies.placement.placement_contours import shown_incident
from harness.studies.placement.placement_page import write_placement_page
from harness.studies.placement.placement_prose import placement_sentences, placement_summary, threshold_rule_text
from harness.studies.placement.placement_rows import difference_rows, found_rows, tried_rows
from harness.studies.placement.placement_study import PlacementFindings
from harness.studies.placement.placement_sumo_files import write_sumo


def write_findings(out: Path, findings: PlacementFindings, command: str) -> str:
    """Write all files into `out` and return the summary."""
    text = placement_summary(findings)
    rows, changes, tried = found_rows(findings), difference_rows(findings), tried_rows(findings)
    write_csv(out / "placements.csv", csv_rows(rows))
    write_csv(out / "stations.csv", csv_rows(changes))
    write_csv(out / "tried.csv", csv_rows(tried))
    write_json(
        out / "placement.json",
        {
            "study": findings.study.model_dump(mode="json"),
            "threshold_rule": threshold_rule_text(findings),
            "in_short": placement_sentences(findings),
            "placements": rows,
            "changes": changes,
            "tried": len(tried),
            "notices": list(findings.notices),
            "fingerprints": findings.fingerprints,
            **provenance(),
            "command": command,
        },
    )
    shown = findings.chosen.test.score.incident_outcomes[shown_incident(findings)].run
    with add_path_to_errors(out / "sumo"):
        write_sumo(out / "sumo", findings.chosen.placement, findings.dense, findings.road, findings.scenarios[shown])
    write_placement_page(out, findings)
    write_text(out / "summary.txt", text)
    return text
