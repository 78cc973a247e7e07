"""A study is checked against what there is: detector, batteries, their road. One message for each slip, before anything is
simulated."""

from collections.abc import Sequence

from detectors.calibration.aims import AIMS
from detectors.catalogue import DETECTORS, build
from harness.studies.placement.judge_placement import ORACLE
from scenarios.corridor import Corridor, Station
from scenarios.errors import UserError, at
from scenarios.files.battery_file import Battery, load_battery
from scenarios.files.placement_study_file import PlacementStudy
from scenarios.files.scenario_loading import load_site
from scenarios.files.toml_file import check_name
from scenarios.scenario import Scenario
from scenarios.site import Site as Road

ANYWHERE = Corridor("anywhere", 30.0, (Station("a", 0.0, 1), Station("b", 1000.0, 1)))


def check(study: PlacementStudy) -> tuple[Battery, Battery, Road]:
    """Both sides' scenarios and their road. Raises UserError, MissingFileError for what cannot be studied."""
    if study.detector != ORACLE and study.detector not in DETECTORS:
        build(study.detector, ANYWHERE)  # says which
    if study.threshold == "shipped" and study.false_per_day not in AIMS:
        raise UserError(
            f"false_per_day: wanted one of {', '.join(f'{aim:g}' for aim in AIMS)} with threshold = 'shipped'"
        )
    if study.battery is not None:
        whole = load_battery(study.battery)
        sides = [
            Battery(whole.name, whole.description, tuple(each for each in whole.scenarios if each.seed % 2 == odd))
            for odd in (0, 1)
        ]
    else:
        sides = [load_battery(str(study.calibration)), load_battery(str(study.test))]
        shared = {each.seed for each in sides[0].scenarios} & {each.seed for each in sides[1].scenarios}
        if shared:
            raise UserError(
                f"calibration and test: batteries {sides[0].name!r} and {sides[1].name!r} share the seed {min(shared)}: what "
                "chooses must not judge"
            )
    scenarios = [each for side in sides for each in side.scenarios]
    for side in sides:
        try:
            check_name(side.name)
        except UserError as error:
            raise at(f"battery {side.name!r}", error) from None
    for name, side in zip(("calibration", "test"), sides, strict=True):
        if not any(each.incidents for each in side.scenarios):
            raise UserError(f"{name}: battery {side.name!r} holds no incident for it, so nothing can be said of delays")
    _check_alike(scenarios)
    return sides[0], sides[1], load_site(scenarios[0].site)


def _check_alike(scenarios: Sequence[Scenario]) -> None:
    first = scenarios[0]
    for each in scenarios:
        if each.network is not None:
            raise UserError(f"scenario {each.name!r}: a placement study wants a site, got an own network")
        if each.site != first.site:
            raise UserError(
                f"scenario {each.name!r} is on {each.site!r}, {first.name!r} on {first.site!r}: wanted one road in a study"
            )
        if each.period_s != first.period_s:
            raise UserError(
                f"scenario {each.name!r} has a period of {each.period_s:g} s, {first.name!r} of {first.period_s:g} s: wanted "
                "one period, what is calibrated on one does not hold for another"
            )
        if len(each.incidents) > 1:
            raise UserError(
                f"scenario {each.name!r} has {len(each.incidents)} incidents: a placement study wants one per run at most "
                "(each is told from its own twin)"
            )
