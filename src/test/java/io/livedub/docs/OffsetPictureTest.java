package io.livedub.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.livedub.docs.OffsetDay.Aired;

import static org.assertj.core.api.Assertions.assertThat;

/** With {@code -Doffset-picture.write=true} the picture is written instead of compared. */
class OffsetPictureTest {
    private static final Path PICTURE = Path.of("docs", "images", "auto-offset.svg");

    @Test
    void autoDubsMoreWithLessDelay() {
        List<Aired> fixed = OffsetDay.simulate(false);
        List<Aired> auto = OffsetDay.simulate(true);

        assertThat(auto).hasSameSizeAs(fixed);
        assertThat(auto)
                .extracting(Aired::roundTripNs)
                .isEqualTo(fixed.stream().map(Aired::roundTripNs).toList());
        assertThat(OffsetPicture.undubbed(auto)).isLessThan(OffsetPicture.undubbed(fixed) / 2);
        assertThat(OffsetPicture.meanOffsetS(auto)).isLessThan(OffsetPicture.meanOffsetS(fixed));
    }

    @Test
    void thePictureIsWhatTheWorkersOwnOffsetDoes() throws IOException {
        String svg = OffsetPicture.svg();
        if (Boolean.getBoolean("offset-picture.write")) {
            Files.createDirectories(PICTURE.getParent());
            Files.writeString(PICTURE, svg);
        }

        assertThat(PICTURE)
                .as("write it with ./mvnw test -Dtest=OffsetPictureTest -Doffset-picture.write=true")
                .hasContent(svg.stripTrailing());
    }
}
