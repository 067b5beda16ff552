package io.livedub.timeline;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.Frame;

import static io.livedub.timeline.FakeSource.AAC;
import static io.livedub.timeline.FakeSource.AVC;
import static io.livedub.timeline.FakeSource.MS;
import static io.livedub.timeline.FakeSource.S;
import static org.assertj.core.api.Assertions.assertThat;

class UnwrapTest {
    private static final long WRAP = (1L << 32) * MS;

    private final Unwrap unwrap = new Unwrap();

    private static Frame video(long pts, long dts) {
        return new Frame(AVC, pts, dts, true, 0, new byte[1]);
    }

    private static Frame audio(long pts) {
        return new Frame(AAC, pts, pts, true, 0, new byte[1]);
    }

    @Test
    void timesThatAreNeverGivenAreCounted() {
        assertThat(unwrap.apply(video(-1, -1)).dtsNs()).isZero();
        assertThat(unwrap.apply(video(-1, -1)).dtsNs()).isEqualTo(33 * MS);
        assertThat(unwrap.apply(audio(-1)).ptsNs()).isEqualTo(33 * MS);
        assertThat(unwrap.apply(audio(-1)).ptsNs()).isEqualTo(33 * MS + AAC.frameDurationNs());
        assertThat(unwrap.repaired()).isEqualTo(4);
    }

    @Test
    void aMissingDecodingTimeIsThePresentationTimeAtFirst() {
        assertThat(unwrap.apply(video(5 * S, -1)).dtsNs()).isEqualTo(5 * S);
    }

    @Test
    void aTrackThatPausesOverTheWrapFindsTheOtherSide() {
        unwrap.apply(audio(WRAP - 50 * S));
        unwrap.apply(video(WRAP - S, WRAP - S));
        unwrap.apply(video(S, S));

        assertThat(unwrap.apply(audio(2 * S)).ptsNs()).isEqualTo(WRAP + 2 * S);
    }

    @Test
    void aFrameThatComesOutOfOrderAcrossTheWrapGoesBack() {
        unwrap.apply(video(WRAP - S, WRAP - S));
        unwrap.apply(video(0, 0));

        assertThat(unwrap.apply(audio(WRAP - 20 * MS)).ptsNs()).isEqualTo(WRAP - 20 * MS);
        assertThat(unwrap.apply(video(40 * MS, 40 * MS)).ptsNs()).isEqualTo(WRAP + 40 * MS);
    }

    @Test
    void aPresentationTimeBeyondTheWrapStaysBesideItsDecodingTime() {
        assertThat(unwrap.apply(video(20 * MS, WRAP - 20 * MS)).ptsNs()).isEqualTo(WRAP + 20 * MS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1_500_000_000L, 3_000_000_000L, 9_000_000_000L, 8_589_934_592L})
    void whatIsNotNearAWrapIsNone(long ms) {
        unwrap.apply(video(10_000_000_000L * MS, 10_000_000_000L * MS));
        long jumped = (10_000_000_000L - ms) * MS;

        assertThat(unwrap.apply(video(jumped, jumped)).dtsNs()).isEqualTo(jumped);
    }
}
