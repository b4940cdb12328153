"""How much one token, or one address, may ask and send in a time."""

import logging
import math
import time
from collections.abc import Iterator, Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NamedTuple

from limits import RateLimitItem
from limits.errors import ConfigurationError, StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from app.errors import QuotaExceeded, SettingsError
from app.settings import Settings, parse_rates
from parsers import InputTooLarge

_log = logging.getLogger(__name__)
_IPV6_NET = 64
"""Bits of an IPv6 address that one customer has: the others they choose as they like."""


class Policy(NamedTuple):
    """One rate, under the name that headers and problems call it by."""

    name: str
    unit: str
    item: RateLimitItem

    @property
    def described(self) -> str:
        """As an item of RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10)."""
        unit = f';qu="{self.unit}"' if self.unit != "requests" else ""
        return f'"{self.name}";q={self.item.amount}{unit};w={self.item.get_expiry()}'


class Limits:
    """The rates of ``settings``, counted in windows that begin with the first request.

    Raises SettingsError where they cannot be counted as the settings say.
    """

    def __init__(self, settings: Settings) -> None:
        self.policies = [
            *_policies("requests", "requests", parse_rates(settings.rate)),
            *_policies("bytes", "content-bytes", parse_rates(settings.rate_bytes)),
        ]
        self._limiter = FixedWindowRateLimiter(_storage(settings.rate_storage))
        self._failing = False

    def take(self, who: str, unit: str, cost: int = 1) -> None:
        """Count ``cost``. Raises QuotaExceeded, and InputTooLarge for what never fits."""
        concerned = [policy for policy in self.policies if policy.unit == unit]
        for policy in concerned:
            if cost > policy.item.amount:
                raise InputTooLarge(
                    f"The upload has {cost:,} bytes; {policy.item.amount:,} may be sent in"
                    f" {policy.item.get_expiry():,} s.",
                    hint="Send a smaller log; BOOTSCOPE_RATE_BYTES is the server's limit.",
                )
        try:
            over = [p for p in concerned if not self._limiter.test(p.item, who, cost=cost)]
            if not over:  # what is refused costs nothing
                over = [p for p in concerned if not self._limiter.hit(p.item, who, cost=cost)]
            wait = max((self._left(policy, who).wait_s for policy in over), default=0)
        except StorageError as error:
            self._cannot_count(error)
            return
        self._failing = False
        if over:
            raise _exceeded(over, wait)

    def headers(self, who: str) -> dict[str, str]:
        """RateLimit and RateLimit-Policy, as they are now."""
        try:
            left = [self._left(policy, who) for policy in self.policies]
        except StorageError as error:
            self._cannot_count(error)
            return {}
        return {
            "RateLimit-Policy": ", ".join(policy.described for policy in self.policies),
            "RateLimit": ", ".join(
                f'"{policy.name}";r={one.amount};t={one.wait_s}'
                for policy, one in zip(self.policies, left, strict=True)
            ),
        }

    def _left(self, policy: Policy, who: str) -> "_Left":
        stats = self._limiter.get_window_stats(policy.item, who)
        wait = min(max(math.ceil(stats.reset_time - time.time()), 0), policy.item.get_expiry())
        return _Left(stats.remaining, max(wait, 1) if not stats.remaining else wait)

    def _cannot_count(self, error: StorageError) -> None:
        """Without a count nobody is refused: the logs are worth more than the limit."""
        if not self._failing:
            cause = type(error.storage_error).__name__
            _log.warning("BOOTSCOPE_RATE_STORAGE does not answer, limits are off: %s", cause)
        self._failing = True


def open_limits(settings: Settings) -> Limits | None:
    """The limits of ``settings``; None where they set none. Raises SettingsError."""
    return Limits(settings) if settings.rate.strip() or settings.rate_bytes.strip() else None


class _Left(NamedTuple):
    """What is left of a window, and after how many seconds there is more."""

    amount: int
    wait_s: int


def caller(token_id: int | None, address: str) -> str:
    """Whose count a request goes to: a token's, else an address's (of IPv6, its /64)."""
    if token_id is not None:
        return f"token:{token_id}"
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return f"address:{address[:64]}"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return f"address:{parsed.ipv4_mapped}"
        return f"address:{ip_network((parsed, _IPV6_NET), strict=False).network_address}"
    return f"address:{parsed}"


def _policies(name: str, unit: str, items: Sequence[RateLimitItem]) -> Iterator[Policy]:
    for item in items:
        yield Policy(f"{name}-per-{item.get_expiry()}s", unit, item)


def _storage(url: str) -> Storage:
    hint = "Correct BOOTSCOPE_RATE_STORAGE; docs/access.md says what there is."
    try:
        storage = storage_from_string(url, wrap_exceptions=True)
        fit = isinstance(storage, Storage) and storage.check()
    except (ConfigurationError, ImportError, ValueError, StorageError) as error:
        said = f": {error}" if isinstance(error, ImportError) else ""
        raise SettingsError(f"Rates cannot be counted there{said}.", hint=hint) from error
    if not isinstance(storage, Storage) or not fit:
        raise SettingsError("The store that counts rates does not answer.", hint=hint)
    return storage


def _exceeded(over: Sequence[Policy], wait_s: int) -> QuotaExceeded:
    first = over[0].item
    what = "requests" if over[0].unit == "requests" else "bytes"
    return QuotaExceeded(
        f"More than {first.amount:,} {what} in {first.get_expiry():,} s.",
        hint=f"Try again in {max(wait_s, 1):,} s.",
        wait_s=max(wait_s, 1),
        policies=[policy.name for policy in over],
    )
