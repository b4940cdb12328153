"""A command for each operation, which does what it says on a server with the samples.

They are in OpenAPI as ``x-codeSamples``; tests run every one. Files that they send lie in the
folder they run in: dmesg.txt, System.map and MY001.yaml.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

SERVER = "http://127.0.0.1:8000"
SAMPLE = "d5g6heifnmbl7zgf7aov3nd7e5"
"""The first sample: ff-rootfs-protected.log."""
_OTHER = "atblixrjrkxhw7hlyogbgigezm"
"""Another: ff-device-protected.log."""
_LOGS = f"{SERVER}/api/v1/logs"
_LOG = f"{_LOGS}/{SAMPLE}"
_GET = "curl --fail-with-body"
_SEND = f"{_GET} --data-binary"
_MINE = "label=branch=main&label=machine=rk3588"
_TAKEN = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"deletion_token\"])'"
COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "POST /api/v1/logs": f'{_SEND} @dmesg.txt "{_LOGS}?name=dmesg.txt&{_MINE}"',
        "GET /api/v1/logs": f'{_GET} "{_LOGS}?label=branch=main&verdict=fail&limit=20"',
        "GET /api/v1/logs/{identity}": f'{_GET} "{_LOG}?format=text"',
        "DELETE /api/v1/logs/{identity}": (
            f"TOKEN=$(curl --data-binary @dmesg.txt {_LOGS} | {_TAKEN})\n"
            f'{_GET} -X DELETE -H "Authorization: Bearer $TOKEN" {_LOG}'
        ),
        "GET /api/v1/logs/{identity}/raw": f'{_GET} -H "Range: bytes=0-4095" {_LOG}/raw',
        "GET /api/v1/logs/{identity}/lines": f'{_GET} "{_LOG}/lines?from=602&to=623"',
        "GET /api/v1/logs/{identity}/findings": f'{_GET} "{_LOG}/findings?outcome=fail"',
        "GET /api/v1/badge.svg": f'{_GET} "{SERVER}/api/v1/badge.svg?{_MINE}" -o badge.svg',
        "GET /api/v1/logs/{identity}/subjects.svg": f"{_GET} {_LOG}/subjects.svg -o subjects.svg",
        "GET /api/v1/logs/{identity}/subjects.png": (
            f'{_GET} "{_LOG}/subjects.png?finding=FFA001" -o subjects.png'
        ),
        "GET /api/v1/history": f'{_GET} "{SERVER}/api/v1/history?{_MINE}&format=csv"',
        "GET /api/v1/compare": (
            f'{_GET} "{SERVER}/api/v1/compare?a={SAMPLE}&b={_OTHER}&format=text"'
        ),
        "POST /api/v1/logs/{identity}/what-if": (
            f'{_GET} --json \'{{"changes": ["level:ffa_init=6s"]}}\' "{_LOG}/what-if?format=text"'
        ),
        "GET /api/v1/logs/{identity}/what-if/table": f'{_GET} "{_LOG}/what-if/table?format=text"',
        "GET /api/v1/logs/{identity}/what-if/cures": f'{_GET} "{_LOG}/what-if/cures?format=text"',
        "POST /api/v1/builds": (
            f'{_SEND} @System.map "{SERVER}/api/v1/builds?kernel=6.12.117&format=text"'
        ),
        "GET /api/v1/packs": f"{_GET} {SERVER}/api/v1/packs",
        "GET /api/v1/rules": f"{_GET} {SERVER}/api/v1/rules",
        "GET /api/v1/rules/{identity}": f"{_GET} {SERVER}/api/v1/rules/FFA001",
        "POST /api/v1/rules/lint": f"{_SEND} @MY001.yaml {SERVER}/api/v1/rules/lint",
        "POST /api/v1/rules/test": f"{_GET} -F pack=@MY001.yaml {SERVER}/api/v1/rules/test",
        "POST /api/v1/logs/{identity}/judge": f'{_SEND} @MY001.yaml "{_LOG}/judge?format=text"',
        "GET /livez": f"{_GET} {SERVER}/livez",
        "GET /healthz": f"{_GET} {SERVER}/healthz",
        "GET /readyz": f"{_GET} {SERVER}/readyz",
    }
)
"""By method and path."""


def attach(routes: Iterable[BaseRoute]) -> None:
    """Give each operation its command."""
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                source = COMMANDS.get(f"{method} {route.path}")
                if source is not None:
                    samples = [{"lang": "Shell", "label": "curl", "source": source}]
                    extra = route.openapi_extra or {}
                    route.openapi_extra = {**extra, "x-codeSamples": samples}
