"""The wheel: built from a clean copy, installed where nothing else is, and run from an empty folder."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import erpd
from tests.servers import free_port

ROOT = Path(__file__).parents[1]
PATIENCE = 180
# What git does not hold, so a clone has none of it.
MADE = shutil.ignore_patterns("vendor", "*.mo", "__pycache__")  # except the dictionaries, which take a minute
NEEDED = (".gitignore", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "NOTICE")


def clone(folder: Path) -> Path:
    shutil.copytree(ROOT / "src", folder / "src", ignore=MADE)
    for name in NEEDED:
        shutil.copy(ROOT / name, folder)
    return folder


def build(tree: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return done(sys.executable, "-m", "hatchling", "build", "-t", "wheel", cwd=tree, **environment)


def done(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The environment of the tests would lead to a home, and to the working copy."""
    return subprocess.run(
        command,
        cwd=cwd,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(Path.home()), **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = clone(tmp_path_factory.mktemp("clone"))
    built = build(tree)
    assert built.returncode == 0, built.stderr
    (path,) = (tree / "dist").glob("*.whl")
    return path


def python_with(names: Iterable[str], folder: Path, wheel: Path) -> Path:
    """A Python with these packages as they are installed here, the wheel, and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in names:
        try:
            found = distribution(name)
        except PackageNotFoundError:  # for another system
            continue
        for top in {path.parts[0] for path in found.files or ()} - {"..", "__pycache__"}:
            (packages / top).symlink_to(Path(str(found.locate_file(top))))
    pip = (sys.executable, "-m", "pip", "--python", folder / "bin/python")
    installed = done(*pip, "install", "--quiet", "--no-index", "--no-deps", wheel, cwd=folder)
    assert installed.returncode == 0, installed.stderr
    whole = done(*pip, "check", cwd=folder)
    assert whole.returncode == 0, whole.stdout
    return folder / "bin"


def needed(requirements: Iterable[str]) -> set[str]:
    """The names of all that these requirements need, and that their requirements need."""
    names: set[str] = set()
    for requirement in map(Requirement, requirements):
        if requirement.marker is None or any(
            requirement.marker.evaluate({"extra": each}) for each in ("", *requirement.extras)
        ):
            names |= {
                canonicalize_name(requirement.name),
                *needed(distribution(requirement.name).requires or ()),
            }
    return names


@pytest.fixture(scope="module")
def node(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a Python with what requirements/run.lock names."""
    lock = (ROOT / "requirements/run.lock").read_text("utf-8")
    names = re.findall(r"^([\w.-]+)", lock, re.MULTILINE)
    return python_with(names, tmp_path_factory.mktemp("environment") / "node", wheel)


@pytest.fixture(scope="module")
def library(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a Python with what the package needs without its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = needed(project["dependencies"])
    assert "django" not in names
    return python_with(names, tmp_path_factory.mktemp("environment") / "library", wheel)


def test_it_carries_what_git_holds_and_what_is_brought(wheel: Path) -> None:
    source = ROOT / "src"
    held = {path.relative_to(source).as_posix() for path in (source / "erpd").rglob("*.*") if path.is_file()}
    held = {path for path in held if "__pycache__" not in path}
    brought = {
        f"erpd/pages/static/pages/vendor/{name}" for name in ("ecl-eu.css", "htmx.min.js", "icons.svg")
    }
    brought |= {path.removesuffix("po") + "mo" for path in held if path.endswith(".po")}
    with ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    assert held | brought <= carried
    assert {Path(name).name for name in carried} >= {"LICENSE", "NOTICE"}


def test_its_version_is_that_of_the_package(wheel: Path) -> None:
    assert wheel.name == f"erpd-{erpd.__version__}-py3-none-any.whl"


def test_the_demo_runs_from_the_wheel_in_an_empty_folder(node: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    ports = [
        *("--national-port", str(free_port()), "--european-port", str(free_port())),
        *("--portal-port", str(free_port())),
    ]
    told = done(node / "erpd", "demo", "--once", *ports, cwd=empty)
    assert told.returncode == 0, told.stderr
    (demo,) = node.parent.glob("lib/python*/site-packages/erpd/demo/protected.ttl")
    amount = len(re.findall(r" a dcat:Dataset\b", demo.read_text("utf-8")))
    ledgers = re.findall(r"(\d+) records received in [\d.]+ s: (\d+) new, (\d+) rejected", told.stdout)
    received, new, rejected = map(int, ledgers[-1])
    # Two came by the APIs, three in a spreadsheet, two from the owner's portal.
    assert received == new + rejected == amount + 7
    assert ("3", "2", "1") in ledgers
    assert new > rejected > 0
    assert "Findings" in told.stdout
    assert "(G4.1)" in told.stdout
    assert f"http://127.0.0.1:{ports[3]}/" in told.stdout


def test_files_are_checked_and_converted_without_what_a_node_needs(library: Path, tmp_path: Path) -> None:
    (demo,) = library.parent.glob("lib/python*/site-packages/erpd/demo/protected.ttl")
    checked = done(library / "erpd", "check", demo, cwd=tmp_path)
    assert (checked.returncode, checked.stderr) == (1, "")
    assert "(G4.1)" in checked.stdout
    converted = done(library / "erpd", "convert", demo, "--to", "nt", cwd=tmp_path)
    assert converted.returncode == 0
    assert converted.stdout.count("<http://www.w3.org/ns/dcat#Dataset> .") == demo.read_text("utf-8").count(
        " a dcat:Dataset"
    )
    helped = done(library / "erpd", "--help", cwd=tmp_path)
    assert (helped.returncode, helped.stderr) == (0, "")


@pytest.mark.parametrize("command", ["serve", "worker", "demo", "init here --role european --title Here"])
def test_a_command_of_a_node_says_what_to_install(library: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "node.toml").write_text('role = "european"\ntitle = "Here"\n', "utf-8")
    told = done(library / "erpd", "--home", tmp_path, *command.split(), cwd=tmp_path)
    assert (told.returncode, told.stdout) == (1, "")
    (line,) = told.stderr.splitlines()
    assert line.startswith("Error: This command needs the package django, which is not installed.")
    assert line.endswith("pip install 'erpd[node]'.")


def test_without_style_sheets_and_scripts_there_is_no_wheel(tmp_path: Path) -> None:
    tree = clone(tmp_path / "clone")
    nowhere = {"npm_config_offline": "true", "npm_config_cache": str(tmp_path / "nothing")}
    built = build(tree, **nowhere)
    assert built.returncode == 1
    assert "npm could not install the packages of package-lock.json" in built.stderr
    assert "Without style sheets and scripts there is no wheel." in built.stderr + built.stdout
    assert "Traceback" not in built.stderr
    assert not list(tree.glob("dist/*"))
