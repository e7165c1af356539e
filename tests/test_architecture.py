"""The rows of the architecture's table and the rules of the house, proven on the source itself."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import grimp
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "pilotage"
MODULES = sorted(SOURCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

LAYERS = ("cli", "commands", "reconcile", ("domains", "providers"), "model", "errors")
"""From the top down; those of one row do not know each other."""

IMPURE = frozenset(
    [
        "asyncio",
        "ctypes",
        "ftplib",
        "getpass",
        "github",
        "glob",
        "http",
        "importlib",
        "io",
        "locale",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "platform",
        "random",
        "requests",
        "secrets",
        "select",
        "shutil",
        "signal",
        "socket",
        "sqlite3",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib3",
        "uuid",
        "webbrowser",
    ]
)
"""Modules that see or change the world."""

CLOCKS = re.compile(r"\b(?:datetime|date|dt)\.(?:now|today|utcnow)\b")
VAGUE = frozenset(("utils", "util", "helpers", "helper", "manager", "base", "core", "misc", "common"))
MAX_LINES = 300
MAX_FUNCTION = 60
HOUSE_FUNCTION = 40

OTHER_CATCHES = {
    "providers/gitcommand.py": "an exit status of git that says no is an answer, not a failure",
}
"""Files that catch what only cli.py should, and why."""

LONGER = {"reconcile/observe.py": 305}
"""Files that are too long: they may only shrink."""


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@pytest.fixture(scope="module", autouse=True)
def forget_trees() -> Iterator[None]:
    """Let go of the trees after the last test: all later tests would carry them."""
    yield
    parse.cache_clear()


def nodes(path: Path, *words: str) -> Iterator[ast.AST]:
    """Give every node of a file that holds one of the words; the others cannot hold what is looked for."""
    text = path.read_text(encoding="utf-8")
    return ast.walk(parse(path)) if any(word in text for word in words) else iter(())


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def imported(path: Path) -> Iterator[str]:
    """Give every module that a file imports, wherever in it, but for the type checker only."""
    hidden = {
        id(inner)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(parse(path)):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Give each function's place and its lines, decorators left out."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name_of(path)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("pilotage", include_external_packages=True, cache_dir=None)


def test_imports_go_strictly_down(graph: grimp.ImportGraph) -> None:
    rows = [(row,) if isinstance(row, str) else row for row in LAYERS]
    upward = [
        (importer, target)
        for height, row in enumerate(rows)
        for name in row
        for importer in graph.find_descendants(f"pilotage.{name}") | {f"pilotage.{name}"}
        for target in graph.find_modules_directly_imported_by(importer)
        for above in (*rows[:height], tuple(other for other in row if other != name))
        if any(target == f"pilotage.{other}" or target.startswith(f"pilotage.{other}.") for other in above)
    ]
    assert upward == []


def test_a_command_knows_no_provider(graph: grimp.ImportGraph) -> None:
    commands = graph.find_descendants("pilotage.commands") | {"pilotage.cli"}
    reached = {(one, target) for one in commands for target in graph.find_modules_directly_imported_by(one)}
    assert sorted((one, target) for one, target in reached if target.startswith("pilotage.providers")) == []


def test_the_sandbox_stands_apart(graph: grimp.ImportGraph) -> None:
    inside = graph.find_descendants("pilotage.sandbox") | {"pilotage.sandbox"}
    ours = {module for module in graph.modules if module.startswith("pilotage.")} - inside
    out = {(one, to) for one in inside for to in graph.find_modules_directly_imported_by(one) if to in ours}
    into = {(one, to) for to in inside for one in graph.find_modules_that_directly_import(to) if one in ours}
    assert sorted(out) == []
    assert sorted(one for one, _ in into if not one.startswith("pilotage.commands.rehears")) == []


def test_every_package_has_its_row() -> None:
    rows = {name for row in LAYERS for name in ((row,) if isinstance(row, str) else row)}
    found = {path.relative_to(SOURCE).parts[0].removesuffix(".py") for path in MODULES}
    assert found - {"__init__", "__main__", "sandbox"} == rows


@pytest.mark.parametrize("layer", ["domains", "model"])
def test_decisions_touch_neither_the_world_nor_the_clock(layer: str) -> None:
    impure = [
        (name_of(path), module)
        for path in (SOURCE / layer).rglob("*.py")
        for module in imported(path)
        if module.split(".")[0] in IMPURE
    ]
    clocks = [name_of(path) for path in (SOURCE / layer).rglob("*.py") if CLOCKS.search(path.read_text())]
    opened = [
        f"{name_of(path)}:{node.lineno}"
        for path in (SOURCE / layer).rglob("*.py")
        for node in nodes(path, "open", "input", "print")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("open", "input", "print")
    ]
    assert (impure, clocks, opened) == ([], [], [])


def test_nothing_reads_the_environment_at_import() -> None:
    reads = [
        f"{name_of(path)}:{statement.lineno}"
        for path in MODULES
        if re.search(r"environ|getenv", path.read_text(encoding="utf-8"))
        for statement in parse(path).body
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
        and re.search(r"os\.environ|getenv", ast.unparse(statement))
    ]
    assert reads == []


def test_no_library_is_replaced_by_a_mock() -> None:
    mocked = [
        path.relative_to(ROOT).as_posix()
        for path in (*MODULES, *TESTS)
        if "mock" in path.read_text(encoding="utf-8")
        for module in imported(path)
        if module.split(".")[0] == "mock" or module.startswith("unittest.mock") or module == "pytest_mock"
    ]
    assert mocked == []


def test_no_file_is_longer_than_one_idea() -> None:
    long = {name_of(path): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: lines for name, lines in long.items() if lines > LONGER.get(name, MAX_LINES)} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = {place: lines for path in MODULES for place, lines in functions(path)}
    over = {place: lines for place, lines in lengths.items() if lines > HOUSE_FUNCTION}
    assert {place: lines for place, lines in over.items() if lines > MAX_FUNCTION} == {}
    # The tail that the rule of 40 lines allows for docstrings and literal tables stays a tail.
    assert len(over) <= len(lengths) // 50, over


def test_every_file_is_named_by_a_noun_of_the_field() -> None:
    named = [name_of(path) for path in MODULES if VAGUE & set(path.relative_to(SOURCE).with_suffix("").parts)]
    assert named == []


def test_a_dry_run_is_a_plan_and_no_parameter() -> None:
    dry = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        for node in nodes(path, "dry_run", "dryrun", "noop")
        if isinstance(node, ast.arg) and node.arg in ("dry_run", "dryrun", "noop")
    ]
    assert dry == []


def test_nothing_is_printed_past_the_command_line() -> None:
    printed = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        for node in nodes(path, "print")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printed == []


def test_our_errors_are_caught_in_one_place() -> None:
    catching = {
        name_of(path)
        for path in MODULES
        for node in nodes(path, "PilotageError")
        if isinstance(node, ast.ExceptHandler) and node.type and "PilotageError" in ast.unparse(node.type)
    }
    assert sorted(catching - {"cli.py"} - OTHER_CATCHES.keys()) == []
    assert sorted(OTHER_CATCHES.keys() - catching) == []


def test_no_shell_is_ever_started() -> None:
    started = [
        f"{name_of(path)}:{node.lineno}"
        for path in MODULES
        for node in nodes(path, "shell", "system", "popen", "eval", "exec")
        if isinstance(node, ast.Call)
        and (
            any(keyword.arg == "shell" for keyword in node.keywords)
            or ast.unparse(node.func) in ("os.system", "os.popen", "eval", "exec")
        )
    ]
    assert started == []


def test_no_path_of_a_machine_is_written_down() -> None:
    home = re.compile(r"/(?:work|Users|tmp)/\w|/home/(?!ada\b)\w|/root/\.|/private/(?:tmp|var)|[A-Z]:\\\\Users")
    texts = [path for path in (*MODULES, *TESTS) if path != Path(__file__)]
    assert [path.relative_to(ROOT).as_posix() for path in texts if home.search(path.read_text())] == []


def test_the_import_contracts_are_in_force() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["name"] for contract in contracts} >= {
        "Imports go strictly down",
        "The sandbox stands apart",
        "Only the rehearsal knows the sandbox",
        "Commands touch the world only through reconcile",
        "Decisions are pure",
    }
    assert "lint-imports" in (ROOT / "Makefile").read_text()
