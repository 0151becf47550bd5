"""Takes from a process the right to open sockets, so that no query reaches the network.

The engine would follow SERVICE to any address. Recognising the word in a query is a courtesy (it may be
hidden from us); this is the lock.
"""

import ctypes
import platform
import struct
import sys

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _FILTER = 22, 38, 2
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # of a word; jump if equal
_ALLOW, _EACCES, _KILL = 0x7FFF0000, 0x0005000D, 0x80000000
# Machine -> its number in Linux's audit.h, and the numbers of socket and io_uring_setup on it.
_MACHINES = {"x86_64": (0xC000003E, 41, 425), "aarch64": (0xC00000B7, 198, 425)}


def seal() -> bool:
    """Forbid sockets to this process, for good. False where this cannot be done: then refuse the queries."""
    known = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    machine, *calls = known
    rules = [
        (_LOAD, 0, 0, 4),  # seccomp_data.arch
        (_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # seccomp_data.nr
        (_EQUAL, 2, 0, calls[0]),
        (_EQUAL, 1, 0, calls[1]),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _EACCES),
    ]
    packed = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(rules), ctypes.addressof(packed)))
    system = ctypes.CDLL(None, use_errno=True)
    return bool(
        system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        and system.prctl(_PR_SET_SECCOMP, _FILTER, program, 0, 0) == 0
    )
