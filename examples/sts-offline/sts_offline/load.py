"""How busy the service is, and what it therefore asks of a client. Pure arithmetic; the pool feeds it."""

from dataclasses import dataclass

# Of the client's patience: from the first share on it is asked to slow down, from the second on to pause, and below the
# third all is well again. The gap keeps the service from changing its mind with every fragment.
SLOW_DOWN, PAUSE, CLEAR = 0.6, 0.9, 0.4
# A new figure counts for a quarter: one long sentence does not slow a client down, four do.
SHARE_OF_NEWEST = 0.25


@dataclass
class Load:
    workers: int
    jobs: int = 0
    work_s: float = 1.0

    def worked(self, seconds: float) -> None:
        self.work_s += SHARE_OF_NEWEST * (seconds - self.work_s)

    def answer_s(self) -> float:
        """When a fragment that came now would be answered."""
        return self.work_s * (1 + max(0, self.jobs - self.workers + 1) / self.workers)


def advice(answer_s: float, timeout_ms: int, now: str) -> tuple[str, int]:
    """(action, delay in ms) for a client with that timeout, whose last advice was `now`."""
    share = answer_s * 1000 / timeout_ms
    if share >= PAUSE or now == "pause" and share >= SLOW_DOWN:
        return "pause", 0
    if share >= SLOW_DOWN or now != "none" and share >= CLEAR:
        return "slow_down", round(max(0.1, answer_s - CLEAR * timeout_ms / 1000) * 1000)
    return "none", 0
