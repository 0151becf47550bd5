"""The pages that there are, to see what holds on every one of them."""

from tests.portal.conftest import demo, translations

__all__ = ["demo", "translations"]
