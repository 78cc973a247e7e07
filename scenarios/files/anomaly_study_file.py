"""A study of anomalies, the input of `laneblock anomalies`, in one TOML file.

    name = "mine"
    description = "one line"
    site = "sr91"
    seed = 50000                    # of the first run; each further run has the next one
    history_days = 4                # without anomalies: detectors learn from them, and they precede every run
    threshold_days = 3              # without anomalies: every detector's threshold is set on them
    false_per_day = 1.0             # allowed false alarms per corridor-day

    [day]                           # a normal day, and how days differ
    demand_vphpl = [[0, 100], [21600, 1000], ...]   # [second of the day, veh/h/lane]
    level_sd = 0.03                 # of a day's demand, share
    step_sd = 0.03                  # of a step's, share
    slow_vehicles = 3               # a day, each in two lanes: what fools detectors on normal days
    shoulder_stops = 2
    ramp_peaks = [{ time_s = 25440, duration_s = 2400, factor = 2.6 }]     # every day, at an on-ramp that is drawn

    [holiday]                       # only where a run is one
    demand_vphpl = [[0, 150], ...]

    [[runs]]                        # with anomalies
    name = "day-1"
    from_s = 0                      # the part of the day that is simulated; as [day] where not given
    until_s = 86400
    holiday = false
    anomalies = [
        { kind = "spike", onset_s = 15000, station = "S3", lane = 1 },
        { kind = "level", onset_s = 7200, duration_s = 4500, demand_vphpl = 800 },
    ]

`scenarios/anomaly.py` lists the kinds and their fields.
"""

from itertools import pairwise
from pathlib import Path

from pydantic import Field

from scenarios.anomaly import DAY_S, PlannedAnomaly
from scenarios.demand import Steps
from scenarios.errors import UserError, at
from scenarios.files.site_file import site_names
from scenarios.files.toml_file import is_folder, named_path, read_toml, shipped_names
from scenarios.files.validation import validate
from scenarios.folder_name import check_name
from scenarios.incident import MOST_SURGE
from scenarios.scenario import LARGEST_SEED
from scenarios.strict_model import StrictModel

STUDIES = Path(__file__).parents[1] / "studies" / "anomalies"
MOST_DAYS = 100
"""History days, and threshold days. Chosen: each takes minutes to simulate."""
MOST_FALSE_PER_DAY = 1e4
"""False alarms per day. Chosen: one in nine seconds."""
MOST_DISTURBANCES = 100
"""Slow vehicles, and stops on the shoulder, of a day. Chosen: one in a quarter of an hour."""
MOST_SD = 0.5
"""Deviation of days' demands. Chosen: larger ones make demands of 0."""


class RampPeak(StrictModel):
    """Demand of one on-ramp, multiplied by `factor` at the same time every day."""

    time_s: float = Field(ge=0, le=DAY_S)
    duration_s: float = Field(gt=0, le=DAY_S)
    factor: float = Field(ge=0, le=MOST_SURGE)


class NormalDay(StrictModel):
    """A normal day from `from_s` to `until_s`, and how days differ."""

    from_s: float = Field(default=0, ge=0, le=DAY_S)
    until_s: float = Field(default=DAY_S, gt=0, le=DAY_S)
    demand_vphpl: Steps
    level_sd: float = Field(default=0.03, ge=0, le=MOST_SD)
    step_sd: float = Field(default=0.03, ge=0, le=MOST_SD)
    slow_vehicles: int = Field(default=0, ge=0, le=MOST_DISTURBANCES)
    shoulder_stops: int = Field(default=0, ge=0, le=MOST_DISTURBANCES)
    ramp_peaks: tuple[RampPeak, ...] = ()


class HolidayProfile(StrictModel):
    """The demand of a holiday."""

    demand_vphpl: Steps


class PlannedRun(StrictModel):
    """A run with anomalies: the part of a day from `from_s` to `until_s` (None: as every day)."""

    name: str
    from_s: float | None = Field(default=None, ge=0, le=DAY_S)
    until_s: float | None = Field(default=None, gt=0, le=DAY_S)
    holiday: bool = False
    anomalies: tuple[PlannedAnomaly, ...] = ()


class AnomalyStudy(StrictModel):
    """A study of anomalies; the module's docstring explains each field."""

    name: str
    description: str = ""
    site: str = "sr91"
    seed: int = Field(ge=0, le=LARGEST_SEED - 10_000)  # each run has the next one
    period_s: float = Field(default=30, gt=0, le=600)
    warm_up_s: float = Field(default=480, ge=0, le=7200)
    history_days: int = Field(ge=1, le=MOST_DAYS)
    threshold_days: int = Field(ge=1, le=MOST_DAYS)
    false_per_day: float = Field(default=1.0, gt=0, le=MOST_FALSE_PER_DAY)
    day: NormalDay
    holiday: HolidayProfile | None = None
    runs: tuple[PlannedRun, ...] = Field(min_length=1)

    def span_s(self, run: PlannedRun | None) -> tuple[float, float]:
        """Return the part of the day [s] that a run covers; None: a normal day."""
        day = self.day.from_s, self.day.until_s
        if run is None:
            return day
        return (
            day[0] if run.from_s is None else run.from_s,
            day[1] if run.until_s is None else run.until_s,
        )


def anomaly_study_names() -> list[str]:
    """Return the names of the studies of anomalies in this package."""
    return shipped_names(STUDIES)


def load_anomaly_study(name_or_path: str) -> AnomalyStudy:
    """Return a shipped study by name, or a user's own by path; its site's path starts at its folder.

    Raises MissingFileError, or UserError with file and place where it contradicts itself.
    """
    path = named_path(name_or_path, STUDIES, "study of anomalies")
    raw = read_toml(path)
    try:
        study = validate(AnomalyStudy, {"name": path.stem, **raw})
        _check(study)
    except UserError as error:
        raise at(path, error) from None
    beside = path.parent / study.site
    if study.site in site_names() or not is_folder(beside):
        return study
    return study.model_copy(update={"site": str(beside.resolve())})


def _check(study: AnomalyStudy) -> None:
    check_name(study.name)
    _check_steps(study.day.demand_vphpl, "day.demand_vphpl")
    if study.holiday is not None:
        _check_steps(study.holiday.demand_vphpl, "holiday.demand_vphpl")
    from_s, until_s = study.span_s(None)
    _check_span(study, from_s, until_s, "day")
    names = [run.name.casefold() for run in study.runs]
    for number, run in enumerate(study.runs):
        where = f"runs[{number}]"
        check_name(run.name)
        if names.count(names[number]) > 1 or names[number].startswith(("history-", "threshold-")):
            raise UserError(
                f"{where}.name: {run.name!r} is taken (history-1, threshold-1 and the like are normal days)"
            )
        start_s, end_s = study.span_s(run)
        _check_span(study, start_s, end_s, where)
        if start_s < from_s:
            raise UserError(f"{where}.from_s: wanted from the day's from_s on, {from_s:g}, got {start_s:g}")
        if run.holiday and study.holiday is None:
            raise UserError(f"{where}.holiday: wanted a [holiday] table with its demand_vphpl, got none")
        if not run.holiday and not run.anomalies:
            raise UserError(f"{where}: wanted anomalies, or holiday = true, got neither")
        for place, one in enumerate(run.anomalies):
            if not start_s < one.onset_s or not one.end_s(study.period_s) <= end_s:
                raise UserError(
                    f"{where}.anomalies[{place}]: wanted within its run, {start_s:g} to {end_s:g} s of the day, got "
                    f"{one.onset_s:g} to {one.end_s(study.period_s):g} s"
                )


def _check_span(study: AnomalyStudy, from_s: float, until_s: float, where: str) -> None:
    for name, value in (("from_s", from_s), ("until_s", until_s)):
        if value % study.period_s:
            raise UserError(f"{where}.{name}: wanted a whole number of periods of {study.period_s:g} s, got {value:g}")
    if not until_s > from_s:
        raise UserError(f"{where}.until_s: wanted after from_s {from_s:g}, got {until_s:g} (is it a duration?)")


def _check_steps(steps: Steps, where: str) -> None:
    if not steps or steps[0][0] != 0:
        raise UserError(f"{where}: wanted steps [[second of the day, demand], ...] from 0 on, got {list(steps[:1])}")
    for (before_s, _), (after_s, _) in pairwise(steps):
        if not after_s > before_s:
            raise UserError(f"{where}: wanted steps in order of time, got {after_s:g} s after {before_s:g} s")
    if steps[-1][0] >= DAY_S:
        raise UserError(f"{where}: wanted steps within the day, under {DAY_S:g} s, got {steps[-1][0]:g}")
