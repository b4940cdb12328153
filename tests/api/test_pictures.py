"""Pictures of a finding's subjects, and the tags that name them."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from tests.conftest import SAMPLES

LOGS = "/api/v1/logs"


@pytest.fixture
def identity(client: TestClient) -> str:
    data = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
    return client.post(LOGS, content=data).json()["id"]


def test_the_svg_of_the_lead_and_of_another(client: TestClient, identity: str) -> None:
    answer = client.get(f"{LOGS}/{identity}/subjects.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["content-security-policy"]
    root = ElementTree.fromstring(answer.text)
    said = ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("}text")]
    assert said[0] == "FFA001: FF-A came up 306 ms before pKVM traps SMCs"
    assert len(said) == 3
    other = client.get(f"{LOGS}/{identity}/subjects.svg", params={"finding": "FFA007"})
    assert "FFA007: " in other.text and "arm_ffa_bus_init" in other.text
    assert answer.headers["etag"] != other.headers["etag"]
    assert not re.search(r"\sstyle=|<style|href=", answer.text)


def test_what_has_no_picture_says_so_in_one(client: TestClient, identity: str) -> None:
    answer = client.get(f"{LOGS}/{identity}/subjects.svg", params={"finding": "FFA004"})
    assert "FFA004: Does not apply" in ElementTree.fromstring(answer.text)[1].text


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_an_unknown_finding_is_not_found(client: TestClient, identity: str, kind: str) -> None:
    answer = client.get(f"{LOGS}/{identity}/subjects.{kind}", params={"finding": "NO<b>"})
    assert answer.status_code == 404
    assert "FFA001" in answer.json()["hint"]
    assert client.get(f"{LOGS}/nope/subjects.{kind}").status_code == 404


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_it_is_not_sent_twice(client: TestClient, identity: str, kind: str) -> None:
    address = f"{LOGS}/{identity}/subjects.{kind}"
    etag = client.get(address).headers["etag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_the_page_names_its_picture_for_chats(client: TestClient, identity: str) -> None:
    page = client.get(f"/l/{identity}").text
    tags = dict(
        re.findall(r'<meta (?:property|name)="((?:og|twitter):[\w:]+)" content="(.*?)">', page)
    )
    assert tags["og:title"] == "Fails: FF-A came up 306 ms before pKVM traps SMCs"
    assert tags["og:description"].startswith("Fails: FF-A came up 306 ms before")
    assert tags["og:url"] == f"http://testserver/l/{identity}"
    assert tags["twitter:card"] == "summary_large_image"
    image = unescape(tags["og:image"])
    assert image.startswith(f"http://testserver{LOGS}/{identity}/subjects.png?v=")
    picture = client.get(image)
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["cross-origin-resource-policy"] == "cross-origin"
    assert picture.content.startswith(b"\x89PNG")


def test_of_another_boot(client: TestClient) -> None:
    data = b"".join(
        (SAMPLES / f"{name}.log").read_bytes()
        for name in ("ff-rootfs-protected", "k73-upstream-protected")
    )
    identity = client.post(LOGS, content=data).json()["id"]
    page = client.get(f"/l/{identity}", params={"boot": 2}).text
    image = re.search(r'"og:image" content="(.*?)"', page)
    assert image is not None and "boot=2" in image[1]
    first, second = (
        client.get(f"{LOGS}/{identity}/subjects.png", params={"boot": boot}).content
        for boot in (1, 2)
    )
    assert first != second
