"""Facts about an incident for tests: one lane of four blocked, free traffic, nothing unusual."""

from math import nan

from harness.service.incidents.incident_facts import Facts

FACTS = Facts(
    section=2,
    position_m=2000.0,
    onset_s=540.0,
    posterior=0.9,
    lanes=(1,),
    lanes_there=4,
    queue_veh=10.0,
    tail_m=1500.0,
    queue_m=500.0,
    demand_vphpl=1200.0,
    flow_down=1000.0,
    speed_up=0.9,
    speed_down=1.0,
    faulty_loops=nan,
    faulty_cause=nan,
    slow_days=nan,
    days=0.0,
    usual_flow=nan,
    head_mps=nan,
)
