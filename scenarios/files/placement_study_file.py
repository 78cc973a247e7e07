"""A placement study, the input of `laneblock placement`, in one TOML file.

    name = "mine"
    description = "one line"
    battery = "my/battery.toml"     # its even seeds calibrate and choose, its odd seeds judge; or two batteries:
    # calibration = "sr91-calibration"
    # test = "sr91"
    detector = "mcmaster"           # one of `laneblock list detectors`
    threshold = "calibrated"        # for each placement on the calibration runs; or "shipped", the detector's own
    false_per_day = 1.0             # allowed false alarms per day on the whole road, however many stations

    [candidates]
    every_m = 250                   # or positions_m = [120.0, 800.0]: where a station may be built
    standing = ["S1", "S8"]         # exist already and stay: stations of the site, or positions
    forbidden_m = [[3000, 3700]]    # no station can be built there
    apart_m = 100                   # least distance of two stations
    lanes = [[0, 1, 2, 3], [1, 2]]  # ways to equip a station; by default loops in all lanes
    record_m = 50                   # spacing of the recorded loops, for this study and others

    [budget]
    stations = 8                    # in all, existing ones included; or money, for new ones:
    # money = 300000
    # station_price = 20000
    # lane_price = 4000

    [failures]
    dead_share = 0.05               # each loop is dead with this probability
    draws = 20
    seed = 1

    [curve]
    spacings_m = [500, 1000, 2000]  # evenly spaced stations, to compare with

    [search]
    exhaustive_up_to = 500          # placements of one size; more: greedy with exchange
    most_placements = 2000          # tried in all

The first and the last station of the site are in every placement: they bound the road, so all placements are judged on the same
road and the same incidents. They cost nothing, and count as stations.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from scenarios.errors import UserError, at
from scenarios.files.own_network import STATION_M
from scenarios.files.toml_file import is_file, named_path, read_toml, shipped_names
from scenarios.files.validation import validate
from scenarios.folder_name import check_name
from scenarios.scenario import LARGEST_SEED
from scenarios.site import LONGEST_ROAD_M
from scenarios.strict_model import StrictModel

MOST_STATIONS = 10_000
"""Stations of a budget. Chosen: the search takes hours for a hundred."""
MOST_MONEY = 1e12
"""Money of a budget, and price of a station or lane, in any currency. Chosen: more than a road costs."""
MOST_PLACEMENTS = 1_000_000
"""Placements tried. Chosen: each is a replay of all runs, so that a million take months."""
MOST_FALSE_PER_DAY = 1e4
"""False alarms per day. Chosen: one in nine seconds."""
RoadM = Annotated[float, Field(ge=-LONGEST_ROAD_M, le=LONGEST_ROAD_M)]

STUDIES = Path(__file__).parents[1] / "studies" / "placement"


class Candidates(StrictModel):
    """Where stations may be built, and which exist already."""

    every_m: float | None = Field(default=None, ge=20, le=LONGEST_ROAD_M)
    positions_m: tuple[RoadM, ...] = ()
    standing: tuple[str | RoadM, ...] = ()
    forbidden_m: tuple[tuple[RoadM, RoadM], ...] = ()
    apart_m: float = Field(
        default=100, gt=STATION_M, le=LONGEST_ROAD_M
    )  # nearer loops are one station on an own network
    lanes: tuple[tuple[int, ...], ...] = ()
    record_m: float = Field(default=50, ge=20, le=LONGEST_ROAD_M)


class Budget(StrictModel):
    """How much may be built: `stations` in all, or `money` for new ones."""

    stations: int | None = Field(default=None, ge=2, le=MOST_STATIONS)
    money: float | None = Field(default=None, gt=0, le=MOST_MONEY)
    station_price: float = Field(default=0, ge=0, le=MOST_MONEY)
    lane_price: float = Field(default=0, ge=0, le=MOST_MONEY)


class Failures(StrictModel):
    """Every loop is dead with probability `dead_share`, in each of `draws` draws."""

    dead_share: float = Field(default=0.05, ge=0, le=1)
    draws: int = Field(default=20, ge=1, le=10_000)
    seed: int = Field(default=1, ge=0, le=LARGEST_SEED)


class Curve(StrictModel):
    """Evenly spaced stations as a comparison."""

    spacings_m: tuple[RoadM, ...] = ()


class Search(StrictModel):
    """Limits of the search."""

    exhaustive_up_to: int = Field(default=500, ge=0, le=MOST_PLACEMENTS)
    most_placements: int = Field(default=2000, ge=1, le=MOST_PLACEMENTS)


class PlacementStudy(StrictModel):
    """A placement study; the module's docstring explains each field."""

    name: str
    description: str = ""
    battery: str | None = None
    calibration: str | None = None
    test: str | None = None
    detector: str
    threshold: Literal["calibrated", "shipped"] = "calibrated"
    false_per_day: float = Field(default=1.0, gt=0, le=MOST_FALSE_PER_DAY)
    candidates: Candidates
    budget: Budget
    failures: Failures = Failures()
    curve: Curve = Curve()
    search: Search = Search()


def placement_study_names() -> list[str]:
    """Return the names of the placement studies in this package."""
    return shipped_names(STUDIES)


def load_placement_study(name_or_path: str) -> PlacementStudy:
    """Return a shipped study by name, or a user's own by path; its batteries' paths start at its folder.

    Raises MissingFileError, or UserError with file and place where it contradicts itself.
    """
    path = named_path(name_or_path, STUDIES, "placement study")
    raw = read_toml(path)
    try:
        study = validate(PlacementStudy, {"name": path.stem, **raw})
        _check(study)
    except UserError as error:
        raise at(path, error) from None
    found = {
        key: str(path.parent / name)
        for key in ("battery", "calibration", "test")
        if (name := getattr(study, key)) is not None and is_file(path.parent / name)
    }
    return study.model_copy(update=found)


def _check(study: PlacementStudy) -> None:
    check_name(study.name)
    both = study.calibration is not None and study.test is not None
    if (study.battery is None) != both or (study.battery is not None and (study.calibration or study.test)):
        raise UserError(
            "battery, or calibration and test: wanted one battery (its even seeds calibrate, its odd seeds judge) or two"
        )
    if both and study.calibration == study.test:
        raise UserError(
            f"calibration and test: wanted two batteries, got {study.test!r} twice: the runs that choose must not judge "
            f'(battery = "{study.test}" takes its even seeds for one, its odd seeds for the other)'
        )
    candidates, budget = study.candidates, study.budget
    if (candidates.every_m is None) == (not candidates.positions_m):
        raise UserError("candidates: wanted every_m or positions_m, one of them: where may a station be built?")
    for start_m, end_m in candidates.forbidden_m:
        if not start_m < end_m:
            raise UserError(f"candidates.forbidden_m: wanted [from, to] downstream, got [{start_m:g}, {end_m:g}]")
    for lanes in candidates.lanes:
        if not lanes or len(set(lanes)) < len(lanes) or min(lanes) < 0:
            raise UserError(
                f"candidates.lanes: wanted lists of lanes such as [0, 1], each lane once, got {list(lanes)}"
            )
    if (budget.stations is None) == (budget.money is None):
        raise UserError("budget: wanted stations or money, one of them")
    if budget.money is not None and not budget.station_price + budget.lane_price > 0:
        raise UserError("budget.money: wanted station_price or lane_price beside it: what does a station cost?")
    if budget.stations is not None and (budget.station_price or budget.lane_price):
        raise UserError("budget.stations: a price belongs to budget.money (wanted one of them)")
    for spacing_m in study.curve.spacings_m:
        if not spacing_m >= STATION_M:
            raise UserError(
                f"curve.spacings_m: wanted {STATION_M:g} m or more, got {spacing_m:g} (is it in kilometres or miles?)"
            )
