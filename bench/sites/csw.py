"""CSW 2.0.2: GetRecords in pages, sorted, of ISO 19139."""

from collections.abc import Mapping

from bench.sites import Record, Site


def site(size: int, record: Record) -> Site:
    records = [record(number) for number in range(size)]

    def answer(_: str, query: Mapping[str, str]) -> tuple[str, bytes]:
        start = int(query["startPosition"]) - 1
        found = records[start : start + int(query["maxRecords"])]
        end = start + len(found)
        return "application/xml", (
            b'<?xml version="1.0" encoding="UTF-8"?>\n'
            b'<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" version="2.0.2">'
            b'<csw:SearchStatus timestamp="2025-01-01T00:00:00Z"/><csw:SearchResults'
            b' numberOfRecordsMatched="%d" numberOfRecordsReturned="%d" nextRecord="%d" elementSet="full">'
            b"%b</csw:SearchResults></csw:GetRecordsResponse>"
            % (size, len(found), end + 1 if end < size else 0, b"\n".join(found))
        )

    return answer
