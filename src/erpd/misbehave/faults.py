"""All faults: each with a line for people, where it can occur, and what a harvester should do."""

from erpd.misbehave.fault import EVERYWHERE, HARMLESS, Fault, on
from erpd.misbehave.faults_in_answers import FAULTS_IN_ANSWERS
from erpd.misbehave.faults_in_lists import FAULTS_IN_LISTS

_NONE = Fault("none", "Behaves well.", on(EVERYWHERE, HARMLESS))

FAULTS: dict[str, Fault] = {fault.name: fault for fault in (_NONE, *FAULTS_IN_LISTS, *FAULTS_IN_ANSWERS)}
