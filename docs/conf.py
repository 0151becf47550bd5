"""The site of the documentation, built by `make docs`. It asks nothing of another host."""

from pathlib import Path

from erpd import __version__

_FLOORS = {path.name for path in (Path(__file__).parents[1] / "src/erpd").iterdir()}
_PURE = {"metadata", "formats", "sources", "standalone", "__init__.py"}

project = "erpd"
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.apidoc", "sphinx.ext.autodoc"]
exclude_patterns = ["*.py", "api/modules.rst"]

html_theme = "furo"
html_title = f"erpd {version}"
html_show_copyright = False

# Headings that pages link to.
myst_heading_anchors = 4
suppress_warnings = ["ref.python"]  # a type named in two modules

# A page for each folder of the floors that work as a library.
apidoc_modules = [
    {
        "path": "../src/erpd",
        "destination": "api",
        "exclude_patterns": [f"../src/erpd/{name}" for name in sorted(_FLOORS - _PURE)],
        "separate_modules": False,
        "module_first": True,
        "max_depth": 2,
    }
]
autodoc_default_options = {"members": True, "member-order": "bysource", "ignore-module-all": True}
autodoc_inherit_docstrings = False
autodoc_use_type_comments = False
# The sidebar of each page has the contents of all: with 5,000 functions, building takes twice as long.
toc_object_entries = False
