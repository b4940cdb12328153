"""``python -m app.cli``, as ``bootscope``."""

from app.cli import run

run()
