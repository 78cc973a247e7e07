"""Checks of a study before the simulation: its detector, its batteries, and their road."""

from collections.abc import Sequence

from detectors.calibration.aims import AIMS
from detectors.catalogue import DETECTORS, fingerprint
from harness.studies.placement.candidate_stations import StudyRoad
from harness.studies.placement.judge_placement import ORACLE
from harness.studies.placement.own_dense_road import OwnStudyRoad
from scenarios.errors import UserError, at
from scenarios.files.battery_file import Battery, load_battery
from scenarios.files.own_network import read_own_network
from scenarios.files.placement_study_file import PlacementStudy
from scenarios.files.site_file import load_site
from scenarios.folder_name import check_name
from scenarios.scenario import Scenario


def check_placement_study(study: PlacementStudy) -> tuple[Battery, Battery, StudyRoad]:
    """Return the calibration and the test battery, and their road. Raises UserError, MissingFileError for a wrong study."""
    if study.detector != ORACLE and study.detector not in DETECTORS:
        fingerprint(study.detector)  # its error lists the known ones
    if study.threshold == "shipped" and study.false_per_day not in AIMS:
        raise UserError(
            f"false_per_day: wanted one of {', '.join(f'{aim:g}' for aim in AIMS)} with threshold = 'shipped'"
        )
    if study.battery is not None:
        battery = load_battery(study.battery)
        sides = [
            Battery(
                battery.name, battery.description, tuple(each for each in battery.scenarios if each.seed % 2 == odd)
            )
            for odd in (0, 1)
        ]
    else:
        sides = [load_battery(str(study.calibration)), load_battery(str(study.test))]
        shared = {each.seed for each in sides[0].scenarios} & {each.seed for each in sides[1].scenarios}
        if shared:
            raise UserError(
                f"calibration and test: batteries {sides[0].name!r} and {sides[1].name!r} share the seed {min(shared)}: "
                "placements must be scored on other runs than they are chosen on"
            )
    scenarios = [each for side in sides for each in side.scenarios]
    for side in sides:
        try:
            check_name(side.name)
        except UserError as error:
            raise at(f"battery {side.name!r}", error) from None
    for name, side in zip(("calibration", "test"), sides, strict=True):
        if not any(each.incidents for each in side.scenarios):
            raise UserError(f"{name}: battery {side.name!r} holds no incident for it, so no delay can be measured")
    _check_alike(scenarios)
    first = scenarios[0]
    if first.network is None:
        return sides[0], sides[1], load_site(first.site)
    return sides[0], sides[1], OwnStudyRoad(read_own_network(first.network, first.period_s))


def _road_of(scenario: Scenario) -> object:
    """The files that decide on an own network's road; routes and settings may differ."""
    own = scenario.network
    return None if own is None else (own.net_file, own.additional_files, own.corridor)


def _check_alike(scenarios: Sequence[Scenario]) -> None:
    first = scenarios[0]
    for each in scenarios:
        if _road_of(each) != _road_of(first):
            raise UserError(
                f"scenario {each.name!r} has another network, corridor or loops than {first.name!r}: wanted one road in a study"
            )
        if each.site != first.site:
            raise UserError(
                f"scenario {each.name!r} is on {each.site!r}, {first.name!r} on {first.site!r}: wanted one road in a study"
            )
        if each.period_s != first.period_s:
            raise UserError(
                f"scenario {each.name!r} has a period of {each.period_s:g} s, {first.name!r} of {first.period_s:g} s: wanted "
                "one period, because a calibration holds for one period only"
            )
        if len(each.incidents) > 1:
            raise UserError(
                f"scenario {each.name!r} has {len(each.incidents)} incidents: a placement study needs at most one per run "
                "(each is compared with its own twin)"
            )
