"""Fundamental diagram of the site sr91, measured and drawn.

    python -m benchmarks.fundamental_diagram

Simulates for about a minute, prints the figures of scenarios/sites/sr91/README.md and draws the picture
beside it, fundamental_diagram.png.
"""

from pathlib import Path

from benchmarks.network_diagram import draw, measure


def main() -> None:
    """Measure, draw and print the figures."""
    found, rising, blocked = measure()
    draw(
        found,
        rising,
        blocked,
        Path(__file__).parent.parent / "scenarios" / "sites" / "sr91" / "fundamental_diagram.png",
    )
    print(
        f"free speed {3.6 * found.free_speed:.1f} km/h, capacity {found.capacity:.0f} veh/h/lane at occupancy "
        f"{found.critical_occupancy:.1%}, jam occupancy {found.jam_occupancy:.1%}, wave {3.6 * found.wave_speed:.1f} km/h"
    )


if __name__ == "__main__":
    main()
