package io.livedub.echo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import io.livedub.echo.SoundPlaces.Place;
import io.livedub.media.AacClip;
import io.livedub.media.M4aReader;

import static org.assertj.core.api.Assertions.assertThat;

class SoundPlacesTest {
    private static final long MS = 1_000_000L;

    private final SoundPlaces places = new SoundPlaces();
    private final byte[] m4a = recorded();
    private final long lengthNs = lengthNs(M4aReader.read(m4a));

    private static byte[] recorded() {
        try {
            return Files.readAllBytes(Path.of("src/test/resources/m4a/moov-last.m4a"));
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static long lengthNs(AacClip clip) {
        return clip.format().framesToNs(clip.frames().size());
    }

    private static ReceivedFragment fragment(byte[] audio, long sourcePtsNs) {
        return new ReceivedFragment("", 48_000, 2, 1000, sourcePtsNs, audio);
    }

    @Test
    void theFirstSoundBeginsAtItsTimeStampAndIsAsLongAsItsFrames() {
        assertThat(places.next(fragment(m4a, 700 * MS))).isEqualTo(new Place(700 * MS, lengthNs));
    }

    @Test
    void theNextOneGoesOnWhereItEndedAlsoWhenItWasCutSomeMillisecondsBeside() {
        places.next(fragment(m4a, 700 * MS));

        Place early = places.next(fragment(m4a, 700 * MS + lengthNs - 9 * MS));
        Place late = places.next(fragment(m4a, 700 * MS + 2 * lengthNs + 9 * MS));

        assertThat(early.fromNs()).isEqualTo(700 * MS + lengthNs);
        assertThat(late.fromNs()).isEqualTo(700 * MS + 2 * lengthNs);
    }

    @Test
    void behindAHoleItBeginsAtItsTimeStampAgain() {
        places.next(fragment(m4a, 700 * MS));

        assertThat(places.next(fragment(m4a, 700 * MS + lengthNs + 500 * MS)).fromNs())
                .isEqualTo(700 * MS + lengthNs + 500 * MS);
    }

    @Test
    void whatCannotBeReadIsWhereItsLabelsSay() {
        byte[] unreadable = Samples.m4a(1000);

        assertThat(places.next(fragment(unreadable, 700 * MS))).isEqualTo(new Place(700 * MS, 1000 * MS));
        assertThat(places.next(fragment(unreadable, 1691 * MS))).isEqualTo(new Place(1691 * MS, 1000 * MS));
    }
}
