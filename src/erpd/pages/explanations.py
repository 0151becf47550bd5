"""Why data is protected, in plain words (Data Governance Act, Regulation (EU) 2022/868)."""

from django.utils.translation import gettext_lazy as _

# Code of the authority table access-right -> what it means for someone who wants the data.
ACCESS_RIGHTS = {
    "PUBLIC": _("Anyone can get this data without asking. The licence says what you may do with it."),
    "RESTRICTED": _(
        "This data is not open to everyone. You can use it if you meet certain conditions or are given "
        "permission."
    ),
    "NON_PUBLIC": _(
        "This data is not published. You can ask its holder for permission to re-use it, often in a secure "
        "environment and in a form in which no person or company can be identified."
    ),
    "SENSITIVE": _("This data is sensitive. Its holder releases it only with safeguards."),
    "CONFIDENTIAL": _("This data is confidential. Its holder releases it only with safeguards."),
}

# Article 3(1).
GROUNDS = (
    _("commercial confidentiality, including business, professional and company secrets"),
    _("statistical confidentiality"),
    _("intellectual property rights of third parties"),
    _("protection of personal data"),
)

ACT = "https://eur-lex.europa.eu/eli/reg/2022/868/oj"

# European Legislation Identifier -> name, for the laws that records name most often as their legal basis.
LAWS = {
    "http://data.europa.eu/eli/reg/2022/868/oj": _("Data Governance Act, Regulation (EU) 2022/868"),
    "http://data.europa.eu/eli/reg/2016/679/oj": _(
        "General Data Protection Regulation, Regulation (EU) 2016/679"
    ),
    "http://data.europa.eu/eli/dir/2019/1024/oj": _("Open Data Directive, Directive (EU) 2019/1024"),
    "http://data.europa.eu/eli/reg_impl/2023/138/oj": _(
        "High-value data sets, Implementing Regulation (EU) 2023/138"
    ),
}
