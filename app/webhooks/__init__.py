"""Webhooks: whoever wants to know is told when a label query turns from green to red.

The request path only notes what was uploaded; a thread of its own looks at what came
before, and sends. docs/webhooks.md has the settings and the message.
"""

from app.webhooks.hooks import Hook, load_hooks
from app.webhooks.notifier import Notifier

__all__ = ["Hook", "Notifier", "load_hooks"]
