"""Where one boot of a capture ends and the next begins."""

from parsers.events import Boot, Diagnostic
from parsers.framings import Frame


class BootSplitter:
    """Tells, frame by frame, whether a new boot starts.

    A kernel begins with ``Booting Linux on physical CPU`` (arm64), then ``Linux
    version``; elsewhere with the latter. A banner printed twice with one stamp,
    by the boot console and the real one, starts nothing.
    """

    def __init__(self) -> None:
        self._booting = False
        self._banner: tuple[str, int | None] | None = None
        self._last_us = 0

    def starts(self, frame: Frame) -> bool:
        """Whether ``frame`` is the first of a new boot (the very first included)."""
        last_us, self._last_us = self._last_us, frame.time_us or 0
        if frame.text.startswith("Booting Linux on physical CPU"):
            again = self._booting and self._banner is None
            self._booting, self._banner = True, None
            return not again
        if not frame.text.startswith("Linux version "):
            return False
        banner = (frame.text, frame.time_us)
        previous, self._banner = self._banner, banner
        if previous is None:
            follows, self._booting = self._booting, True
            return not follows
        return previous != banner or last_us > (frame.time_us or 0) + 1_000_000


def noted_as_reordered(boot: Boot) -> Boot:
    """``boot`` with a diagnostic that its lines are not numbered as in the file."""
    detail = "The parts stood newest first; line numbers are those of the log put in order."
    note = Diagnostic(code="parts_reordered", line=boot.first_line, detail=detail)
    return boot.model_copy(update={"diagnostics": (note, *boot.diagnostics)})
