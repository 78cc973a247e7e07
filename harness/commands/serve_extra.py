"""The extra `serve`: what the commands of the live service need besides laneblock."""

from importlib.util import find_spec

from scenarios.errors import MissingExtraError

PACKAGES = (
    *("alembic", "fastapi", "httpx", "prometheus_client", "sqlalchemy", "sse_starlette", "structlog", "uvicorn"),
    *("websockets", "zstandard"),
)
"""Modules that the extra installs."""


def need_serve(command: str) -> None:
    """Raise MissingExtraError where a package of the extra `serve` is not installed."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise MissingExtraError(f'{command} needs {", ".join(missing)}: pip install "laneblock[serve]"')
