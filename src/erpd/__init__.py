"""Both ends of the European Register for Protected Data held by the Public Sector.

As a library: ``read``, ``check``, ``convert``, ``harvest`` and what they need (docs/library.md). Importing
this imports nothing else; each name is loaded when it is first used.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False  # type checkers know better; importing typing takes longer than all of this

if TYPE_CHECKING:
    from erpd.formats import FORMATS, Format, Unreadable
    from erpd.formats.reading import Reading
    from erpd.metadata.findings import Finding, Severity, explain
    from erpd.metadata.own_profile import ProfileError
    from erpd.metadata.parts import Part
    from erpd.metadata.profile import PROFILES, Profile
    from erpd.metadata.record import Record
    from erpd.metadata.rules import Rule, Unread
    from erpd.metadata.view import View
    from erpd.metadata.vocabularies import label_of, vocabulary
    from erpd.sources import SOURCES
    from erpd.sources.errors import SourceError
    from erpd.sources.protocol import Option, Protocol
    from erpd.standalone.conversion import convert
    from erpd.standalone.found import Found
    from erpd.standalone.harvesting import harvest
    from erpd.standalone.plugins import PluginWarning
    from erpd.standalone.profiles import profile_called
    from erpd.standalone.unread import PartlyUnread
    from erpd.standalone.verbs import check, mend, read, write

else:
    # Where each name is.
    _HOMES = {
        "erpd.formats": ("FORMATS", "Format", "Unreadable"),
        "erpd.formats.reading": ("Reading",),
        "erpd.metadata.findings": ("Finding", "Severity", "explain"),
        "erpd.metadata.own_profile": ("ProfileError",),
        "erpd.metadata.parts": ("Part",),
        "erpd.metadata.profile": ("PROFILES", "Profile"),
        "erpd.metadata.record": ("Record",),
        "erpd.metadata.rules": ("Rule", "Unread"),
        "erpd.metadata.view": ("View",),
        "erpd.metadata.vocabularies": ("label_of", "vocabulary"),
        "erpd.sources": ("SOURCES",),
        "erpd.sources.errors": ("SourceError",),
        "erpd.sources.protocol": ("Option", "Protocol"),
        "erpd.standalone.conversion": ("convert",),
        "erpd.standalone.found": ("Found",),
        "erpd.standalone.harvesting": ("harvest",),
        "erpd.standalone.plugins": ("PluginWarning",),
        "erpd.standalone.profiles": ("profile_called",),
        "erpd.standalone.unread": ("PartlyUnread",),
        "erpd.standalone.verbs": ("check", "mend", "read", "write"),
    }
    _HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

    def __getattr__(name):
        if name not in _HOME_OF:
            raise AttributeError(f"module 'erpd' has no attribute {name!r}")
        found = globals()[name] = getattr(__import__(_HOME_OF[name], fromlist=[name]), name)
        return found

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = [
    "FORMATS",
    "PROFILES",
    "SOURCES",
    "Finding",
    "Format",
    "Found",
    "Option",
    "Part",
    "PartlyUnread",
    "PluginWarning",
    "Profile",
    "ProfileError",
    "Protocol",
    "Reading",
    "Record",
    "Rule",
    "Severity",
    "SourceError",
    "Unread",
    "Unreadable",
    "View",
    "check",
    "convert",
    "explain",
    "harvest",
    "label_of",
    "mend",
    "profile_called",
    "read",
    "vocabulary",
    "write",
]
