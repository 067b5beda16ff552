package io.livedub.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.livedub.docs.GoodputPicture.Cell;
import io.livedub.docs.SimulatedService.Build;

import static org.assertj.core.api.Assertions.assertThat;

/** With {@code -Dgoodput-picture.write=true} the picture is written instead of compared. */
class GoodputPictureTest {
    private static final Path PICTURE = Path.of("docs", "images", "goodput.svg");
    private static final long SECOND_NS = 1_000_000_000L;
    private static List<Cell> steady;

    @BeforeAll
    static void simulate() {
        steady = GoodputPicture.cells(0);
    }

    @Test
    void everywhereAtLeast85PercentOfWhatTheServiceCanDo() {
        assertThat(steady).allSatisfy(cell -> {
            assertThat(cell.result().goodput()).as(cell.toString()).isGreaterThanOrEqualTo(0.85);
            assertThat(cell.result().sessions()).as(cell + ": no new session").isEqualTo(1);
        });
    }

    @Test
    void twoSecondSegmentsFiveSecondAnswersTwoInParallel() {
        Goodput.Result result = Goodput.at(new Goodput.Point(2 * SECOND_NS, 5 * SECOND_NS, 0, new Build(2, 2, 99)));

        assertThat(result.possible()).as("every third comes when both are busy").isEqualTo(120);
        assertThat(result.dubbed()).isGreaterThanOrEqualTo(110);
        assertThat(result.sessions()).isEqualTo(1);
    }

    @Test
    void thePictureIsWhatTheSessionDoes() throws IOException {
        String svg = GoodputPicture.svg(steady);
        if (Boolean.getBoolean("goodput-picture.write")) {
            Files.createDirectories(PICTURE.getParent());
            Files.writeString(PICTURE, svg);
        }

        assertThat(PICTURE)
                .as("write it with ./mvnw test -Dtest=GoodputPictureTest -Dgoodput-picture.write=true")
                .hasContent(svg.stripTrailing());
    }
}
