"""The name of an attachment, made safe for every system on which it may be saved. Pure."""

import re
import unicodedata

from erpd.access.attachments.content import Kind
from erpd.metadata.masking import plain

LONGEST = 120  # characters
_UNFIT = re.compile(r'[<>:"/\\|?*%;`$\x00-\x1f\x7f]+')
# Names of devices, whatever their ending (Windows).
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)


def cleaned(name: str, kind: Kind) -> str:
    """Return the last part of a name as it may be saved anywhere, with an ending of its kind.

    >>> from erpd.access.attachments.content import PDF
    >>> cleaned("C:\\\\plans\\\\..plan?.exe", PDF)
    'plan.exe.pdf'
    """
    last = re.split(r"[/\\]", name[-2_000:])[-1]
    text = "".join(sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign) != "Cf")
    text = _UNFIT.sub("_", plain(text, 1_000)).strip(" ._")
    ending = next((each for each in kind.endings if text.lower().endswith(each)), "")
    stem = text[: len(text) - len(ending)].strip(" ._")[: LONGEST - 5].strip(" ._") or "attachment"
    if _DEVICES.match(stem):
        stem = f"_{stem}"
    return stem + (ending.lower() or kind.endings[0])
