"""What the worker does for requests for access in each of its rounds."""

from erpd.access.asking.links import forget as forget_links
from erpd.access.case_systems.forgetting import forget_answers
from erpd.access.enquiries.actions import forget as forget_enquiries
from erpd.access.outcomes.reminding import remind_of_grants
from erpd.access.outcomes.unanswered import end_estimates
from erpd.access.personal_data.forgetting import forget_requests
from erpd.access.requests.reminding import remind_of_requests

CHORES = (
    *(end_estimates, remind_of_requests, remind_of_grants),
    *(forget_enquiries, forget_requests, forget_links, forget_answers),
)
