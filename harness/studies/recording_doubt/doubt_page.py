"""A recording's findings as a page: the picture of what is there, and every line of the text."""

from pathlib import Path

from harness.records.provenance import provenance
from harness.reporting.number_text import counted, percent
from harness.reporting.page_sections import Section, StudyPage, write_picture, write_study_page
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.report_document import Headline, KeyFigure, KeyFigures, Table
from harness.studies.recording_doubt.availability_figure import draw_availability
from harness.studies.recording_doubt.availability_grid import DAY_S, HOUR_S, AvailabilityGrid
from harness.studies.recording_doubt.doubt_findings import ALL_THERE, BLIND_HEADING, DoubtFindings

HOURS = tuple(f"{hour:02d}" for hour in range(24))
_ALT = "Shares of readings that are there, a row for each loop and a column for each stretch of time."


def write_doubt_page(out: Path, found: DoubtFindings, grid: AvailabilityGrid) -> None:
    """Write check.html into `out`, and its picture as availability.png."""
    corridor = found.readings.corridor
    picture = write_picture(
        out / "availability.png",
        draw_availability(grid, corridor),
        draw_availability(grid, corridor, narrow=True),
        _ALT,
        _caption(found, grid),
    )
    by_hour = _by_hour(found)
    sections = [
        Section("There", "", sentences=found.there),
        Section("Missing", "", sentences=found.missing, pictures=(picture,), tables=(by_hour,) if by_hour.rows else ()),
        Section(
            "Looks wrong", "A doubt is not an error.", sentences=tuple(d.text for d in found.doubts) or ("Nothing.",)
        ),
        Section("Not judged", "", sentences=found.not_judged),
        Section(BLIND_HEADING, "", sentences=found.blind),
        Section("Assumed", "As of every recording.", sentences=found.assumed),
    ]
    page = StudyPage(
        title=f"Recording {corridor.name}: what is there, what looks wrong",
        headline=_headline(found),
        notices=(),
        lead=(f"{found.name}: {found.road}.",),
        sections=tuple(each for each in sections if each.sentences),
        provenance=provenance_facts(provenance()),
    )
    write_study_page(out / "check.html", page)


def _caption(found: DoubtFindings, grid: AvailabilityGrid) -> str:
    corridor = found.readings.corridor
    days = round(grid.step_s / DAY_S)
    column = counted(days, "day") if days else "1 hour" if grid.step_s == HOUR_S else f"{grid.step_s / 60:.0f} minutes"
    return (
        f"A row per loop: stations in downstream order from the top, in each lane 0 ({corridor.outermost}) first. "
        f"A column is {column}. Speeds are wanted where the count is not 0. White: nothing was due. "
        "Day 0 begins at 0 s of the recording's clock."
    )


def _headline(found: DoubtFindings) -> Headline:
    loops = sum(station.lanes for station in found.readings.corridor.stations)
    frames = f"of {found.available.frames + found.available.absent:,} frames"
    shares = tuple(
        KeyFigure(f"{what} there", f"{percent(share)} %", "", frames) for what, share in found.available.quantities
    )
    figures = (
        KeyFigure("frames absent", f"{found.available.absent:,}", "", f"in {counted(found.available.gaps, 'gap')}"),
        *shares,
        KeyFigure(
            "loops that miss a tenth",
            str(len(found.available.worst)),
            f"of {loops}",
            f"of their {found.available.judged_by}, or more",
        ),
        KeyFigure("doubts", str(len(found.doubts)), "", "things that look wrong"),
    )
    slips = dict.fromkeys(doubt.slip for doubt in found.doubts)
    wrong = "; ".join(
        f"{', '.join(doubt.what for doubt in found.doubts if doubt.slip == slip)} ({slip})" for slip in slips
    )
    return Headline(
        (KeyFigures("", figures),),
        f"Looks wrong: {wrong or 'nothing'}.",
        "A frame that is absent is missing in every loop.",
    )


def _by_hour(found: DoubtFindings) -> Table:
    """The counts that are there by station and hour of day, of stations that miss some."""
    stations = found.readings.corridor.stations
    rows = tuple(
        (station.name, *(percent(share, 0) for share in shares))
        for station, shares in zip(stations, found.available.by_hour.tolist(), strict=True)
        if any(share < ALL_THERE for share in shares)
    )
    return Table("Counts there by hour of day, % (stations that miss some)", ("station", *HOURS), rows)
