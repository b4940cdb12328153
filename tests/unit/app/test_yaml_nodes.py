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
        ("a: &x 1\n", "r.yaml:1:4: YAML anchors (&name) are not allowed; write the value out"),
        ("&x a: 1\n", "r.yaml:1:1: YAML anchors (&name) are not allowed; write the value out"),
        ("a: " + "1:" * 40 + "1", "r.yaml:1:4: a number or a day of so many characters"),
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


def test_what_is_not_allowed_hides_nothing_after_it() -> None:
    text = (
        "a: &x {deep: 1}\nb: [*x, 2]\n? [c, *x]\n: {d: !mine 3}\ne: !!map {f: 2026-02-31}\n"
        "e: {g: *x}\nh: last\n---\ni: 1\n"
    )
    document = read_yaml(text, "r.yaml")
    assert [(one.line, one.column, one.text.split(" ")[1]) for one in document.problems] == [
        (1, 4, "anchors"), (2, 5, "aliases"), (3, 3, "key"), (3, 7, "aliases"), (4, 7, "tags"),
        (5, 4, "tags"), (5, 14, "is"), (6, 1, "is"), (6, 8, "aliases"), (8, 1, "second"),
    ]  # fmt: skip
    assert document.whole
    assert document.data["a"] == {"deep": 1}
    assert document.data["b"][1] == 2
    assert document.data["h"] == "last"
    kept = {path for path in document.unread if -1 not in path}
    assert kept == {("b", 0), ("e",), ("e", "f")}, "the first 'e' stays as it is"


def test_an_alias_is_never_followed() -> None:
    rows = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]" for i in range(1, 9)]
    document = read_yaml("\n".join(["l0: &l0 [x]", *rows]), "r.yaml")
    assert document.whole
    assert sum(isinstance(one, list) for row in document.data.values() for one in row) == 0


def test_where_yaml_ends_reading_ends() -> None:
    document = read_yaml("a: 1\na: 2\nb: 'open\n", "r.yaml")
    assert not document.whole
    assert [str(one)[:12] for one in document.problems] == ["r.yaml:2:1: ", "r.yaml:4:1: "]


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
