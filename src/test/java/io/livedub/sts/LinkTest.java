package io.livedub.sts;

import org.junit.jupiter.api.Test;

import io.livedub.sts.protocol.Incoming;
import io.livedub.sts.protocol.Outgoing;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** What a link that is not open makes of being asked: nothing. The rest of its life is in the session's tests. */
class LinkTest {
    private final VirtualClock clock = new VirtualClock();
    private final FakeTransport transport = new FakeTransport();
    private final Link link = new Link(
            Sts.settings(StsSettings.Loss.EXIT, 2, 3),
            new Mailbox(clock),
            clock,
            transport,
            new Recorder(),
            new Link.Listener() {
                @Override
                public void ready(boolean reconnected) {
                    throw new AssertionError("was never open");
                }

                @Override
                public void lost(String reason) {
                    throw new AssertionError("was never open");
                }

                @Override
                public void received(Incoming message) {
                    throw new AssertionError("was never open");
                }
            });

    @Test
    void beforeItIsOpenNothingMayBeInFlight() {
        assertThat(link.window()).isZero();
        assertThat(link.isReady()).isFalse();
        assertThat(link.isOpening()).isFalse();
    }

    @Test
    void whatNeverOpenedIsNeitherRestartedNorLost() {
        link.restart("stuck");
        link.failed("gone");
        clock.advanceMs(120_000);

        assertThat(link.state()).isEqualTo(new StsState.Disconnected());
        assertThat(transport.lines).isEmpty();
        assertThat(link.lost()).isNotDone();
    }

    @Test
    void whatWasClosedIsNotOpenedAgain() {
        link.start(init());
        link.close("over");

        link.start(init());

        assertThat(transport.lines).hasSize(1);
        assertThat(link.state()).isEqualTo(new StsState.Disconnected());
    }

    @Test
    void whatWasClosedBeforeItBeganIsNotOpened() {
        link.close("over");

        link.start(init());

        assertThat(transport.lines).isEmpty();
    }

    private static Outgoing.Init init() {
        return new Outgoing.Init("stream-1", "worker-1", "en", "es", "default", 6000, 48_000, 2, 3, 8000);
    }
}
