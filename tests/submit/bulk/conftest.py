"""An owner that may publish, signed in, and files that it sends."""

from tests.submit.catalogue_pages.conftest import cbs, signed

__all__ = ["cbs", "signed"]
