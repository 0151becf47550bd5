"""What `erpd doctor` says of the styles and translations of the pages."""

from pathlib import Path

from erpd.pages import assets
from erpd.pages.brought import lacking


def test_what_was_not_built_is_named(tmp_path: Path) -> None:
    assert not assets.VENDOR.exists() or lacking() == ""
    assert "styles and scripts" in lacking(tmp_path)
    (tmp_path / "static" / "pages" / "vendor").mkdir(parents=True)
    (tmp_path / "static" / "pages" / "vendor" / assets.STAMP).touch()
    assert lacking(tmp_path) == ""
    (tmp_path / "locale" / "de" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po").touch()
    assert "translations" in lacking(tmp_path)
