"""Outputs: one file each, a report in, text out. docs/outputs.md tells them all."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

from app.printable import printable
from app.report import Policy, Report
from app.reporters.submitter import Submitter
from parsers.named import NamedTuple


class Reporter(NamedTuple):
    """One output: the module that makes it, imported where it is asked for.

    ``media_type`` and ``suffix`` are what it is served as; ``joins`` tells whether the
    outputs of several logs may stand one after the other, ``attached`` that it is a file
    to save, ``gated`` that it says what closes a gate, and so depends on its policy,
    ``submitted`` that it goes to KCIDB, and so says who submits it.
    """

    module: str
    media_type: str
    suffix: str
    joins: bool = True
    attached: bool = False
    gated: bool = False
    submitted: bool = False

    def __call__(
        self,
        report: Report,
        permalink: str | None = None,
        policy: Policy | None = None,
        submitter: Submitter | None = None,
    ) -> str:
        """The report in this form; ``permalink`` is its page, where there is one.

        Without a ``policy`` it is the usual one, which fails on errors. Raises
        NoSubmitter where an output that is submitted lacks its ``submitter``.
        """
        render = getattr(self._made_by, f"render_{self.module}")
        more: tuple[object, ...] = (policy or Policy(),) if self.gated else ()
        more += (submitter,) if self.submitted else ()
        text: str = render(report, permalink, *more)
        return text

    def heading(self, name: str) -> str:
        """The line that stands above a log's output, where there are several."""
        own = getattr(self._made_by, "heading", None)
        return own(name) if own is not None else f"== {printable(name)}"

    def said(self, text: str) -> str:
        """Text from elsewhere, as harmless as the rest of the output."""
        own = getattr(self._made_by, "harmless", None)
        return own(text) if own is not None else text

    @property
    def _made_by(self) -> Any:
        """The module; ``heading`` and ``harmless`` are its own where plain text will not do."""
        return import_module(f"app.reporters.{self.module}")


_PLAIN = "text/plain; charset=utf-8"
REPORTERS: Mapping[str, Reporter] = MappingProxyType(
    {
        "text": Reporter("text", _PLAIN, "txt"),
        "json": Reporter("json", "application/json", "json"),
        "mail": Reporter("mail", _PLAIN, "txt"),
        "markdown": Reporter("markdown", "text/markdown; charset=utf-8", "md"),
        "csv": Reporter(
            "csv", "text/csv; charset=utf-8; header=present", "csv", joins=False, attached=True
        ),
        "chrome-trace": Reporter(
            "chrome_trace", "application/json", "trace.json", joins=False, attached=True
        ),
        "junit": Reporter(
            "junit", "application/xml", "junit.xml", joins=False, attached=True, gated=True
        ),
        "sarif": Reporter("sarif", "application/sarif+json", "sarif", joins=False, attached=True),
        "ktap": Reporter("ktap", _PLAIN, "ktap", joins=False, gated=True),
        "github": Reporter("github", _PLAIN, "txt", gated=True),
        "gitlab": Reporter(
            "gitlab", "application/json", "codequality.json", joins=False, attached=True
        ),
        "kcidb": Reporter(
            "kcidb",
            "application/json",
            "kcidb.json",
            joins=False,
            attached=True,
            gated=True,
            submitted=True,
        ),
        "badge": Reporter("badge", "image/svg+xml", "svg", joins=False),
        "prometheus": Reporter(
            "prometheus", "text/plain; version=0.0.4; charset=utf-8", "prom", joins=False
        ),
    }
)
"""By the name that ``--format`` and ``?format=`` take."""
