import hmac
import textwrap
import time
from pathlib import Path

import pytest

from harness.service.response import webhook_signature
from harness.service.response.webhook_signature import HEADER, signature, verified

README = Path(webhook_signature.__file__).with_name("README.md")


@pytest.mark.parametrize(("sent", "came", "genuine"), [(b"{}", b"{}", True), (b"{}", b"{ }", False)])
def test_the_example_of_the_documents_verifies_what_is_sent(sent: bytes, came: bytes, genuine: bool) -> None:
    lines = [line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("    ")]
    example = textwrap.dedent("\n".join(lines[next(k for k, line in enumerate(lines) if "t, v1" in line) :][:3]))
    names = {
        "hmac": hmac,
        "time": time,
        "secret": "open sesame",
        "body": came,
        "headers": {HEADER: signature("open sesame", sent, time.time())},
    }
    exec(example, names)
    assert names["genuine"] is genuine


@pytest.mark.parametrize("header", ["", "t=1,v1=", "v1=00,t=1", "t=1;v1=" + "0" * 64, "t=-1,v1=" + "0" * 64])
def test_what_is_no_signature_is_not_genuine(header: str) -> None:
    assert not verified("open sesame", b"{}", header, 1.0)
