"""Whether logs are listed, and where a page of a list ended."""

import base64
import binascii
from datetime import datetime

from fastapi import Request

from app.errors import BadCursor, NotListed
from app.store.listing import Place
from app.web.access import Access
from app.web.uploads import service_of


def may_list(request: Request) -> None:
    """Raises NotListed where this server lists no logs to whoever asks.

    A token that may read lists them everywhere.
    """
    access: Access = request.app.state.access
    if service_of(request).settings.listed or access.access == "all":
        return  # of "all" the token was asked for at the gate
    holder = request.state.holder or access.holder(request.headers)
    if holder is None or not holder.may("read"):
        raise NotListed(
            "This server lists no logs: whoever has the link of a log may read it.",
            hint="Show a token of scope read; or whoever runs it can set BOOTSCOPE_LISTED=1.",
        )


def cursor_of(place: Place) -> str:
    """A place as one word, which says nothing to who gets it."""
    text = f"{place.created_at.isoformat()}|{place.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> Place:
    """The place that ``cursor_of`` made a word of. Raises BadCursor."""
    try:
        packed = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        text = base64.b64decode(packed, altchars=b"-_", validate=True).decode("ascii")
        instant, _, log_id = text.partition("|")
        place = Place(datetime.fromisoformat(instant), log_id)
    except (ValueError, binascii.Error) as error:
        raise _bad_cursor() from error
    if place.created_at.tzinfo is None or cursor_of(place) != cursor:
        raise _bad_cursor()
    return place


def _bad_cursor() -> BadCursor:
    return BadCursor(
        "That cursor is none that a list has given.",
        hint="Send the 'next' of the page before as it is, or leave it out to begin anew.",
    )
