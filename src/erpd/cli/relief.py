"""While one source takes long, another worker beside this one gives the others their turn."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Seconds that one source may take before another worker is started.
AFTER = 1800.0
# Workers beside the first. Each may be held by a source that takes long.
MOST = 4


class Relief:
    """Starts that worker, which looks once at what is due. It has a relief of its own, and ends with us.

    ``options`` are for it. ``number`` is 0 for the worker that people start, 1 for the one beside it.
    """

    def __init__(self, number: int, *options: str) -> None:
        self._number, self._options = number, options
        self.worker: subprocess.Popen[bytes] | None = None

    @contextmanager
    def watch(self) -> Iterator[None]:
        """A block in which one source is harvested."""
        ended = threading.Event()
        watching = threading.Thread(target=self._relieve, args=(ended,), daemon=True)
        if self._number < MOST:
            watching.start()
        try:
            yield
        finally:
            ended.set()

    def wait(self) -> None:
        """Wait until the other worker has done its part."""
        if self.worker:
            self.worker.wait()
            self.worker.communicate()  # closes the pipe

    def stop(self) -> None:
        """Tell it to end too, and wait until its page is stored."""
        if self.worker and self.worker.poll() is None:
            self.worker.terminate()
        self.wait()

    def _relieve(self, ended: threading.Event) -> None:
        while not ended.wait(AFTER):
            if self.worker is None or self.worker.poll() is not None:
                self.wait()
                command = [sys.executable, "-P", "-m", "erpd", "worker", "--once", *self._options]
                beside = ["--beside", str(self._number + 1)]
                # Not in our group: Ctrl-C is for us, and we tell it.
                self.worker = subprocess.Popen(  # noqa: S603
                    [*command, *beside], stdin=subprocess.PIPE, process_group=0
                )
