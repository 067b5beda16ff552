package io.livedub.spool;

import org.junit.jupiter.api.Test;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.spool.SpoolRecord.ArrivedFrame;
import io.livedub.timeline.TimedFrame;

import static org.assertj.core.api.Assertions.assertThat;

class RecordEncoderTest {
    private static final int KIB = 1024;
    private static final AudioFormat AAC = AudioFormat.aacLc(48_000, 2);

    private final RecordEncoder encoder = new RecordEncoder();

    @Test
    void aBufferThatABurstHasMadeLargeIsGivenBack() {
        int atBurst = takeBehind(400 * KIB);
        takeBehind(10 * KIB);
        takeBehind(10 * KIB);

        assertThat(atBurst).isGreaterThan(400 * KIB);
        assertThat(takeBehind(10 * KIB)).isEqualTo(64 * KIB);
    }

    @Test
    void aBufferThatIsNeededAgainStays() {
        takeBehind(400 * KIB);
        takeBehind(400 * KIB);
        takeBehind(150 * KIB);

        assertThat(takeBehind(150 * KIB)).isGreaterThan(400 * KIB);
    }

    /** @return the capacity of the buffer in which the record lies */
    private int takeBehind(int bytes) {
        Frame frame = new Frame(AAC, 0, 0, true, 0, new byte[bytes]);
        assertThat(encoder.add(new ArrivedFrame(new TimedFrame(frame, 0, 0)))).isTrue();
        return encoder.take().capacity();
    }
}
