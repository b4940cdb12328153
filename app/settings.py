"""Settings: environment variables ``BOOTSCOPE_*``, nothing else."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import SettingsError
from app.rules.steps import MAX_STEPS
from parsers import MAX_BYTES

_CHECKOUT = Path(__file__).parents[1]


class Settings(BaseSettings):
    """What an instance may be told.

    ``data`` is the folder of the embedded store; ``database_url`` and
    ``blobs_url`` replace its two halves. ``public_url`` is the address that
    permalinks begin with, where a proxy hides ours. ``max_logs`` is how many logs an
    uploaded archive may hold, ``max_seconds`` after how long no further one of them is
    begun. A pack that is sent has at most ``max_pack_files`` files and ``max_pack_bytes``,
    and its rules may take ``max_steps`` together (app/rules/steps.py). ``keep_days`` is how
    long an upload is kept (0: for ever). ``listed`` lets whoever may read list the logs, with
    their addresses. ``samples`` is a folder of sample logs, loaded at
    start; an empty value loads none. ``components`` serves the page of components, for
    developers.
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
    listed: bool = False
    components: bool = False
    samples: str = str(_CHECKOUT / "sample_logs")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.data.absolute() / 'bootscope.db'}"

    @property
    def blobs(self) -> str:
        """The object store's URL in force."""
        return self.blobs_url or (self.data.absolute() / "blobs").as_uri()


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
