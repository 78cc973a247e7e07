"""The stations of tms_stations.geojson: number in the files, road address and coordinates."""

from dataclasses import dataclass
from typing import Any

from scenarios.errors import UserError
from simulator.formats.source_files import SourceFile
from simulator.formats.source_json import read_json
from simulator.recording.csv_header import shown


@dataclass(frozen=True, slots=True)
class LamStation:
    """A station: `number` as in file names, road, section of its address, distance from the section's start, coordinates [deg]."""

    number: int
    road: int
    section: int
    distance_m: float
    longitude: float
    latitude: float


def read_stations(file: SourceFile) -> list[LamStation]:
    """Return the stations of a table. Raises UserError naming the feature for what does not fit."""
    table = read_json(file)
    features = table.get("features") if isinstance(table, dict) else None
    if not isinstance(features, list):
        raise UserError(f"{file.place}: wanted a GeoJSON with a list of features, got {shown(features)}")
    return [_station(feature, f"{file.place}, features[{k}]") for k, feature in enumerate(features)]


def _station(feature: Any, place: str) -> LamStation:
    try:
        properties = feature["properties"]
        address = properties["roadAddress"]
        longitude, latitude = feature["geometry"]["coordinates"][:2]
        return LamStation(
            int(properties["tmsNumber"]),
            int(address["roadNumber"]),
            int(address["roadSection"]),
            float(address["distanceFromRoadSectionStart"]),
            float(longitude),
            float(latitude),
        )
    except KeyError as error:
        raise UserError(f"{place}: {error.args[0]} is missing") from None
    except (TypeError, ValueError, IndexError, OverflowError) as error:
        raise UserError(f"{place}: wanted a station's number, road address and coordinates, got {error}") from None
