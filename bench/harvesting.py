"""One harvest by the product in a process of its own: `python -m bench.harvesting NAME URL [PROFILE]`.

NAME is one of SERVED, ERPD_HOME names the home. Prints the ledger, the time of the whole and of the run alone
(indexing goes on a little longer), the most memory, and how the run went by tenths of the records. PROFILE is
a file for cProfile.
"""

import cProfile
import json
import sys
from contextlib import nullcontext

from bench.measured import timed, watched
from bench.tenths import Tenths


def harvest_once(name: str, url: str, profile: str = "") -> dict[str, object]:
    # As in `erpd harvest`, where the processes that prepare import nothing but the way to its commands.
    from bench.served import SERVED  # noqa: PLC0415
    from erpd.cli.index import Indexer  # noqa: PLC0415
    from erpd.cli.starting import prepare_and_upgrade, start  # noqa: PLC0415

    start()
    prepare_and_upgrade()
    from erpd.harvest.run import harvest  # noqa: PLC0415
    from erpd.harvest.source_settings import Wanted, settings_for  # noqa: PLC0415
    from erpd.sources.http.client import Client  # noqa: PLC0415

    served = SERVED[name]
    settings = settings_for(Wanted(served.protocol, url, "NL", **{"policy": "strict", **served.wanted}))
    profiler = cProfile.Profile() if profile else nullcontext()
    with (
        watched() as memory,
        profiler,
        Client(allow_networks=("127.0.0.0/8",)) as client,
        timed() as whole,
        Indexer() as indexer,
        timed() as run,
    ):
        tenths = Tenths(memory)

        def progress(received: int, announced: int | None) -> None:
            indexer.advance(received, announced)
            tenths.advance(received, announced)

        report = harvest(settings, client, progress=progress)
    if profile:
        profiler.dump_stats(profile)
    if report.failed:
        raise RuntimeError(report.run.error)
    return {
        "ledger": report.ledger,
        "whole": whole.figures(),
        "run": run.figures(),
        "peak_mb": memory.peak_mb,
        "peak_anonymous_mb": memory.peak_anonymous_mb,
        "tenths": tenths.figures(),
    }


if __name__ == "__main__":
    print(json.dumps(harvest_once(*sys.argv[1:])))
