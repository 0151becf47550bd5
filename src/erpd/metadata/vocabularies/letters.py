"""Labels with letters of the wrong alphabet, as some tables of the Publications Office have them."""

import re

# Latin letters that look like Cyrillic or Greek ones.
_CYRILLIC = str.maketrans("AaBCcEeHKkMOoPpTtXxy", "АаВСсЕеНКкМОоРрТтХху")
_GREEK = str.maketrans("ABEZHIKMNOoPTYXvuά", "ΑΒΕΖΗΙΚΜΝΟοΡΤΥΧνυά")
_SCRIPTS = (
    (re.compile(r"[\u0400-\u04ff]"), _CYRILLIC),
    (re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"), _GREEK),
)
_LATIN = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"\w+")
_MISSPELT = {"Itāija": "Itālija"}


def corrected(label: str) -> str:
    """The label with each word in one alphabet: the e and p of ``Гepмaния`` become Cyrillic.

    A word with a letter that has no such likeness stays.

    >>> corrected("Гepмaния") == "Германия", corrected("GPS данни")
    (True, 'GPS данни')
    """
    return _MISSPELT.get(label) or _WORD.sub(_in_one_script, label)


def _in_one_script(match: re.Match[str]) -> str:
    word = match[0]
    if _LATIN.search(word):
        for script, letters in _SCRIPTS:
            if script.search(word):
                changed = word.translate(letters)
                return word if _LATIN.search(changed) else changed
    return word
