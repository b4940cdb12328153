"""The measured boot beside the predicted one."""

from xml.etree import ElementTree as Tree

from app.analysis import analyse
from app.predictions.picture import Row, picture, rows_of
from app.predictions.run import source_of
from app.whatif import parse_changes, what_if
from tests.conftest import SAMPLES

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*changes: str) -> list[Row]:
    done = analyse((SAMPLES / "ff-rootfs-protected.log").read_bytes())
    source = source_of(done)
    return rows_of(what_if(source, done.report, parse_changes(changes)), source.asked_for)


def test_rows_are_in_the_predicted_order_and_tell_what_moved() -> None:
    rows = {row.name: row for row in drawn("level:ffa_init=6s")}
    names = [*rows]
    assert names.index("kvm_arm_init()") < names.index("ffa_init()")
    assert rows["ffa_init()"].moved
    assert rows["ffa_init()"].measured == (1579198, 1636702)
    assert not rows["init_ima()"].moved
    moved = {name for name, row in rows.items() if row.moved}
    assert moved == {"ffa_init()", "ffa.up"}
    late = {row.name for row in drawn("ima:7s") if row.moved}
    assert late == {"init_ima()", "ima.start"}


def test_what_is_dropped_is_not_there() -> None:
    rows = {row.name: row for row in drawn("drop:finalize_pkvm")}
    assert rows["finalize_pkvm()"].predicted is None
    text = picture([*rows.values()])
    assert "not there</text>" in text
    assert "finalize_pkvm(): measured 2.166028 s, predicted not there" in text


def test_the_picture_is_xml_without_styles_and_hostile_names_are_text() -> None:
    rows = [
        Row('<script>"&\x1b[31m', (10, 20), (30, 40), True),
        Row("moment", (5, 5), (50, 50), False),
    ]
    text = picture(rows)
    root = Tree.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    assert "script" not in {one.tag.removeprefix(SVG) for one in root.iter()}
    assert "\x1b" not in text
    assert " style=" not in text
    assert len(root.findall(f"{SVG}polygon")) == 2


def test_without_times_nothing_is_drawn() -> None:
    assert picture([Row("a()", None, None, False)]) == ""
