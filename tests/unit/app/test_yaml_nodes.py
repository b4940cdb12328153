"""YAML with places, stricter than YAML."""

import pytest

from app.rules.yaml_nodes import MAX_PROBLEMS, read_yaml


def problems(text: str) -> list[str]:
    return [str(problem) for problem in read_yaml(text, "r.yaml").problems]


def test_plain_data_and_where_it_stands() -> None:
    document = read_yaml("id: X001\nlist:\n  - {a: 1}\n  - true\n", "r.yaml")
    assert document.data == {"id": "X001", "list": [{"a": 1}, True]}
    assert document.places[("list", 0, "a")] == (3, 6)
    document.problem(("list", 0, "b"), "missing")
    assert str(document.problems[0]) == "r.yaml:3:5: missing"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "r.yaml:1:1: the file is empty"),
        ("a: 1\nb: 2\na: 3\n", "r.yaml:3:1: 'a' is given twice"),
        (
            "a: &x 1\nb: *x\n",
            "r.yaml:1:4: YAML anchors (&name) are not allowed; write the value out",
        ),
        ("b: *x\n", "r.yaml:1:4: YAML aliases (*name) are not allowed; write the value out"),
        ("b: !!int 3\n", "r.yaml:1:4: YAML tags (tag:yaml.org,2002:int) are not allowed"),
        ("b: 2026-02-31\n", "r.yaml:1:4: '2026-02-31' is no value: day"),
        ("{[1]: 2}\n", "r.yaml:1:2: a key must be a plain word"),
        ("a: [1\n", "r.yaml:2:1: not YAML: did not find expected ',' or ']'"),
        ("a: 1\n---\nb: 2\n", "r.yaml:2:1: a second document begins here"),
        ("a: \x01", "r.yaml:1:4: not YAML: control characters are not allowed"),
        ("é: 1\nab\x02: 2", "r.yaml:2:3: not YAML: control characters are not allowed"),
    ],
)
def test_one_problem_one_place(text: str, expected: str) -> None:
    (got,) = problems(text)
    assert got.startswith(expected)


def test_depth_is_bounded() -> None:
    assert "nested deeper" in problems("[" * 40 + "]" * 40)[0]
    assert "nesting depth" in problems("[" * 100_000)[0]


def test_problems_are_bounded() -> None:
    assert len(problems("a: 1\n" * 1_000)) == MAX_PROBLEMS


def test_a_key_given_twice_keeps_its_first_value_and_place() -> None:
    document = read_yaml("a: {b: 1}\nc: [2]\na: {b: [3]}\n", "r.yaml")
    assert document.data == {"a": {"b": 1}, "c": [2]}
    assert document.place(("a", "b")) == (1, 5)


def test_a_value_moves_with_its_place() -> None:
    document = read_yaml("old: {deep: [1]}\nkept: 1\n", "r.yaml")
    document.move(("old", "deep"), ("new", "here"))
    assert document.data == {"old": {}, "kept": 1, "new": {"here": [1]}}
    assert document.place(("new", "here", 0)) == (1, 14)
    document.move(("nothing", "here"), ("x",))
    document.move(("kept", "here"), ("x",))
    assert "x" not in document.data
