"""/compare: the page of two boots, its chart's data, and the choice of the second."""

import re
import time

from fastapi.testclient import TestClient

from bench.measure import made_up
from tests.conftest import SAMPLES
from tests.lines import HEAD, USERSPACE, ran

LOGS = "/api/v1/logs"


def send(client: TestClient, data: bytes, name: str = "log") -> str:
    answer = client.post(LOGS, params={"name": name}, content=data)
    identity: str = answer.json()["id"]
    return identity


def sample(client: TestClient, name: str) -> str:
    return send(client, (SAMPLES / f"{name}.log").read_bytes(), f"{name}.log")


def boot(*calls: tuple[str, str], head: str = HEAD) -> bytes:
    return "\n".join([head, *(line for call in calls for line in call), USERSPACE]).encode()


def test_the_chart_has_every_initcall_of_both(client: TestClient) -> None:
    one, other = sample(client, "ff-device-protected"), sample(client, "ff-module-protected")
    answer = client.get(f"/compare/{one}/{other}/bars.json")
    bars = answer.json()
    assert bars["unit"] == "us"
    assert len(bars["before"]["function"]) == 375 and len(bars["after"]["function"]) == 370
    place, there, spoken = bars["moves"][1]
    assert bars["before"]["function"][place] == bars["after"]["function"][there] == "ffa_init"
    assert bars["other"][place] == there and spoken == 1
    assert bars["before"]["row"][place] == 0 and bars["after"]["row"][there] == 1
    anchors = {one["key"]: (one["before"], one["after"]) for one in bars["anchors"]}
    assert anchors["marker:ffa.up"] == (1_905_952, 1_944_578)
    assert anchors["start"] == (0, 0) and "level:7" in anchors
    again = client.get(
        f"/compare/{one}/{other}/bars.json", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_a_log_without_times_is_drawn_by_line(client: TestClient) -> None:
    timed = boot(ran("a_init", 1), ran("b_init", 2))
    untimed = re.sub(rb"(?m)^\[[^]]*\] ", b"", boot(ran("b_init", 2), ran("a_init", 1)))
    one, other = send(client, timed), send(client, untimed)
    bars = client.get(f"/compare/{one}/{other}/bars.json").json()
    assert bars["unit"] == "line"
    assert bars["before"]["start"] == [2, 4] and bars["after"]["start"] == [2, 4]
    assert len(bars["moves"]) == 1
    page = client.get(f"/compare/{one}/{other}?at=call:b_init")
    assert page.status_code == 200 and 'class="moved"' in page.text


def test_nothing_that_a_log_says_is_markup(client: TestClient) -> None:
    odd = '"><script>alert(1)</script>'
    head = f"{HEAD}\n[    0.000000] Kernel command line: {odd}"
    one = send(client, boot(ran("a_init", 1), head=head), odd)
    other = send(client, boot(ran("a_init", 1), ran("b_init", 2)), odd)
    for path in (f"/compare/{one}/{other}", f"/compare?a={one}&b={odd}"):
        page = client.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text


def test_a_boot_of_several_is_chosen_and_swapped(client: TestClient) -> None:
    two = boot(ran("a_init", 1)) + b"\n" + boot(ran("a_init", 1), ran("b_init", 2))
    identity = send(client, two)
    page = client.get(f"/compare/{identity}/{identity}?boot_a=1&boot_b=2").text
    assert "1 initcall appeared" in page
    assert f"/compare/{identity}/{identity}?boot_a=2&amp;boot_b=1" in page
    assert f"/l/{identity}?boot=2" in page
    assert client.get(f"/compare/{identity}/{identity}?boot_a=9").status_code == 404


def test_the_second_is_chosen_by_link_or_id(client: TestClient) -> None:
    one, other = sample(client, "ff-rootfs-protected"), sample(client, "ff-device-protected")
    for given in (other, f"http://testserver/l/{other}?boot=1#FFA001"):
        answer = client.get("/compare", params={"a": one, "b": given}, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/compare/{one}/{other}"
    assert client.get("/compare", params={"a": one, "b": "https://elsewhere"}).status_code == 200
    assert client.get("/compare").status_code == 404
    assert client.get(f"/compare/{one}/{'a' * 26}").status_code == 404
    assert client.get(f"/compare/{one}/{other}?at=<x>").status_code == 422


def test_a_baseline_is_added_by_link(client: TestClient) -> None:
    one, other = sample(client, "ff-device-protected"), sample(client, "ff-rootfs-protected")
    link = f"http://testserver/l/{other}#FFA001"
    page = client.get(f"/compare/{one}/{other}", params={"baseline": link}).text
    assert f'<input type="hidden" name="baseline" value="{other}">' in page
    assert "The first stands with 1 more" in page and "s-new" not in page
    assert client.get(f"/compare/{one}/{other}?baseline=nope").status_code == 404


def test_a_page_of_many_initcalls_stays_small(client: TestClient) -> None:
    data = made_up(3_000)
    lines = data.split(b"\n")
    one = send(client, data)
    other = send(client, b"\n".join([lines[0], *lines[3:-3], *lines[1:3], *lines[-3:]]))
    begun = time.process_time()
    page = client.get(f"/compare/{one}/{other}")
    assert time.process_time() - begun < 5
    assert len(page.content) < 250_000
    assert page.text.count("<rect") < 2_500
