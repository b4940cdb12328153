"""Which methods an address takes (RFC 9110, section 10.2.1)."""

from collections.abc import Iterable

from starlette.routing import BaseRoute, Route


def allowed(routes: Iterable[BaseRoute], path: str) -> str:
    """What the ``Allow`` header of a 405 says, whichever route it came from.

    A route that is this very path counts before one with a placeholder in it.
    """
    there = [route for route in routes if isinstance(route, Route)]
    exact = [route for route in there if route.path == path]
    matching = exact or [route for route in there if route.path_regex.match(path)]
    methods = {method for route in matching for method in route.methods or ()}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
