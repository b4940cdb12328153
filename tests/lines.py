"""Lines of small boots, made by hand."""

HEAD = "[    0.000000] Linux version 6.12.117 (aarch64-linux-gnu-gcc)"
USERSPACE = "[    9.000000] Run /init as init process"


def ran(function: str, at: float, thread: str = "1", module: str = "") -> tuple[str, str]:
    """Both lines of an initcall that took a millisecond."""
    tag = f" [{module}]" if module else ""
    return (
        f"[{at:12.6f}] calling  {function}+0x0/0x10{tag} @ {thread}",
        f"[{at + 0.001:12.6f}] initcall {function}+0x0/0x10{tag} returned 0 after 1 usecs",
    )
