"""ES modules as one script: what is linked, and what is refused."""

import pytest

from app.pages.linking import link_modules
from tests.conftest import ROOT


def linked(entry: str, **modules: str) -> str:
    return link_modules(modules.__getitem__, entry)


def test_each_module_once_and_after_those_that_it_imports() -> None:
    script = linked(
        "page",
        page='import { b } from "./b.js";\nimport { a, A as other } from "./a.js";\nrun(a, b);',
        b='import {\n  a,\n} from "./a.js";\nexport async function b() { return a; }',
        a="export function a() {}\nexport const A = 1, unused = 2;",
    )
    assert script.count("const module_a =") == 1
    assert script.index("module_a = (") < script.index("module_b = (") < script.index("module_page")
    assert "const { a, A: other } = module_a;" in script
    assert "return { A, a };" in script and "return { b };" in script
    assert "export" not in script and "import" not in script


@pytest.mark.parametrize(
    "text",
    [
        "export default 1;", "export { a };", "export let a = 1;", 'export * from "./a.js";',
        'import a from "./a.js";', 'import * as a from "./a.js";', 'import "./a.js";',
        'import { a } from "other";',
    ],
)  # fmt: skip
def test_what_cannot_be_linked_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"page\.js: cannot be linked"):
        linked("page", page=text, a="export function a() {}")


def test_comments_are_left_out_where_they_have_their_lines() -> None:
    text = """\
// First.
/** Of several
 * lines; import them. */
  /** @type {A} */ (a).b = "// c"; // d
/** One. */
const e = "/** f */";
"""
    script = linked("page", page=text)
    assert (
        """(() => {
  /** @type {A} */ (a).b = "// c"; // d
const e = "/** f */";

return"""
        in script
    )


def test_a_circle_is_refused() -> None:
    with pytest.raises(ValueError, match="import each other: a b a"):
        linked("a", a='import { b } from "./b.js";', b='import { a } from "./a.js";')


def test_our_own_modules_are_linked() -> None:
    folder = ROOT / "app" / "static" / "js"
    script = link_modules(lambda name: (folder / f"{name}.js").read_text("utf-8"), "timeline")
    assert "class LogView" in script and "function offerCopies" in script
