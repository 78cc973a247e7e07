"""Planted incidents against simulated ones: the same incident, planted in the twin's loops and simulated by SUMO.

    python -m benchmarks.planting RESULTS_DIR [--other RESULTS_DIR] [--capacity 2050] [--drop 0] [--detector NAME ...]
    python -m benchmarks.planting RESULTS_DIR --only sr91 --without 01,04 --draw 1

RESULTS_DIR holds runs of a battery with one incident each, and twins. The incident of truth.json is planted into twin_loops.csv.gz
with constants that are given, not fitted to its run; detectors at their shipped thresholds replay both from one state at the
onset. --other: the same battery with other seeds; the difference of two simulations of one incident is what chance makes.

Printed: DR and TTD of both, paired differences with 95 % intervals (bootstrap over incidents), who alone detects what
(McNemar), the share of delays within one frame; frames by region; all by demand and lanes. Verdict per group: credible where
the paired difference's interval lies within one frame and neither finds more (p > 0.05), else not shown.
"""

import argparse
from pathlib import Path

from benchmarks.planting_pairs import Wanted, read_cases
from benchmarks.planting_tables import print_cases, print_tables
from scenarios.errors import UserError
from simulator.planting.site_constants import SiteConstants

NAMES = ("sequential", "trees", "california7", "california8", "xbar")


def main() -> None:
    """Plant, replay, print."""
    parser = argparse.ArgumentParser(description="Planted incidents against simulated ones.")
    parser.add_argument("results", type=Path, metavar="RESULTS_DIR", help="runs of a battery, with twins")
    parser.add_argument("--other", type=Path, metavar="RESULTS_DIR", help="the same incidents with other seeds")
    parser.add_argument("--only", default="", metavar="TEXT", help="runs whose name begins with this")
    parser.add_argument("--without", default="", metavar="A,B", help="not those whose name ends with one of these")
    parser.add_argument("--most", type=int, metavar="N", help="no more than the first N runs")
    parser.add_argument("--capacity", type=float, default=2050.0, help="of a lane, veh/h")
    parser.add_argument("--drop", type=float, default=0.0, help="share of capacity lost in a discharging queue")
    parser.add_argument("--slope", type=float, default=5.0, help="speed lost from an empty road to capacity, m/s")
    parser.add_argument("--exchange", type=float, default=None, metavar="S", help="slowness of lane changes")
    parser.add_argument("--refill", type=float, default=None, metavar="1/KM", help="refill of the lane past the scene")
    parser.add_argument("--draw", type=int, default=0, help="number of the draw of planted readings")
    parser.add_argument("--detector", action="append", metavar="NAME")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep incidents here; another run continues")
    parser.add_argument("--cases", action="store_true", help="print every incident")
    chosen = parser.parse_args()
    given = {"capacity_vphpl": chosen.capacity, "discharge_drop": chosen.drop, "speed_slope_mps": chosen.slope}
    if chosen.exchange is not None:
        given["exchange_s"] = chosen.exchange
    if chosen.refill is not None:
        given["refill_per_m"] = chosen.refill / 1000
    names = tuple(chosen.detector or NAMES)
    try:
        site = SiteConstants(**given)
        wanted = Wanted(chosen.only, tuple(filter(None, chosen.without.split(","))), chosen.most, chosen.keep)
        cases, left_out = read_cases(chosen.results, chosen.other, names, site, wanted, chosen.draw)
    except UserError as error:
        parser.error(str(error))
    for name, reason in left_out.items():
        print(f"left out: {name}: {reason}")
    if not cases:
        parser.error(f"{chosen.results}: no run with a twin could be planted")
    print(f"{len(cases)} incidents\n")
    if chosen.cases:
        print_cases(cases, names)
    print_tables(cases, names)


if __name__ == "__main__":
    main()
