package io.livedub.sound;

import java.util.List;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

import io.livedub.media.Pcm;

import static org.assertj.core.api.Assertions.assertThat;

class PeakCheckTest {
    private final PeakCheck check = new PeakCheck(Limiter.CEILING_DBTP);

    private static Pcm sine(double peakDb) {
        return Tones.sine(48_000, 2, 440, Decibels.toFactor(peakDb), 200);
    }

    @Test
    void whatCannotBecomeTooLoudIsNotDecoded() {
        assertThat(check.isNeeded(sine(-12))).isFalse();
        assertThat(check.isNeeded(sine(-7))).isTrue();
    }

    @Test
    void whatIsUnderTheCeilingOnAirStaysAsItIs() {
        assertThat(check.isQuietEnough(List.of(sine(-1.3), sine(-20)))).isTrue();
        assertThat(check.ceilingDb()).isEqualTo(Limiter.CEILING_DBTP);
    }

    @Test
    void anyPieceThatIsTooLoudLowersTheCeilingByAllOfItAndMore() {
        assertThat(check.isQuietEnough(List.of(sine(-20), sine(1)))).isFalse();
        // 2 dB over -1, and what meters differ by; half a decibel spare.
        assertThat(check.ceilingDb()).isCloseTo(Limiter.CEILING_DBTP - 2.65, Offset.offset(0.05));
        assertThat(check.isQuietEnough(List.of(sine(-0.5)))).isFalse();
        // 0.5 dB over it, and 2 dB spare: the second round is the last one.
        assertThat(check.ceilingDb()).isCloseTo(Limiter.CEILING_DBTP - 2.65 - 2.65, Offset.offset(0.1));
        assertThat(check.isNeeded(sine(-1))).isFalse();
    }
}
