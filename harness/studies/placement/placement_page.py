"""A placement study as one HTML page that opens offline: what it says, the pictures, the tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.records.atomic_files import write_text
from harness.records.recorded_detectors import fingerprints_text
from harness.reporting.html_page import data_uri, render
from harness.studies.placement.placement_prose import CHANGE_HEAD, change_table, found_table, in_short, lead
from harness.studies.placement.placement_study import Findings

CAPTIONS = {
    "road": "The road, and the best placement of each size. Right: mean delay on the test incidents.",
    "pareto": "What stations buy. Dashed: what the best of each size promised on the incidents it was chosen on; grey: what every "
    "placement tried promised there. Bold: what was kept on the test incidents. The further the dashed line lies below it, the "
    "more of the promise was over-fitting. Dotted: with dead loops; the bold line may hide it.",
    "spacing": "Evenly spaced stations, each moved to the nearest place where one may be.",
    "incident": "One test incident, the one in which the two placements differ most, as each sees it. Each alarm is a mark, "
    "with the section it is about (upright) and how long it lasts. Hit: it detects the incident. Neutral: neither hit nor false, "
    "a further alarm of the incident or one where the loops truly carry its queue or clearing wave.",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is set."""

    caption: str
    source: str


def write_page(path: Path, findings: Findings, pictures: Mapping[str, bytes]) -> None:
    """Write the page with its pictures inside."""
    table = found_table(findings)
    html = render(
        "studies/placement/placement.html.j2",
        title=findings.study.name,
        lead=lead(findings),
        short=in_short(findings),
        notices=findings.notices,
        pictures=[Picture(CAPTIONS[name], data_uri(content)) for name, content in pictures.items()],
        head=table[0],
        rows=table[1:],
        change_head=CHANGE_HEAD,
        changes=change_table(findings),
        fingerprints=fingerprints_text({"fingerprints": findings.fingerprints}),
    )
    write_text(path, html)
