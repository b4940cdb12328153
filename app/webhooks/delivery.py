"""One message to one receiver: signed, with the time in what is signed."""

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass

import urllib3
from urllib3.exceptions import HTTPError

from app.webhooks.hooks import Hook

SECONDS = 10.0
"""That a receiver has for its answer."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that is to be sent. ``key`` is the same for each try of the same event."""

    hook: Hook
    key: str
    body: bytes


Post = Callable[[Delivery], str]
"""Sends; what went wrong, or nothing."""


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over timestamp, a dot and the body, as hex behind ``sha256=``."""
    signed = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def post(delivery: Delivery) -> str:
    """Send once, signed anew. Redirects are not followed: they are no receipt."""
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "bootscope",
        "X-Bootscope-Delivery": delivery.key,
        "X-Bootscope-Timestamp": timestamp,
        "X-Bootscope-Signature": signature(delivery.hook.secret, timestamp, delivery.body),
    }
    with urllib3.PoolManager(retries=False, timeout=SECONDS) as pool:
        try:
            answer = pool.request(
                "POST", delivery.hook.url, body=delivery.body, headers=headers,
                redirect=False, preload_content=False,
            )  # fmt: skip
        except HTTPError as error:
            return type(error).__name__
        answer.close()
    return "" if 200 <= answer.status < 300 else f"it answered {answer.status}"
