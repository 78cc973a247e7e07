"""The texts of good inputs, each with as many of its fields as fit together (`good_inputs`)."""

SCENARIO = """name = "small"
seed = 5
site = "road"
demand_vphpl = [[0, 900], [150, 1000]]
warm_up_s = 60
end_s = 300
truck_share = 0.06
ramp_shares = { on-1 = 0.1 }
rain = { speed_factor = 0.9 }
surges = [{ time_s = 150, duration_s = 60, factor = 1.2 }]
slow_vehicles = [{ time_s = 100, speed_mps = 12, lanes = [0] }]
shoulder_stops = [{ onset_s = 107, duration_s = 60, section = 2, place = 0.5, rubbernecking_mps = 14 }]
faults = "schedule.toml"
[[incidents]]
onset_s = 127
duration_s = 90
section = 2
place = 0.5
lanes = [1]
rubbernecking_mps = 14
"""
BATTERY = """name = "battery"
description = "two runs"
[defaults]
site = "roads/two-lanes-close"
warm_up_s = 60
end_s = 300
[[scenarios]]
name = "incident-{number}"
seed = 1
incident = { onset_s = 127, duration_s = 90, section = 2, place = 0.5, lanes = [0] }
matrix.demand_vphpl = [900]
[[scenarios]]
name = "free"
seed = 10
cycle = [{ demand_vphpl = [800] }]
"""
HALVES = """name = "halves"
[defaults]
site = "road"
warm_up_s = 60
end_s = 300
demand_vphpl = 900
[[scenarios]]
name = "incident-{number}"
seed = 1
incident = { onset_s = 127, duration_s = 90, section = 2, place = 0.5, lanes = [0] }
cycle = [{ demand_vphpl = [900, 800] }]
[[scenarios]]
name = "free-{number}"
seed = 10
cycle = [{ demand_vphpl = [900, 800] }]
"""
STUDY = """name = "study"
battery = "halves.toml"
detector = "mcmaster"
threshold = "calibrated"
false_per_day = 10.0
[candidates]
every_m = 500
standing = ["S3"]
forbidden_m = [[800, 1000]]
apart_m = 100
lanes = [[0, 1], [0]]
record_m = 500
[budget]
money = 30000
station_price = 5000
lane_price = 1000
[failures]
dead_share = 0.1
draws = 2
seed = 1
[curve]
spacings_m = [1000, 2000]
[search]
exhaustive_up_to = 20
most_placements = 40
"""
ROUTES = """name = "routes"
description = "a town"
city = "town.toml"
seed = 1
train_days = 2
test_days = 1
queries_per_hour = 120
closest = 2
points = 30
slack = 0.5
fault_share = 0.2
magnitude = [0.2, 0.6]
level = 0.5
fault_hours = 0.5
restarts = 2
critical_s = 0.1
[sweep]
fault_share = [0.5]
slack = [1.0]
magnitude = [[0.1, 0.3]]
fault_hours = [1.0]
"""
SCHEDULE = """seed = 1
[[faults]]
station = "S2"
lane = 1
kind = "overcount"
onset_s = 120
end_s = 240
magnitude = 0.3
ramp_s = 30
[[faults]]
station = "S3"
lane = 0
kind = "dead"
onset_s = 150
"""
RATES = """seed = 7
[[random]]
kind = "dead"
per_loop_day = 20.0
duration_s = [60, 120]
ramp_s = [0, 30]
[[random]]
kind = "overcount"
share = 0.3
duration_s = [60, 120]
magnitude = [0.3, 1.0]
"""
OWN = """seed = 3
warm_up_s = 60
end_s = 150
[network]
net_file = "road.net.xml"
route_files = ["cars.rou.xml"]
additional_files = ["loops.add.xml"]
corridor = ["m0", "m1"]
"""
PORTLAND = {
    "freeway_stations": """stationid,highwayid,milepost,locationtext,upstream,downstream,stationclass,numberlanes,latlon,length
10,3,14.0,South NB,0,11,1,2,"45.4,-122.5",1
11,3,15.0,North NB,10,0,1,2,"45.5,-122.5",1
20,4,14.1,South SB,21,0,1,2,"45.4,-122.5",1
21,4,15.1,North SB,0,20,1,2,"45.5,-122.5",1
""",
    "freeway_detectors": """detectorid,highwayid,milepost,locationtext,detectorclass,lanenumber,stationid
101,3,14.0,South NB,1,1,10
102,3,14.0,South NB,1,2,10
111,3,15.0,North NB,1,1,11
112,3,15.0,North NB,1,2,11
201,4,14.1,South SB,1,1,20
202,4,14.1,South SB,1,2,20
211,4,15.1,North SB,1,1,21
212,4,15.1,North SB,1,2,21
""",
    "highways": "highwayid,shortdirection,direction,highwayname\n3,N,NORTH,I-205\n4,S,SOUTH,I-205\n",
}
LOOPS_OF_PORTLAND = ("101", "102", "111", "112", "201", "202", "211", "212")
