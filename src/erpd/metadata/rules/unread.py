"""Why a record, or a piece of an answer, was not read."""

from erpd.metadata.rules.rule import Rule


class Unread(Rule):
    """Why it could not be read, or was passed over; ``{value}`` says what or where."""

    BROKEN_SYNTAX = (
        "broken-syntax",
        "The record cannot be read ({section}): {value}",
        "We kept the original and carried on with the rest. Fix it at the source.",
        "RDF 1.1",
        "Nothing was changed. Fix it, then send it again.",
    )
    BROKEN_XML = (
        "broken-xml",
        "{path} is not well-formed XML ({section}): {value}",
        "We kept the original and carried on with the rest. Fix it at the source.",
        "XML 1.0",
        "Nothing was changed. Fix it, then send it again.",
    )
    UNSAFE_XML = (
        "unsafe-xml",
        "The record was refused because reading it could do harm ({section}): {value}",
        "Publish it without a document type declaration, and less deeply nested.",
        "XML 1.0, 4.4",
    )
    CUT = (
        "cut",
        "The record is cut off before its end ({section}): {value}",
        "We kept the original and carried on with the rest. Publish the complete record.",
        "XML 1.0",
        "Nothing was changed. Send the complete record.",
    )
    TOO_DEEP = (
        "too-deep",
        "The record was refused because reading it could do harm ({section}): {value}",
        "Publish it with less nesting.",
        "RDF 1.1",
    )
    TOO_LARGE = (
        "too-large",
        "The record is too large for the description of a data set ({section}): {value}",
        "Describe each data set separately, and link to the data instead of including it.",
        "G4.1",
    )
    UNSAFE_RECORD = (
        "unsafe-record",
        "Reading the record “{value}” crashed our program, or took too much time or memory ({section}).",
        "We kept the original and carried on with the rest. Please report this and attach the original.",
        "RDF 1.1",
        "Nothing was changed. Please report this and attach what you sent.",
    )
    NO_DATA_SET = (
        "no-data-set",
        "The record does not describe a data set ({section}): {value}",
        "Describe one dcat:Dataset in each record.",
        "G4.1",
    )
    OTHER_KIND = (
        "other-kind",
        "The record is not a public data set, so it was skipped ({section}): {value}.",
        "If that is right, there is nothing to do.",
        "G4.1",
    )
    NO_DESCRIPTION = (
        "no-description",
        "The source lists a data set but does not describe it ({section}): {value}",
        "Describe it at the source, or remove it from the list.",
        "G4.1",
        "Describe it, or remove it from the list.",
    )
    SEVERAL_DATA_SETS = (
        "several-data-sets",
        "It is unclear which data set the record describes ({section}): {value}",
        "Give each data set a record of its own.",
        "G4.1",
    )
    UNKNOWN_FORMAT = (
        "unknown-format",
        "The record is in a format that we cannot read ({section}): {value}",
        "Provide DCAT-AP in RDF; for OAI-PMH, use the metadata prefix of that format.",
        "G5",
    )
    NO_IDENTIFIER = (
        "no-identifier",
        "{path} is missing or empty: the record has no identifier ({section}).",
        "Give each record a permanent identifier.",
        "G3.4.3",
    )
    NO_METADATA = (
        "no-metadata",
        "{path} is missing or empty: the record has no metadata ({section}).",
        "Provide the metadata of the data set, or mark the record as deleted.",
        "OAI-PMH 2.0, 2.5",
    )
