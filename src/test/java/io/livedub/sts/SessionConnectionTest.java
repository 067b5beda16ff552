package io.livedub.sts;

import org.junit.jupiter.api.Test;

import io.livedub.id.StreamId;
import io.livedub.sts.protocol.Incoming;
import io.livedub.sts.protocol.Outgoing;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** What a connection that is not open makes of being asked: nothing. The rest of its life is in the session's tests. */
class SessionConnectionTest {
    private final VirtualClock clock = new VirtualClock();
    private final FakeTransport transport = new FakeTransport();
    private final SessionConnection connection = new SessionConnection(
            Sts.settings(StsSettings.Loss.EXIT, 2, 3),
            new Mailbox(clock),
            clock,
            transport,
            new Recorder(),
            new SessionListener() {
                @Override
                public void ready(boolean reconnected) {
                    throw new AssertionError("was never open");
                }

                @Override
                public void lost(String reason) {
                    throw new AssertionError("was never open");
                }

                @Override
                public void refusedSize() {
                    throw new AssertionError("was never open");
                }

                @Override
                public void received(Incoming message) {
                    throw new AssertionError("was never open");
                }
            });

    @Test
    void beforeItIsOpenNothingMayBeInFlight() {
        assertThat(connection.window()).isZero();
        assertThat(connection.isReady()).isFalse();
        assertThat(connection.isOpening()).isFalse();
    }

    @Test
    void whatNeverOpenedIsNeitherRestartedNorLost() {
        connection.restart("stuck");
        connection.failed("gone");
        clock.advanceMs(120_000);

        assertThat(connection.state()).isEqualTo(new StsState.Disconnected());
        assertThat(transport.lines).isEmpty();
        assertThat(connection.lost()).isNotDone();
    }

    @Test
    void whatWasClosedIsNotOpenedAgain() {
        connection.start(init());
        connection.close("over");

        connection.start(init());

        assertThat(transport.lines).hasSize(1);
        assertThat(connection.state()).isEqualTo(new StsState.Closed());
    }

    @Test
    void whatWasClosedBeforeItBeganIsNotOpened() {
        connection.close("over");

        connection.start(init());

        assertThat(transport.lines).isEmpty();
    }

    private static Outgoing.Init init() {
        return new Outgoing.Init(new StreamId("stream-1"), "worker-1", "en", "es", "default", 6000, 48_000, 2, 3, 8000);
    }
}
