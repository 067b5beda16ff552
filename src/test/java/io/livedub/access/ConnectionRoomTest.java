package io.livedub.access;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionRoomTest {
    private static final class Guest implements ConnectionRoom.Guest {
        private final long quietSinceNs;

        Guest(long quietSinceNs) {
            this.quietSinceNs = quietSinceNs;
        }

        @Override
        public long quietSinceNs() {
            return quietSinceNs;
        }
    }

    @Test
    void theOneThatWasQuietLongestGoesForTheOneThatComes() {
        ConnectionRoom<Guest> room = new ConnectionRoom<>(2);
        Guest quiet = new Guest(1);
        Guest busy = new Guest(5);

        assertThat(room.enter(busy)).isEmpty();
        assertThat(room.enter(quiet)).isEmpty();
        assertThat(room.enter(new Guest(9))).containsSame(quiet);
        assertThat(room.size()).isEqualTo(2);
    }

    @Test
    void aPlaceComesBackOnce() {
        ConnectionRoom<Guest> room = new ConnectionRoom<>(1);
        Guest first = new Guest(1);
        room.enter(first);
        Guest second = new Guest(2);
        assertThat(room.enter(second)).containsSame(first);

        room.leave(first);

        assertThat(room.size()).isEqualTo(1);
        room.leave(second);
        assertThat(room.size()).isZero();
    }
}
