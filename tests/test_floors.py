"""The house's rules, read off the source: who may import whom, no circles, no file too long, who touches which library."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("world", "avatar", "dialogue")
FILES = sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))
MAY_IMPORT = {"world": {"world", "avatar", "dialogue"}, "avatar": {"avatar"}, "dialogue": {"dialogue"}}
AVATAR_LIBRARIES = {"numpy", "pydantic", "PIL", "panda3d"}
NOT_IN_DIALOGUE = {"panda3d", "direct", "imgui_bundle", "xr"}
LONGEST = 350


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, *, everywhere: bool = True) -> set[str]:
    """Absolute names a file imports; with `everywhere` False only those at its top level (those that can close a circle)."""
    tree = ast.parse(path.read_text("utf-8"))
    found: set[str] = set()
    nodes = ast.walk(tree) if everywhere else iter(_top(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            assert node.module is not None
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def _top(tree: ast.Module) -> list[ast.stmt]:
    """Statements that run on import; a block under TYPE_CHECKING does not."""
    out: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.If):
            if "TYPE_CHECKING" not in ast.unparse(node.test):
                out += node.body
        else:
            out.append(node)
    return out


def test_there_is_something_to_check() -> None:
    assert len(FILES) > 60


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_a_file_imports_only_what_its_package_may(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    roots = {name.split(".")[0] for name in imports(path)}
    assert roots & set(PACKAGES) <= MAY_IMPORT[package]
    if package == "avatar":
        import sys

        foreign = {r for r in roots if r not in sys.stdlib_module_names and r not in PACKAGES}
        assert foreign <= AVATAR_LIBRARIES
        assert not {n for n in imports(path) if n.startswith("panda3d.") and not n.startswith("panda3d.core")}
    if package == "dialogue":
        assert not roots & NOT_IN_DIALOGUE


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_a_file_is_one_idea_and_not_too_long(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


def test_imports_make_no_circle() -> None:
    names = {module_name(p): p for p in FILES}
    graph = {
        name: {other for other in imports(path, everywhere=False) if other in names and other != name} for name, path in names.items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " imports ".join([*trail[trail.index(name) :], name])
        if name in done:
            return
        for other in sorted(graph[name]):
            visit(other, (*trail, name))
        done.add(name)

    for name in graph:
        visit(name, ())


def test_openxr_and_pydub_each_live_in_one_module() -> None:
    def users(library: str) -> set[str]:
        return {module_name(p) for p in FILES if any(n.split(".")[0] == library for n in imports(p))}

    assert users("pydub") == {"dialogue.speech.converter"}
    assert len(users("xr")) == 1
    assert users("openai") == {"dialogue.client", "dialogue.brain.endpoint", "dialogue.speech.served", "dialogue.speech.ear.transcribe"}
    assert [module_name(p) for p in FILES if "AsyncOpenAI(" in p.read_text("utf-8")] == ["dialogue.client"]  # one way out


def test_assets_installs_with_the_packages_and_tests_do_not() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    declared = set(project["packages"])
    real = {module_name(p.parent / "x.py").removesuffix(".x") for p in FILES if p.name == "__init__.py"}
    assert declared == real | {"world.assets"}
    assert project["package-dir"] == {"world.assets": "assets"}
