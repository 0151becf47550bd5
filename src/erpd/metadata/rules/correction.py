"""What was put right in a document before it could be read."""

from erpd.metadata.rules.rule import Rule


class Correction(Rule):
    """What the source wrote in a form that no parser reads; ``{repaired}`` is how it was read."""

    NAMESPACE = (
        "namespace",
        "The namespace {value} is misspelt ({section}).",
        "We read it as {repaired}. Please correct it at the source.",
        "DCAT-AP 2.1.1, 4",
        "We read it as {repaired}. Please correct it in your metadata.",
    )
    BYTE = (
        "byte",
        "{path}: “{value}” contains a byte that is not UTF-8 ({section}).",
        "We read it as “{repaired}”, as the byte is that letter in Windows-1252. Please publish in UTF-8.",
        "RFC 3629",
    )
    ENTITY = (
        "entity",
        "{path}: “{value}” contains an “&” or an HTML entity that XML does not know ({section}).",
        "We read it as “{repaired}”. Write & as &amp; and other characters as they are.",
        "XML 1.0, 4.1",
    )
    TEXT_MISPLACED = (
        "text-misplaced",
        "{path}: the text “{value}” is in a place where RDF/XML allows no text, such as beside a link "
        "({section}).",
        "We read it as “{repaired}”. Give either a link or a text, or put the text into rdfs:label.",
        "RDF/XML, 7.2",
    )
    REFERENCE = (
        "reference",
        "{path}: “{value}” is a relative link, and the document states no base for it ({section}).",
        "We read it as {repaired}. Give the full IRI.",
        "RFC 3986, 5.1",
    )
