"""What a run withdrew is put back, because a person says that it has not gone.

Should the source not bring it the next time either, it is held: it goes again only if a person wants it.
"""

from collections.abc import Callable
from functools import partial

from erpd.harvest import uncovered
from erpd.harvest.lease import idle
from erpd.harvest.models import Run
from erpd.register.models import Version
from erpd.register.undoing import Undone, origin_of_undo, undo


def restore(run: Run, begun: Callable[[], None], ended: Callable[[int], None]) -> Undone:
    """Put back what a run withdrew; the rest of what it did stays. Returns what was done.

    ``begun`` is called in the first transaction, ``ended`` in the last one, with how many data sets are back
    by now. What has come back meanwhile, or has been changed by something else, is left alone. If this is
    killed in between, repeat it.

    Raises SourceBusy while the source is being harvested, and what ``begun`` raises.
    """
    alone = partial(idle, run.settings, f"put back what {run} withdrew")
    with alone():  # first: what is back by the time this is killed is held by the next run
        begun()
        run.settings.forget()
        Run.objects.filter(pk=run.pk, put_back=None).update(put_back=0)
    done = undo(str(run), alone, tombstones=True)
    with alone():
        back = Version.objects.filter(origin=origin_of_undo(str(run))).exclude(digest="").count()
        Run.objects.filter(pk=run.pk).update(put_back=back)
        ended(back)
    uncovered.recount(run.settings)
    return done
