"""Rules as Markdown: all of their words, and none of them as a sign."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters import adapter
from app.errors import UnknownRule
from app.pages.documents import as_document
from app.reporters.text import printable
from app.rule_docs import FILES, PAGES, Shelf, former_page, rule_page
from app.rule_docs.conditions import kernel_words, kernels, selected, told
from app.rule_docs.listing import files
from app.rule_docs.prose import block, code, inline, prose
from app.rule_docs.references import address, linked
from app.rules.conditions import Condition
from app.rules.loader import load_shipped
from app.rules.model import Pack, PackHeader, Rule
from app.rules.selectors import Selector

RULE = {
    "schema": 1, "id": "MY001", "name": "mine", "title": "Mine <b>is</b> up | first",
    "severity": "warning", "why": "w", "fix": "f", "check": {"kind": "absent", "what":
    {"message": "*oops*"}},
}  # fmt: skip
TAGS = {
    "h1", "h2", "h3", "p", "ul", "li", "strong", "code", "pre", "a", "span", "table", "thead",
    "tbody", "tr", "th", "td",
}  # fmt: skip


def make(**changes: object) -> Rule:
    return adapter(Rule).validate_python(RULE | changes)


def pack_of(*rules: Rule, **header: object) -> Pack:
    about = {"schema": 1, "pack": "mine", "version": "2.1.0", "title": "Mine"} | header
    return Pack(header=adapter(PackHeader).validate_python(about), rules=rules)


def page(rule: Rule, *others: Rule, **header: object) -> str:
    shelf = Shelf([pack_of(rule, *others, **header)])
    return rule_page(shelf, shelf.find(rule.id), PAGES)


class Read(HTMLParser):
    """The words of a page, and the tags that stand around them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        assert {name for name, _ in attrs} <= {"href", "id", "class", "tabindex"}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def squeezed(text: str) -> str:
    return "".join(printable(word).replace(" ", "") for word in text.split())


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_stays_what_it_is(text: str) -> None:
    """As a paragraph of its own: nothing lost, nothing but code and lists made of it."""
    read = Read(as_document(prose(text)).html)
    said = squeezed("".join(read.words))
    plain = squeezed("\n".join(re.sub(r"^\s*- ", "", line) for line in text.splitlines()))
    assert said == plain
    assert read.tags <= {"p", "ul", "li", "code"}
    assert read.links == []


@given(st.text(st.characters(codec="utf-8")))
def test_any_log_stays_in_its_fence(text: str) -> None:
    read = Read(as_document(block(text, "log") + "\n").html)
    lines = "".join(map(printable, text.split("\n")))
    assert "".join(read.words).replace(" ", "").replace("\n", "") == lines.replace(" ", "")
    assert read.tags <= {"pre", "code", "span"}


@pytest.mark.parametrize(
    "text",
    [
        "# x", "> x", "1. x", "12) x", "+ x", "---", "===", "***", "* x", "    x", "![x](y)",
        "[x](javascript:alert(1))", "<script>alert(1)</script>", "&lt;", "a  \nb", "~~~\nx",
        "```\nx\n```", "|a|b|\n|-|-|\n|c|d|", "<https://x.example>", "[a]: /b\n[a]", "\\*", "_a_",
        "- a\n  - b\n\n      c\nd", "x\n- y\nz\n\nw", "-x", "-  x",
    ],
)  # fmt: skip
def test_signs_are_words(text: str) -> None:
    read = Read(as_document(prose(text)).html)
    plain = squeezed("\n".join(re.sub(r"^\s*- ", "", line) for line in text.splitlines()))
    assert squeezed("".join(read.words)) == plain
    assert read.tags <= {"p", "ul", "li", "code"}


def test_what_reads_as_code_is_code() -> None:
    said = inline("ffa_init() of init/main.c, with kvm-arm.mode=protected and --symbols; RX/TX")
    assert said == (
        "`ffa_init()` of `init/main.c`, with `kvm-arm.mode=protected` and `--symbols`; RX/TX"
    )
    assert inline("Take x off initcall_blacklist=.") == "Take x off `initcall_blacklist=`."
    assert inline('with dyndbg="file async.c +p".') == 'with `dyndbg="file async.c +p"`.'
    assert inline("rootfs_initcall(ffa_init) of errmap[]") == (
        "`rootfs_initcall(ffa_init)` of errmap\\[\\]".replace("errmap\\[\\]", "`errmap[]`")
    )
    assert code("a`b") == "``a`b``" and code("`a") == "`` `a ``"


def test_paragraphs_and_lists() -> None:
    assert prose("One\ntwo.\n- a\n  b\n- c\n\nThree.\n") == "One\ntwo.\n\n- a\n  b\n- c\n\nThree."


@pytest.mark.parametrize(
    ("reference", "leads_to"),
    [
        ("init/main.c, do_one_initcall(), Linux 6.12", "/tree/init/main.c?h=v6.12"),
        ("a/b-c.h, Linux 6.12.117 (x), 7.3 (1.2)", "/tree/a/b-c.h?h=v6.12.117"),
        ("a/b.c, f()", "/tree/a/b.c"),
        ("linux-doc, 5 May 2026: a b, c", "/linux-doc/?q=s%3A%22a%20b%2C%20c%22"),
        ("see https://docs.example/x_(y), which", "https://docs.example/x_"),
        ("javascript:alert(1)", None),
        ("http://plain.example", None),
        ("the data sheet", None),
    ],
)  # fmt: skip
def test_references(reference: str, leads_to: str | None) -> None:
    found = address(reference)
    assert (found is None) == (leads_to is None)
    if leads_to is None or found is None:
        assert linked(reference) == inline(reference)
    else:
        assert found.startswith("https://") and found.endswith(leads_to)
        read = Read(as_document(linked(reference)).html)
        assert [unescape(link) for link in read.links] == [found]
        assert "".join(read.words).strip() == reference


def condition(**given: object) -> Condition:
    return adapter(Condition).validate_python(given)


def test_kernels_and_conditions_in_words() -> None:
    assert kernel_words(">=6.5, <7.2") == "6.5 and later, before 7.2"
    assert kernel_words("==6.12") == "6.12" and kernel_words("<=6.1") == "up to 6.1"
    assert kernel_words(">6.1") == "later than 6.1"
    assert kernels(None) == "any" == kernels(condition(cmdline="x=*"))
    assert kernels(condition(any=[{"kernel": ">=6.5"}, {"marker": "ffa.up"}])) == "any"
    whole = condition(
        all=[
            {"kernel": ">=6.5"},
            {"all": [{"kernel": "<7.2"}]},
            {"marker": "ffa.up", "before": "ima.start"},
            {"marker": "x.*"},
            {"not": {"any": [{"cmdline": "a=*"}, {"arch": "arm64"}]}},
            {"not": {"present": {"initcall": ["a", "b"], "module": "m", "level": [6, 7]}}},
            {"absent": {"probe": "p", "driver": "d"}},
        ]
    )
    assert kernels(whole) == "6.5 and later; before 7.2"
    assert list(told(whole)) == [
        "- all of these hold:",
        "  - Linux 6.5 and later",
        "  - all of these hold:",
        "    - Linux before 7.2",
        "  - `ffa.up`, before `ima.start` (the FF-A driver starts to talk to the firmware)",
        "  - `x.*`",
        "  - not:",
        "    - any of these hold:",
        "      - the command line has `a=*`",
        "      - the architecture is `arm64`",
        "  - not: the log has the initcall `a` or `b` (module `m`, level 6 or 7)",
        "  - the log lacks a probe of `p` (driver `d`)",
    ]
    for fields, said in (
        ({"message": "x*"}, "a message like `x*`"),
        ({"async": "x"}, "the asynchronous call of `x`"),
        ({"async": ["x", "y"], "module": "m"}, "the asynchronous call of `x` or `y` (module `m`)"),
        ({"probe": "x", "before": "ima.start"}, "a probe of `x` (before `ima.start`)"),
    ):
        assert selected(adapter(Selector).validate_python(fields)) == said


def test_a_strangers_rule_is_shown_and_runs_nothing() -> None:
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) ![](https://x.example/y) `a"
    rule = make(
        why=evil, fix=f"- {evil}", references=[evil], tags=[evil[:30]], title=evil[:90],
        applies_when={"cmdline": evil},
        examples=[{"name": evil, "expect": "pass", "log": f"[    0.000000] {evil}\n```\n# x"}],
    )  # fmt: skip
    read = Read(as_document(page(rule)).html)
    assert read.tags <= TAGS
    wanted = ("/help/rules#", "/rules#", "https://x.example/y")
    assert all(link.startswith(wanted) for link in read.links)
    assert "".join(read.words).count("<script>alert(1)</script>") >= 6


def test_a_rule_with_little_to_say() -> None:
    said = page(make(status="preview", version=2, needs=["head", "times"]))
    assert "preview: reported, but neither verdict nor exit code count it" in said
    assert "2.1.0; version 2 of the rule" in said
    assert "the head of the log, a log with times" in said
    assert "## References" not in said and "## Examples" not in said
    assert said.endswith("It applies to every boot.\n")


def test_an_example_that_cannot_be_read_says_so() -> None:
    said = page(make(examples=[{"name": "empty", "expect": "pass", "log": " "}]))
    assert "its log cannot be read: The log is empty." in said


def test_causes_are_told_and_linked() -> None:
    absent = {"kind": "absent", "what": {"message": "*ouch*"}}
    consequences = [
        {"rule": "MY001", "outcome": "fail", "message": "It is *MY001*."},
        {"rule": "GONE001", "outcome": "pass", "message": "m", "cause": False},
    ]
    example = {"name": "both", "expect": "fail", "log": "[    0.000000] oops, ouch"}
    other = make(id="MY002", check=absent, consequences=consequences, examples=[example])
    said = page(other, make())
    assert "- fail follows from a failure of [MY001](/rules/MY001) (Mine " in said
    assert "It is \\*MY001\\*." in said
    assert "- pass is worth nothing after a failure of GONE001: m" in said
    assert "It is *MY001*.\n" in said.partition("## Examples")[2], "the engine's own words"
    said = page(make(), other)
    assert "- A failure explains fail of [MY002](/rules/MY002)" in said


def test_former_ids_have_a_pointer() -> None:
    made = files(Shelf([pack_of(make(), redirects={"OLD001": "MY001"})]))
    assert set(made) == {"README.md", "mine/README.md", "mine/MY001.md", "mine/OLD001.md"}
    assert "# OLD001 is now MY001\n" in made["mine/OLD001.md"]
    assert "(../mine/MY001.md)" in made["mine/OLD001.md"]
    assert "- OLD001 is now [MY001](../mine/MY001.md)" in made["mine/README.md"]
    assert "- **Former ids:** OLD001" in made["mine/MY001.md"]
    assert "| Mine \\<b\\>is\\</b\\> up \\| first | warning |" in made["README.md"]


def test_a_rule_is_found_by_any_id() -> None:
    shelf = Shelf([pack_of(make(), redirects={"OLD001": "MY001"})])
    assert shelf.find("OLD001").rule.id == shelf.find("my001").rule.id == "MY001"
    assert former_page("OLD001", shelf.find("OLD001"), FILES).startswith("# OLD001 is now")
    with pytest.raises(UnknownRule, match="did you mean 'MY001'"):
        shelf.find("MY01")
    with pytest.raises(UnknownRule, match="There is no rule 'x'"):
        shelf.find("x")
    with pytest.raises(UnknownRule, match=r"There is no rule 'x{40}[.]{3}'"):
        shelf.find("x" * 60_000)


def test_only_shipped_rules_have_a_page() -> None:
    assert load_shipped("ffa-pkvm").page("FFA001") == "/rules/FFA001"
    assert pack_of(make()).page("MY001") is None
