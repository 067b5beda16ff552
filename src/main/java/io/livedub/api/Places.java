package io.livedub.api;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A limited number of places. A place that was taken comes back exactly once, even if its holder gives it back twice. */
final class Places {
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();

    Places(int most) {
        this.most = most;
    }

    /** A place that is held. */
    final class HeldPlace {
        private final AtomicBoolean held = new AtomicBoolean(true);

        private HeldPlace() {}

        void giveBack() {
            if (held.compareAndSet(true, false)) {
                taken.decrementAndGet();
            }
        }
    }

    Optional<HeldPlace> take() {
        if (taken.incrementAndGet() > most) {
            taken.decrementAndGet();
            return Optional.empty();
        }
        return Optional.of(new HeldPlace());
    }

    int taken() {
        return taken.get();
    }
}
