"""A service fed by HTTP: `POST /api/readings`."""

from typing import TYPE_CHECKING

from harness.service.feeding.feed_target import NotTakenError
from harness.service.sources.push_receipt import PushReceipt
from scenarios.errors import MissingExtraError, UserError, printable

if TYPE_CHECKING:
    from httpx import Response

TIMEOUT_S = 30.0
"""Longest wait for an answer, s. Chosen: a service that takes longer is told as not there."""
_AGAIN = (408, 425, 429, 500, 502, 503, 504)
"""Answers after which a message may be sent again: the service, or what stands before it, is busy or being restarted."""
_ANSWERED = (200, 202, 400)


class HttpTarget:
    """The service at `http://HOST[:PORT]`; `token` is that of a role that may feed. Raises MissingExtraError, UserError."""

    def __init__(self, address: str, token: str = "") -> None:
        try:
            import httpx
        except ImportError:
            raise MissingExtraError('feeding by HTTP needs the package httpx: pip install "laneblock[serve]"') from None
        try:
            url = httpx.URL(address)
        except (httpx.InvalidURL, ValueError) as error:
            raise UserError(f"--to: wanted http://HOST[:PORT], got {address[:80]!r} ({error})") from None
        if not url.host or url.userinfo or url.query:
            raise UserError(f"--to: wanted http://HOST[:PORT], got {url.copy_with(userinfo=b'')!s:.80}")
        path = url.path.rstrip("/")
        self._url = url.copy_with(path=path if path.endswith("/api/readings") else f"{path}/api/readings")
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._failures = (httpx.TransportError,)
        self._client = httpx.Client(headers=headers, timeout=TIMEOUT_S)

    def send(self, message: bytes, readings: int) -> PushReceipt:
        """Send a message and return the service's receipt."""
        try:
            response = self._client.post(self._url, content=message)
        except self._failures as error:
            raise NotTakenError(f"{self._url}: {str(error) or type(error).__name__}") from None
        if response.status_code in _AGAIN:
            raise NotTakenError(f"HTTP {response.status_code}: {_detail(response)}", _retry_after_s(response))
        if response.status_code in (401, 403):
            raise UserError(f"the service refuses: {_detail(response)} (--token TOKEN of a role that may feed?)")
        receipt = _receipt(response) if response.status_code in _ANSWERED else None
        if receipt is None:
            raise UserError(
                f"{self._url}: HTTP {response.status_code}: {_detail(response)} (is it a laneblock service?)"
            )
        return receipt

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()


def _json(response: "Response") -> dict[str, object]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _detail(response: "Response") -> str:
    return printable(str(_json(response).get("detail") or response.reason_phrase)[:300])


def _receipt(response: "Response") -> PushReceipt | None:
    fields = _json(response)
    accepted, refused, count = fields.get("accepted"), fields.get("refused"), fields.get("refused_count")
    if not isinstance(accepted, int) or not isinstance(refused, list) or not isinstance(count, int):
        return None
    return PushReceipt(accepted, tuple(printable(str(line)[:300]) for line in refused), count)


def _retry_after_s(response: "Response") -> float:
    text = response.headers.get("retry-after", "")
    return min(float(text), 3600.0) if text.isdigit() else 0.0
