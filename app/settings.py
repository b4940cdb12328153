"""Settings: environment variables ``BOOTSCOPE_*``, nothing else."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from limits import RateLimitItem, parse_many
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import SettingsError
from app.rules.steps import MAX_STEPS
from parsers import MAX_BYTES

_CHECKOUT = Path(__file__).parents[1]
_HOST = re.compile(r"(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[?[0-9A-Fa-f:.]+\]?")
_SIZE = re.compile(r"(\d+)\s*([KMG]iB)\b", re.IGNORECASE)
_UNITS = {"kib": 2**10, "mib": 2**20, "gib": 2**30}


class Settings(BaseSettings):
    """What an instance may be told.

    ``data`` is the folder of the embedded store; ``database_url`` and
    ``blobs_url`` replace its two halves. ``public_url`` is the address that
    permalinks begin with, where a proxy hides ours. ``max_logs`` is how many logs an
    uploaded archive may hold, ``max_seconds`` after how long no further one of them is
    begun. A pack that is sent has at most ``max_pack_files`` files and ``max_pack_bytes``,
    and its rules may take ``max_steps`` together (app/rules/steps.py). ``keep_days`` is how
    long an upload is kept (0: for ever). ``listed`` lets whoever may read list the logs, with
    their addresses. ``fetch_hosts`` are the hosts that logs may be fetched from, with a
    comma between them, each with ``:port`` where it is an unusual one; ``fetch_seconds`` is
    how long that may take. ``webhooks`` is a file that says whom to tell when logs with certain
    labels turn from green to red. ``samples`` is a folder of sample logs, loaded at start; an
    empty value loads none. ``components`` serves the page of components, for developers.

    ``access`` says what needs a token (docs/access.md). ``rate`` and ``rate_bytes`` are what
    one token, or one address without a token, may ask and send, as ``60/minute; 1000/day``
    and ``200 MiB/hour``; empty: as much as it likes. ``rate_storage`` is where that is
    counted, a URL of the library ``limits``. ``trusted_proxies`` (addresses, networks) may
    say for whom they ask; ``allowed_hosts`` are the names that the server is asked under,
    ``*.`` before one for all below it; empty: any. Lists are separated by commas.
    """

    model_config = SettingsConfigDict(env_prefix="BOOTSCOPE_", extra="ignore", frozen=True)

    data: Path = Path("data")
    database_url: str = ""
    blobs_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    public_url: str = ""
    max_log_bytes: int = Field(MAX_BYTES, ge=1)
    max_logs: int = Field(100, ge=1)
    max_seconds: float = Field(60, gt=0)
    max_pack_files: int = Field(50, ge=1)
    max_pack_bytes: int = Field(2**20, ge=1)
    max_steps: int = Field(MAX_STEPS, ge=1)
    keep_days: int = Field(0, ge=0)
    fetch_hosts: str = ""
    fetch_seconds: float = Field(20, gt=0, le=300)
    listed: bool = False
    webhooks: Path | None = None
    access: Literal["open", "upload", "all"] = "open"
    rate: str = ""
    rate_bytes: str = ""
    rate_storage: str = "memory://"
    trusted_proxies: str = ""
    allowed_hosts: str = ""
    components: bool = False
    samples: str = str(_CHECKOUT / "sample_logs")

    @field_validator("rate", "rate_bytes")
    @classmethod
    def _is_rate(cls, text: str) -> str:
        parse_rates(text)
        return text

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        for proxy in parts(text):
            ip_network(proxy)
        return text

    @field_validator("allowed_hosts")
    @classmethod
    def _are_hosts(cls, text: str) -> str:
        for host in parts(text):
            if not _HOST.fullmatch(host):
                raise ValueError(f"'{host}' is no name of a host; write a.example, *.a.example")
        return text

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.data.absolute() / 'bootscope.db'}"

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of ``fetch_hosts``."""
        return frozenset(self.fetch_hosts.replace(",", " ").lower().split())

    @property
    def blobs(self) -> str:
        """The object store's URL in force."""
        return self.blobs_url or (self.data.absolute() / "blobs").as_uri()


def parts(text: str) -> list[str]:
    """The parts of a list with commas, without spaces around them, and no empty ones."""
    return [part for part in map(str.strip, text.split(",")) if part]


def parse_rates(text: str) -> list[RateLimitItem]:
    """Rates such as ``60/minute; 1000/day`` or ``200 MiB/hour``. Raises ValueError."""
    if not text.strip():
        return []
    plain = _SIZE.sub(lambda size: str(int(size[1]) * _UNITS[size[2].lower()]), text)
    try:
        rates = parse_many(plain)
    except ValueError as error:
        raise ValueError(f"'{text}' is no rate; write 60/minute, or 60/minute; 1000/day") from error
    if any(rate.amount < 1 for rate in rates):
        raise ValueError("a rate of 0 would refuse everything")
    return rates


def load_settings() -> Settings:
    """Read the environment. Raises SettingsError, which names each bad variable."""
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(
            f"BOOTSCOPE_{'_'.join(map(str, detail['loc'])).upper()}: {detail['msg']}"
            for detail in error.errors()
        )
        raise SettingsError(problems, hint="Correct the environment and start again.") from error
