"""Times and gaps in words."""

import errno

_MAX_NAME = 100


def seconds(time_us: int | None) -> str:
    """A stamp as printk writes it: ``1.579198 s``."""
    return "no time" if time_us is None else f"{time_us / 1e6:.6f} s"


def duration(span_us: int | None) -> str:
    """A length of time in the unit that suits it: ``412 us``, ``66.5 ms``, ``1.2 s``."""
    if span_us is None:
        return "some time"
    size = abs(span_us)
    if size < 1_000:
        return f"{size} us"
    if size < 10_000:
        return f"{size / 1_000:.1f} ms"
    if size < 1_000_000:
        return f"{size / 1_000:.0f} ms"
    return f"{size / 1_000_000:.1f} s"


def errno_symbol(returned: int) -> str:
    """``EINVAL`` of -22 or 22, empty where there is none; the kernel's own 517 is not in the
    C library's table.
    """
    return "EPROBE_DEFER" if abs(returned) == 517 else errno.errorcode.get(abs(returned), "")


def errno_name(returned: int) -> str:
    """``-22 (EINVAL)``."""
    symbol = errno_symbol(returned)
    return f"{returned} ({symbol})" if symbol else str(returned)


def by_cause(texts: list[str]) -> str:
    """Messages that end in an errno, grouped by it: ``-22 (EINVAL): a and b; -5 (EIO): c``.

    Of ``D X: probe with driver D failed`` and ``D: probe of X failed`` what failed is ``D X``.
    """
    groups: dict[str, list[str]] = {}
    for text in texts:
        who, _, what = text.partition(": probe ")
        if what.startswith("of "):
            who = f"{who} {what.split(' ')[1]}"
        number = text.rpartition(" ")[2]
        known = number.removeprefix("-").isdecimal() and number.isascii() and len(number) <= 6
        cause = errno_name(int(number)) if known else "no errno"
        groups.setdefault(cause, []).append(who[:_MAX_NAME])
    return "; ".join(f"{cause}: {listed([*dict.fromkeys(all_)])}" for cause, all_ in groups.items())


def listed(names: list[str], limit: int = 5) -> str:
    """``a, b and c``; past ``limit`` names the rest is counted."""
    if len(names) > limit:
        return f"{', '.join(names[:limit])} and {len(names) - limit} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
