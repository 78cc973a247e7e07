"""The files of a comparison.

summary.txt    the terminal's text                 realism.csv    a row per statistic, SI units and shares
realism.json   everything, for programs            by-flow.png, ranges.png, realism.html   pictures, and the page
"""

from pathlib import Path

from harness.records.atomic_files import write_csv, write_json, write_text
from harness.records.provenance import provenance
from harness.reporting.csv_rows import csv_rows
from harness.reporting.text_table import paragraph, plain_text
from harness.studies.realism.realism_page import write_realism_page
from harness.studies.realism.realism_prose import data_sentence, off_sentences, realism_sentence
from harness.studies.realism.realism_study import RealismFindings
from harness.studies.realism.realism_tables import realism_rows, realism_table


def write_realism(out: Path, findings: RealismFindings) -> str:
    """Write all files into `out` and return the summary."""
    rows = realism_rows(findings)
    sentences = [data_sentence(findings), realism_sentence(findings), *off_sentences(findings), *findings.notices]
    text = "\n\n".join([plain_text(realism_table(findings)), *(paragraph(each) for each in sentences)]) + "\n"
    write_csv(out / "realism.csv", csv_rows(rows))
    document = {
        "recordings": findings.recordings,
        "samples": findings.samples,
        "hours": findings.hours,
        "period_s": findings.period_s,
        "against": {
            "name": findings.reference.name,
            "samples": findings.reference.samples,
            "hours": findings.reference.hours,
        },
        "inside": findings.count("inside"),
        "below": findings.count("below"),
        "above": findings.count("above"),
        "statistics": rows,
        "notices": findings.notices,
        **provenance(),
    }
    write_json(out / "realism.json", document)
    write_realism_page(out, findings)
    write_text(out / "summary.txt", text)
    return text
