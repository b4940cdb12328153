"""A Bootscope server as ``push`` talks to it: one request, tried again where that may help.

Posting a log is idempotent by its content, so that an answer which got lost on its way is
asked for again without harm.
"""

import json
import logging
import os
import stat
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError
from urllib3.util import Retry, Timeout, make_headers, parse_url

from app.errors import SettingsError
from app.printable import printable, shortened
from parsers import BootscopeError, InputError
from parsers.named import NamedTuple

SERVER, TOKEN = "BOOTSCOPE_SERVER", "BOOTSCOPE_TOKEN"
"""Environment variables: the server's address, and a token for it."""
_AGAIN = (429, 502, 503, 504)
_LONGEST_WAIT = 120
_CONNECT_SECONDS = 10
_TOLD = 300
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
Part = tuple[str, tuple[str, bytes, str]]
"""A file of a form: its part, its name, its bytes, its media type."""


class Unreachable(BootscopeError):
    """The server was not reached, or broke: no verdict, and no fault of the log."""

    code = "unreachable"
    title = "No answer"
    exit_code = 4


class Refused(SettingsError):
    """The server does not do what it was asked to: address, token, label or rules."""

    code = "refused"
    title = "Refused"


class RefusedLog(InputError):
    """The server cannot read the log."""

    code = "refused-log"
    title = "Log refused"


class _Retry(Retry):
    """Waits as long as Retry-After says, but for 429 and 503 alone: 413 stays what it is."""

    RETRY_AFTER_STATUS_CODES = frozenset({429, 503})


class Patience(NamedTuple):
    """How often a request is tried again, and how many seconds an answer may take.

    Between two tries are ``pause`` seconds, twice as many each time, and up to as many
    again by chance, so that bots which failed together do not come back together.
    """

    retries: int = 6
    seconds: float = 120
    pause: float = 0.5


class Server:
    """One server, by the address that its pages begin with. The token is never shown."""

    def __init__(self, url: str, token: str | None, patience: Patience) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(
                "That is no address of a server.", hint="It looks like https://bootscope.lan."
            )
        if parts.username or parts.password or parts.query or parts.fragment:
            raise SettingsError(
                "The server's address holds more than an address.",
                hint="A token goes into a file, --token-file, or into BOOTSCOPE_TOKEN.",
            )
        self.url = url.rstrip("/")
        self._headers = {"User-Agent": "bootscope", "Accept": "application/json"}
        if token is not None:
            if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
                warn("the token goes over http, where whoever is on the way can read it")
            self._headers["Authorization"] = f"Bearer {token}"
        self._tries = patience.retries + 1
        logging.getLogger("urllib3").setLevel(logging.ERROR)
        self._pool = _pool(parts.scheme, parts.hostname, patience)

    def post_log(
        self, query: Sequence[tuple[str, str]], body: bytes | list[Part], wait: bool = True
    ) -> Any:
        """The answer to one upload, a log or a form. Raises BootscopeError as ``ask`` does."""
        headers: dict[str, str] = {} if wait else {"Prefer": "respond-async"}
        if isinstance(body, bytes):
            headers["Content-Type"] = "application/octet-stream"
        else:
            body, headers["Content-Type"] = urllib3.encode_multipart_formdata(body)
        return self.ask("POST", "/api/v1/logs", query, body, headers)

    def report(self, identity: str, framing: str | None) -> bytes:
        """A log's report. Raises BootscopeError as ``ask`` does."""
        query = [("framing", framing)] if framing else []
        answer = self.ask("GET", f"/api/v1/logs/{identity}", query)
        return json.dumps(answer).encode()

    def ask(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """What the server answers, read as JSON.

        Raises RefusedLog, Refused, and Unreachable after the last try.
        """
        address = f"{self.url}{path}" + (f"?{urlencode(query)}" if query else "")
        try:
            answer = self._pool.request(
                method, address, body=body, headers={**self._headers, **(headers or {})},
                redirect=False,
            )  # fmt: skip
        except MaxRetryError as error:
            raise self._unreachable(_last(error.reason)) from error
        except HTTPError as error:
            raise self._unreachable(_last(error)) from error
        if not 200 <= answer.status < 300:
            raise self._refused(answer.status, answer.data)
        try:
            return json.loads(answer.data)
        except ValueError as error:
            raise self._unreachable("its answer is no JSON") from error

    def _unreachable(self, why: str) -> Unreachable:
        tries = "once" if self._tries == 1 else f"up to {self._tries} times"
        return Unreachable(
            f"No verdict from {printable(self.url)} (tried {tries}): {why}.",
            hint="The log was judged by nobody. Push it again: the same bytes make one log.",
        )

    def _refused(self, status: int, body: bytes) -> BootscopeError:
        said = _problem(body)
        detail = said.get("detail") or said.get("title") or ""
        message = f"The server says {status}{f': {_told(detail)}' if detail else '.'}"
        if status >= 500 or status in _AGAIN:
            return self._unreachable(message.rstrip("."))
        hint = _told(said.get("hint") or "")
        code = str(said.get("type", "")).rpartition("#")[2]
        kinds = {kind.code for kind in _kinds(InputError)}
        if code in kinds or (not code and status in (413, 415)):
            return RefusedLog(message, hint=hint)
        if 300 <= status < 400:
            hint = "It moved: give the address that it has now."
        return Refused(message, hint=hint)


def warn(text: str) -> None:
    """Something that the user should know, on stderr."""
    print(f"bootscope: warning: {text}", file=sys.stderr)


def read_token(file: str | None) -> str | None:
    """The token of that file, else of the environment, if there is any.

    Raises SettingsError, which never shows what was read.
    """
    if file is None:
        token = os.environ.get(TOKEN, "").strip()
        where = TOKEN
        if not token:
            return None
    else:
        where = file
        try:
            with open(file, "rb") as opened:  # noqa: PTH123
                mode = os.fstat(opened.fileno()).st_mode
                token = opened.read(4096).decode("ascii", "replace").strip()
        except OSError as error:
            raise SettingsError(f"{error.strerror}.", where=file) from error
        if stat.S_ISREG(mode) and mode & 0o077:
            warn(f"{printable(file)} can be read by others; chmod 600 makes it yours alone")
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise SettingsError("There is no token in it.", where=where)
    return token


def _pool(scheme: str, host: str, patience: Patience) -> urllib3.PoolManager:
    retry = _Retry(
        total=patience.retries, redirect=0, allowed_methods=None, status_forcelist=_AGAIN,
        backoff_factor=patience.pause, backoff_jitter=patience.pause, backoff_max=30,
        raise_on_status=False, retry_after_max=_LONGEST_WAIT,
    )  # fmt: skip
    timeout = Timeout(connect=_CONNECT_SECONDS, read=patience.seconds)
    proxy = getproxies().get(scheme)
    if proxy and not proxy_bypass(host):
        auth = make_headers(proxy_basic_auth=parse_url(proxy).auth)
        return urllib3.ProxyManager(proxy, proxy_headers=auth, retries=retry, timeout=timeout)
    return urllib3.PoolManager(retries=retry, timeout=timeout)


def _problem(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _told(text: object) -> str:
    return shortened(printable(str(text)), _TOLD)


def _last(error: Exception | None) -> str:
    """What is at the bottom of an error: the objects that it went through mean nothing here."""
    return _told(str(error).rpartition(": ")[2] or type(error).__name__).rstrip(".")


def _kinds(kind: type[InputError]) -> list[type[InputError]]:
    return [kind, *(one for sub in kind.__subclasses__() for one in _kinds(sub))]
