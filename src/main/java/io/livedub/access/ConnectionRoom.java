package io.livedub.access;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The connections of one port, of which there is a highest number. The one that comes last is let in, and the one that has been quiet
 * longest goes: to turn the newcomer away would let 256 silent connections lock everybody out.
 *
 * @param <C> has to compare by identity
 */
final class ConnectionRoom<C extends ConnectionRoom.Guest> {
    /** A connection. */
    interface Guest {
        long quietSinceNs();
    }

    private final int most;
    private final Set<C> inside = new HashSet<>();

    ConnectionRoom(int most) {
        this.most = most;
    }

    /** @return who has to go for it */
    synchronized Optional<C> enter(C guest) {
        Optional<C> quietest = inside.size() < most ? Optional.empty() : quietest();
        quietest.ifPresent(inside::remove);
        inside.add(guest);
        return quietest;
    }

    synchronized void leave(C guest) {
        inside.remove(guest);
    }

    synchronized int size() {
        return inside.size();
    }

    private Optional<C> quietest() {
        C quietest = null;
        for (C guest : inside) {
            // Differences, since a clock's nanoseconds may overflow.
            if (quietest == null || guest.quietSinceNs() - quietest.quietSinceNs() < 0) {
                quietest = guest;
            }
        }
        return Optional.ofNullable(quietest);
    }
}
