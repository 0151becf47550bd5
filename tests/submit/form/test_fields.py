"""The steps of the form have every field of the API, with what the profile asks."""

from collections import Counter

from erpd.formats.delivery.fields import DATASET, DISTRIBUTION
from erpd.metadata.profile import load_profile
from erpd.submit.form.fields import BY_NAME, MORE, STEPS, asked, label_of, step_of


def test_every_field_of_a_data_set_is_in_one_step():
    placed = Counter(row.name for step in STEPS for row in step.rows)
    assert placed == Counter(row.name for row in DATASET.rows)
    assert step_of("dctTitle").name == "about"
    assert step_of("provWasGeneratedBy").name == MORE
    # What a profile wants is not among what is left over.
    for row in BY_NAME[MORE].rows:
        assert asked(DATASET, row, load_profile("erpd")).obligation == "optional", row.name


def test_what_is_asked_is_what_is_checked():
    profile = load_profile("erpd")
    for thing in (DATASET, DISTRIBUTION):
        for row in thing.rows:
            wanted = profile.classes[thing.kind].get(row.predicate)
            found = asked(thing, row, profile)
            if wanted:
                assert (found.obligation, found.section) == (wanted.obligation, wanted.section), row.name
                assert found.codes <= wanted.codes or not wanted.codes
    rights = next(row for row in DATASET.rows if row.name == "dctAccessRights")
    assert asked(DATASET, rights, profile).codes == {"NON_PUBLIC", "RESTRICTED"}
    both = load_profile("erpd+dcat-ap-nl-3.0")
    creator = next(row for row in DATASET.rows if row.name == "dctCreator")
    assert asked(DATASET, creator, both).obligation == "mandatory"
    assert asked(DATASET, creator, profile).obligation == "optional"
    hvd = next(row for row in DATASET.rows if row.name == "dcatapHvdCategory")
    assert asked(DATASET, hvd, both).cases
    assert label_of(DATASET, rights) == "Access rights"
