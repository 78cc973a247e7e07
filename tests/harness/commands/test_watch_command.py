import pytest

from harness.cli import main


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ("http://127.0.0.1:1x", "wanted a service's address, such as http://127.0.0.1:8000, got 'http://127.0.0.1:1x'"),
        ("http://", "got 'http://' (it names no host)"),
    ],
)
def test_what_is_no_address_is_refused(service: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["watch", service])
    assert told in capsys.readouterr().err
