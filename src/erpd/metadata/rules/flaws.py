"""What is wrong with a record that can be read, or could be better."""

from erpd.metadata.rules.rule import Rule


class Flaw(Rule):
    """What the checks find; ``{value}`` is the value concerned."""

    MANDATORY_MISSING = (
        "mandatory-missing",
        "{path} is mandatory but missing ({section}).",
        "Please add it.",
        "G4",
    )
    MANDATORY_HERE = (
        "mandatory-here",
        "{path} is missing, but mandatory because of {value} ({section}).",
        "Please add it.",
        "DCAT-AP-NL 3.0, 3.8",
    )
    ACT_UNNAMED = (
        "act-unnamed",
        "{path} does not name {value}, although it applies ({section}).",
        "Add the act as one of the links here.",
        "DCAT-AP-NL 3.0, 4.1.2",
    )
    RECOMMENDED_MISSING = (
        "recommended-missing",
        "{path} is recommended but missing ({section}).",
        "Add it if you can: it helps people find and understand the data.",
        "DCAT-AP 2.1.1, 4",
    )
    TOO_MANY = (
        "too-many",
        "{path} occurs {value} times, more than allowed ({section}).",
        "Keep the right one. Describe each format as a distribution of its own.",
        "G4",
    )
    TEXT_EXPECTED = (
        "text-expected",
        "{path}: text is expected here, not the resource {value} ({section}).",
        "Write the text itself.",
        "DCAT-AP 2.1.1, 4",
    )
    LINK_EXPECTED = (
        "link-expected",
        "{path}: a link is expected here, not “{value}” ({section}).",
        "Give its URI, as a resource: https://… for a page, mailto:… for an e-mail address.",
        "DCAT-AP 2.1.1, 4",
    )
    NODE_EXPECTED = (
        "node-expected",
        "{path}: a link or a described resource is expected here, not the text “{value}” ({section}).",
        "Give its IRI, or describe it with properties of its own.",
        "DCAT-AP 2.1.1, 4",
    )
    VOCABULARY = (
        "vocabulary",
        "{path}: “{value}” is not in the EU authority table that must be used here ({section}).",
        "Choose a value from https://op.europa.eu/en/web/eu-vocabularies/authority-tables.",
        "DCAT-AP 2.1.1, 5.2",
    )
    AMBIGUOUS = (
        "ambiguous",
        "{path}: “{value}” names more than one value of the EU authority table ({section}).",
        "We did not choose one. Give the IRI of the right one.",
        "G4.1",
    )
    VALUE = (
        "value",
        "{path}: “{value}” is not one of the values allowed here ({section}).",
        "Use a value that this section of the specification names.",
        "DCAT-AP 2.1.1, 4",
    )
    ACCESS_RIGHT_PUBLIC = (
        "access-right-public",
        "{path}: the data set is marked as public, but this register is for protected data ({section}).",
        "Publish open data in an open data catalogue; otherwise use NON_PUBLIC or RESTRICTED.",
        "G4.1",
    )
    ACCESS_RIGHT = (
        "access-right",
        "{path}: “{value}” is not an access right that protected data may have ({section}).",
        "Use NON_PUBLIC or RESTRICTED from http://publications.europa.eu/resource/authority/access-right.",
        "G4.1",
    )
    DATATYPE = (
        "datatype",
        "{path}: “{value}” does not have the datatype expected here ({section}).",
        "Write it in the form of that type: a decimal number as 18006, a duration as P1Y, a date as "
        "2024-05-31.",
        "DCAT-AP 2.1.1, 4",
    )
    SIZE_NEGATIVE = (
        "size-negative",
        "{path}: a size of {value} bytes is impossible ({section}).",
        "Give the size in bytes; an estimate will do.",
        "G4.2",
    )
    DATE_NOT_ISO = (
        "date-not-iso",
        "{path}: “{value}” is not an ISO 8601 date ({section}).",
        "Write dates as 2024-05-31 or 2024-05-31T12:00:00Z.",
        "G6.1",
    )
    PERIOD_REVERSED = (
        "period-reversed",
        "{path}: the period ends before it starts: {value} ({section}).",
        "Correct the start date or the end date.",
        "DCAT-AP 2.1.1, 4.13.1",
    )
    TEXT_EMPTY = (
        "text-empty",
        "{path} is empty ({section}).",
        "Please write a text that tells people what this is.",
        "G4",
    )
    TEXT_PLACEHOLDER = (
        "text-placeholder",
        "{path}: “{value}” looks like a placeholder ({section}).",
        "Please write a text that tells people what this is.",
        "G4",
    )
    MARKUP_LEFT = (
        "markup-left",
        "{path}: “{value}” contains HTML that is cut off or has no end, so it stays in the text ({section}).",
        "Please write plain text.",
        "DCAT-AP 2.1.1, 4",
    )
    CHARACTER_LOST = (
        "character-lost",
        "{path}: “{value}” has lost a character, shown as “�” ({section}).",
        "Restore the text at the source, and publish it in UTF-8.",
        "RFC 3629",
        "Restore the text, and send it in UTF-8.",
    )
    DISTRIBUTION_UNDESCRIBED = (
        "distribution-undescribed",
        "{path}: the distribution {value} is mentioned but not described ({section}).",
        "Include its format, size, access URL and conditions for re-use with the data set.",
        "G4.2",
    )
    SERVICE_UNDESCRIBED = (
        "service-undescribed",
        "{path}: the data service {value} is mentioned but not described ({section}).",
        "Include its endpoint URL and title with the data set.",
        "G4.2",
    )
    CLASS = (
        "class",
        "{path} is a {value}, which is not the class expected here ({section}).",
        "Give it the rdf:type that this property requires.",
        "DCAT-AP 2.1.1, 4",
    )
    DATASET_UNNAMED = (
        "dataset-unnamed",
        "{path}: the data set has no IRI of its own ({section}).",
        "Give it a permanent IRI, so that it can be recognised at the next harvest.",
        "G3.4.3",
    )
    CONDITIONS_AS_TEXT = (
        "conditions-as-text",
        "{path}: the conditions of access are given only as text, if at all ({section}).",
        "Say as data why the data is protected, who may ask and on what terms: see the guide “Conditions of "
        "access, as data”.",
        "DGA, 8(2)",
    )
    GROUND_UNSAID = (
        "ground-unsaid",
        "{path}: the conditions do not say on what ground the data is protected ({section}).",
        "Name one or more: commercial confidentiality, statistical confidentiality, intellectual property, "
        "personal data.",
        "DGA, 3(1)",
    )
    TARIFF_UNLINKED = (
        "tariff-unlinked",
        "{path} is missing: fees follow a published tariff, but there is no link to it ({section}).",
        "Give the address of the tariff.",
        "DGA, 6(6)",
    )
    CONDITION_UNSAID = (
        "condition-unsaid",
        "{path} is missing: something is allowed under a condition, but not under which ({section}).",
        "Write the condition, in the languages of the data set.",
        "DGA, 5(2)",
    )
    CONDITION_CONCEPT = (
        "condition-concept",
        "{path}: “{value}” is not in the list of this condition ({section}).",
        "Choose a concept of the list, so that people can filter by it.",
        "DGA, 5(1)",
    )
    CONDITION_BOTH = (
        "condition-both",
        "{path}: “{value}” is allowed here, and excluded elsewhere in the conditions ({section}).",
        "Keep one of the two. Until then, we show it as excluded.",
        "DGA, 5(1)",
    )
    ACT_UNKNOWN = (
        "act-unknown",
        "{path}: we do not know the EU act {value} ({section}).",
        "Check its type, year and number at https://eur-lex.europa.eu. If they are right, ignore this.",
        "DCAT-AP 3.0.1, Dataset",
    )
    ACT_OTHER = (
        "act-other",
        "{path}: {value} is not the act that the text beside it names ({section}).",
        "If the text is right, use {repaired}.",
        "DCAT-AP 3.0.1, Dataset",
    )
