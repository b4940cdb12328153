"""Rule files of strangers: whatever they hold, problems at a place or a pack come out."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from app.errors import RuleFileError
from app.rules.compiled import PACKS
from app.rules.reading import load_path
from app.rules.skeleton import skeleton
from app.rules.yaml_nodes import read_yaml

WORDS = st.sampled_from(
    ["{", "}", "[", "]", ":", ": ", "- ", "\n", "\n  ", "'", '"', "&a", "*a", "!!int", "|", ">",
     "check", "kind: order", "schema: 1", "id: MY001", "first", "marker", "ffa.up", "null", "1e999",
     "0x" + "f" * 40, "2026-13-40", "---", "...", "%YAML 1.1", "#", "\t", "\x00", "é"]
)  # fmt: skip
SOUP = st.one_of(st.lists(WORDS, max_size=40).map("".join), st.text(max_size=200))


@given(SOUP)
def test_any_text_is_data_or_problems(text: str) -> None:
    document = read_yaml(text, "r.yaml")
    if document.data is None and not document.problems:
        assert read_yaml(text, "r.yaml").places, "it says null"
    for problem in document.problems:
        assert problem.line >= 1 and problem.column >= 1 and problem.text


FILES = [path.read_text("utf-8") for path in sorted(Path(PACKS).rglob("*.yaml"))] + [
    skeleton("MY001", kind) for kind in ("sequence", "level", "absent", "deadline")
]


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A good file with a line taken out, doubled or replaced by soup."""
    lines = draw(st.sampled_from(FILES)).splitlines()
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        lines[place : place + 1] = draw(
            st.sampled_from([[], [lines[place]] * 2, [lines[place].replace("e", "x")]])
            | SOUP.map(lambda text: [text])
        ) or [""]
    return "\n".join(lines)


@given(broken())
def test_a_broken_rule_is_refused_in_our_own_words(text: str) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "MY001.yaml"
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            assert load_path(file).rules
        except RuleFileError as error:
            assert error.problems
            total = len(text.splitlines()) + 1
            for problem in error.problems:
                assert 1 <= problem.line <= total, problem
                assert "Value error" not in problem.text and "\n" not in problem.text
