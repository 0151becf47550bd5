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
        "{path}: the address “{value}” has characters or line breaks that no address may have ({section}).",
        "We read it as {repaired}. Please correct it where the record is made.",
        "RFC 3987",
    ),
    Rule(
        "iri-text",
        "{path}: “{value}” is used as a link, but it is no complete address ({section}).",
        "We kept it as plain text. Give the whole address, beginning with https://.",
        "RFC 3987",
    ),
    Rule(
        "node-unnamed",
        "{path}: “{value}” is used as the name of a thing, but it is no complete address ({section}).",
        "We kept what is said of it, without the name. Give it an address that stays, beginning with https://.",
        "RFC 3987",
    ),
    Rule(
        "predicate",
        "{path}: the property is called “{value}”, which is no valid name ({section}).",
        "We read it as {repaired}. Please correct the name.",
        "RDF 1.1",
    ),
    Rule(
        "predicate-unusable",
        "{path}: the property is called “{value}”, which is no valid name ({section}).",
        "We kept its values as {repaired}. Use the whole address of the property.",
        "RDF 1.1",
    ),
    Rule(
        "language",
        "{path}: the language is given as “{value}”, which is not how languages are written ({section}).",
        "We read it as {repaired}. Write a code such as en or pt-BR, with a hyphen.",
        "BCP 47",
    ),
    Rule(
        "language-dropped",
        "{path}: the language is given as “{value}”, which is no language code ({section}).",
        "We kept the text without a language. Write a code such as en or pt-BR.",
        "BCP 47",
    ),
    Rule(
        "datatype-iri",
        "{path}: the type of the value is given as “{value}”, which is no valid datatype ({section}).",
        "We read it as {repaired}. Use the whole address of the datatype.",
        "RDF 1.1",
    ),
    Rule(
        "character",
        "{path}: “{value}” has a character that no text may have ({section}).",
        "We read it as “{repaired}”. Please correct it where the record is made.",
        "XML 1.0, 2.2",
    ),
    Rule(
        "mail-address",
        "{path}: the mail address “{value}” is written as text, but it must be a link ({section}).",
        "We made it {repaired}. Write it as a link that begins with mailto:.",
        "RFC 6068",
    ),
    Rule(
        "telephone",
        "{path}: the telephone number “{value}” is written as text, but it must be a link ({section}).",
        "We made it {repaired}. Write it as a link that begins with tel:.",
        "RFC 3966",
    ),
    Rule(
        "media-type",
        "{path}: the media type “{value}” is written as text, but it must be a link ({section}).",
        "We made it {repaired}. Use the address in the register of IANA.",
        "DCAT-AP 2.1.1, 5.2",
    ),
    Rule(
        "property-name",
        "{path}: the property is called {value}, but its name is {repaired} ({section}).",
        "We renamed it. Please use the right name.",
        "G4",
    ),
    Rule(
        "link",
        "{path}: the address “{value}” is written as text, but it must be a link ({section}).",
        "We made it the link {repaired}. Write it as a resource, not as a literal.",
        "G4",
    ),
    Rule(
        "statement",
        "{path}: “{value}” is written as text, but a described thing belongs here ({section}).",
        "We made a thing that carries the text. Describe it as the property asks, or give a link to it.",
        "G4",
    ),
    Rule(
        "authority",
        "{path}: “{value}” is not how the authority table of the EU writes this value ({section}).",
        "We read it as {repaired}. Use this address exactly as it is.",
        "G4",
    ),
    Rule(
        "authority-added",
        "{path}: “{value}” names a value of the authority table of the EU and says more ({section}).",
        "We added {repaired} and kept what else is said. Please give this address at the source as well.",
        "G4",
    ),
    Rule(
        "media-type-added",
        "{path}: “{value}” is a media type with parameters, but it must be a link ({section}).",
        "We made it {repaired} and kept the text as a comment. Use the address in the register of IANA.",
        "DCAT-AP 2.1.1, 5.2",
    ),
    Rule(
        "date",
        "{path}: the date “{value}” is not written, or not typed, as ISO 8601 demands ({section}).",
        "We read it as {repaired}. Write dates like 2024-05-31 and say that they are dates (xsd:date).",
        "G6.1",
    ),
    Rule(
        "number",
        "{path}: “{value}” is not typed as the number that belongs here ({section}).",
        "We read it as {repaired}. Write digits only and say that it is a decimal number (xsd:decimal).",
        "G4.2",
    ),
    Rule(
        "markup",
        "{path}: the text has HTML in it: “{value}” ({section}).",
        "We made plain text of it. Please give plain text.",
        "G4.1",
    ),
)

_CHECKS = (
    Rule(
        "mandatory-missing",
        "{path} is missing, but it is mandatory ({section}).",
        "Please add it.",
        "G4",
    ),
    Rule(
        "recommended-missing",
        "{path} is missing; it is recommended ({section}).",
        "Add it if you can: people find and understand the data better.",
        "DCAT-AP 2.1.1, 4",
    ),
    Rule(
        "too-many",
        "{path} stands {value} times, which is more often than allowed ({section}).",
        "Keep the one that is right. Different formats are different distributions.",
        "G4",
    ),
    Rule(
        "text-expected",
        "{path}: text belongs here, but there is a link or a described thing: {value} ({section}).",
        "Write the text itself.",
        "DCAT-AP 2.1.1, 4",
    ),
    Rule(
        "link-expected",
        "{path}: a link belongs here, but there is “{value}” ({section}).",
        "Give an address, beginning with https://, as a resource.",
        "DCAT-AP 2.1.1, 4",
    ),
    Rule(
        "node-expected",
        "{path}: a link or a described thing belongs here, but there is the text “{value}” ({section}).",
        "Give its address, or describe it with properties of its own.",
        "DCAT-AP 2.1.1, 4",
    ),
    Rule(
        "vocabulary",
        "{path}: “{value}” is not in the authority table of the EU that must be used here ({section}).",
        "Choose a value at https://op.europa.eu/en/web/eu-vocabularies/authority-tables.",
        "DCAT-AP 2.1.1, 5.2",
    ),
    Rule(
        "ambiguous",
        "{path}: “{value}” names several values of the authority table of the EU ({section}).",
        "We chose none. Give the address of the right one.",
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
        "{path}: the data set is said to be public, but this is the register of protected data ({section}).",
        "Publish open data in an open data catalogue; else say NON_PUBLIC or RESTRICTED.",
        "G4.1",
    ),
    Rule(
        "access-right",
        "{path}: “{value}” is none of the access rights that protected data may have ({section}).",
        "Use NON_PUBLIC or RESTRICTED of http://publications.europa.eu/resource/authority/access-right.",
        "G4.1",
    ),
    Rule(
        "datatype",
        "{path}: “{value}” is not of the type that belongs here ({section}).",
        "Write it as the type demands: a decimal number as 18006, a duration as P1Y, a date as 2024-05-31.",
        "DCAT-AP 2.1.1, 4",
    ),
    Rule(
        "size-negative",
        "{path}: a size of {value} bytes cannot be ({section}).",
        "Give the size in bytes; an estimate will do.",
        "G4.2",
    ),
    Rule(
        "date-not-iso",
        "{path}: “{value}” is no date as ISO 8601 writes it, which is mandatory ({section}).",
        "Write dates like 2024-05-31 or 2024-05-31T12:00:00Z.",
        "G6.1",
    ),
    Rule(
        "period-reversed",
        "{path}: the period ends before it starts: {value} ({section}).",
        "Correct the start or the end.",
        "DCAT-AP 2.1.1, 4.13.1",
    ),
    Rule(
        "text-empty",
        "{path} is there, but empty ({section}).",
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
        "{path}: a character is lost where “�” stands in “{value}” ({section}).",
        "Write the text again where the record is made, and publish in UTF-8.",
        "RFC 3629",
    ),
    Rule(
        "distribution-undescribed",
        "{path}: the distribution {value} is named but not described ({section}).",
        "Deliver its format, size, access address and conditions for re-use together with the data set.",
        "G4.2",
    ),
    Rule(
        "service-undescribed",
        "{path}: the data service {value} is named but not described ({section}).",
        "Deliver its endpoint address and title together with the data set.",
        "G4.2",
    ),
    Rule(
        "class",
        "{path} is a {value}, which is not what belongs here ({section}).",
        "Say with rdf:type that it is of the class that the property leads to.",
        "DCAT-AP 2.1.1, 4",
    ),
    Rule(
        "dataset-unnamed",
        "{path}: the data set has no address of its own ({section}).",
        "Give it one that never changes, so that it is known again at the next harvest.",
        "G3.4.3",
    ),
)

# Why a record, or a piece of an answer, could not be read: the value says where it breaks.
_READING = (
    Rule(
        "broken-syntax",
        "The record cannot be read ({section}): {value}",
        "It was put aside with its bytes and the rest went on. Mend it where it is made.",
        "RDF 1.1",
    ),
    Rule(
        "broken-xml",
        "{path} is not well-formed XML ({section}): {value}",
        "It was put aside with its bytes and the rest went on. Mend it where it is made.",
        "XML 1.0",
    ),
    Rule(
        "unsafe-xml",
        "The record is refused, for reading it could do harm ({section}): {value}",
        "Publish it without a document type, and less deeply nested.",
        "XML 1.0, 4.4",
    ),
    Rule(
        "cut",
        "The record ends before its last element does ({section}): {value}",
        "It was put aside with its bytes and the rest went on. Publish it whole.",
        "XML 1.0",
    ),
    Rule(
        "too-deep",
        "The record is refused, for reading it could do harm ({section}): {value}",
        "Publish it less deeply nested.",
        "RDF 1.1",
    ),
    Rule(
        "too-large",
        "The record is larger than any description of a data set ({section}): {value}",
        "Describe each data set by itself; link to the data instead of putting them in.",
        "G4.1",
    ),
    Rule(
        "unsafe-record",
        "The record “{value}” ended the program that read it ({section}).",
        "It was put aside with its bytes and the rest went on. Please report it with those bytes.",
        "RDF 1.1",
    ),
    Rule(
        "no-data-set",
        "The record describes no data set ({section}): {value}",
        "Describe one dcat:Dataset in each record.",
        "G4.1",
    ),
    Rule(
        "other-kind",
        "The record is no public data set ({section}): {value}. It was passed over.",
        "Nothing, if that is right.",
        "G4.1",
    ),
    Rule(
        "no-description",
        "The source names a data set and says nothing of it ({section}): {value}",
        "Describe it at the source, or take it off its list.",
        "G4.1",
    ),
    Rule(
        "several-data-sets",
        "It cannot be told which data set the record describes ({section}): {value}",
        "Give each data set a record of its own.",
        "G4.1",
    ),
    Rule(
        "unknown-format",
        "The record is in a format that is not understood ({section}): {value}",
        "Deliver DCAT-AP in RDF; for OAI-PMH, ask for the metadata prefix of that format.",
        "G5",
    ),
    Rule(
        "no-identifier",
        "{path} is missing or empty: the record does not say which one it is ({section}).",
        "Give each record an identifier that never changes.",
        "G3.4.3",
    ),
    Rule(
        "no-metadata",
        "{path} is missing or empty: the record says nothing ({section}).",
        "Deliver the metadata of the data set, or say that it is deleted.",
        "OAI-PMH 2.0, 2.5",
    ),
)

_REGISTER = (
    Rule(
        "minted-iri",
        "{path}: the data set came without an address of its own ({section}).",
        "We gave it {repaired}. Give it one at its source that never changes.",
        "G3.4.3",
    ),
    Rule(
        "too-long",
        "{path}: “{value}” is longer than 600 characters and cannot be kept ({section}).",
        "Give a shorter one that never changes.",
        "G3.4.3",
    ),
    Rule(
        "unstorable",
        "{path}: “{value}” has characters that no database keeps: NUL, or half of a character ({section}).",
        "Give one of plain characters that never changes.",
        "G3.4.3",
    ),
    Rule(
        "iri-taken",
        "{path}: the address “{value}” belongs to a data set that was here before ({section}).",
        "Give each data set an address of its own; what was here before was kept.",
        "G3.4.3",
    ),
    Rule(
        "same-identifier",
        "{path}: “{value}” came more than once in the same list ({section}).",
        "Give each record an identifier of its own; only one of them was taken.",
        "G3.4.3",
    ),
    Rule(
        "placeholder-id",
        "{path}: “{value}” is not an identifier but what stands where one is missing ({section}).",
        "Give the data set an identifier of its own that never changes.",
        "G3.4.3",
    ),
    Rule(
        "filtered",
        "The record was left out by the filter of its source ({section}): “{value}”.",
        "Nothing, if that was meant; else change “only” and “without” in the rules of the source.",
        "G3.1",
    ),
    Rule(
        "mapped-value",
        "{path}: “{value}” was read as {repaired}, as the rules of the source say ({section}).",
        "Use this address in your own data, and the rule is no longer needed.",
        "G5.1.7",
    ),
    Rule(
        "default-value",
        "{path} was missing and was set to {repaired}, as the rules of the source say ({section}).",
        "Give the value in your own data, and the rule is no longer needed.",
        "G4",
    ),
)

RULES: dict[str, Rule] = {rule.name: rule for rule in (*_REPAIRS, *_CHECKS, *_READING, *_REGISTER)}
