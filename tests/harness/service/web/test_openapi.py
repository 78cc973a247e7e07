"""The API keeps what its OpenAPI document says, for requests that follow it and for such that do not."""

import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from harness.service.web.access_tokens import Role, Tokens, new_token
from harness.service.web.web_settings import WebSettings
from tests.harness.service.web.conftest import Served
from tests.harness.service.web.small_service import SmallService, free_frame, opened, serving

EXAMPLES = 2
"""Requests per operation and kind. Chosen: seconds for all; more find more."""
STREAM = "/api/events"
"""A stream does not end; its own tests read it."""
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@pytest.fixture
def guarded(service: SmallService) -> Iterator[Served]:
    """A service whose server wants tokens, and a client that has one for everything."""
    service.frame(free_frame(60.0), [opened(60.0)])
    secret, token = new_token("schemathesis", Role.ADMIN)
    log, wanted = io.StringIO(), WebSettings(port=0, tokens=Tokens((token,)))
    headers = {"Authorization": f"Bearer {secret}"}
    with serving(service, wanted, log) as address, httpx.Client(base_url=address, headers=headers) as client:
        yield Served(service, client, log)


def check(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> None:
    """Send some requests of one operation, and check the answers."""
    # Readings of a road that is not watched are refused, whatever their form.
    excluded = [schemathesis.checks.positive_data_acceptance] if operation.path == "/api/readings" else []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        case.call_and_validate(headers=headers, excluded_checks=excluded)

    call()


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
def test_every_answer_is_one_that_is_described(guarded: Served, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_dict(guarded.client.get("/api/openapi.json").json())
    schema.config.update(base_url=guarded.address)
    tried = set()
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        has_input = any(True for _ in operation.iter_parameters()) or operation.body
        if operation.path != STREAM and (mode is GenerationMode.POSITIVE or has_input):
            check(operation, mode, {"Authorization": guarded.client.headers["Authorization"]})
            tried.add(operation.path)
    assert len(tried) >= 10
    assert '"level": "error"' not in guarded.log.getvalue()
