"""How lines are wrapped, one file for each way; ``registry`` has them all."""

from parsers.framings.base import Frame, Framing

__all__ = ["Frame", "Framing"]
