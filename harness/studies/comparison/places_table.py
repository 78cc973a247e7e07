"""The table of where alarms are, and what an alarm does not say of the place."""

from harness.reporting.number_text import percent, percent_with_interval
from harness.reporting.page_sections import Section
from harness.reporting.report_document import Table
from harness.studies.comparison.alarm_places import alarm_places
from harness.studies.comparison.comparison_study import Comparison
from harness.studies.comparison.comparison_tables import BRACKETS, MAIN_AIM, table_of


def places_table(comparison: Comparison) -> Table:
    """Return where the alarms of detected incidents are, at MAIN_AIM as shipped."""
    head = (
        *("detector", "detected", "its alarm in the own section, %", "first alarm there, %", "upstream, %"),
        *("downstream, %", "estimates lanes"),
    )
    rows = []
    for name in comparison.detectors:
        point = comparison.calibrated.get((name, MAIN_AIM))
        if point is not None:
            found = alarm_places(point.incidents, point.first_alarms)
            shares = (found.first_own, found.first_upstream, found.first_downstream)
            rows.append(
                (
                    *(name, str(found.located.whole), percent_with_interval(found.located)),
                    *(percent(each.value, 0) for each in shares),
                    "yes" if name in comparison.estimating else "no",
                )
            )
    return table_of("in the own section, upstream or downstream", head, rows)


def places_section(comparison: Comparison) -> Section:
    """Return the section of what an alarm says of the place."""
    silent = [name for name in comparison.detectors if name not in comparison.estimating]
    note = (
        f"As shipped for {MAIN_AIM:g} false alarm per corridor-day; shares of the detected incidents. The alarm that detects "
        "an incident may be in the next section upstream, once the queue is there. First alarm: the first on the whole corridor "
        f"from the onset to the detection, whatever raised it. {BRACKETS}"
    )
    if silent:
        note += (
            f" {len(silent)} of {len(comparison.detectors)} detectors estimate nothing: their alarm names a section, and neither "
            "the place of the head in it, nor a lane, nor how far the queue reaches."
        )
    return Section("Where the alarms are", note, (places_table(comparison),))
