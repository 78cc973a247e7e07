"""The 28 features of a section: name, formula, unit, and why the trees are given it. Computed by section_features.py.

Symbols. y_1, y_2, y_3: the three highest log odds among the section's lanes, from the trees of lanes; LEAST_LOG_ODDS for a lane
without symptom and for a lane that does not exist. up, up2, down: the same in the next section upstream, the one after it, and
the next downstream; LEAST_LOG_ODDS off the corridor. max_w: the greatest of the last w seconds. y(w ago): w seconds ago.

An incident disturbs more than its own section: downstream of it lanes refill unevenly, upstream of it the queue grows. What
came first and is stronger next door explains much of a section's own log odds.
"""

from detectors.sequential.feature_table import Feature, names
from detectors.sequential.lane_feature_table import LANE_FEATURES

_LOG_ODDS = (
    Feature("lane_1", "y_1", "log odds", "the leading lane"),
    Feature("lane_2", "y_2", "log odds", "one lane or several"),
    Feature("lane_3", "y_3", "log odds", "one lane or the whole road"),
    Feature("lane_1_30_ago", "y_1(30 ago)", "log odds", "chance rarely repeats"),
    Feature("lane_1_60_ago", "y_1(60 ago)", "log odds", "chance rarely repeats"),
    Feature("lane_1_90_ago", "y_1(90 ago)", "log odds", "rising, lasting or fading"),
    Feature("lane_1_most_240", "max_240 y_1", "log odds", "it has been clearer before"),
    Feature("up", "y_1,up", "log odds", "the incident is upstream, this section refills"),
    Feature("up_most_120", "max_120 y_1,up", "log odds", "likewise, a little later"),
    Feature("up_most_600", "max_600 y_1,up", "log odds", "likewise, after its clearance"),
    Feature("down", "y_1,down", "log odds", "the incident is downstream, this is its queue"),
    Feature("down_most_120", "max_120 y_1,down", "log odds", "likewise, a little later"),
    Feature("up_2_most_240", "max_240 y_1,up2", "log odds", "lack of traffic from further upstream"),
)

LEADING_LANE_NAMES = (
    "flow_station",
    "length",
    "lanes",
    "travel",
    "relative_up",
    "relative_down",
    "relative_after_down",
    "relative_past_up",
    "total_240",
    "last",
    "lost",
    "count_60",
    "count_most_beside_90",
    "speed_up_60",
    "edge",
)
"""Features of the leading lane that the section's trees see again."""

_LANE_ROWS = {feature.name: feature for feature in LANE_FEATURES}
SECTION_FEATURES = (*_LOG_ODDS, *(_LANE_ROWS[name] for name in LEADING_LANE_NAMES))
SECTION_NAMES = names(SECTION_FEATURES)
