"""``bootscope serve``: pages and API."""

import argparse


def add(serve: argparse.ArgumentParser) -> None:
    """Declare the command."""
    serve.set_defaults(run=_serve)


def _serve(_: argparse.Namespace) -> int:
    from app.main import serve

    return serve()
