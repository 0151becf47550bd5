"""The fields of the form: those of the delivery API in steps, each with what the profile asks of it."""

from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from erpd.formats.delivery.fields import DATASET, Row, Thing
from erpd.metadata.profile import AND, Obligation, Profile, Property, load_profile
from erpd.pages.labels import label_of_property

_NEWEST = "dcat-ap-3.0.1"  # knows properties that older profiles do not


@dataclass(frozen=True, slots=True)
class Asked:
    """What the profile asks of one field."""

    obligation: Obligation
    section: str
    """Of the guideline or standard that asks for it."""
    codes: frozenset[str]
    """The codes of its table that are allowed; empty if all are."""
    cases: tuple[str, ...] = ()
    """In which cases it is mandatory, if it is not always: the labels of the profile, in English."""


NOTHING = Asked("optional", "", frozenset())


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the form."""

    name: str
    title: Promise
    lead: Promise
    """What it is about, in a sentence."""
    fields: tuple[str, ...] = ()
    """Of the table, in the order of the page."""
    only: str = ""
    """The profile without which nobody is asked for them; "" if everybody is."""

    @property
    def rows(self) -> tuple[Row, ...]:
        return _rows(self.name)


DISTRIBUTIONS, MORE, REVIEW = "distributions", "more", "review"
OF_DISTRIBUTIONS = "dcatDistribution"
STEPS = (
    Step(
        "about",
        _("What it is"),
        _("Say in plain words what the data are, so that somebody who does not know them finds them."),
        (
            *("dctTitle", "dctDescription", "dcatKeyword", "dcatTheme", "dctLanguage", "dcatLandingPage"),
            *("dctType", "dctIdentifier"),
        ),
    ),
    Step(
        "who",
        _("Who holds it"),
        _("Who is responsible for the data, and whom people can ask."),
        ("dctPublisher", "dcatContactPoint", "dctCreator"),
    ),
    Step(
        "access",
        _("Who may use it"),
        _("Why the data are protected, and on which conditions they can be used."),
        (
            "dctAccessRights",
            "conditions",
            "dcatapApplicableLegislation",
            "dctProvenance",
            "dcatapHvdCategory",
        ),
    ),
    Step(
        "health",
        _("Health data"),
        _(
            "The European Health Data Space applies to these data. The health data access body decides who "
            "may use them."
        ),
        (
            *("healthdcatapHdab", "healthdcatapHdabCoordinator", "geodcatapCustodian"),
            *("healthdcatapTrustedDataHolder", "healthdcatapHealthCategory", "healthdcatapHealthTheme"),
            *("dpvHasLegalBasis", "dpvHasPurpose", "dpvHasPersonalData", "healthdcatapHasStructuredData"),
            *("healthdcatapHasVariables", "healthdcatapPopulationCoverage", "healthdcatapNumberOfRecords"),
            *("healthdcatapNumberOfUniqueIndividuals", "healthdcatapMinTypicalAge"),
            *("healthdcatapMaxTypicalAge", "healthdcatapHasCodingSystem", "healthdcatapHasCodeValues"),
            "healthdcatapRetentionPeriod",
        ),
        "healthdcat-ap-8",
    ),
    Step(
        "coverage",
        _("When and where"),
        _("Which time and which places the data are about, and how often they are updated."),
        (
            *("dctTemporal", "dctSpatial", "dctAccrualPeriodicity", "dctIssued", "dctModified"),
            *("dcatTemporalResolution", "dcatSpatialResolutionInMeters"),
        ),
    ),
    Step(
        DISTRIBUTIONS,
        _("Files and services"),
        _(
            "Each form in which the data can be had: a file, a table, an API. At least one is needed. "
            "An API is an entry of its own: its access URL is the page about it, and its address goes to "
            "Access service."
        ),
        (OF_DISTRIBUTIONS,),
    ),
    Step(MORE, _("More"), _("All of this is optional. Leave out what does not apply.")),
)
BY_NAME = {step.name: step for step in STEPS}


def steps_for(profile: Profile) -> tuple[Step, ...]:
    """The steps of data sets with this profile."""
    known = profile.name.split(AND)
    return tuple(step for step in STEPS if not step.only or step.only in known)


@cache
def _rows(name: str) -> tuple[Row, ...]:
    """The rows of a step. Those that no step names are in the one for more."""
    known = {row.name: row for row in DATASET.rows}
    if name != MORE:
        return tuple(known[field] for field in BY_NAME[name].fields if field in known)
    placed = {field for step in STEPS for field in step.fields}
    return tuple(row for row in DATASET.rows if row.name not in placed)


def step_of(field: str) -> Step:
    """The step in which a field of a data set is."""
    return next((step for step in STEPS if field in {row.name for row in step.rows}), BY_NAME[MORE])


def asked(thing: Thing, row: Row, profile: Profile) -> Asked:
    """What a profile asks of a field. The newest tells of the properties that the others do not know."""
    newest = _property(load_profile(_NEWEST), thing, row)
    wanted = _property(profile, thing, row) or newest
    if wanted is None:
        return NOTHING
    always = any(duty.case.name in profile.applies for duty in wanted.duties)
    return Asked(
        "mandatory" if always else wanted.obligation,
        wanted.section,
        wanted.codes & newest.codes if newest and newest.codes and wanted.codes else wanted.codes,
        () if always else tuple(duty.case.label for duty in wanted.duties),
    )


def _property(profile: Profile, thing: Thing, row: Row) -> Property | None:
    return profile.classes.get(thing.kind, {}).get(row.predicate)


def label_of(thing: Thing, row: Row) -> str:
    """What pages call the field."""
    return str(_CALLED.get(row.name, "")) or label_of_property(thing.kind, row.predicate)


# Where the name of the property says something else.
_CALLED = {"conditions": _("Conditions of access"), "admsStatus": _("Status")}
