"""What the register and the rules of its source say about a record."""

from erpd.metadata.rules.rule import Rule


class Intake(Rule):
    """About identifiers, and what the filters, value maps and defaults of a source did."""

    MINTED_IRI = (
        "minted-iri",
        "{path}: the data set has no IRI of its own ({section}).",
        "We gave it {repaired}. Give it a permanent IRI at the source.",
        "G3.4.3",
        "We gave it {repaired}. Give it a permanent IRI of its own.",
    )
    TOO_LONG = (
        "too-long",
        "{path}: “{value}” is longer than the limit of 600 characters ({section}).",
        "Use a shorter, permanent one.",
        "G3.4.3",
    )
    UNSTORABLE = (
        "unstorable",
        "{path}: “{value}” contains characters that cannot be stored: NUL, or half of a surrogate pair "
        "({section}).",
        "Use a permanent one made of plain characters.",
        "G3.4.3",
    )
    MORE = (
        "more",
        "{path}: “{value}” was found {repaired} more times ({section}).",
        "The first hundred are listed. They usually have one cause: fix it at the source.",
        "G4",
        "The first hundred are listed. They usually have one cause: fix that.",
    )
    IRI_TAKEN = (
        "iri-taken",
        "{path}: the IRI “{value}” already belongs to another data set ({section}).",
        "We kept the existing data set. Give each data set an IRI of its own.",
        "G3.4.3",
    )
    SAME_IDENTIFIER = (
        "same-identifier",
        "{path}: “{value}” occurs more than once in the same list ({section}).",
        "Only one of them was accepted. Give each record an identifier of its own.",
        "G3.4.3",
    )
    PLACEHOLDER_ID = (
        "placeholder-id",
        "{path}: “{value}” is a placeholder, not an identifier ({section}).",
        "Give the data set a permanent identifier of its own.",
        "G3.4.3",
    )
    FILTERED = (
        "filtered",
        "The record was excluded by the filter of its source ({section}): “{value}”.",
        "If this is not what you want, change the filter of the source.",
        "G3.1",
    )
    MAPPED_VALUE = (
        "mapped-value",
        "{path}: “{value}” was mapped to {repaired} by the rules of the source ({section}).",
        "Use this IRI in your own data and the rule is no longer needed.",
        "G5.1.7",
    )
    DEFAULT_VALUE = (
        "default-value",
        "{path} was missing and was set to {repaired} by the rules of the source ({section}).",
        "Provide the value in your own data and the rule is no longer needed.",
        "G4",
    )
