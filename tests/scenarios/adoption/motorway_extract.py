"""A motorway as OpenStreetMap writes it: two carriageways of 6 km in ways of some hundred metres, on- and off-ramps; 20 ways."""

from itertools import pairwise
from pathlib import Path

METRES_PER_DEGREE = 111_320.0
LATITUDE = 0.001  # near the equator a degree of longitude is as long


def osm_extract() -> str:
    """Return the extract as OSM XML."""
    nodes: dict[str, tuple[float, float]] = {}
    ways: list[tuple[list[str], dict[str, str]]] = []

    def node(name: str, x_m: float, y_m: float) -> str:
        nodes[name] = (x_m, y_m)
        return name

    cuts_m = [0, 800, 1500, 1560, 2400, 3300, 3360, 4200, 6000]
    for side, y_m in (("e", 0.0), ("w", 30.0)):
        names = [node(f"{side}{cut}", cut, y_m) for cut in cuts_m]
        pairs = list(pairwise(names))
        for number, (a, b) in enumerate(pairs):
            lanes = "4" if number == 4 else "3"
            tags = {"highway": "motorway", "oneway": "yes", "lanes": lanes, "ref": "A 9", "maxspeed": "120"}
            ways.append(([a, b] if side == "e" else [b, a], tags))
    link = {"highway": "motorway_link", "oneway": "yes", "lanes": "1"}
    ways.append(([node("on0", 2100, -120), "e2400"], link))
    ways.append((["e3300", node("off0", 3600, -120)], link))
    ways.append(([node("on1", 3700, 150), "w3360"], link))
    ways.append((["w1500", node("off1", 1200, 150)], link))
    ids = {name: number for number, name in enumerate(nodes, 1)}
    rows = [
        f'<node id="{ids[name]}" lat="{LATITUDE + y_m / METRES_PER_DEGREE:.7f}" lon="{x_m / METRES_PER_DEGREE:.7f}" version="1"/>'
        for name, (x_m, y_m) in nodes.items()
    ]
    for number, (members, tags) in enumerate(ways, 1001):
        inner = "".join(f'<nd ref="{ids[name]}"/>' for name in members)
        inner += "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        rows.append(f'<way id="{number}" version="1">{inner}</way>')
    return '<osm version="0.6">\n' + "\n".join(rows) + "\n</osm>\n"


def write_extract(folder: Path) -> Path:
    """Write the extract into `folder` and return its path."""
    path = folder / "a9.osm.xml"
    path.write_text(osm_extract(), encoding="utf-8")
    return path
