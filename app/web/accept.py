"""Which of several media types a request would rather have (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence


def preferred(accept: str, offered: Sequence[str]) -> str:
    """The offered type that is accepted most, the earlier of equals; else the first.

    ``*/*`` and ``text/*`` accept as they say; a media type's parameters are not looked at.
    """
    asked = [_weighed(part) for part in accept.split(",")[:50]]

    def weight(media_type: str) -> float:
        ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
        for one in ranges:
            weights = [weight for name, weight in asked if name == one]
            if weights:
                return max(weights)
        return 0.0

    best = max(offered, key=weight)
    return best if weight(best) > 0 else offered[0]


def _weighed(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return name, min(max(float(value), 0.0), 1.0)
            except ValueError:
                return name, 0.0
    return name, 1.0
