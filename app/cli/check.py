"""``bootscope check``: the gate. As ``analyse``, but in a line a log, and evidence is required."""

import argparse

from app.cli.analyse import FORMATS, LINE, declare


def add(check: argparse.ArgumentParser) -> None:
    """Declare the command."""
    declare(check, (LINE, *FORMATS))
    check.set_defaults(require_evidence=True)
