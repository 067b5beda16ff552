package io.livedub.sts;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Services that end the connection at a large message and never say their limit. */
class RefusedSizesTest {
    private static final int SMALL = 30_000;
    private static final int LARGE = 90_000;

    private final Sts sts = new Sts(StsSettings.Loss.ORIGINAL, 2, 3).opened();
    private int next;

    @Test
    void learnsASizeFromConnectionsThatEndWithItAndGoesOnWithSmallerOnes() {
        for (int n = 0; n < RefusedSizes.LOSSES; n++) {
            assertThat(warnings("seems to refuse")).isEmpty();
            submit(SMALL);
            answer();
            submit(LARGE + n);
            lose();
        }

        assertThat(warnings("seems to refuse"))
                .singleElement()
                .asString()
                .contains("5 in a row")
                .contains("maxHttpBufferSize");
        Sts.Pending large = submit(LARGE);
        assertThat(large.original()).isTrue();
        assertThat(sent()).isEmpty();
        Sts.Pending small = submit(SMALL);
        answer();
        assertThat(small.dubbed()).isTrue();
        assertThat(sts.session.breaker()).isEqualTo("closed");
    }

    @Test
    void takesTheServicesWordForItAtOnce() {
        submit(LARGE);
        sts.transport.line().listener.refusedSize();
        lose();

        assertThat(warnings("seems to refuse")).hasSize(1);
        assertThat(submit(LARGE).original()).isTrue();
        assertThat(sent()).isEmpty();
    }

    @Test
    void aFragmentThatLargeThatWasTakenShowsThatTheSizeIsNotTheCause() {
        for (int n = 0; n < 3 * RefusedSizes.LOSSES; n++) {
            submit(LARGE + n % 2);
            if (n % 2 == 1) {
                sts.event(
                        "fragment:ack",
                        FakeTransport.map("fragment_id", Sts.id(next).toString(), "status", "queued"));
                submit(LARGE);
            }
            lose();
        }
        assertThat(warnings("seems to refuse")).isEmpty();
    }

    @Test
    void connectionsThatEndLongAfterAFragmentWasSentProveNothing() {
        for (int n = 0; n < 3 * RefusedSizes.LOSSES; n++) {
            submit(LARGE);
            sts.clock.advanceMs(RefusedSizes.PROMPT.plusMillis(1).toMillis());
            lose();
        }
        assertThat(warnings("seems to refuse")).isEmpty();
    }

    @Test
    void triesALargeOneNowAndThenAndMoreRarelyEachTime() {
        learn();
        sts.clock.advanceMs(RefusedSizes.FIRST_TRIAL.toMillis());
        submit(LARGE);
        assertThat(sent()).hasSize(1);
        lose();
        assertThat(warnings("the next trial is in 60 s")).hasSize(1);

        sts.clock.advanceMs(RefusedSizes.FIRST_TRIAL.toMillis());
        submit(LARGE);
        assertThat(sent()).isEmpty();
        sts.clock.advanceMs(RefusedSizes.FIRST_TRIAL.toMillis());
        Sts.Pending trial = submit(LARGE);
        assertThat(sent()).hasSize(1);
        Sts.Pending other = submit(LARGE);
        assertThat(sent()).as("one trial at a time").hasSize(1);
        assertThat(other.original()).isTrue();
        sts.succeed(next - 1);
        assertThat(trial.dubbed()).isTrue();
        assertThat(warnings("fragments of every size are sent")).hasSize(1);
        submit(LARGE);
        answer();
        assertThat(sent()).hasSize(2);
    }

    @Test
    void triesSoonAfterTheServiceWasStartedAnew() {
        learn();
        for (Duration until = RefusedSizes.FIRST_TRIAL; until.compareTo(RefusedSizes.RAREST_TRIAL) < 0; ) {
            sts.clock.advanceMs(until.toMillis());
            submit(LARGE);
            lose();
            until = until.multipliedBy(2);
        }
        lose();

        sts.clock.advanceMs(RefusedSizes.FIRST_TRIAL.toMillis());
        submit(LARGE);
        assertThat(sent()).hasSize(1);
    }

    @Test
    void learnsASmallerSizeToo() {
        learn();
        for (int n = 0; n < RefusedSizes.LOSSES; n++) {
            submit(SMALL);
            lose();
        }
        assertThat(submit(SMALL).original()).isTrue();
        assertThat(sent()).isEmpty();
    }

    private void learn() {
        submit(LARGE);
        sts.transport.line().listener.refusedSize();
        lose();
    }

    private Sts.Pending submit(int bytes) {
        next++;
        long now = sts.clock.nowNs();
        byte[] m4a = new byte[bytes];
        // Its segment begins now: after a reconnect only such a segment is sent.
        return new Sts.Pending(sts.session.submit(
                new Fragment(Sts.id(next), next, next, now, now + 5_500_000_000L, 44_100, 1, 6_016_000_000L, m4a)));
    }

    private void answer() {
        sts.succeed(next);
        sts.session.applied(Sts.id(next));
    }

    /** The connection ends; the worker has a new one 2 s later. */
    private void lose() {
        sts.drop();
        sts.clock.advanceMs(Duration.ofSeconds(2).toMillis());
        sts.accept();
    }

    private List<Long> sent() {
        return sts.fragments();
    }

    private List<String> warnings(String with) {
        return sts.seen.warnings.stream().filter(line -> line.contains(with)).toList();
    }
}
