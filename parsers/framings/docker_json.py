"""Docker's json-file log, as nodes of Kubernetes keep it too: ``{"log":"...","stream":...}``.

The container is an emulator whose console is its output.
"""

from collections.abc import Iterator, Sequence

from parsers.framings.base import Frame, Keeps
from parsers.framings.inner import kernel_frames, plain, spread


class DockerJsonFraming:
    """One object a line, with a line of the console in it."""

    name: str = "docker_json"
    example: str = (
        '{"log":"[    1.579198] calling  ffa_init+0x0/0x820 @ 1\\r\\n","stream":"stdout",'
        '"time":"2026-11-23T04:27:13.123456789Z"}'
    )
    made_by: str = "/var/lib/docker/containers/ID/ID-json.log of a container that runs QEMU"
    keeps: Keeps = "microseconds"
    loses: str = "with printk.time=0 the time: the line may have waited before it was stamped"
    source: str = "Docker's json-file logging driver, by published lines of it"

    def recognises(self, line: str) -> bool:
        """Whether this line is such an object."""
        return _log(line) is not None

    def frames(self, lines: Sequence[str], first_line: int = 1) -> Iterator[Frame]:
        """Yield the messages."""
        sample = (_log(line) or "" for line in spread(lines))
        yield from kernel_frames((_log(line) or "" for line in lines), sample, first_line)


def _log(line: str) -> str | None:
    if not (line.startswith("{") and line.endswith("}") and '"log"' in line and '"stream"' in line):
        return None
    import json  # other logs need none of it

    try:
        record = json.loads(line, strict=False)
    except (ValueError, RecursionError):
        return None
    text = record.get("log")
    return plain(text).rstrip("\r\n") if isinstance(text, str) else None


DOCKER_JSON = DockerJsonFraming()
