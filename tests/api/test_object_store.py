"""Logs in an object store. moto's server stands in for S3: it speaks the protocol, and
keeps nothing on disk; what a real service does under load or when it fails is not seen here.
"""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.store.blobs import blob_key, open_blobs
from tests.conftest import SAMPLES

BROKEN = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
SIGNED = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request"


@pytest.fixture(scope="module")
def object_server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/moto-api/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def bucket(object_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a fresh bucket, which the environment says how to reach."""
    for name, value in {
        "AWS_ENDPOINT_URL": object_server, "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    name = f"boots-{abs(hash(tmp_path))}"
    request = urllib.request.Request(
        f"{object_server}/{name}", method="PUT",
        headers={"Authorization": f"{SIGNED}, SignedHeaders=host, Signature=0"},
    )  # fmt: skip
    urllib.request.urlopen(request).close()
    return f"s3://{name}/kept"


def test_a_log_lives_and_goes_in_an_object_store(bucket: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "unused", blobs_url=bucket, samples="")
    blobs = open_blobs(bucket)
    with TestClient(create_app(settings)) as client:
        done = client.post("/api/v1/logs", content=BROKEN)
        assert done.status_code == 201
        assert client.post("/api/v1/logs", content=BROKEN).status_code == 200
        answer = done.json()
        assert client.get(f"/api/v1/logs/{answer['id']}/raw").content == BROKEN
        report = client.get(f"/api/v1/logs/{answer['id']}").json()
        key = blob_key("logs", report["capture"]["sha256"])
        assert blobs.get(key) == BROKEN
    with TestClient(create_app(settings)) as client:  # another process, after a restart
        assert client.get(f"/api/v1/logs/{answer['id']}").json() == report
    assert not (tmp_path / "unused" / "blobs").exists()


def test_blobs_are_put_once_and_forgotten(bucket: str) -> None:
    blobs = open_blobs(bucket)
    assert blobs.get("logs/ab/c.zst") is None
    for _ in range(2):
        blobs.put("logs/ab/c.zst", b"a boot")
    assert blobs.get("logs/ab/c.zst") == b"a boot"
    for _ in range(2):
        blobs.delete("logs/ab/c.zst")
    assert blobs.get("logs/ab/c.zst") is None
