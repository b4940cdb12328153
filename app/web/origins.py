"""Under which name this server is asked, and by whose page."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from app.errors import CrossOrigin, UnknownHost
from app.web.access import is_ambient

_MORE = {*"@/\\?#%, "}
_SAFE = ("GET", "HEAD", "OPTIONS")


def check_host(headers: Headers, allowed: Sequence[str]) -> None:
    """Raises UnknownHost where names are given and the Host header has none of them."""
    if not allowed:
        return
    host = _name(headers.get("host", ""))
    for one in allowed:
        wanted = one.lower().strip("[]").rstrip(".")
        below = wanted.startswith("*.") and host.endswith(wanted[1:]) and len(host) >= len(wanted)
        if host == wanted or below:
            return
    raise UnknownHost(
        "This server is not asked under that name.",
        hint="Use its own name; its operator lists them in BOOTSCOPE_ALLOWED_HOSTS.",
    )


def check_origin(method: str, headers: Headers, own: str) -> None:
    """Raises CrossOrigin for what another site's page makes a browser send.

    ``own`` is BOOTSCOPE_PUBLIC_URL, for a proxy may ask under another name than people do.
    Whoever is no browser says nothing of origins, and has no authority to borrow.
    """
    site = headers.get("sec-fetch-site", "")
    if method in _SAFE:
        # Following a link is well; being made part of another page is not.
        foreign = site in ("cross-site", "same-site") and is_ambient(headers)
        if foreign and headers.get("sec-fetch-mode") != "navigate":
            raise _foreign()
        return
    if site:
        if site not in ("same-origin", "none"):
            raise _foreign()
        return
    origin = headers.get("origin")
    if origin is None:
        return
    known = {headers.get("host", "").lower(), urlsplit(own).netloc.lower()} - {""}
    if _host_of(origin) not in known:
        raise _foreign()


def _foreign() -> CrossOrigin:
    return CrossOrigin(
        "Another site's page sent this.",
        hint="Send it from a page of this server, or from a program. Behind a proxy, set"
        " BOOTSCOPE_PUBLIC_URL to the address that people use.",
    )


def _host_of(origin: str) -> str:
    """Name and port; empty for ``null``, as a page without an origin says."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _name(host: str) -> str:
    """The name in a Host header, without its port; empty where it is more than that."""
    try:
        return "" if _MORE & {*host} else (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""
