"""The features of a section that anomaly models are trained on, in groups; a model's file names those that it sees.

    guide        the upstream station alone: what it reads, its rolling means and deviations, its rates of change
    hour, day    the clock, where the model was trained on whole days, and on all days of a week
    neighbours   upstream station less downstream station, and station before less upstream station
    residuals    white residuals of both stations (`detectors.charts.site_residuals`), whose normal is learned on line; positive
                 the way an incident moves them, and 0 the other way, because freer traffic is no news

In the formulas v, s, k are volume, speed and density of the section's upstream station; v', s', k' those of its downstream
station, v", s", k" those of the station before it; t frames; h the hour of the day, d the day of the week of the frame's middle.
`mean_w`, `sd_w`: over the last w frames, with this one.
"""

from detectors.charts.section_series import PARTS
from detectors.feature_table import Feature, feature_names

WINDOWS = (3, 6, 12)
"""Frames of the rolling means and deviations: those of the guide, whatever the period."""
QUANTITIES = {"volume": ("v", "veh/h/lane"), "speed": ("s", "m/s"), "density": ("k", "veh/km/lane")}
"""Symbol and unit of a station's quantities."""
GAP_WINDOWS = (3, 12)
"""Frames of the means that stations are compared by. Chosen: one reacts in the third frame, one is steady."""
RESIDUAL_WINDOWS = (6, 12)
"""Frames of the means of residuals. Chosen on the battery `calibration`: with 3 too, an isolation forest finds fewer incidents at
one false alarm a day, because single frames then isolate rows."""

GUIDE = (
    *(Feature(name, f"{symbol}(t)", unit, "the state of traffic") for name, (symbol, unit) in QUANTITIES.items()),
    *(
        Feature(f"{name} {rolled} {w}", f"{rolled}_{w} {symbol}", unit, why)
        for w in WINDOWS
        for name, (symbol, unit) in QUANTITIES.items()
        if name != "density"
        for rolled, why in (("mean", "the state, without the noise of one frame"), ("sd", "unrest; nothing moves: 0"))
    ),
    Feature("volume change", "v(t) - v(t-1)", "veh/h/lane", "an onset is sudden"),
    Feature("speed change", "s(t) - s(t-1)", "m/s", "an onset is sudden"),
    Feature("volume change mean 3", "mean_3 [v(t) - v(t-1)]", "veh/h/lane", "a fall that lasts"),
)
HOUR = (
    Feature("hour", "h", "h", "the normal of an hour is no anomaly"),
    Feature("hour sin", "sin(2 pi h / 24)", "1", "23 h and 0 h are neighbours"),
    Feature("hour cos", "cos(2 pi h / 24)", "1", "23 h and 0 h are neighbours"),
)
DAY = (
    Feature("day", "d", "day", "weekends differ"),
    Feature("day sin", "sin(2 pi d / 7)", "1", "the seventh day and the first are neighbours"),
    Feature("day cos", "cos(2 pi d / 7)", "1", "the seventh day and the first are neighbours"),
)
NEIGHBOURS = tuple(
    Feature(f"{name} {side} {w}", f"mean_{w} {one} - mean_{w} {other}", unit, why)
    for w in GAP_WINDOWS
    for name, (symbol, unit) in QUANTITIES.items()
    for side, one, other, why in (
        ("less downstream", symbol, f"{symbol}'", "an incident between two stations parts them; the hour moves both"),
        (
            "before less own",
            f'{symbol}"',
            symbol,
            "a queue's tail, or its absence; 0 where the station before is silent",
        ),
    )
)
RESIDUALS = tuple(
    Feature(f"{part} residual {w}", f"max(0, mean_{w} of the white residual)", "sd", "what this hour's normal leaves")
    for w in RESIDUAL_WINDOWS
    for part in PARTS
)
GROUPS: dict[str, tuple[Feature, ...]] = {
    "guide": GUIDE,
    "hour": HOUR,
    "day": DAY,
    "neighbours": NEIGHBOURS,
    "residuals": RESIDUALS,
}
FEATURES = tuple(feature for group in GROUPS.values() for feature in group)
NAMES = feature_names(FEATURES)
"""In the order of a window's columns."""


def names_of(*groups: str) -> tuple[str, ...]:
    """Return the names of all features of some groups, in the table's order."""
    return tuple(feature.name for name, group in GROUPS.items() if name in groups for feature in group)
