"""One stream's session: numbers, the window, the order of results, counts. Knows no network and no clock."""

from dataclasses import dataclass, field

from .protocol import Fragment, Init, Message, Refused

# What an answer that came too late, and one that was aired, do to the patience that the client is believed to have.
TOO_LATE, AIRED = 0.95, 1.02


@dataclass
class Session:
    init: Init
    # How long an answer may take to be aired: first what the client said, then what its acknowledgements show.
    patience_s: float = field(init=False)
    took_s: dict[str, float] = field(default_factory=dict)
    next_number: int = 0
    next_result: int = 0
    # Results that wait for an earlier one. None: that fragment was refused, so there is nothing to deliver for it.
    waiting: dict[int, Message | None] = field(default_factory=dict)
    in_flight: set[str] = field(default_factory=set)
    paused: bool = False
    ended: bool = False
    closed: bool = False
    duration_ms: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("success", "partial", "failed", "applied", "received"), 0))

    def __post_init__(self) -> None:
        self.patience_s = self.init.patience_s

    def accept(self, fragment: Fragment) -> None:
        """Takes the fragment's number and a place in the window, or refuses and changes nothing."""

        def refuse(code: str, message: str) -> Refused:
            return Refused(code, message, fragment.fragment_id)

        if self.paused or self.ended:
            raise refuse("INVALID_CONFIG", "the stream is paused" if self.paused else "the stream has ended")
        if fragment.number != self.next_number:
            raise refuse("INVALID_SEQUENCE", f"sequence_number {fragment.number} where {self.next_number} is due")
        if fragment.fragment_id in self.in_flight:
            raise refuse("INVALID_SEQUENCE", "this fragment_id is in flight already")
        self.next_number += 1
        # The number is used up even when the window is full: the client will go on counting.
        if len(self.in_flight) >= self.init.max_inflight:
            self.waiting[fragment.number] = None
            raise refuse("RATE_LIMIT", f"{self.init.max_inflight} fragments are in flight; each needs its fragment:ack")
        self.in_flight.add(fragment.fragment_id)

    def finished(self, number: int, result: Message | None) -> list[Message]:
        """Puts a result in its place. Returns what may be delivered now, in order of sequence number."""
        self.waiting[number] = result
        return self.due()

    def due(self) -> list[Message]:
        found = []
        while self.next_result in self.waiting:
            result = self.waiting.pop(self.next_result)
            self.next_result += 1
            if result is not None:
                self.counts[result["status"]] += 1
                found.append(result)
        return found

    def acknowledged(self, fragment_id: str, status: str) -> bool:
        """A fragment is in flight until the client has said what became of its result. False for one that is not."""
        if fragment_id not in self.in_flight:
            return False
        self.in_flight.discard(fragment_id)
        took_s = self.took_s.pop(fragment_id, None)
        if took_s is not None and status == "applied":
            self.patience_s = min(self.init.patience_s, self.patience_s * AIRED)
        elif took_s is not None:
            self.patience_s = min(self.patience_s, max(self.init.patience_s / 2, took_s * TOO_LATE))
        self.counts["applied" if status == "applied" else "received"] += 1
        return True

    def answered(self) -> bool:
        return self.next_result == self.next_number

    def complete(self) -> Message:
        statistics = {f"{name}_count": count for name, count in self.counts.items()}
        return {
            "stream_id": self.init.stream_id,
            "total_fragments": self.next_number,
            "total_duration_ms": self.duration_ms,
            "statistics": statistics,
        }
