"""YAML with places, stricter than YAML."""

import pytest

from app.rules.yaml_nodes import read_yaml


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
            "r.yaml:1:1: YAML aliases (*name) are not allowed; write the value out",
        ),
        ("{[1]: 2}\n", "r.yaml:1:1: a key must be a plain word"),
        ("a: [1\n", "r.yaml:2:1: not YAML: did not find expected ',' or ']'"),
        ("a: 1\n---\nb: 2\n", "r.yaml:2:1: not YAML: but found another document"),
        ("a: \x01", "r.yaml:1:1: not YAML: unacceptable character"),
    ],
)
def test_one_problem_one_place(text: str, expected: str) -> None:
    (got,) = problems(text)
    assert got.startswith(expected)


def test_depth_is_bounded() -> None:
    assert "nested deeper" in problems("[" * 40 + "]" * 40)[0]
