package io.livedub.sts;

import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SilenceTest {
    private static final long S = 1_000_000_000L;

    private final Silence silence = new Silence(Duration.ofSeconds(8));

    private String sent(int sequence, long atNs) {
        String id = new UUID(1, sequence).toString();
        silence.sent(id, new FragmentState.Sending(atNs, sequence, 1, false, new StsBreaker.Permit(0)));
        return id;
    }

    @Test
    void whatTheServiceIsBusyWithIsCountedForHalfAMinute() {
        sent(0, 0);
        sent(1, 10 * S);

        assertThat(silence.load(20 * S)).isEqualTo(2);
        assertThat(silence.load(31 * S)).isEqualTo(1);
        assertThat(silence.load(41 * S)).isZero();
    }

    @Test
    void whatWasLostIsNoLoadOnceSomethingSentLaterIsAnswered() {
        sent(0, 0);
        String later = sent(1, 6 * S);
        sent(2, 7 * S);

        silence.delivered(later, 7 * S);

        assertThat(silence.load(7 * S)).as("it may still be answered").isEqualTo(2);
        assertThat(silence.load(8 * S)).as("it has timed out").isEqualTo(1);
    }

    @Test
    void ofWhatIsNeverAnsweredOnlyTheNewestIsRemembered() {
        for (int i = 0; i < 100; i++) {
            sent(i, i);
        }

        assertThat(silence.load(S)).isEqualTo(64);
    }

    @Test
    void aServiceThatDeliversBehindARefusalIsNotBlocked() {
        String refused = sent(0, 0);
        String behind = sent(1, S);
        silence.refused(refused, 2 * S);
        silence.acknowledged(2 * S);
        boolean suspicious = silence.suspiciousUntilNs().isPresent();
        boolean blocked = silence.isBlocked(11 * S);

        silence.delivered(behind, 11 * S);

        assertThat(suspicious).isTrue();
        assertThat(blocked).isTrue();
        assertThat(silence.suspiciousUntilNs()).isEmpty();
        assertThat(silence.isBlocked(100 * S)).isFalse();
    }

    @Test
    void aServiceThatLosesAResultAndDeliversLaterOnesIsNotBlocked() {
        sent(0, 0);
        String later = sent(1, 10 * S);
        silence.delivered(later, 11 * S);
        silence.acknowledged(70 * S);

        assertThat(silence.isBlocked(100 * S)).isFalse();
    }

    @Test
    void aGapBehindWhichNothingIsDeliveredBlocks() {
        sent(0, 0);
        silence.acknowledged(50 * S);

        assertThat(silence.isBlocked(60 * S)).isFalse();
        assertThat(silence.isBlocked(61 * S)).isTrue();
    }
}
