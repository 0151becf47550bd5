"""Which profile a program asks for."""

import os
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import TypeAlias

from erpd.metadata.declared import did_you_mean
from erpd.metadata.own_profile import read_profile
from erpd.metadata.profile import AND, PROFILES, Profile, joined, load_profile

OneProfile: TypeAlias = str | os.PathLike[str] | Profile
Profiles: TypeAlias = OneProfile | Sequence[OneProfile]
"""The name of one, or of several with AND between them; the path of a file; a profile; a list of these."""


def profile_called(profile: Profiles) -> Profile:
    """Return a profile: by name, from a file, or several as one.

    Raises ValueError if there is none of that name, ProfileError if a file is no profile, OSError if it
    cannot be read.
    """
    if isinstance(profile, Profile):
        return profile
    if isinstance(profile, str) and not profile.lower().endswith(".toml"):
        for name in profile.split(AND):
            if name not in PROFILES:
                near = did_you_mean(name, PROFILES) or f"Known: {', '.join(PROFILES)}."
                raise ValueError(f"There is no profile {name!r}. {near} A file of your own ends in .toml.")
        return load_profile(profile)
    if isinstance(profile, str | os.PathLike):
        return read_profile(Path(profile))
    if isinstance(profile, Sequence) and profile:
        return reduce(joined, map(profile_called, profile))
    raise TypeError(f"Expected the name of a profile, or the path of one; found {profile!r}.")
