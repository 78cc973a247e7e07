"""The place of a scenario, read from its files: a shipped site, a site's folder, or an own network."""

from pathlib import Path

from scenarios.files.own_network import read_own_network
from scenarios.files.site_file import load_site, site_names
from scenarios.placed_scenario import Place, PlacedScenario
from scenarios.scenario import OwnNetwork, PeriodS, Scenario
from scenarios.strict_model import StrictModel


class PlaceKey(StrictModel):
    """The fields of a scenario that decide on its place; equal keys stand for one place."""

    site: str = Scenario.model_fields["site"].default
    network: OwnNetwork | None = None
    period_s: PeriodS = Scenario.model_fields["period_s"].default


def read_place(key: PlaceKey) -> Place:
    """Return the site or the own network. Raises MissingFileError, or UserError naming the file."""
    return load_site(key.site) if key.network is None else read_own_network(key.network, key.period_s)


def placed(scenario: Scenario) -> PlacedScenario:
    """Return a scenario on its place, which is read; all is checked. Raises UserError, MissingFileError."""
    key = PlaceKey(site=scenario.site, network=scenario.network, period_s=scenario.period_s)
    return PlacedScenario(scenario, read_place(key))


def named_files(scenario: Scenario) -> tuple[Path, ...]:
    """Return the user's files that a scenario names by path: those of an own network, or of a site in a folder."""
    own = scenario.network
    if own is not None:
        config = () if own.config is None else (own.config,)
        return tuple(map(Path, (*config, own.net_file, *own.route_files, *own.additional_files)))
    return () if scenario.site in site_names() else (Path(scenario.site) / "site.toml",)
