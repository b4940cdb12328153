"""What can go wrong with input that nobody can read.

    BootscopeError              code, message, hint, where
      InputError                CLI exit 3
        EmptyInput       422    nothing in it
        UnreadableInput  415    not text, a web page, broken compression
        InputTooLarge    413    over the cap, packed or unpacked
        UnknownFraming   422    text, but no kernel log that we can frame
        UnknownBoot      404    the capture has fewer boots

Odd input is never an error: it is kept, and named by a ``Diagnostic``.
"""

from typing import ClassVar


class BootscopeError(Exception):
    """Any error that is shown to a user.

    ``message`` says what is wrong, ``hint`` the way out, ``where`` the place
    (``file:line`` or empty). ``status`` is the HTTP status, ``exit_code`` the
    command line's, ``code`` a stable name for programs.
    """

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Error"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 4

    def __init__(self, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        way_out = f" {self.hint}" if self.hint else ""
        return f"{place}{self.message}{way_out}"


class InputError(BootscopeError):
    """A log or a symbol file that cannot be used."""

    code = "input"
    title = "Unusable input"
    status = 422
    exit_code = 3


class EmptyInput(InputError):
    """There is nothing in the input."""

    code = "empty-input"
    title = "Empty log"


class UnreadableInput(InputError):
    """The input is not text, or its compression is broken."""

    code = "unreadable-input"
    title = "Not a text log"
    status = 415


class InputTooLarge(InputError):
    """The input is over a cap, as sent or once unpacked."""

    code = "input-too-large"
    title = "Log too large"
    status = 413


class UnknownFraming(InputError):
    """Text, but no line of it is wrapped as a kernel log wraps its lines."""

    code = "unknown-framing"
    title = "No kernel log found"


class UnknownBoot(InputError):
    """The capture does not hold the boot that was asked for."""

    code = "unknown-boot"
    title = "No such boot"
    status = 404
