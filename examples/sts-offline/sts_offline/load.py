"""How busy the service is, and whether one more fragment can be answered in time. Pure arithmetic; the pool feeds it."""

from dataclasses import dataclass

# An answer is planned for this share of the client's patience: the estimate is a mean, so many fragments take longer.
IN_TIME = 0.9
# A new figure counts for a quarter: one long sentence does not turn clients away, four do.
SHARE_OF_NEWEST = 0.25


@dataclass
class Load:
    workers: int
    # Fragments that were accepted and have no answer yet.
    jobs: int = 0
    work_s: float = 1.0

    def worked(self, seconds: float) -> None:
        self.work_s += SHARE_OF_NEWEST * (seconds - self.work_s)

    def answer_s(self, before: int = 0) -> float:
        """When a fragment would be answered that comes now, after `before` more."""
        return self.work_s * (1 + max(0, self.jobs + before - self.workers + 1) / self.workers)

    def has_room(self, patience_s: float, before: int = 0) -> bool:
        """Whether such a fragment would be answered while it is worth something. A worker that is idle always tries:
        it has nothing better to do, and the estimate of a service that turned everybody away would never change again."""
        return self.jobs + before < self.workers or self.answer_s(before) <= IN_TIME * patience_s

    def is_worth(self, waited_s: float, patience_s: float) -> bool:
        """Whether a fragment whose turn comes after `waited_s` can still be answered in time. Half of the patience is
        always enough, again so that a slow spell cannot turn everybody away for ever."""
        return waited_s + min(self.work_s, patience_s / 2) < IN_TIME * patience_s
