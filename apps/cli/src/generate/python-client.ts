/** The parts of generated Python that are the same for every project. */

export const PYTHON_HEAD = `
from __future__ import annotations

import base64
import dataclasses
import datetime
import decimal
import json
import urllib.error
import urllib.request
from typing import Any, Callable, Dict, Generic, List, Mapping, Optional, TypeVar

PROJECT = PROJECT_NAME

T = TypeVar("T")


class LarderError(Exception):
    """What the server refused, or that it could not be reached (UNAVAILABLE)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclasses.dataclass(frozen=True)
class OnlineFeatures(Generic[T]):
    """The newest values of one entity."""

    features: T
    # Per feature: PRESENT, NULL_VALUE, NOT_FOUND, OUTSIDE_MAX_AGE or UNAVAILABLE.
    statuses: Mapping[str, str]
    # When each value became true, UTC; None when there is no row.
    event_times: Mapping[str, Optional[datetime.datetime]]
`;

export const PYTHON_HELPERS = `

def _refusal(error: urllib.error.HTTPError) -> LarderError:
    try:
        answer = _mapping(_mapping(json.load(error)).get("error"))
    except ValueError:
        answer = {}
    message = answer.get("message", f"HTTP {error.code}")
    return LarderError(str(answer.get("code", "INTERNAL")), str(message))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _key(value: object) -> object:
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            value = value.replace(tzinfo=datetime.timezone.utc)
        return value.astimezone(datetime.timezone.utc).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _maybe(read: Callable[[object], T], value: object) -> Optional[T]:
    return None if value is None else read(value)


def _maybe_list(read: Callable[[object], T], value: object) -> Optional[List[T]]:
    return [read(each) for each in value] if isinstance(value, list) else None


def _bool(value: object) -> bool:
    return bool(value)


def _int(value: object) -> int:
    return int(str(value))


def _float(value: object) -> float:
    return float(str(value))


def _str(value: object) -> str:
    return str(value)


def _bytes(value: object) -> bytes:
    return base64.b64decode(str(value))


def _time(value: object) -> datetime.datetime:
    return datetime.datetime.fromisoformat(str(value).replace("Z", "+00:00"))


def _date(value: object) -> datetime.date:
    return datetime.date.fromisoformat(str(value))


def _decimal(value: object) -> decimal.Decimal:
    return decimal.Decimal(str(value))


def _json(value: object) -> Any:
    return value


def _statuses(answer: Mapping[str, object]) -> Dict[str, str]:
    return {name: str(status) for name, status in _mapping(answer.get("statuses")).items()}


def _event_times(answer: Mapping[str, object]) -> Dict[str, Optional[datetime.datetime]]:
    return {name: _maybe(_time, time) for name, time in _mapping(answer.get("event_times")).items()}
`;

export const PYTHON_CLIENT = `

class LarderClient:
    """Reads over the JSON gateway of online-serving. Safe to share between threads."""

    def __init__(
        self,
        url: str = "http://localhost:6566",
        *,
        project: str = PROJECT,
        timeout_seconds: float = 1.0,
        application: str = "python",
    ) -> None:
        """\`application\` is the name under which the registry lists who reads what."""
        self._url = url.rstrip("/") + "/get-online-features"
        self._project = project
        self._timeout_seconds = timeout_seconds
        self._application = application

    def _read(
        self,
        service: str,
        keys: Mapping[str, object],
        full_feature_names: bool,
        max_age_seconds: Optional[float],
    ) -> Mapping[str, object]:
        body: Dict[str, object] = {**keys, "project": self._project, "feature_service": service}
        if full_feature_names:
            body["full_feature_names"] = True
        if max_age_seconds is not None:
            body["max_age_seconds"] = max_age_seconds
        request = urllib.request.Request(
            self._url,
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json", "user-agent": self._application},
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_seconds) as response:
                return _mapping(json.load(response))
        except urllib.error.HTTPError as error:
            raise _refusal(error) from None
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            raise LarderError("UNAVAILABLE", f"no answer from {self._url}: {error}") from error
`;
