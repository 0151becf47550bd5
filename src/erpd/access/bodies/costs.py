"""The costs from which fees may be derived: a closed list (Regulation (EU) 2022/868, Article 6(5))."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COSTS: Mapping[str, Promise] = {
    "reproduction": _("reproduction, provision and dissemination of data"),
    "rights": _("clearance of rights"),
    "preparation": _("anonymisation and other preparation of personal and confidential data"),
    "environment": _("maintenance of the secure processing environment"),
    "acquisition": _("acquisition of the right to allow re-use by third parties"),
    "consent": _("help to seek consent or permission"),
}
