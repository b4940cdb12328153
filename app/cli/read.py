"""A file that the command line names, or standard input."""

import sys


def read_input(name: str, cap: int | None = None) -> bytes:
    """Its bytes, one more than ``cap`` (MAX_BYTES unless given) at most: the reader refuses those.

    Raises UnreadableInput, which names the file.
    """
    from parsers import MAX_BYTES, UnreadableInput

    size = (cap or MAX_BYTES) + 1
    try:
        if name == "-":
            return sys.stdin.buffer.read(size)
        with open(name, "rb") as file:
            return file.read(size)
    except OSError as error:
        raise UnreadableInput(f"{error.strerror}.", where=name) from error
