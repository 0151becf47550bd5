"""The wheel: built from a clean copy, installed where nothing else is, and run from an empty folder."""

import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest

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


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A Python with what requirements/run.lock names, as it is installed here, and nothing else."""
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in re.findall(r"^([\w.-]+)", (ROOT / "requirements/run.lock").read_text("utf-8"), re.MULTILINE):
        try:
            found = distribution(name)
        except PackageNotFoundError:  # for another system
            continue
        for top in {path.parts[0] for path in found.files or ()} - {"..", "__pycache__"}:
            (packages / top).symlink_to(Path(str(found.locate_file(top))))
    return folder


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


def test_the_demo_runs_from_the_wheel_in_an_empty_folder(
    wheel: Path, environment: Path, tmp_path: Path
) -> None:
    pip = (sys.executable, "-m", "pip", "--python", environment / "bin/python", "install", "--quiet")
    installed = done(*pip, "--no-index", "--no-deps", wheel, cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    ports = [
        *("--national-port", str(free_port()), "--european-port", str(free_port())),
        *("--portal-port", str(free_port())),
    ]
    told = done(environment / "bin/erpd", "demo", "--once", *ports, cwd=empty)
    assert told.returncode == 0, told.stderr
    (demo,) = environment.glob("lib/python*/site-packages/erpd/demo/protected.ttl")
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


def test_without_style_sheets_and_scripts_there_is_no_wheel(tmp_path: Path) -> None:
    tree = clone(tmp_path / "clone")
    nowhere = {"npm_config_offline": "true", "npm_config_cache": str(tmp_path / "nothing")}
    built = build(tree, **nowhere)
    assert built.returncode == 1
    assert "npm could not install the packages of package-lock.json" in built.stderr
    assert "Without style sheets and scripts there is no wheel." in built.stderr + built.stdout
    assert "Traceback" not in built.stderr
    assert not list(tree.glob("dist/*"))
