"""The table of who may do what: the whole truth, from which the documentation and the tests are made."""

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of things that verbs are about."""

    OWNER = "owner"
    MEMBER = "member"
    KEY = "key"
    DESK_KEY = "key of a desk"  # for requests for access to the competent body of the owner
    CATALOGUE = "catalogue"
    DATA_SET = "data set"
    QUESTION = "question"
    PORTAL = "portal"
    BODY = "competent body"
    REQUEST = "access request"  # who may do what with one: ``access.requests.table``
    SOURCE = "source"  # that the node harvests
    AUDIT = "audit log"
    NODE = "node"


class Verb(StrEnum):
    """What can be done to them."""

    SEE = "see"
    CHANGE = "change"
    CREATE = "create"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    ERASE = "erase"
    EMPTY = "empty"
    TRANSFER = "transfer"
    AGREE = "agree"
    DECIDE = "decide"
    LEAVE = "leave"


class Role(StrEnum):
    """What somebody is for a thing. One person can be several."""

    VISITOR = "visitor"
    PERSON = "person"  # signed in, whoever they are
    SELF = "self"  # whose key, membership or account it is
    READER = "reader"
    EDITOR = "editor"
    ADMIN = "administrator"
    HANDLER = "handler"  # a member who answers requests for access, whatever else they are
    DESK_READER = "reader of the desk"
    REVIEWER = "reviewer"
    OPERATOR = "operator"
    KEY = "key"  # of this catalogue; it may do nothing that its person may not do


MEMBERS = frozenset((Role.READER, Role.EDITOR, Role.ADMIN))
_OFFICES = frozenset((Role.DESK_READER, Role.REVIEWER, Role.OPERATOR))
_WRITERS = frozenset((Role.EDITOR, Role.ADMIN))
_ADMIN = frozenset((Role.ADMIN,))
_OPERATOR = frozenset((Role.OPERATOR,))
_DECIDING = frozenset((Role.REVIEWER, Role.OPERATOR))
_KEY = frozenset((Role.KEY,))

TABLE: dict[tuple[Kind, Verb], frozenset[Role]] = {
    (Kind.OWNER, Verb.CREATE): frozenset((Role.PERSON,)),  # ask to become one
    (Kind.OWNER, Verb.SEE): MEMBERS | _OFFICES,
    (Kind.OWNER, Verb.CHANGE): _ADMIN,
    (Kind.OWNER, Verb.AGREE): _ADMIN,
    (Kind.OWNER, Verb.DECIDE): _OPERATOR,
    (Kind.OWNER, Verb.TRANSFER): _ADMIN,
    (Kind.MEMBER, Verb.SEE): MEMBERS | _OPERATOR,
    (Kind.MEMBER, Verb.CREATE): _ADMIN,
    (Kind.MEMBER, Verb.CHANGE): _ADMIN,
    (Kind.MEMBER, Verb.ERASE): _ADMIN,
    (Kind.MEMBER, Verb.LEAVE): frozenset((Role.SELF,)),
    (Kind.KEY, Verb.SEE): frozenset((Role.SELF, Role.ADMIN, Role.OPERATOR, Role.KEY)),
    (Kind.KEY, Verb.CREATE): _WRITERS,
    (Kind.KEY, Verb.ERASE): frozenset((Role.SELF, Role.ADMIN, Role.OPERATOR)),
    (Kind.DESK_KEY, Verb.SEE): frozenset((Role.SELF, Role.ADMIN, Role.OPERATOR)),
    (Kind.DESK_KEY, Verb.CREATE): frozenset((Role.HANDLER,)),
    (Kind.DESK_KEY, Verb.ERASE): frozenset((Role.SELF, Role.ADMIN, Role.OPERATOR)),
    (Kind.CATALOGUE, Verb.SEE): MEMBERS | _OFFICES | _KEY,
    (Kind.CATALOGUE, Verb.EMPTY): _WRITERS,  # a test catalogue
    (Kind.CATALOGUE, Verb.TRANSFER): _ADMIN,
    # Until it is published, and in a test catalogue; what is published everybody sees, through the doors.
    (Kind.DATA_SET, Verb.SEE): MEMBERS | _KEY,
    (Kind.DATA_SET, Verb.CREATE): _WRITERS | _KEY,
    (Kind.DATA_SET, Verb.CHANGE): _WRITERS | _KEY,
    (Kind.DATA_SET, Verb.PUBLISH): _WRITERS | _KEY,
    (Kind.DATA_SET, Verb.WITHDRAW): _WRITERS | _KEY,
    (Kind.DATA_SET, Verb.ERASE): _WRITERS | _KEY,
    (Kind.DATA_SET, Verb.TRANSFER): _ADMIN,
    (Kind.QUESTION, Verb.SEE): MEMBERS,
    # An owner's own portal, which is harvested once the operator has approved it.
    (Kind.PORTAL, Verb.SEE): MEMBERS | _OFFICES,
    (Kind.PORTAL, Verb.CREATE): _ADMIN,
    (Kind.PORTAL, Verb.CHANGE): _ADMIN,
    (Kind.PORTAL, Verb.DECIDE): _OPERATOR,
    # A competent body (DGA, Article 7). Everybody sees its public page; these see what it lacks.
    (Kind.BODY, Verb.SEE): MEMBERS | _OFFICES,
    (Kind.BODY, Verb.CREATE): _ADMIN | _OPERATOR,
    (Kind.BODY, Verb.CHANGE): _ADMIN | _OPERATOR,
    (Kind.BODY, Verb.ERASE): _ADMIN | _OPERATOR,
    (Kind.SOURCE, Verb.SEE): _OFFICES,
    (Kind.SOURCE, Verb.CHANGE): _OPERATOR,  # its settings
    # What a person has to decide about its records: deletions, changed identifiers, values, its runs.
    (Kind.SOURCE, Verb.DECIDE): _DECIDING,
    (Kind.AUDIT, Verb.SEE): _ADMIN | _OPERATOR,
    (Kind.NODE, Verb.SEE): _OPERATOR,  # its mail, its list of organisations
    (Kind.NODE, Verb.CHANGE): _OPERATOR,
}
