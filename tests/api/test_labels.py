"""Labels of uploads: what is taken, what is refused, and how long they stay."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text

from app.labels import MAX_LABELS, Label, parse_labels
from app.service import Captured, open_service
from app.settings import Settings
from app.store.metadata import open_engine
from app.store.tables import LABELS
from tests.conftest import SAMPLES

LOG = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
OTHER = (SAMPLES / "ff-device-protected.log").read_bytes()
LOGS = "/api/v1/logs"


def kept(settings: Settings) -> list[tuple[str, str]]:
    with open_engine(settings.database).connect() as connection:
        rows = connection.execute(select(LABELS).order_by(LABELS.c.key))
        return [(row.key, row.value) for row in rows]


def test_labels_of_the_address_are_kept_and_told(client: TestClient, settings: Settings) -> None:
    sent = {"label": ["machine=rk3588", "branch=main", "job_url=http://ci/?a=b"]}
    answer = client.post(LOGS, content=LOG, params=sent)
    assert answer.json()["labels"] == ["branch=main", "job_url=http://ci/?a=b", "machine=rk3588"]
    assert kept(settings) == [
        ("branch", "main"), ("job_url", "http://ci/?a=b"), ("machine", "rk3588"),
    ]  # fmt: skip


def test_labels_of_a_form_join_those_of_the_address(client: TestClient) -> None:
    answer = client.post(
        LOGS, files={"log": LOG}, data={"label": ["branch=main", "a=1"]}, params={"label": "b=2"}
    )
    assert answer.json()["labels"] == ["a=1", "b=2", "branch=main"]


def test_labels_go_with_their_upload_and_no_other(client: TestClient, settings: Settings) -> None:
    first = client.post(LOGS, content=LOG, params={"label": "branch=main"}).json()
    second = client.post(LOGS, content=LOG, params={"label": "branch=next"}).json()
    assert (first["id"], second["labels"]) == (second["id"], ["branch=next"])
    for done, left in ((first, [("branch", "next")]), (second, [])):
        bearer = {"Authorization": f"Bearer {done['deletion_token']}"}
        assert client.delete(f"{LOGS}/{done['id']}", headers=bearer).status_code == 204
        assert kept(settings) == left


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["branch"], "'branch' has no value"),
        (["branch="], "'branch=' has no value"),
        (["branch= "], "'branch= ' has no value"),
        (["=main"], "'' is no key"),
        (["Branch=main"], "'Branch' is no key"),
        (["a" * 41 + "=x"], "is no key"),
        (["a=" + "x" * 201], "more than 200 characters"),
        (["a=x\ny"], "cannot be printed"),
        (["a=x\x1b[2J"], "cannot be printed"),
        (["a=x\u202ey"], "cannot be printed"),
        (["a=1", "a=2"], "two values"),
        ([f"k{n}=x" for n in range(MAX_LABELS + 1)], "more than 20 labels"),
    ],
)
def test_a_bad_label_is_refused_and_nothing_kept(
    client: TestClient, settings: Settings, labels: list[str], said: str
) -> None:
    for answer in (
        client.post(LOGS, content=LOG, params={"label": labels}),
        client.post(LOGS, files={"log": LOG}, data={"label": labels}),
    ):
        problem = answer.json()
        assert (answer.status_code, problem["title"]) == (422, "Unusable label")
        assert said in problem["detail"] and problem["hint"]
    assert not [path for path in (settings.data / "blobs").rglob("*") if path.is_file()]


def test_what_is_just_allowed(client: TestClient) -> None:
    labels = [f"k{n}=x" for n in range(MAX_LABELS - 1)] + ["a" + "b" * 39 + "=" + "ü" * 200]
    answer = client.post(LOGS, content=LOG, params={"label": labels + labels[:3]})
    assert (answer.status_code, len(answer.json()["labels"])) == (201, MAX_LABELS)
    assert parse_labels([" a=1"[1:], "a=1 "]) == (Label("a", "1"),)


def test_every_log_of_an_archive_gets_the_labels(client: TestClient, settings: Settings) -> None:
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.log", LOG)
        archive.writestr("b.log", OTHER)
    answer = client.post(LOGS, content=packed.getvalue(), params={"label": "branch=main"})
    assert [log["labels"] for log in answer.json()["logs"]] == [["branch=main"]] * 2
    assert kept(settings) == [("branch", "main")] * 2


def test_a_name_that_no_database_can_keep(client: TestClient) -> None:
    answer = client.post(f"{LOGS}?name=a%00b%ED%A0%80.log", content=LOG)
    assert answer.status_code == 201
    report = client.get(f"{LOGS}/{answer.json()['id']}").json()
    assert report["capture"]["name"].startswith("a\0b")


def test_the_release_is_kept_beside_the_log(tmp_path: Path) -> None:
    service = open_service(Settings(data=tmp_path, samples=""))
    identity = service.submit(Captured(LOG)).report.id
    assert service.row(identity).kernel == "6.12.117-ffalab"
    with open_engine(service.settings.database).begin() as connection:
        connection.execute(text("update logs set kernel = null"))
    assert service.row(identity).kernel is None
