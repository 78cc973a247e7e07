"""Wrong readings and requests sent to a running service that is fed well meanwhile: does it keep its promises?

    python -m benchmarks.service_mutations [N] [--seed S] [--without-mqtt] [--keep FOLDER]
    python -m benchmarks.service_mutations 10000             wanted: no finding

`laneblock serve` runs with the recording of the golden run, whose frames come over HTTP and MQTT, with an incident in them (a
Mosquitto of its own is started). Sent meanwhile, four at a time: messages with wrong types, numbers, units, stations, lanes,
stamps (milliseconds, an hour that does not exist, far future and past), keys twice; torn bytes, other encodings, deep nesting,
broken gzip and bombs, far too much; wrong methods, paths, queries, headers, forms, no HTTP at all, requests that end early; changes
of incidents on wrong versions, notes that a page, a terminal or a database would obey; wrong numbers, handshakes and frames of
streams. A finding is: an answer of 500 or more (503 excepted), a traceback in an answer or in the log, no answer, a wrong reading
accepted, a text not escaped; frames or events of the good stream that are not those of the recording, to the bit; an impossible
value in a frame; another incident on the page; over 1.5 GB of memory; a service that does not end by itself. Prints progress,
findings, and what was sent and answered; store and log of a run with findings are kept in FOLDER. Exit code 1 where there are
any. 10,000 take two to four minutes.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.harness.service.sources.mqtt_broker import own_broker
from tests.robustness.service_mutations import Publish, send_all

TOPIC = "laneblock/readings"


def main() -> None:
    """Send, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service_mutations", description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=10_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-mqtt", action="store_true", help="no broker: all over HTTP")
    parser.add_argument(
        "--keep", type=Path, default=Path("results/service-mutations"), help="folder of a run with findings"
    )
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="laneblock-mutations-"))
    started = time.monotonic()
    try:
        with _broker(folder, given.without_mqtt) as (address, publish):
            report = send_all(folder, given.seed, given.count, address, publish, lambda line: print(line, flush=True))
        if report.findings:
            shutil.copytree(folder, given.keep, dirs_exist_ok=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    wall_s = time.monotonic() - started
    for finding in report.findings:
        print(f"FINDING {finding}")
    found = f"{len(report.findings)} findings; most memory {report.peak_mb:.0f} MB"
    print(f"seed {given.seed}: {given.count} sent in {wall_s:.0f} s, {found}")
    print("sent: " + ", ".join(f"{kind} {count}" for kind, count in report.sent.most_common()))
    print("answers: " + ", ".join(f"{status} {count}" for status, count in report.statuses.most_common()))
    if report.findings:
        print(f"Findings: {given.keep}")
        raise SystemExit(1)


@contextmanager
def _broker(folder: Path, without: bool) -> Iterator[tuple[str, Publish | None]]:
    """Give the address of a topic at a broker, and what publishes there."""
    if without:
        yield "", None
        return
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    with own_broker(folder) as broker:
        client = Client(CallbackAPIVersion.VERSION2)
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
        try:
            yield (
                f"mqtt://127.0.0.1:{broker.port}/{TOPIC}",
                lambda content: client.publish(TOPIC, content, qos=1).wait_for_publish(60.0),
            )
        finally:
            client.disconnect()
            client.loop_stop()


if __name__ == "__main__":
    main()
