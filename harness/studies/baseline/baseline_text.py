"""A comparison with a baseline as text, Markdown, JSON and JUnit XML."""

from xml.etree import ElementTree

from harness.reporting.number_text import number, percent
from harness.reporting.report_document import Table
from harness.reporting.text_table import paragraph, plain_text
from harness.studies.baseline.baseline_changes import Change
from harness.studies.baseline.baseline_comparison import BaselineComparison, DetectorCompared
from harness.studies.baseline.baseline_file import Baseline, DetectorResult

_COLUMNS = ("Detector", "Verdict", "Detected", "False alarms", "per corridor-day", "TTD, mean [s]")
_MOST = 200


def verdict_line(compared: BaselineComparison) -> str:
    """Return the result in one line."""
    if compared.worse:
        shown = " (or not shown to be no worse)" if not compared.exact else ""
        return f"WORSE{shown}: {', '.join(compared.worse)}"
    if all(one.verdict == "same" for one in compared.detectors):
        return "the same, to the last incident"
    if compared.exact:
        return "nothing worse, but not the same (laneblock baseline accept makes it the new baseline)"
    return "no worse"


def as_text(compared: BaselineComparison) -> str:
    """Return the comparison for a terminal."""
    kind = "exact" if compared.exact else "statistical"
    blocks = [
        f"{compared.battery} against its baseline: {verdict_line(compared)}\nComparison: {kind} ({compared.why})."
        + "".join(f"\n{notice}" for notice in compared.notices),
        plain_text(Table("Before -> now", _COLUMNS, tuple(_row(one) for one in compared.detectors), text_columns=2)),
    ]
    for one in compared.detectors:
        lines = [f"  {measure.name}: {measure.verdict}; {measure.of}; {measure.bound}" for measure in one.measures]
        lines += [f"  {_sign(change)} {change.run}: {change.text}" for change in one.changes[:_MOST]]
        if len(one.changes) > _MOST:
            lines.append(f"  ... and {len(one.changes) - _MOST} more (--json has all)")
        if lines:
            blocks.append("\n".join([f"{one.detector}:", *lines]))
    if not compared.exact:
        blocks.append(paragraph(_how(compared)))
    return "\n\n".join(blocks)


def as_markdown(compared: BaselineComparison) -> str:
    """Return the comparison as Markdown, for a pull request."""
    kind = "exact" if compared.exact else "statistical"
    lines = [
        f"**{compared.battery} against its baseline: {verdict_line(compared)}**",
        "",
        f"Comparison: {kind} ({compared.why}).",
        *compared.notices,
        "",
        f"| {' | '.join(_COLUMNS)} |",
        f"|{' --- |' * len(_COLUMNS)}",
        *(f"| {' | '.join(_row(one))} |" for one in compared.detectors),
    ]
    for one in compared.detectors:
        if one.measures:
            lines += ["", f"`{one.detector}`:", ""]
            lines += [f"- {each.name}: **{each.verdict}**; {each.of}; {each.bound}" for each in one.measures]
        if one.changes:
            lines += ["", f"<details><summary><code>{one.detector}</code>: {len(one.changes)} changes</summary>", ""]
            lines += [f"- {_sign(change)} `{change.run}`: {change.text}" for change in one.changes[:_MOST]]
            if len(one.changes) > _MOST:
                lines.append(f"- ... and {len(one.changes) - _MOST} more")
            lines += ["", "</details>"]
    if not compared.exact:
        lines += ["", _how(compared)]
    return "\n".join(lines) + "\n"


def as_document(compared: BaselineComparison) -> dict[str, object]:
    """Return the comparison for JSON; `harness.records.atomic_files.write_json` writes NaN as null."""
    return {
        "battery": compared.battery,
        "exact": compared.exact,
        "why": compared.why,
        "worse": list(compared.worse),
        "margins": {
            "dr": compared.margins.dr,
            "false_alarms": compared.margins.false_alarms,
            "ttd_s": compared.margins.ttd_s,
            "alpha": compared.margins.alpha,
        },
        "notices": list(compared.notices),
        "detectors": {
            one.detector: {
                "verdict": one.verdict,
                "before": _figures(one.before),
                "now": _figures(one.now),
                "other_detector": one.other or None,
                "measures": {
                    each.name: {"verdict": each.verdict, "of": each.of, "bound": each.bound} for each in one.measures
                },
                "changes": [{"run": each.run, "text": each.text, "worse": each.worse} for each in one.changes],
            }
            for one in compared.detectors
        },
    }


def as_junit(compared: BaselineComparison) -> str:
    """Return JUnit XML for CI: a suite per detector, a case per run (exact) or per measure (statistical)."""
    root = ElementTree.Element("testsuites", name=f"laneblock baseline {compared.battery}")
    for one in compared.detectors:
        cases = _cases(one, compared)
        failures = sum(bool(text) for _, text, _ in cases)
        suite = ElementTree.SubElement(
            root, "testsuite", name=one.detector, tests=str(len(cases)), failures=str(failures), errors="0", skipped="0"
        )
        if one.other:
            properties = ElementTree.SubElement(suite, "properties")
            ElementTree.SubElement(properties, "property", name="other detector", value=one.other)
        for name, failure, text in cases:
            case = ElementTree.SubElement(suite, "testcase", classname=f"{compared.battery}.{one.detector}", name=name)
            if failure:
                ElementTree.SubElement(case, "failure", message=failure.splitlines()[0]).text = failure
            elif text:
                ElementTree.SubElement(case, "system-out").text = text
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _cases(one: DetectorCompared, compared: BaselineComparison) -> list[tuple[str, str, str]]:
    """Return (name, why it failed or "", further text) of each test case."""
    if compared.exact:
        cases = []
        for run in one.before.runs:
            own = [change for change in one.changes if change.run == run]
            text = "\n".join(change.text for change in own)
            cases.append((run, text if any(change.worse for change in own) else "", text))
        return cases
    bad = ("worse", "not shown") if compared.undecided_is_worse else ("worse",)
    texts = [(each, f"{each.verdict}: {each.of}; {each.bound}") for each in one.measures]
    return [(each.name, text if each.verdict in bad else "", text) for each, text in texts]


def _row(one: DetectorCompared) -> tuple[str, ...]:
    pairs = zip(_counts(one.before), _counts(one.now), strict=True)
    return one.detector, one.verdict, *(now if before == now else f"{before} -> {now}" for before, now in pairs)


def _figures(result: DetectorResult) -> dict[str, object]:
    return {
        "fingerprint": result.fingerprint or None,
        "mask_fingerprint": result.mask_fingerprint or None,
        "incidents": result.incidents,
        "detected": result.detected,
        "dr": result.dr.value,
        "dr_interval": list(result.dr.interval),
        "false_alarms": result.false_alarms,
        "corridor_days": result.corridor_days,
        "false_alarms_per_corridor_day": result.false_alarms_per_day.value,
        "false_alarms_per_corridor_day_interval": list(result.false_alarms_per_day.interval),
        "ttd_mean_s": result.ttd.mean,
        "ttd_mean_interval_s": list(result.ttd.interval),
    }


def _sign(change: Change) -> str:
    return {True: "worse ", False: "better", None: "other "}[change.worse]


def _how(compared: BaselineComparison) -> str:
    margins = compared.margins
    counts = "counts as worse" if compared.undecided_is_worse else "passes"
    return (
        f"Paired by run and incident, each one-sided at {100 * margins.alpha:g} %: DR by the exact test of paired shares, "
        'false alarms by the exact ratio of Poisson counts, TTD by bootstrap. "no worse": shown at the margin; "even": '
        f'not worse here, too few incidents to show more; "not shown": worse here, perhaps by chance, which {counts}.'
    )


def baseline_table(found: Baseline) -> str:
    """Return the content of a baseline as text, a line per detector."""
    columns = ("Detector", "Detected", "False alarms", "per corridor-day", "TTD, mean [s]")
    rows = [(name, *_counts(one)) for name, one in found.detectors.items()]
    return plain_text(
        Table(f"{found.battery}, {len(found.runs)} runs, persistence {found.persistence}", columns, tuple(rows))
    )


def _counts(of: DetectorResult) -> tuple[str, ...]:
    return (
        f"{of.detected} of {of.incidents} ({percent(of.dr.value)} %)",
        str(of.false_alarms),
        number(of.false_alarms_per_day.value, 2),
        number(of.ttd.mean),
    )
