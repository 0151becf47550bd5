"""The objects that the API answers with, as the national API has them, and what ours add."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from django.conf import settings

from erpd.accounts.may import Kind, Thing, Verb, may
from erpd.formats.delivery.writing import data_set_of
from erpd.metadata.mending import mend
from erpd.register.catalogues import profile_of
from erpd.register.models import Catalogue
from erpd.submit.delivery_api.door import Asking
from erpd.submit.delivery_api.problems import FieldProblem
from erpd.submit.incoming import delivered
from erpd.submit.models import Delivery

State = Delivery.State
STATUS = {State.DRAFT: "DRAFT", State.PUBLISHED: "PUBLISHED", State.WITHDRAWN: "WITHDRAWN"}
NEXT = {State.DRAFT: ["PUBLISHED"], State.PUBLISHED: ["WITHDRAWN"], State.WITHDRAWN: ["PUBLISHED"]}


class _Answer(msgspec.Struct, rename="camel", omit_defaults=True):
    pass


class DatasetMeta(_Answer):
    """What is not metadata of the data set."""

    publication_status: str
    allowed_publication_statuses: list[str]
    published_at: datetime | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    catalogue: str = ""
    test: bool = False
    """Whether it is in a test catalogue: nobody else sees it, published or not."""


class DatasetResponse(_Answer):
    """A stored data set."""

    id: str
    dcat_dataset: dict[str, Any]
    meta: DatasetMeta
    errors: list[FieldProblem] | None = None
    """With ``validate=publish``: what keeps it from being published."""


class StoredResponse(_Answer):
    """What was stored."""

    id: str
    dct_identifier: str
    errors: list[FieldProblem] | None = None
    """With ``validate=publish``: what keeps it from being published."""


class DistributionResponse(_Answer):
    """A stored distribution."""

    id: str
    dcat_distribution: dict[str, Any]


class CatalogRecord(_Answer):
    """A line of the list of one's data sets."""

    dct_title: list[str]
    dcat_listing_date: datetime
    dct_modified: datetime


class CatalogRecordMeta(_Answer):
    """What is not metadata of it."""

    primary_topic_type: str
    primary_topic_id: str
    owner_id: str
    publication_status: str
    allowed_publication_statuses: list[str]


class CatalogRecordListing(_Answer):
    """A line of the list of one's data sets, and what is around it."""

    id: str
    dcat_catalog_record: CatalogRecord
    meta: CatalogRecordMeta


class PageMetadata(_Answer, omit_defaults=False):
    """Where in a list a page is."""

    size: int
    number: int
    total_elements: int
    total_pages: int
    next_cursor: str | msgspec.UnsetType = msgspec.UNSET
    """For ``cursor``: the next page, which is as fast at the end of a list as at its beginning."""


class Page(_Answer, omit_defaults=False):
    """A page of a list."""

    content: list[Any]
    page: PageMetadata


class Credentials(msgspec.Struct, rename="camel"):
    """What is exchanged for a token."""

    client_id: str
    api_key: str


class AccessToken(_Answer, omit_defaults=False):
    """A token for the Authorization header."""

    access_token: str
    token_type: str
    expires_in: int


class User(_Answer, omit_defaults=False):
    """Who asks: the account of the key."""

    id: str
    unique_name: str
    name: str
    email: str
    organisation_id: str
    authorities: list[str]
    issued_at: datetime
    expires_at: datetime


class StatusRequest(msgspec.Struct, rename="camel"):
    """The publication status that is wanted."""

    publication_status: str


def thing_of(delivery: Delivery) -> Thing:
    """What ``may`` knows a data set as."""
    return Thing(Kind.DATA_SET, delivery.owner_id, delivery.catalogue_id)


def is_public(delivery: Delivery) -> bool:
    """Whether everybody sees it."""
    return delivery.state == State.PUBLISHED and delivery.catalogue.kind != Catalogue.Kind.TEST


def meta_of(asking: Asking, delivery: Delivery, *, theirs: bool) -> DatasetMeta:
    """``theirs``: whether whoever asks may change it."""
    return DatasetMeta(
        publication_status=STATUS[State(delivery.state)],
        allowed_publication_statuses=NEXT[State(delivery.state)] if theirs else [],
        published_at=_utc(delivery.published),
        created_at=_utc(delivery.created),
        modified_at=_utc(delivery.modified),
        catalogue=delivery.catalogue.slug,
        test=delivery.catalogue.kind == Catalogue.Kind.TEST,
    )


def dataset_of(
    asking: Asking, delivery: Delivery, language: str = "", errors: list[FieldProblem] | None = None
) -> DatasetResponse:
    """A data set as whoever asks sees it."""
    theirs = bool(asking.key) and may(asking.who, Verb.CHANGE, thing_of(delivery))
    return DatasetResponse(
        id=str(delivery.pk),
        dcat_dataset=said_of(delivery, language),
        meta=meta_of(asking, delivery, theirs=theirs),
        errors=errors,
    )


def said_of(delivery: Delivery, language: str = "") -> dict[str, Any]:
    """A data set in JSON, as delivered.

    What came by CKAN's API or in RDF may say a format by a word, for which JSON has no field: then the code
    that mending made of it is shown.
    """
    said = data_set_of(delivered(delivery), language)
    parts = said.get(_DISTRIBUTIONS, [])
    if "dctAccessRights" in said and all("dctFormat" in part for part in parts):
        return said
    record = delivered(delivery)
    mend(record, profile_of(delivery.catalogue))
    mended = data_set_of(record, language)
    known = {part.get("uri"): part for part in mended.get(_DISTRIBUTIONS, []) if "uri" in part}
    if parts:
        said[_DISTRIBUTIONS] = [{**known.get(part.get("uri"), {}), **part} for part in parts]
    return {**mended, **said}


_DISTRIBUTIONS = "dcatDistribution"


def listing_of(delivery: Delivery) -> CatalogRecordListing:
    """A data set as a line of the list of one's own."""
    key = str(delivery.pk)
    created, modified = _utc(delivery.created), _utc(delivery.modified)
    assert created
    assert modified
    return CatalogRecordListing(
        id=key,
        dcat_catalog_record=CatalogRecord([delivery.title] if delivery.title else [], created, modified),
        meta=CatalogRecordMeta(
            primary_topic_type="DATASET",
            primary_topic_id=key,
            owner_id=str(delivery.by_id or ""),
            publication_status=STATUS[State(delivery.state)],
            allowed_publication_statuses=NEXT[State(delivery.state)],
        ),
    )


def etag(delivery: Delivery) -> str:
    """The edition, as If-Match expects it."""
    return f'"{delivery.edition}"'


def location(path: str) -> str:
    """The address of something of this API."""
    return f"{settings.NODE.base_url}/api/v1/{path}"


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000) if moment else None
