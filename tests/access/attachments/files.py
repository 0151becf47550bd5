"""Small files of each kind, made here."""

import struct
import zipfile
import zlib
from io import BytesIO

PDF = b"%%PDF-1.7\n1 0 obj\n<< /Type /Catalog %s>>\nendobj\ntrailer << /Root 1 0 R >>\n%%%%EOF\n"
GOOD_PDF = PDF % b""


def zipped(parts: dict[str, bytes | str], comment: bytes = b"") -> bytes:
    with zipfile.ZipFile(file := BytesIO(), "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
        package.comment = comment
    return file.getvalue()


def open_document(kind: str = "text", **more: bytes | str) -> bytes:
    said = f"application/vnd.oasis.opendocument.{kind}"
    return zipped({"mimetype": said, "META-INF/manifest.xml": "<m/>", "content.xml": "<c/>"} | more)


def open_xml(kind: str = "wordprocessingml.document", more: dict[str, bytes | str] | None = None) -> bytes:
    said = f'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/>'
    return zipped({"[Content_Types].xml": said, "word/document.xml": "<d/>"} | (more or {}))


def png() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20 + b"\xff\xd9"
