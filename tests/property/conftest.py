"""How long and how often: no deadline on a loaded machine, the same examples in CI."""

import os

from hypothesis import settings

settings.register_profile(
    "ours", max_examples=300, deadline=None, derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("ours")
