"""Rule files made to hurt: each ends in a few problems, soon."""

import time
from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from app.rules.files import Caps, from_bytes
from app.rules.problems import tell
from app.rules.reading import read_given
from app.rules.yaml_nodes import MAX_PROBLEMS, MAX_WORDS, read_yaml

RULE = """\
schema: 1
id: MY001
name: mine
title: Mine
severity: error
why: w
fix: f
check: {kind: absent, what: {message: a}}
"""
SELECTORS = ", ".join(["{message: a}"] * 10)


def told(text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    begun = time.process_time()
    read = read_given(from_bytes([("r.yaml", data)]))
    assert time.process_time() - begun < 2
    assert len(read.problems) <= MAX_PROBLEMS
    assert all(len(problem.text) <= MAX_WORDS for problem in read.problems)
    assert not (read.problems and read.rules)
    return [f"{one.line}:{one.column}: {one.text}" for one in read.problems]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            RULE + "tags: &a [x]\nreferences: [*a, *a]\n",
            "9:7: YAML anchors (&name) are not allowed",
        ),
        (RULE + "references: [*a, *a]\n", "9:14: YAML aliases (*name) are not allowed"),
        ("check: " + "{a: " * 60_000, "1:88: nested deeper than 20"),
        ("check: " + "[" * 200_000, "1:1007: not YAML"),
        (RULE + "tags: [" + "a," * 120_000 + "]", "9:39982: more than 20,000 values in one file"),
        (RULE + "".join(f"titel{i}: 1\n" for i in range(9_000)), "9:1: 'titel0' is not a known"),
        (
            RULE + "applies_when: {any: [" + "{all: []}," * 4_000 + "]}",
            "9:23: 'applies_when.any.0.all' is empty",
        ),
        (RULE.replace("Mine", "t" * 250_000), "4:1: 'title' is too long; at most 100"),
        (RULE.replace("error", "e" * 250_000), "5:1: 'severity': 'eeeeee"),
        (RULE + "? " + "k" * 250_000 + "\n: 1\n", "9:3: 'kkkkkkkk"),
        (RULE + "id: MY002\n" * 20_000, "9:1: 'id' is given twice"),
        (RULE + "version: " + "1:" * 60_000 + "1", "9:10: a number or a day of so many"),
        (RULE + "version: .inf", "9:1: 'version': write a whole number, not inf"),
        (RULE + "version: " + "9" * 200_000, "9:10: a number or a day of so many"),
        (
            RULE + f"messages: {{fail: '{'{text}' * 31}'}}",
            "9:12: 'messages.fail': has more than 30",
        ),
        (RULE + "messages: {fail: '{0.__class__}'}", "9:12: 'messages.fail': has a brace"),
        (RULE + "messages: {fail: '{names!r:>9}'}", "9:12: 'messages.fail': has a brace"),
        (RULE + "messages: {fail: '{{names}}'}", "9:12: 'messages.fail': has a brace"),
        (
            RULE.replace("{message: a}", f"[{SELECTORS}], unless: [{SELECTORS}, {SELECTORS}]")
            + "applies_when: {any: ["
            + ", ".join(["{all: [{absent: {message: a}}, {arch: a}]}"] * 20)
            + "]}",
            "1:1: a rule may have 100 selectors and conditions, and this one has 111",
        ),
        (RULE.encode() + b"# \xff\n", "9:3: not UTF-8 here (byte 117)"),
        ("a: \x00", "1:4: not YAML: control characters"),
        ("!!python/object/apply:os.system [ls]", "1:1: YAML tags (tag:yaml.org,2002:python"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "bytes",
)
def test_each_is_refused_soon(text: str | bytes, first: str) -> None:
    problems = told(text)
    assert problems[0].startswith(first) or first in problems[0], problems[0][:200]


@pytest.mark.parametrize("day", ["2027-01-31 10:00:00", "5", "[a]", "soon"])
def test_a_day_that_is_none(day: str) -> None:
    waivers = f"schema: 1\nwaivers: [{{rule: MY001, reason: r, expires: {day}}}]\n"
    (problem,) = read_given(from_bytes([("w.yaml", waivers.encode())])).problems
    assert problem.text.startswith("'waivers.0.expires': write a day, as in 2027-01-31, not ")


def test_what_has_no_words_of_ours_keeps_pydantics() -> None:
    class Model(TypedDict):
        x: Annotated[int, Field(multiple_of=2)]

    document = read_yaml("x: 3", "r.yaml")
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Model).validate_python(document.data)
    tell(document, Model, caught.value)
    assert [str(one) for one in document.problems] == [
        "r.yaml:1:1: 'x': input should be a multiple of 2"
    ]


def test_selectors_in_conditions_count_but_are_not_the_checks() -> None:
    (rule,) = read_given(
        from_bytes([("r.yaml", (RULE + "applies_when: {present: {message: b}}\n").encode())])
    ).rules
    assert [selector.label for selector in rule.selectors] == ["a"]


def test_a_hundred_thousand_rules() -> None:
    begun = time.process_time()
    read = read_given(from_bytes((f"{i}.yaml", b"schema: 1") for i in range(100_000)))
    assert time.process_time() - begun < 2
    assert [str(one) for one in read.problems] == [
        "pack:1:1: more than 500 rule files; split the pack"
    ]


def test_files_that_are_too_large_together() -> None:
    caps = Caps(pack_bytes=len(RULE) + 10)
    other = RULE.replace("MY001", "MY002").encode()
    read = read_given(from_bytes([("a.yaml", RULE.encode()), ("b.yaml", other)], caps))
    assert [rule.id for rule in read.rules] == ["MY001"]
    assert [str(one) for one in read.problems] == [
        f"b.yaml:1:1: the pack is larger than {len(RULE) + 10} bytes"
    ]


def test_files_sent_together_are_a_pack() -> None:
    header = b"schema: 1\npack: ours\nversion: 1.2.3\ntitle: t\nredirects: {MY900: MY001}\n"
    read = read_given(from_bytes([("pack.yaml", header), ("a.yaml", RULE.encode())]))
    assert (read.header.pack, read.problems) == ("ours", ())
    assert read.ids == {"MY001", "MY900"}
