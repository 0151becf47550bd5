"""What we repaired in our copy of a record."""

from erpd.metadata.rules.rule import Rule


class Repair(Rule):
    """``{value}`` is what was there, ``{repaired}`` what is there now."""

    IRI = (
        "iri",
        "{path}: the URL “{value}” contains characters or line breaks that are not allowed in a URL "
        "({section}).",
        "We read it as {repaired}. Please correct it at the source.",
        "RFC 3987",
        "We read it as {repaired}. Please correct it in your metadata.",
    )
    IRI_TEXT = (
        "iri-text",
        "{path}: “{value}” is used as a link, but it is not a complete URL ({section}).",
        "We kept it as plain text. Give the full URL, which begins with https:// or mailto:, or write it as "
        "text.",
        "RFC 3987",
    )
    STATEMENT_TEXT = (
        "statement-text",
        "{path}: “{value}” is a statement used as a value, which only RDF 1.2 allows ({section}).",
        "We kept it as plain text. Describe the statement with rdf:Statement, or leave it out.",
        "RDF 1.1, 3.1",
    )
    NODE_UNNAMED = (
        "node-unnamed",
        "{path}: “{value}” is used as the identifier of a resource, but it is not a complete IRI "
        "({section}).",
        "We kept the description without the identifier. Give the resource a permanent IRI, starting with "
        "https://.",
        "RFC 3987",
    )
    PREDICATE = (
        "predicate",
        "{path}: the property name “{value}” is not valid ({section}).",
        "We read it as {repaired}. Please correct the name.",
        "RDF 1.1",
    )
    PREDICATE_UNUSABLE = (
        "predicate-unusable",
        "{path}: the property name “{value}” is not valid ({section}).",
        "We kept its values as {repaired}. Use the full IRI of the property.",
        "RDF 1.1",
    )
    LANGUAGE = (
        "language",
        "{path}: “{value}” is not a correctly written language tag ({section}).",
        "We read it as {repaired}. Use a tag such as en or pt-BR, with a hyphen.",
        "BCP 47",
    )
    LANGUAGE_DROPPED = (
        "language-dropped",
        "{path}: “{value}” is not a language tag ({section}).",
        "We kept the text without a language. Use a tag such as en or pt-BR.",
        "BCP 47",
    )
    DIRECTION_DROPPED = (
        "direction-dropped",
        "{path}: “{value}” names the direction of a text, which only RDF 1.2 allows ({section}).",
        "We kept the text in the language {repaired}. Give only the language.",
        "RDF 1.1, 3.3",
    )
    DATATYPE_IRI = (
        "datatype-iri",
        "{path}: “{value}” is not a valid datatype ({section}).",
        "We read it as {repaired}. Use the full IRI of the datatype.",
        "RDF 1.1",
    )
    CHARACTER = (
        "character",
        "{path}: “{value}” contains a character that is not allowed in text ({section}).",
        "We read it as “{repaired}”. Please correct it at the source.",
        "XML 1.0, 2.2",
        "We read it as “{repaired}”. Please correct it in your metadata.",
    )
    MAIL_ADDRESS = (
        "mail-address",
        "{path}: the e-mail address “{value}” is given as text, but must be a link ({section}).",
        "We changed it to {repaired}. Write it as a link that starts with mailto:.",
        "RFC 6068",
    )
    TELEPHONE = (
        "telephone",
        "{path}: the telephone number “{value}” is given as text, but must be a link ({section}).",
        "We changed it to {repaired}. Write it as a link that starts with tel:.",
        "RFC 3966",
    )
    MEDIA_TYPE = (
        "media-type",
        "{path}: the media type “{value}” is given as text, but must be a link ({section}).",
        "We changed it to {repaired}. Use the IRI of the IANA media type.",
        "DCAT-AP 2.1.1, 5.2",
    )
    PROPERTY_NAME = (
        "property-name",
        "{path}: the property {value} should be {repaired} ({section}).",
        "We renamed it. Please use the correct name.",
        "G4",
    )
    LINK = (
        "link",
        "{path}: the URL “{value}” is given as text, but must be a link ({section}).",
        "We changed it to the link {repaired}. Write it as a resource, not as a literal.",
        "G4",
    )
    STATEMENT = (
        "statement",
        "{path}: a resource is expected here, not the text “{value}” ({section}).",
        "We created a resource that carries the text. Describe it with properties of its own, or link to it.",
        "G4",
    )
    AUTHORITY = (
        "authority",
        "{path}: “{value}” is not the IRI of this value in the EU authority table ({section}).",
        "We read it as {repaired}. Use exactly this IRI.",
        "G4",
    )
    AUTHORITY_REFUSED = (  # what it means may not be said here, which is a finding of its own
        "authority-refused",
        "{path}: “{value}” is not the IRI of this value in the EU authority table ({section}).",
        "We read it as {repaired}. Please correct it at the source.",
        "G4",
        "We read it as {repaired}. Please correct it in your metadata.",
    )
    AUTHORITY_ADDED = (
        "authority-added",
        "{path}: “{value}” names a value of the EU authority table and says more about it ({section}).",
        "We added {repaired} and kept the rest. Please add this IRI at the source too.",
        "G4",
        "We added {repaired} and kept the rest. Please add this IRI to your metadata too.",
    )
    MEDIA_TYPE_ADDED = (
        "media-type-added",
        "{path}: “{value}” is a media type with parameters, but must be a link ({section}).",
        "We changed it to {repaired} and kept the text as a comment. Use the IRI of the IANA media type.",
        "DCAT-AP 2.1.1, 5.2",
    )
    DATE = (
        "date",
        "{path}: the date “{value}” is not written, or not typed, as an ISO 8601 date ({section}).",
        "We read it as {repaired}. Write dates as 2024-05-31, with the datatype xsd:date.",
        "G6.1",
    )
    NUMBER = (
        "number",
        "{path}: “{value}” does not have the number type expected here ({section}).",
        "We read it as {repaired}. Write digits only, with the datatype xsd:decimal.",
        "G4.2",
    )
    MARKUP = (
        "markup",
        "{path}: the text contains HTML: “{value}” ({section}).",
        "We converted it to plain text. Please provide plain text.",
        "G4.1",
    )
    RIGHTS_TOLD = (
        "rights-told",
        "{path} was missing ({section}).",
        "We wrote it from the conditions of access. If you prefer your own words, write them in this field.",
        "G4.2",
    )
