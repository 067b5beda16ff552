package io.livedub.stream.output;

import org.junit.jupiter.api.Test;

import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.support.Segments;

import static org.assertj.core.api.Assertions.assertThat;

class DepartureMeterTest {
    private static final long MS = 1_000_000L;

    private final DepartureMeter meter = new DepartureMeter();

    @Test
    void latencyIsFromArrivalToDepartureOfTheSamePicture() {
        meter.pushed(video(1_000 * MS, 50_000 * MS));
        meter.pushed(video(1_033 * MS, 50_033 * MS));

        // FLV times are whole milliseconds: 1 ms off is the same picture.
        meter.departed(Track.VIDEO, 1_034 * MS, 62_033 * MS);

        assertThat(meter.latencyNs()).isEqualTo(12_000 * MS);
    }

    @Test
    void beforeAnythingLeftThereIsNothingToSay() {
        meter.pushed(video(0, 0));
        meter.departed(Track.AUDIO, 0, 5 * MS);

        assertThat(meter.latencyNs()).isZero();
        assertThat(meter.wireDeltaNs()).isZero();
    }

    @Test
    void aPictureThatWasNeverPushedSaysNothingOfLatency() {
        meter.pushed(video(1_000 * MS, 0));

        meter.departed(Track.VIDEO, 1_500 * MS, 9_000 * MS);

        assertThat(meter.latencyNs()).isZero();
    }

    @Test
    void theDeltaIsWhatTheMuxerDidToSoundAgainstPicture() {
        meter.pushed(video(1_000 * MS, 0));
        meter.pushed(audio(1_000 * MS));

        meter.departed(Track.VIDEO, 1_000 * MS, 0);
        meter.departed(Track.AUDIO, 993 * MS, 0);

        assertThat(meter.wireDeltaNs()).as("sound early is negative").isEqualTo(-7 * MS);
    }

    @Test
    void onlySoMuchIsRemembered() {
        for (int i = 0; i < 1_000; i++) {
            meter.pushed(video(i * 33 * MS, i * MS));
        }

        meter.departed(Track.VIDEO, 10 * 33 * MS, 0);
        long forgotten = meter.latencyNs();
        meter.departed(Track.VIDEO, 999 * 33 * MS, 2_000 * MS);

        assertThat(forgotten).isZero();
        assertThat(meter.latencyNs()).isEqualTo(1_001 * MS);
    }

    private static Frame video(long dtsNs, long arrivalNs) {
        return new Frame(Segments.AVC, dtsNs, dtsNs, true, arrivalNs, new byte[1]);
    }

    private static Frame audio(long dtsNs) {
        return new Frame(Segments.AAC, dtsNs, dtsNs, true, 0, new byte[1]);
    }
}
