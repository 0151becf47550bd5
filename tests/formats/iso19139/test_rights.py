"""Who may do what with the data."""

import pytest

from erpd.metadata.terms import DCT, RDFS
from tests.formats.iso19139.documents import (
    AUTHORITY,
    INSPIRE,
    anchor,
    code,
    constraints,
    node,
    online,
    options,
    record_of,
    text,
    values,
    within,
)

LIMITATION = f"{INSPIRE}LimitationsOnPublicAccess/"
CC_BY = "https://creativecommons.org/licenses/by/4.0/deed.nl"


@pytest.mark.parametrize(
    ("inside", "access", "licence"),
    [
        (anchor("otherConstraints", LIMITATION + "noLimitations"), "PUBLIC", ""),
        (anchor("otherConstraints", (LIMITATION + "noLimitations").replace("http:", "https:")), "PUBLIC", ""),
        (anchor("otherConstraints", LIMITATION + "INSPIRE_Directive_Article13_1e"), "RESTRICTED", ""),
        (anchor("otherConstraints", LIMITATION + "noLimitations")
         + code("accessConstraints", "MD_RestrictionCode", "restricted"), "RESTRICTED", ""),
        (code("classification", "MD_ClassificationCode", "secret"), "NON_PUBLIC", ""),
        (code("classification", "MD_ClassificationCode", "unclassified"), "", ""),
        (anchor("otherConstraints", CC_BY), "", f"{AUTHORITY}licence/CC_BY_4_0"),
        (text("otherConstraints", "http://creativecommons.org/publicdomain/zero/*/deed.nl"), "",
         f"{AUTHORITY}licence/CC0"),
        (text("otherConstraints", "https://creativecommons.org/licenses/by-nc/4.0/nl/"), "",
         f"{AUTHORITY}licence/CC_BYNC_4_0"),
        (anchor("otherConstraints", "https://creativecommons.org/licenses/by/3.0/nl/"), "",
         f"{AUTHORITY}licence/CC_BY_3_0_NL"),
        (anchor("otherConstraints", "https://creativecommons.org/licenses/by/3.0/it/"), "",
         "https://creativecommons.org/licenses/by/3.0/it/"),
        (anchor("otherConstraints", "https://data.example/licence.pdf"), "", "https://data.example/licence.pdf"),
        (text("useLimitation", "CC BY 4.0"), "", f"{AUTHORITY}licence/CC_BY_4_0"),
        (text("useLimitation", "Alleen na toestemming"), "", ""),
        (anchor("otherConstraints", CC_BY, "Naamsvermelding"), "", f"{AUTHORITY}licence/CC_BY_4_0"),
        (anchor("otherConstraints", CC_BY, "CC BY-SA 4.0"), "", ""),
        (anchor("otherConstraints", CC_BY, "Geen beperkingen"), "", f"{AUTHORITY}licence/CC_BY_4_0"),
        (anchor("otherConstraints", CC_BY, "Niet onder CC BY"), "", ""),
        (anchor("otherConstraints", CC_BY, "Applies to the metadata only"), "", ""),
        (text("otherConstraints", "CC BY 4.0") + text("otherConstraints", "CC BY-SA 4.0"), "", ""),
        (text("otherConstraints", "CC BY 4.0") + anchor("otherConstraints", CC_BY), "",
         f"{AUTHORITY}licence/CC_BY_4_0"),
        (anchor("otherConstraints", CC_BY) + text("useLimitation", "Applies to the metadata only"), "",
         f"{AUTHORITY}licence/CC_BY_4_0"),
        (anchor("otherConstraints", f"{INSPIRE}ConditionsApplyingToAccessAndUse/noConditionsApply"), "", ""),
    ],
)  # fmt: skip
def test_rights(inside, access, licence):
    record = record_of(
        info=constraints(inside), distribution=options(online("http://d.example/a.zip", "zip"))
    )
    assert values(record, DCT.accessRights) == [
        f"{AUTHORITY}access-right/{code}" for code in [access] if code
    ]
    (distribution,) = record.distributions
    assert values(record, DCT.license, distribution) == [iri for iri in [licence] if iri]


def test_all_conditions_are_one_statement():
    two = text("useLimitation", "Alleen na toestemming") + anchor(
        "otherConstraints", CC_BY, "Naamsvermelding"
    )
    shop = options(online("http://d.example/a.zip", "zip"), online("http://d.example/b.zip", "zip"))
    record = record_of(info=constraints(two), distribution=shop)
    first, second = record.distributions
    statement = node(record, DCT.rights, first)
    assert node(record, DCT.rights, second) == statement
    assert values(record, RDFS.label, statement) == ["Alleen na toestemming", "Naamsvermelding"]
    assert values(record, RDFS.seeAlso, statement) == [CC_BY]


def test_codes_as_text_and_by_their_address():
    secret = (
        "<gmd:classification><gmd:MD_ClassificationCode>{}</gmd:MD_ClassificationCode></gmd:classification>"
    )
    by_address = code(
        "classification", "MD_ClassificationCode", "http://x.example/l.xml#MD_ClassificationCode_secret"
    )
    for inside in (secret.format("Top secret"), secret.format("topSecret"), by_address):
        record = record_of(info=within(inside, "resourceConstraints", "MD_SecurityConstraints"))
        assert values(record, DCT.accessRights) == [f"{AUTHORITY}access-right/NON_PUBLIC"]


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ('{"id":"dl-de/by-2-0","name":"x","url":"https://www.govdata.de/dl-de/by-2-0"}', "DLDE_BY_2_0"),
        ('{"name":"Datenlizenz Deutschland Namensnennung 2.0","quelle":"Land"}', "DLDE_BY_2_0"),
        ('{"id":"eigen","name":"Eigene","url":"https://land.example/nutzung","quelle":"Land"}',
         "https://land.example/nutzung"),
        ('{"id":', ""),
        ("Zie https://data.example/voorwaarden", ""),
    ],
)  # fmt: skip
def test_licences_in_texts(said, licence):
    record = record_of(info=constraints(text("otherConstraints", said)))
    found = [value.removeprefix(f"{AUTHORITY}licence/") for value in values(record, DCT.license)]
    assert found == [each for each in [licence] if each]
    assert values(record, RDFS.label, node(record, DCT.rights)) == [said]
