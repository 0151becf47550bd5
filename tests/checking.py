"""Settings for mypy's plugin for Django: those of a node, whose home is made for the occasion."""

import tests.home  # noqa: F401
from erpd.node.settings import *  # noqa: F403
