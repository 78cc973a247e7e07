"""The 33 features that a blocked lane's queue and lane-changing share are estimated from, besides the lane's own 70.

Symbols. s(b), length l(b): section b sections upstream of the incident's own, b = 0 to REACH - 1; nothing stored, free traffic
where the corridor has none. p: the incident's place, as share of its section's length from the upstream station. B: blocked lanes.
A queue grows past stations, so what is stored in the sections upstream, and how slow their stations are, tells its length.
"""

from detectors.sequential.feature_table import Feature, names

REACH = 5  # sections, the incident's own included; chosen: about 4 km at 800 m; longer queues are underestimated

QUEUE_FEATURES = (
    Feature("since_onset", "now less onset", "s", "a queue grows with time"),
    Feature("from_upstream", "p l(0)", "m", "room for the queue in the section itself"),
    Feature("blocked_lanes", "B", "lanes", "capacity lost"),
    Feature("stored_all", "sum over b of stored in s(b)", "veh", "the whole queue"),
    Feature("stored_per_blocked", "stored_all / B", "veh", "all of it in the blocked lanes"),
    Feature("stored_per_lane", "stored_all / judged lanes of s(0)", "veh", "spread over all lanes"),
    Feature("stored_downstream", "stored in the next section downstream; 0 if none", "veh", "a bottleneck further on"),
    Feature("storing", "stored per frame in s(0)", "veh", "growing or dissolving"),
    *(
        row
        for b in range(REACH)
        for row in (
            Feature(f"stored_{b}", f"stored in s({b})", "veh", "where the queue is"),
            Feature(f"away_{b}", f"p l(0) + l(1) + ... + l({b})", "m", "incident to upstream station of s(b)"),
            Feature(f"occupied_at_{b}", f"occupied_up of the lane in s({b})", "veh", "density there"),
            Feature(f"relative_at_{b}", f"relative_up of the lane in s({b}); 1 if none", "1", "is the queue there yet"),
            Feature(f"speed_at_{b}", f"speed_up_60 of the lane in s({b})", "sd", "the same for the lane alone"),
        )
    ),
)

QUEUE_NAMES = names(QUEUE_FEATURES)
