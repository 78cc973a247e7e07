"""Numbers on the command line that cannot be: one message, exit code 2, and nothing is written."""

from pathlib import Path

import pytest

from harness.cli import main


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        *(
            (f"battery sr91-smoke --time-limit {number}", "--time-limit")
            for number in ("nan", "inf", "-1", "0", "1e400")
        ),
        *((f"battery sr91-smoke --shard {shard}", "--shard") for shard in ("0/0", "2/1", "-1/2", "1/2/3", "1e0/2")),
        *((f"battery sr91-smoke --jobs {number}", "--jobs") for number in ("0", "-1", "nan", "9" * 20)),
        *(
            (f"run sr91-smoke/smoke-incident-2 --seed {number}", "seed")
            for number in ("-1", "2147483648", "nan", "0.5")
        ),
        *((f"calibrate snd --recordings . --aim {number}", "") for number in ("nan", "inf", "-1", "1e400")),
        *((f"baseline compare shipped --alpha {number}", "--alpha") for number in ("nan", "inf", "-1", "2")),
        ("baseline save . --persistence 99999999999999999999", "--persistence"),
    ],
)
def test_it_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: str,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(arguments.split())
    said = capsys.readouterr().err
    assert (ended.value.code, message in said, "Traceback" in said) == (2, True, False), said
    assert not list(tmp_path.iterdir())
