package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.Chromium;
import io.livedub.support.LabSource;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaServer;
import io.livedub.support.OfflineSts;
import io.livedub.support.ServeProcess;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * English speech goes in, and Spanish speech is on air, by a service with real models ({@code examples/sts-offline}). Skipped where it is
 * not installed. {@code -Dspoken.picture=docs/images/console-spoken.png} writes the page's picture.
 */
class SpokenDubIT {
    private static final int SENTENCES = 5;
    private static final int SOURCE_S = 6 * SENTENCES;
    /** A segment, the offset, the grace time of a source that is gone, and the air for all that. */
    private static final Duration TAIL = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    @Test
    void englishGoesInAndSpanishIsOnAirAndInTheConsole() throws IOException {
        try (OfflineSts sts = OfflineSts.start(folder);
                // Idle: the worker waits for the publisher, so that each segment holds one whole sentence.
                MediaServer server = MediaServer.startHoldingPlayers("news");
                ServeProcess serve = ServeProcess.start(folder.resolve("segments"), variables(sts, server));
                LiveReader out = LiveReader.start(server.url("live/news/out"), folder.resolve("out.flv"));
                Chromium browser = Chromium.start()) {
            // given
            Path source = LabSource.path("spoken", SOURCE_S);
            serve.start("news");
            server.awaitPlayers(2);
            browser.size(660, 560, false);
            browser.open(serve.url() + "/");
            // when
            Process publisher = server.publishToHeld(source, "live/news/in", 1);
            try {
                // then
                browser.await("captions of the translation", caption("El presidente hablará"));
                browser.await("a sentence while the source is on air", caption("Nuestro equipo ganó"));
                picture(browser);
                browser.await("the last sentence", caption("El banco dice"));
                out.toEnd(TAIL);
            } finally {
                Shell.stop(publisher);
            }
            List<JsonNode> heard = StreamSupport.stream(
                            sts.heard(out.recording(), source).spliterator(), false)
                    .filter(segment -> !segment.get("transcript").asText().isEmpty())
                    .toList();
            assertThat(heard).hasSize(SENTENCES).allSatisfy(SpokenDubIT::isInSpanishAndInItsPlace);
            assertThat(heard.get(0).get("transcript").asText())
                    .isEqualTo("the president will speak to the people of the country this afternoon");
        }
    }

    private static Map<String, String> variables(OfflineSts sts, MediaServer server) {
        return Map.of(
                "MEDIAMTX_RTMP_PORT", Integer.toString(server.port()),
                "WORKER_STS_MODE", "enabled",
                "WORKER_STS_SERVICE_URL", sts.url(),
                "WORKER_SOURCE_LANGUAGE", "en",
                "WORKER_TARGET_LANGUAGE", "es");
    }

    private static String caption(String text) {
        return "document.getElementById('stream-news') && document.getElementById('stream-news').closest('article')"
                + ".querySelector('.captions').textContent.includes('" + text + "')";
    }

    /** The sound of this translation, and of no other text: see {@code heard.py}. */
    private static void isInSpanishAndInItsPlace(JsonNode segment) {
        assertThat(segment.get("own").asDouble()).as("%s", segment).isGreaterThan(0.7);
        assertThat(segment.get("other").asDouble()).as("%s", segment).isLessThan(0.4);
        assertThat(segment.get("english").asDouble()).as("%s", segment).isLessThan(0.4);
        assertThat(segment.get("off_ms").asInt()).as("%s", segment).isBetween(-50, 50);
    }

    private static void picture(Chromium browser) throws IOException {
        Path picture = Shell.target().resolve("console").resolve("spoken.png");
        browser.picture(picture);
        String wanted = System.getProperty("spoken.picture", "");
        if (!wanted.isBlank()) {
            Files.copy(picture, Path.of(wanted), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
