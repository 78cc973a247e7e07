"""The 70 features of a lane of a section: name, formula, unit, and why it is there.

The order of the rows is the order of the columns, and of the names in the model's file. lane_columns.py computes the columns;
a column without a row, or a row without a column, raises an error (feature_table.py).

Symbols. A section lies between its upstream station u and its downstream station d; u-1 and d+1 are the next stations beyond
(u and d themselves at the ends of the corridor). Without an index a quantity is that of the lane at d, or of the section.

    sum_w x     over the frames of the last w seconds;  x(w, a) over a window of w seconds that ended a seconds ago
    dt          period of the frames [s];  l  length of the section [m];  tau  travel time (arrivals.py) [periods]
    D, D^       vehicles counted in the lane (0 in x and h_u where not known), and expected (arrivals.py);  T, T^  of the station
    H, V, s2    lane's share of its station, normal speed [m/s], variance of a vehicle's speed [m2/s2]  (site_normal.py)
    phi, phi_T  variance per expected vehicle of a lane's and of a station's count  (site_normal.py)
    v, n        mean speed and number of the vehicles timed in a window;  v_s  of the station;  F  its free-flow speed [m/s]
    o           occupancy as vehicles at normal speed: occupancy / g, or D V / speed where no occupancy is measured [veh]

    c(w) = sum_w (D - D^) / sqrt(phi sum_w D^ + COUNT_FLOOR)              frames where either is not known are left out
    t(w) = sum_w (T - T^) / sqrt(phi_T sum_w T^ + TOTAL_FLOOR)            likewise
    h(w) = sum_w (D - H T) / sqrt(H (1 - H) sum_w T + SHARE_FLOOR)        multinomial share of the station
    z(w) = (v - V) / sqrt(s2 / n + SPEED_NOISE), within SPEED_LIMIT       0 where nobody was timed
    x(w) = (sum_w o - sum_w D) / sqrt(sum_w D + w / 30 s), within EXCESS_LIMITS
    R(w) = v_s(w) / F;   X = x over 60 s of the station, all lanes together, within STATION_EXCESS_LIMITS
    Q, S         CUSUMs of lost flow and of slowness  (lane_cusums.py)
    Q_up, t_up   those of the next section upstream, 0 in the first section
    beside(.)    mean of the lanes next to the lane;  max_beside(.)  the greatest;  lanes(.), max_lanes(.)  of all lanes

The occupied... columns are per 30 s before their factor 30 s / dt already, so they are right at periods of 30 s only; the shipped
trees were trained with them so.
A feature in sd has about mean 0 and standard deviation 1 in normal traffic, so that a threshold means the same at every site.
No feature shows how long the detector has run, not even through a quantity that is learned slowly: simulated incidents begin at
about the same age of a run, and trees would use that age as a sign of an incident.
"""

from detectors.feature_table import Feature, feature_names

LANE_FEATURES = (
    Feature("count_30", "c(30)", "sd", "a blocked lane loses its traffic within a frame"),
    Feature("count_60", "c(60)", "sd", "the same with less chance in it"),
    Feature("count_90", "c(90)", "sd", "the same with less chance in it"),
    Feature("count_150", "c(150)", "sd", "partial loss of flow needs minutes to show"),
    Feature("count_240", "c(240)", "sd", "partial loss of flow needs minutes to show"),
    Feature("count_beside_30", "beside(c(30))", "sd", "vehicles that leave a blocked lane appear beside it"),
    Feature("count_beside_90", "beside(c(90))", "sd", "the same with less chance in it"),
    Feature("count_beside_240", "beside(c(240))", "sd", "a shift between lanes, or less traffic"),
    Feature("count_most_beside_90", "max_beside(c(90))", "sd", "vehicles may all leave to one side"),
    Feature("total_30", "t(30)", "sd", "a shift between lanes, or a capacity drop"),
    Feature("total_60", "t(60)", "sd", "the same with less chance in it"),
    Feature("total_120", "t(120)", "sd", "the same with less chance in it"),
    Feature("total_240", "t(240)", "sd", "a lasting capacity drop"),
    Feature("share_30", "h(30)", "sd", "lane use does not depend on how many arrive"),
    Feature("share_60", "h(60)", "sd", "the same with less chance in it"),
    Feature("share_120", "h(120)", "sd", "the same with less chance in it"),
    Feature("share_240", "h(240)", "sd", "a lasting shift of lane use"),
    Feature("share_up_30", "h_u(30)", "sd", "a lane empty upstream already is not blocked here"),
    Feature("share_up_90", "h_u(90)", "sd", "vehicles change lanes upstream of a queue"),
    Feature("lost", "Q", "nats", "lost flow since an unknown moment"),
    Feature("lost_beside", "beside(Q)", "nats", "two blocked lanes, or a section that lost all lanes"),
    Feature("lost_section_up", "max_lanes(Q_up)", "nats", "the loss began upstream"),
    Feature("lost_lane_up", "Q_up", "nats", "the loss began upstream"),
    Feature("total_up_120", "t_up(120)", "sd", "a lack of traffic moves downstream"),
    Feature("slowed", "S", "sd x 30 s", "slowness since an unknown moment"),
    Feature("speed_30", "z(30)", "sd", "congestion downstream: not an incident here"),
    Feature("speed_60", "z(60)", "sd", "the same with less chance in it"),
    Feature("speed_120", "z(120)", "sd", "the same with less chance in it"),
    Feature("speed_before", "z(90, 120)", "sd", "congested before, or only now"),
    Feature("speed_beside_60", "beside(z(60))", "sd", "one slow lane, or all"),
    Feature("speed_beside_120", "beside(z(120))", "sd", "the same with less chance in it"),
    Feature("speed_station", "lanes(z(60))", "sd", "congestion across all lanes"),
    Feature("speed_up_30", "z_u(30)", "sd", "the queue of an incident reaches the station upstream"),
    Feature("speed_up_60", "z_u(60)", "sd", "the same with less chance in it"),
    Feature("speed_up_120", "z_u(120)", "sd", "the same with less chance in it"),
    Feature("speed_up_before", "z_u(90, 120)", "sd", "queue there before, or only now"),
    Feature("speed_up_beside", "beside(z_u(60))", "sd", "one slow lane upstream, or all"),
    Feature("speed_up_station", "lanes(z_u(60))", "sd", "congestion across all lanes upstream"),
    Feature("excess_30", "x(30)", "sd", "slow vehicles that a count does not show"),
    Feature("excess_90", "x(90)", "sd", "the same with less chance in it"),
    Feature("excess_beside", "beside(x(90))", "sd", "one dense lane, or all"),
    Feature("excess_up_30", "x_u(30)", "sd", "the queue stands on the loop upstream"),
    Feature("excess_up_90", "x_u(90)", "sd", "the same with less chance in it"),
    Feature("excess_up_beside", "beside(x_u(90))", "sd", "one dense lane upstream, or all"),
    Feature("occupied", "sum_60 o / 2 x 30 s / dt", "veh", "density; at dt = 30 s vehicles per 30 s"),
    Feature("occupied_up", "sum_60 o_u / 2 x 30 s / dt", "veh", "density of the queue upstream"),
    Feature("occupied_beside", "beside(sum_60 o) / 2 x 30 s / dt", "veh", "density of the lanes beside"),
    Feature("occupied_up_beside", "beside(sum_60 o_u) / 2 x 30 s / dt", "veh", "density of the lanes beside, upstream"),
    Feature("relative_up", "R_u(60)", "1", "queue upstream, in absolute terms"),
    Feature("relative_down", "R_d(60)", "1", "free flow downstream: the bottleneck is in this section"),
    Feature("relative_before_up", "R_u-1(60)", "1", "has the queue reached the station before"),
    Feature("relative_after_down", "R_d+1(60)", "1", "congestion that comes from further downstream"),
    Feature("relative_past_up", "R_u(120, 90)", "1", "queue there before, or only now"),
    Feature("relative_past_down", "R_d(120, 90)", "1", "congested before, or only now"),
    Feature("relative_past_after_down", "R_d+1(120, 90)", "1", "a wave on its way upstream"),
    Feature("station_excess_up", "X_u", "sd", "queue upstream, also where speed is not measured"),
    Feature("station_excess_down", "X_d", "sd", "congestion downstream, also without speeds"),
    Feature("station_excess_before_up", "X_u-1", "sd", "length of the queue"),
    Feature("station_excess_after_down", "X_d+1", "sd", "congestion that comes from further downstream"),
    Feature("last", "1 in the corridor's last section, else 0", "1", "d+1 is not another station there"),
    Feature("flow", "D^ x 30 s / dt, 0 where not known", "veh/30 s", "how much can be lost at all"),
    Feature("flow_station", "sum_90 T^ / (3 x lanes at d)", "veh/30 s", "load of the road per lane"),
    Feature("arrived_60", "sum_60 D where D^ is known", "veh", "a blocked lane passes nobody"),
    Feature("kept", "ln((sum_120 D + KEPT_VEH) / (sum_120 D^ + KEPT_VEH))", "nats", "share of the flow that is left"),
    Feature("travel", "tau x dt / 30 s", "30 s", "how late a loss shows, how well arrivals are known"),
    Feature("use", "H", "1", "lanes that carry little show little"),
    Feature("length", "ln(l / 800 m)", "nats", "signs come later in long sections"),
    Feature("lanes", "number of lanes at d", "lanes", "what is left of the road beside a blocked lane"),
    Feature("edge", "1 for the outermost and innermost lane at d, else 0", "1", "ramps and their traffic"),
    Feature("free", "sum over lanes of V H, over F, at d", "1", "is the site's normal itself congested"),
)

LANE_NAMES = feature_names(LANE_FEATURES)
