"""What each rule of a finding means, in plain words: what is wrong, where, which rule, how to put it right.

The texts are format strings with {path}, {value}, {repaired} and {section}; translations look them up.
"""

from collections.abc import Callable
from dataclasses import dataclass

from erpd.metadata.findings import Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """``section``: where the rule is written, where a finding does not say it itself."""

    name: str
    message: str
    advice: str
    section: str


def explain(finding: Finding, translate: Callable[[str], str] = str) -> str:
    """A finding as one text for people; ``translate`` gets the English texts of RULES.

    A rule that no longer exists (findings are kept) is told by its name and facts.
    """
    rule = RULES.get(finding.rule)
    if rule is None:
        return " ".join(filter(None, (finding.rule, finding.path, finding.value, finding.section)))
    facts = {**finding.as_dict(), "section": finding.section or rule.section}
    facts = {name: facts.get(name, "") for name in ("path", "value", "repaired", "section")}
    return f"{translate(rule.message).format(**facts)} {translate(rule.advice).format(**facts)}".rstrip()


_REPAIRS = (
    Rule(
        "iri",
        "{path}: the URL “{value}” contains characters or line breaks that are not allowed in a URL "
        "({section}).",
        "We read it as {repaired}. Please correct it at the source.",
        "RFC 3987",
    ),
    Rule(
        "iri-text",
        "{path}: “{value}” is used as a link, but it is not a complete URL ({section}).",
        "We kept it as plain text. Give the full URL, starting with https://.",
        "RFC 3987",
    ),
    Rule(
        "node-unnamed",
        "{path}: “{value}” is used as the identifier of a resource, but it is not a complete IRI "
        "({section}).",
        "We kept the description without the identifier. Give the resource a permanent IRI, starting with "
        "https://.",
        "RFC 3987",
    ),
    Rule(
        "predicate",
        "{path}: the property name “{value}” is not valid ({section}).",
        "We read it as {repaired}. Please correct the name.",
        "RDF 1.1",
    ),
    Rule(
        "predicate-unusable",
        "{path}: the property name “{value}” is not valid ({section}).",
        "We kept its values as {repaired}. Use the full IRI of the property.",
        "RDF 1.1",
    ),
    Rule(
        "language",
        "{path}: “{value}” is not a correctly written language tag ({section}).",
        "We read it as {repaired}. Use a tag such as en or pt-BR, with a hyphen.",
        "BCP 47",
    ),
    Rule(
        "language-dropped",
        "{path}: “{value}” is not a language tag ({section}).",
        "We kept the text without a language. Use a tag such as en or pt-BR.",
        "BCP 47",
    ),
    Rule(
        "datatype-iri",
        "{path}: “{value}” is not a valid datatype ({section}).",
        "We read it as {repaired}. Use the full IRI of the datatype.",
        "RDF 1.1",
    ),
    Rule(
        "character",
        "{path}: “{value}” contains a character that is not allowed in text ({section}).",
        "We read it as “{repaired}”. Please correct it at the source.",
        "XML 1.0, 2.2",
    ),
    Rule(
        "mail-address",
        "{path}: the e-mail address “{value}” is given as text, but must be a link ({section}).",
        "We changed it to {repaired}. Write it as a link that starts with mailto:.",
        "RFC 6068",
    ),
    Rule(
        "telephone",
        "{path}: the telephone number “{value}” is given as text, but must be a link ({section}).",
        "We changed it to {repaired}. Write it as a link that starts with tel:.",
        "RFC 3966",
    ),
    Rule(
        "media-type",
        "{path}: the media type “{value}” is given as text, but must be a link ({section}).",
        "We changed it to {repaired}. Use the IRI of the IANA media type.",
        "DCAT-AP 2.1.1, 5.2",
    ),
    Rule(
        "property-name",
        "{path}: the property {value} should be {repaired} ({section}).",
        "We renamed it. Please use the correct name.",
        "G4",
    ),
    Rule(
        "link",
        "{path}: the URL “{value}” is given as text, but must be a link ({section}).",
        "We changed it to the link {repaired}. Write it as a resource, not as a literal.",
        "G4",
    ),
    Rule(
        "statement",
        "{path}: a resource is expected here, not the text “{value}” ({section}).",
        "We created a resource that carries the text. Describe it with properties of its own, or link to it.",
        "G4",
    ),
    Rule(
        "authority",
        "{path}: “{value}” is not the IRI of this value in the EU authority table ({section}).",
        "We read it as {repaired}. Use exactly this IRI.",
        "G4",
    ),
    Rule(
        "authority-added",
        "{path}: “{value}” names a value of the EU authority table and says more about it ({section}).",
        "We added {repaired} and kept the rest. Please add this IRI at the source too.",
        "G4",
    ),
    Rule(
        "media-type-added",
        "{path}: “{value}” is a media type with parameters, but must be a link ({section}).",
        "We changed it to {repaired} and kept the text as a comment. Use the IRI of the IANA media type.",
        "DCAT-AP 2.1.1, 5.2",
    ),
    Rule(
        "date",
        "{path}: the date “{value}” is not written, or not typed, as an ISO 8601 date ({section}).",
        "We read it as {repaired}. Write dates as 2024-05-31, with the datatype xsd:date.",
        "G6.1",
    ),
    Rule(
        "number",
        "{path}: “{value}” does not have the number type expected here ({section}).",
        "We read it as {repaired}. Write digits only, with the datatype xsd:decimal.",
        "G4.2",
    ),
    Rule(
        "markup",
        "{path}: the text contains HTML: “{value}” ({section}).",
        "We converted it to plain text. Please provide plain text.",
        "G4.1",
    ),
)

_CHECKS = (
    Rule(
        "mandatory-missing",
        "{path} is mandatory but missing ({section}).",
        "Please add it.",
        "G4",
    ),
    Rule(
        "recommended-missing",
        "{path} is recommended but missing ({section}).",
        "Add it if you can: it helps people find and understand the data.",
        "DCAT-AP 2.1.1, 4",
    ),
    Rule(
        "too-many",
        "{path} occurs {value} times, more than allowed ({section}).",
        "Keep the right one. Describe each format as a distribution of its own.",
        "G4",
    ),
    Rule(
        "text-expected",
        "{path}: text is expected here, not the resource {value} ({section}).",
        "Write the text itself.",
        "DCAT-AP 2.1.1, 4",
    ),
    Rule(
        "link-expected",
        "{path}: a link is expected here, not “{value}” ({section}).",
        "Give a URL, starting with https://, as a resource.",
        "DCAT-AP 2.1.1, 4",
    ),
    Rule(
        "node-expected",
        "{path}: a link or a described resource is expected here, not the text “{value}” ({section}).",
        "Give its IRI, or describe it with properties of its own.",
        "DCAT-AP 2.1.1, 4",
    ),
    Rule(
        "vocabulary",
        "{path}: “{value}” is not in the EU authority table that must be used here ({section}).",
        "Choose a value from https://op.europa.eu/en/web/eu-vocabularies/authority-tables.",
        "DCAT-AP 2.1.1, 5.2",
    ),
    Rule(
        "ambiguous",
        "{path}: “{value}” names more than one value of the EU authority table ({section}).",
        "We did not choose one. Give the IRI of the right one.",
        "G4.1",
    ),
    Rule(
        "value",
        "{path}: “{value}” is not one of the values allowed here ({section}).",
        "Use a value that this section of the specification names.",
        "DCAT-AP 2.1.1, 4",
    ),
    Rule(
        "access-right-public",
        "{path}: the data set is marked as public, but this register is for protected data ({section}).",
        "Publish open data in an open data catalogue; otherwise use NON_PUBLIC or RESTRICTED.",
        "G4.1",
    ),
    Rule(
        "access-right",
        "{path}: “{value}” is not an access right that protected data may have ({section}).",
        "Use NON_PUBLIC or RESTRICTED from http://publications.europa.eu/resource/authority/access-right.",
        "G4.1",
    ),
    Rule(
        "datatype",
        "{path}: “{value}” does not have the datatype expected here ({section}).",
        "Write it in the form of that type: a decimal number as 18006, a duration as P1Y, a date as "
        "2024-05-31.",
        "DCAT-AP 2.1.1, 4",
    ),
    Rule(
        "size-negative",
        "{path}: a size of {value} bytes is impossible ({section}).",
        "Give the size in bytes; an estimate will do.",
        "G4.2",
    ),
    Rule(
        "date-not-iso",
        "{path}: “{value}” is not an ISO 8601 date ({section}).",
        "Write dates as 2024-05-31 or 2024-05-31T12:00:00Z.",
        "G6.1",
    ),
    Rule(
        "period-reversed",
        "{path}: the period ends before it starts: {value} ({section}).",
        "Correct the start date or the end date.",
        "DCAT-AP 2.1.1, 4.13.1",
    ),
    Rule(
        "text-empty",
        "{path} is empty ({section}).",
        "Please write a text that tells people what this is.",
        "G4",
    ),
    Rule(
        "text-placeholder",
        "{path}: “{value}” looks like a placeholder ({section}).",
        "Please write a text that tells people what this is.",
        "G4",
    ),
    Rule(
        "character-lost",
        "{path}: “{value}” has lost a character, shown as “�” ({section}).",
        "Restore the text at the source, and publish it in UTF-8.",
        "RFC 3629",
    ),
    Rule(
        "distribution-undescribed",
        "{path}: the distribution {value} is mentioned but not described ({section}).",
        "Include its format, size, access URL and conditions for re-use with the data set.",
        "G4.2",
    ),
    Rule(
        "service-undescribed",
        "{path}: the data service {value} is mentioned but not described ({section}).",
        "Include its endpoint URL and title with the data set.",
        "G4.2",
    ),
    Rule(
        "class",
        "{path} is a {value}, which is not the class expected here ({section}).",
        "Give it the rdf:type that this property requires.",
        "DCAT-AP 2.1.1, 4",
    ),
    Rule(
        "dataset-unnamed",
        "{path}: the data set has no IRI of its own ({section}).",
        "Give it a permanent IRI, so that it can be recognised at the next harvest.",
        "G3.4.3",
    ),
)

# Why a record, or a piece of an answer, could not be read: the value says where it breaks.
_READING = (
    Rule(
        "broken-syntax",
        "The record cannot be read ({section}): {value}",
        "We kept the original and carried on with the rest. Fix it at the source.",
        "RDF 1.1",
    ),
    Rule(
        "broken-xml",
        "{path} is not well-formed XML ({section}): {value}",
        "We kept the original and carried on with the rest. Fix it at the source.",
        "XML 1.0",
    ),
    Rule(
        "unsafe-xml",
        "The record was refused because reading it could do harm ({section}): {value}",
        "Publish it without a document type declaration, and less deeply nested.",
        "XML 1.0, 4.4",
    ),
    Rule(
        "cut",
        "The record is cut off before its end ({section}): {value}",
        "We kept the original and carried on with the rest. Publish the complete record.",
        "XML 1.0",
    ),
    Rule(
        "too-deep",
        "The record was refused because reading it could do harm ({section}): {value}",
        "Publish it with less nesting.",
        "RDF 1.1",
    ),
    Rule(
        "too-large",
        "The record is too large for the description of a data set ({section}): {value}",
        "Describe each data set separately, and link to the data instead of including it.",
        "G4.1",
    ),
    Rule(
        "unsafe-record",
        "The record “{value}” crashed the program that was reading it ({section}).",
        "We kept the original and carried on with the rest. Please report this and attach the original.",
        "RDF 1.1",
    ),
    Rule(
        "no-data-set",
        "The record does not describe a data set ({section}): {value}",
        "Describe one dcat:Dataset in each record.",
        "G4.1",
    ),
    Rule(
        "other-kind",
        "The record is not a public data set, so it was skipped ({section}): {value}.",
        "If that is right, there is nothing to do.",
        "G4.1",
    ),
    Rule(
        "no-description",
        "The source lists a data set but does not describe it ({section}): {value}",
        "Describe it at the source, or remove it from the list.",
        "G4.1",
    ),
    Rule(
        "several-data-sets",
        "It is unclear which data set the record describes ({section}): {value}",
        "Give each data set a record of its own.",
        "G4.1",
    ),
    Rule(
        "unknown-format",
        "The record is in a format that we cannot read ({section}): {value}",
        "Provide DCAT-AP in RDF; for OAI-PMH, use the metadata prefix of that format.",
        "G5",
    ),
    Rule(
        "no-identifier",
        "{path} is missing or empty: the record has no identifier ({section}).",
        "Give each record a permanent identifier.",
        "G3.4.3",
    ),
    Rule(
        "no-metadata",
        "{path} is missing or empty: the record has no metadata ({section}).",
        "Provide the metadata of the data set, or mark the record as deleted.",
        "OAI-PMH 2.0, 2.5",
    ),
)

_REGISTER = (
    Rule(
        "minted-iri",
        "{path}: the data set has no IRI of its own ({section}).",
        "We gave it {repaired}. Give it a permanent IRI at the source.",
        "G3.4.3",
    ),
    Rule(
        "too-long",
        "{path}: “{value}” is longer than the limit of 600 characters ({section}).",
        "Use a shorter, permanent one.",
        "G3.4.3",
    ),
    Rule(
        "unstorable",
        "{path}: “{value}” contains characters that cannot be stored: NUL, or half of a surrogate pair "
        "({section}).",
        "Use a permanent one made of plain characters.",
        "G3.4.3",
    ),
    Rule(
        "iri-taken",
        "{path}: the IRI “{value}” already belongs to another data set ({section}).",
        "We kept the existing data set. Give each data set an IRI of its own.",
        "G3.4.3",
    ),
    Rule(
        "same-identifier",
        "{path}: “{value}” occurs more than once in the same list ({section}).",
        "Only one of them was accepted. Give each record an identifier of its own.",
        "G3.4.3",
    ),
    Rule(
        "placeholder-id",
        "{path}: “{value}” is a placeholder, not an identifier ({section}).",
        "Give the data set a permanent identifier of its own.",
        "G3.4.3",
    ),
    Rule(
        "filtered",
        "The record was excluded by the filter of its source ({section}): “{value}”.",
        "If this is not what you want, change “only” and “without” in the rules of the source.",
        "G3.1",
    ),
    Rule(
        "mapped-value",
        "{path}: “{value}” was mapped to {repaired} by the rules of the source ({section}).",
        "Use this IRI in your own data and the rule is no longer needed.",
        "G5.1.7",
    ),
    Rule(
        "default-value",
        "{path} was missing and was set to {repaired} by the rules of the source ({section}).",
        "Provide the value in your own data and the rule is no longer needed.",
        "G4",
    ),
)

RULES: dict[str, Rule] = {rule.name: rule for rule in (*_REPAIRS, *_CHECKS, *_READING, *_REGISTER)}
