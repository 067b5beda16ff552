package io.livedub.stream.output;

import java.time.Duration;

import io.smallrye.mutiny.Uni;
import org.junit.jupiter.api.Test;

import io.livedub.media.Frame;
import io.livedub.media.MediaSink.DepartureListener;
import io.livedub.media.MediaSink.Publication;
import io.livedub.media.SinkException;
import io.livedub.support.Segments;

import static org.assertj.core.api.Assertions.assertThat;

class CountedPublicationTest {
    private static final byte[] MEGABYTE = new byte[1 << 20];

    /** The protocol's headers are a tenth of what the server takes. */
    private static final class Server implements Publication {
        private boolean takes = true;
        private long taken = 3_000;

        @Override
        public void push(Frame frame) {
            taken += takes ? frame.size() + frame.size() / 10 : 0;
        }

        @Override
        public long bytesSent() {
            return taken;
        }

        @Override
        public void begin() {}

        @Override
        public void announce() {}

        @Override
        public Uni<Void> end(Duration limit) {
            return Uni.createFrom().voidItem();
        }

        @Override
        public void close() {}

        @Override
        public Uni<SinkException> failure() {
            return Uni.createFrom().nothing();
        }

        @Override
        public void onDeparture(DepartureListener listener) {}
    }

    @Test
    void whatWaitsForTheServerIsBoundedHoweverLongItHasTakenAll() {
        Server server = new Server();
        CountedPublication counted = new CountedPublication(server, 0);
        Frame picture = new Frame(Segments.AVC, 0, 0, true, 0, MEGABYTE);
        for (int i = 0; i < 2_000; i++) {
            assertThat(counted.admits(picture)).isTrue();
            counted.push(picture);
        }

        server.takes = false;
        int waiting = 0;
        while (counted.admits(picture)) {
            counted.push(picture);
            waiting++;
        }

        assertThat(waiting).isBetween(63, 65);
    }
}
