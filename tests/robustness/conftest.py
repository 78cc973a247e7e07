"""Good inputs, and a process that runs commands on them, made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.robustness.forked_command import CommandServer
from tests.robustness.good_inputs import make_good_inputs, write_texts


@pytest.fixture(scope="session")
def server() -> Iterator[CommandServer]:
    """Run commands in forked processes."""
    with CommandServer() as made:
        yield made


@pytest.fixture(scope="session")
def good(server: CommandServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one good input of every kind."""
    folder = tmp_path_factory.mktemp("good")
    make_good_inputs(folder, lambda *arguments: server.run(arguments, folder, sumo=True).code)
    return folder


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with those good inputs that no command has to make."""
    folder = tmp_path_factory.mktemp("texts")
    write_texts(folder)
    return folder
