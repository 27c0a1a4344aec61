"""The parts of the package import downwards only, load only what they need, and keep nothing between two calls."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "rnn_edu").rglob("*.py"))

# part of the package: (what it is, the other parts that it may import, the libraries that it may import)
TABLE = {
    "core": ("numbers", (), ("numpy",)),
    "tasks": ("data, and jobs for networks", ("core",), ("numpy",)),
    "analysis": ("gradient flow", ("core",), ("numpy",)),
    "drawings": ("pictures", ("core", "analysis"), ("numpy", "matplotlib")),
    "practice": ("learning", ("core", "tasks", "analysis", "drawings"), ("numpy", "matplotlib", "ipywidgets")),
    "explorers": (
        "controls",
        ("core", "tasks", "analysis", "drawings", "practice"),
        ("numpy", "ipywidgets", "anywidget", "traitlets"),
    ),
}
TOP = ("__init__", "__main__", "lessons_folder")  # beside the parts: exports, the command, its folder
# these draw in the browser, so that they need no library
PURE = ("svg", "diagram", "routes", "style", "describe", "equation_html", "views")
CHANGING = {"append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "remove", "discard", "clear"}


def imports(tree: ast.Module) -> Iterator[str]:
    """Name every module that is imported anywhere in the source, in functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"relative import in line {node.lineno}: write the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def forbidden(part: str, source: str) -> list[str]:
    """List the imports in `source` that the table does not allow to a module of this part."""
    _, parts, libraries = TABLE[part]
    own = tuple(f"rnn_edu.{name}." for name in (part, *parts))
    known = {*libraries, *sys.stdlib_module_names}
    names = list(imports(ast.parse(source)))
    unknown = [name for name in names if not f"{name}.".startswith(own) and name.split(".")[0] not in known]
    return unknown + [name for name in names if name.startswith("matplotlib.pyplot")]


def changed_globals(source: str) -> list[str]:
    """List the names of a module that something in it changes after it was loaded."""
    tree = ast.parse(source)
    names = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            found += node.names
        elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            found += [node.value.id] if isinstance(node.value, ast.Name) and node.value.id in names else []
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
            found += [node.func.value.id] if isinstance(node.func.value, ast.Name) else []
    return [name for name in found if name in names]


def table_in_markdown() -> str:
    """The table as the README shows it, from the top of the imports to the bottom."""
    lines = ["| `rnn_edu.…` | what it is | imports | and |", "|---|---|---|---|"]
    for part, (what, parts, libraries) in reversed(TABLE.items()):
        below = " ".join(f"`{name}`" for name in reversed(parts)) or "–"
        lines.append(f"| `{part}` | {what} | {below} | {', '.join(libraries)} |")
    return "\n".join(lines)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT / "rnn_edu"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_each_module_imports_only_what_its_part_may(path):
    part = path.relative_to(ROOT / "rnn_edu").parts[0]
    if part in TABLE:
        assert forbidden(part, path.read_text(encoding="utf-8")) == []
    else:
        assert path.stem in TOP, f"{part} is not in the table of the parts"


@pytest.mark.parametrize("name", PURE)
def test_what_draws_in_the_browser_needs_no_library(name):
    for path in (ROOT / "rnn_edu" / "drawings").glob(f"{name}*.py"):
        loaded = {module.split(".")[0] for module in imports(ast.parse(path.read_text(encoding="utf-8")))}
        assert not loaded & {"numpy", "matplotlib"}, path.name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_changes_its_own_globals(path):
    assert changed_globals(path.read_text(encoding="utf-8")) == []


def test_importing_the_package_loads_neither_pictures_nor_controls():
    code = "import sys, rnn_edu; print({'matplotlib', 'ipywidgets', 'anywidget'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "set()\n"


def test_the_table_names_the_parts_that_there_are():
    assert sorted(TABLE) == sorted(path.parent.name for path in (ROOT / "rnn_edu").glob("*/__init__.py"))


def test_the_parts_import_downwards_only():
    below: set[str] = set()
    for part, (_, parts, _) in TABLE.items():
        assert set(parts) <= below, part
        below.add(part)


def test_the_readme_shows_this_table():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    _, _, rest = readme.partition("<!-- imports -->\n")
    shown, end, _ = rest.partition("<!-- /imports -->")
    assert end, "the README has no table between <!-- imports --> and <!-- /imports -->"
    assert shown.strip() == table_in_markdown()


@pytest.mark.parametrize(
    ("part", "source"),
    [
        ("core", "import matplotlib"),
        ("core", "def f():\n    from rnn_edu.drawings import style"),
        ("core", "import rnn_edu"),
        ("core", "from rnn_edu import drawings"),
        ("drawings", "import matplotlib.pyplot as plt"),
        ("drawings", "from matplotlib import pyplot"),
        ("practice", "from rnn_edu.explorers.stage import Stage"),
        ("explorers", "import torch"),
    ],
)
def test_an_import_upwards_or_sideways_is_seen(part, source):
    assert len(forbidden(part, source)) == 1


def test_what_the_table_allows_is_allowed():
    source = "import json\nimport numpy as np\nfrom rnn_edu.core import bptt\nfrom rnn_edu.drawings.style import KIND"
    assert forbidden("explorers", source) == []


@pytest.mark.parametrize(
    "change",
    ["    global SEEN\n    SEEN = 1", "    SEEN.append(1)", "    SEEN[0] = 1", "    del SEEN[0]", "    SEEN.x = 1"],
)
def test_a_global_that_changes_is_seen(change):
    assert changed_globals(f"SEEN = []\ndef f():\n{change}\n") == ["SEEN"]
    assert changed_globals("SEEN = [1]\ndef f():\n    return [*SEEN, 2]\n") == []


def test_what_is_imported_late_can_be_found_by_the_tab_key_and_loads_nothing_by_that():
    code = "import sys, rnn_edu; print(set(rnn_edu.__all__) <= set(dir(rnn_edu)), 'matplotlib' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.split() == ["True", "False"]
