"""A log fetched from an address that a client sent: only from hosts that the settings name.

No address inside the server's own network is reached: a name is resolved once, every address
that it has must be public, and that very address is connected to, so that a name which
changes in between leads nowhere else. Redirects go through the same.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from time import monotonic
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from app.errors import BadUrl, FetchFailed, FetchRefused, FetchTimeout
from app.settings import Settings
from parsers import InputTooLarge

_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5
_MAX_URL = 2000
_PIECE = 2**16
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Resolve = Callable[[str, int], list[str]]
Connect = Callable[[tuple[str, int], float], socket.socket]


class Fetched(NamedTuple):
    """What an address had, and what the log is called there."""

    data: bytes
    name: str


class Target(NamedTuple):
    """An address, taken apart. ``host`` is in small letters, ``path`` has the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def site(self) -> str:
        """Host and port as the settings name them; the usual ports are left out."""
        usual = self.port == _PORTS[self.scheme]
        return self.host if usual else f"{self.host}:{self.port}"


def resolve(host: str, port: int) -> list[str]:
    """Every address that a name has. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches logs from ``hosts`` (``name`` or ``name:port``), at most ``max_bytes`` each,
    in ``seconds`` for all of it. ``resolve`` and ``connect`` are the system's.
    """

    hosts: frozenset[str]
    max_bytes: int
    seconds: float
    resolve: Resolve = resolve
    connect: Connect = socket.create_connection
    context: ssl.SSLContext | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Fetcher":
        """As the settings have it."""
        return cls(settings.hosts, settings.max_log_bytes, settings.fetch_seconds)

    def fetch(self, url: str) -> Fetched:
        """What is at ``url``.

        Raises BadUrl, FetchRefused where it may not be asked, FetchFailed, FetchTimeout,
        InputTooLarge.
        """
        deadline = monotonic() + self.seconds
        target = self._allowed(url)
        first = target
        for _ in range(_MAX_REDIRECTS + 1):
            answer = self._ask(target, deadline)
            if isinstance(answer, bytes):
                return Fetched(answer, _name_of(first))
            before, target = target, self._allowed(urljoin(_url_of(target), answer))
            if (before.scheme, target.scheme) == ("https", "http"):
                raise FetchRefused(f"{before.site} sends from https to http.")
        raise FetchFailed(f"{first.site} sends from one address to the next without end.")

    def _allowed(self, url: str) -> Target:
        target = parse_url(url)
        if not self.hosts:
            raise FetchRefused(
                "This server fetches no logs from elsewhere.",
                hint="Send the log itself. Whoever runs the server can set BOOTSCOPE_FETCH_HOSTS.",
            )
        if target.site not in self.hosts:
            raise FetchRefused(
                f"This server fetches no logs from {target.site}.",
                hint="Send the log itself. Whoever runs the server can add the host to"
                " BOOTSCOPE_FETCH_HOSTS.",
            )
        return target

    def _ask(self, target: Target, deadline: float) -> bytes | str:
        """The bytes, or where to ask instead."""
        try:
            with self._connection(target, deadline) as connection:
                headers = {"Accept": "*/*", "Accept-Encoding": "identity",
                           "User-Agent": "bootscope", "Connection": "close"}  # fmt: skip
                connection.request("GET", target.path, headers=headers)
                return self._read(target, connection.getresponse(), deadline)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if monotonic() >= deadline:
                raise self._too_late(target) from error
            raise FetchFailed(f"{target.site} could not be read.") from error

    def _read(
        self, target: Target, response: http.client.HTTPResponse, deadline: float
    ) -> bytes | str:
        if response.status in _REDIRECTS and (elsewhere := response.getheader("location")):
            return elsewhere
        if response.status != 200:
            raise FetchFailed(f"{target.site} answers {response.status}.")
        if (response.length or 0) > self.max_bytes:
            raise self._too_large()
        data = bytearray()
        while piece := response.read1(_PIECE):
            data += piece
            if len(data) > self.max_bytes:
                raise self._too_large()
        if monotonic() >= deadline:
            raise self._too_late(target)
        if response.length:
            raise FetchFailed(f"{target.site} ended in the middle.")
        return bytes(data)

    @contextmanager
    def _connection(self, target: Target, deadline: float) -> Iterator[http.client.HTTPConnection]:
        """A connection that is cut when the time is over, whatever the other side does."""
        address = self._public_address(target)
        left = max(deadline - monotonic(), 0.001)
        plain = self.connect((address, target.port), left)
        cut = plain.dup()
        timer = Timer(left, _cut, [cut])
        timer.start()
        connection = http.client.HTTPConnection(target.host, target.port, timeout=left)
        try:
            connection.sock = plain
            if target.scheme == "https":
                context = self.context or ssl.create_default_context()
                connection.sock = context.wrap_socket(plain, server_hostname=target.host)
            yield connection
        finally:
            timer.cancel()
            connection.close()
            cut.close()
            plain.close()

    def _public_address(self, target: Target) -> str:
        addresses = self.resolve(target.host, target.port)
        if not addresses or not all(map(is_public, addresses)):
            raise FetchRefused(
                f"{target.host} is an address that is not public.", hint="Send the log itself."
            )
        return addresses[0]

    def _too_large(self) -> InputTooLarge:
        return InputTooLarge(
            f"What is at that address has more than {self.max_bytes:,} bytes.",
            hint="Send the part from 'Booting Linux' to user space, or pack it with gzip.",
        )

    def _too_late(self, target: Target) -> FetchTimeout:
        return FetchTimeout(
            f"{target.site} did not send it in {self.seconds:g} s.", hint="Send the log itself."
        )


def parse_url(url: str) -> Target:
    """An http or https address. Raises BadUrl for any other, and for one that two readers
    may read in two ways.
    """
    odd = not url.isascii() or not url.isprintable() or " " in url or "\\" in url
    if odd or len(url) > _MAX_URL:
        raise _bad(f"It has more than {_MAX_URL} characters, or one that belongs quoted.")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise _bad(f"{error}.") from error
    if parts.scheme not in _PORTS or not host:
        raise _bad("It begins with neither http:// nor https:// and a host.")
    if "@" in parts.netloc:
        raise _bad("It has a user or a password in it.")
    path = parts.path if parts.path.startswith("/") else f"/{parts.path}"
    query = f"?{parts.query}" if parts.query else ""
    return Target(parts.scheme, host, port or _PORTS[parts.scheme], path + query)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet at large: it is not private, of this
    machine, of this link, shared, multicast or reserved, nor holds such a one.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.sixtofour is not None or ip.teredo is not None or ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _url_of(target: Target) -> str:
    return f"{target.scheme}://{target.host}:{target.port}{target.path}"


def _name_of(target: Target) -> str:
    last = unquote(target.path.partition("?")[0]).rstrip("/").rpartition("/")[2]
    return last or target.host


def _bad(why: str) -> BadUrl:
    return BadUrl(f"That address cannot be fetched. {why}", hint="Send http:// or https://...")


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # it is over already
        return
