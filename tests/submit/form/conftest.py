"""An owner and its people, as for the pages of its catalogues."""

from tests.submit.catalogue_pages.conftest import cbs, signed

__all__ = ["cbs", "signed"]
