"""Style and script that stand in a page itself, each with the hash that a policy names."""

import hashlib
from base64 import b64encode
from typing import NamedTuple

from markupsafe import Markup


class Inline(NamedTuple):
    """What goes between the tags as it is, and its ``'sha256-…'`` source expression."""

    text: Markup
    hash: str


def inline(text: str) -> Inline:
    """Our own style or script, so that it cannot end its element, nor begin a comment."""
    kept = (
        text.replace("\r\n", "\n").replace("</script", "<\\/script").replace("</style", "<\\/style")
    )
    kept = kept.replace("<!--", "<\\!--")
    digest = b64encode(hashlib.sha256(kept.encode()).digest()).decode()
    return Inline(Markup(kept), f"'sha256-{digest}'")  # noqa: S704
