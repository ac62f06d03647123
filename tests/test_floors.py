"""Imports go down the house, never up, sideways or in a circle (docs/decisions/0001)."""

from __future__ import annotations

import ast
import functools
from importlib import import_module
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "pactolus"
FLOORS = [
    "errors units terms runs",
    "catalogue workspace wording solvers sharing",
    "network policy dialogue",
    "indicators",
    "warning disruption",
    "stockpile",
    "projects",
    "response",
    "reports",
    "web cli client",
    "pactolus __main__",  # the front door and `python -m pactolus`
]
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms.split()}
FOLDERS = {  # divided rooms: their folders from the ground up; what stands beside the folders is above them
    "disruption": [
        "engines",
        "history",
        "scenarios backtest",
        "stages effects",
        "random_years",
    ],
    "stockpile": [
        "base",
        "stocks",
        "members",
        "rules buying budget",
        "pooling",
        "starts",
    ],
    "projects": [
        "base",
        "pipeline matching appraisal",
        "market selection",
    ],
    "response": [
        "clocks",
        "events",
        "plan",
        "following coordination exercise",
    ],
    "web": [
        "answers assistant",
        "jobs",
        "access",
        "api",
        "pages",
    ],
    "warning": [
        "scoring",
        "annual signals",
        "study watching",
    ],
}
SIDEWAYS = {
    ("units", "errors"),
    ("terms", "errors"),
    ("runs", "errors"),
    ("sharing", "solvers"),
    ("cli", "web"),  # `pactolus serve` starts the desk; the desk knows no command
}


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else "pactolus"


def imports(source: str, module: str, modules: set[str], *, package: bool = False) -> set[str]:
    """Modules of `modules` that `source` imports anywhere, inside functions too."""
    base = module.split(".") if package else module.split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parent = ".".join(base[: len(base) - node.level + 1]) if node.level else ""
            target = ".".join(part for part in (parent, node.module) if part)
            names = {f"{target}.{alias.name}" for alias in node.names if alias.name != "__version__"}
            found |= {name if name in modules else target for name in names}
    return found & modules - {module}


def crossings(graph: dict[str, set[str]]) -> list[str]:
    """Imports that leave a room other than downwards, and rooms that have no floor."""
    faults = [f"{module}: the room has no floor" for module in graph if room_of(module) not in FLOOR]
    for module, targets in graph.items():
        here = room_of(module)
        height = FLOOR.get(here, 99)
        faults += [
            f"{module} (floor {height}) imports {there} (floor {FLOOR.get(there)})"
            for there in {room_of(target) for target in targets} - {here}
            if height <= FLOOR.get(there, 99) and (here, there) not in SIDEWAYS
        ]
    return sorted(faults)


def folders_of(graph: dict[str, set[str]], room: str) -> dict[str, str]:
    """Folder of every module of a room; empty for the room's door and for modules beside the folders."""
    parts = {module: module.split(".")[2:] for module in graph if room_of(module) == room}
    folders = {names[0] for names in parts.values() if len(names) > 1}
    return {m: names[0] if names and names[0] in folders else "" for m, names in parts.items()}


def crossings_inside(graph: dict[str, set[str]], room: str, floors: list[str]) -> list[str]:
    """Imports between the folders of one room other than downwards, and folders that have no floor."""
    floor = {folder: height for height, folders in enumerate(floors) for folder in folders.split()}
    floor[""] = len(floors)
    folders = folders_of(graph, room)
    faults = [f"{m}: the folder has no floor" for m, folder in folders.items() if folder not in floor]
    for module, here in folders.items():
        faults += [
            f"{module} (floor {floor.get(here)}) imports {there or room} (floor {floor.get(there)})"
            for there in {folders[target] for target in graph[module] & folders.keys()} - {here}
            if floor.get(here, -1) <= floor.get(there, 99)
        ]
    return sorted(faults)


def circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle of modules, or nothing."""
    left = dict(graph)
    while leaves := [m for m, targets in left.items() if not targets & left.keys()]:
        for leaf in leaves:
            del left[leaf]
    path: list[str] = sorted(left)[:1]
    while path and path[-1] not in path[:-1]:
        path.append(min(left[path[-1]] & left.keys()))
    return path[path.index(path[-1]) :] if path else []


def graph_of(sources: dict[str, str], packages: frozenset[str] = frozenset()) -> dict[str, set[str]]:
    names = set(sources)
    return {m: imports(text, m, names, package=m in packages) for m, text in sources.items()}


@functools.cache
def house() -> dict[str, set[str]]:
    files = {
        ".".join(("pactolus", *path.relative_to(SOURCE).with_suffix("").parts)): path
        for path in SOURCE.rglob("*.py")
    }
    packages = frozenset(m.removesuffix(".__init__") for m in files if m.endswith(".__init__"))
    sources = {m.removesuffix(".__init__"): p.read_text(encoding="utf-8") for m, p in files.items()}
    return graph_of(sources, packages)


def test_the_house_is_read():
    graph = house()
    assert {"pactolus", "pactolus.errors", "pactolus.catalogue.world", "pactolus.cli.main"} <= graph.keys()
    assert "pactolus.runs.files" in graph["pactolus.catalogue.intact"]


def test_imports_go_down_only():
    assert crossings(house()) == []


@pytest.mark.parametrize("room", FOLDERS)
def test_imports_inside_a_divided_room_go_down_only(room):
    graph = house()
    assert {*folders_of(graph, room).values()} == {"", *" ".join(FOLDERS[room]).split()}
    assert crossings_inside(graph, room, FOLDERS[room]) == []


@pytest.mark.parametrize("room", FOLDERS)
def test_no_folder_hides_a_name_of_the_front_door(room):
    """An imported folder becomes an attribute of its room, in the place of a function of that name."""
    door = import_module(f"pactolus.{room}")
    assert not set(door.__all__) & set(" ".join(FOLDERS[room]).split())


def test_no_circle():
    assert circle(house()) == []


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (
            {"pactolus.catalogue.a": "from pactolus.indicators import b", "pactolus.indicators.b": ""},
            "pactolus.catalogue.a (floor 1) imports indicators (floor 3)",
        ),
        (
            {"pactolus.catalogue.a": "def f():\n    import pactolus.wording.b", "pactolus.wording.b": ""},
            "pactolus.catalogue.a (floor 1) imports wording (floor 1)",
        ),
        (
            {"pactolus.runs.a": "from ..terms import b", "pactolus.terms.b": ""},
            "pactolus.runs.a (floor 0) imports terms (floor 0)",
        ),
        ({"pactolus.cellar.a": ""}, "pactolus.cellar.a: the room has no floor"),
        (
            {"pactolus": "", "pactolus.reports.a": "import pactolus"},
            "pactolus.reports.a (floor 8) imports pactolus (floor 10)",
        ),
    ],
)
def test_a_crossing_is_seen(sources, message):
    assert crossings(graph_of(sources)) == [message]


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (
            {"pactolus.r.low.a": "from pactolus.r.high import b", "pactolus.r.high.b": ""},
            "pactolus.r.low.a (floor 0) imports high (floor 1)",
        ),
        (
            {"pactolus.r.high.b": "def f():\n    from pactolus.r.side import c", "pactolus.r.side.c": ""},
            "pactolus.r.high.b (floor 1) imports side (floor 1)",
        ),
        (
            {"pactolus.r": "", "pactolus.r.low.a": "from pactolus import r"},
            "pactolus.r.low.a (floor 0) imports r (floor 2)",
        ),
        ({"pactolus.r.cellar.a": ""}, "pactolus.r.cellar.a: the folder has no floor"),
    ],
)
def test_a_crossing_inside_a_room_is_seen(sources, message):
    assert crossings_inside(graph_of(sources), "r", ["low", "high side"]) == [message]


def test_a_way_down_inside_a_room_is_no_crossing():
    sources = {"pactolus.r.high.a": "from pactolus.r.low import b", "pactolus.r.low.b": "", "pactolus.r": ""}
    sources["pactolus.r.compiling"] = "from pactolus.r.high.a import x"
    assert crossings_inside(graph_of(sources), "r", ["low", "high"]) == []


def test_a_way_down_is_no_crossing():
    sources = {
        "pactolus.sharing.a": "from pactolus.solvers import b",
        "pactolus.solvers.b": "import pactolus.errors",
    }
    assert crossings(graph_of({**sources, "pactolus.errors": ""})) == []


def test_the_version_may_be_read_by_every_room():
    assert crossings(graph_of({"pactolus": "", "pactolus.runs.a": "from pactolus import __version__"})) == []


def test_a_circle_is_seen():
    sources = {"pactolus.terms.a": "from pactolus.terms import b", "pactolus.terms.b": "from .a import x"}
    assert circle(graph_of(sources)) == ["pactolus.terms.a", "pactolus.terms.b", "pactolus.terms.a"]
