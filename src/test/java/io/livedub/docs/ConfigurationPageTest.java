package io.livedub.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** With {@code -Dconfiguration-page.write=true} the page is written instead of compared: {@code ./dev docs}. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("docs", "configuration.md");

    @Test
    void thePageIsWhatTheProgramSaysOfItself() throws IOException {
        String generated = ConfigurationPage.text();
        if (Boolean.getBoolean("configuration-page.write")) {
            Files.writeString(PAGE, generated);
        }

        String page = Files.readString(PAGE);

        assertThat(page).as("run ./dev docs and commit the page").isEqualTo(generated);
    }

    @Test
    void everyVariableOfTheContractIsOnIt() {
        String page = ConfigurationPage.text();

        assertThat(page)
                .contains(
                        "MEDIAMTX_HOST",
                        "MEDIAMTX_RTMP_PORT",
                        "MEDIAMTX_APP_PATH",
                        "MEDIAMTX_API_URL",
                        "MEDIAMTX_RTSP_PORT",
                        "WORKER_STS_SERVICE_URL",
                        "WORKER_STS_API_KEY",
                        "WORKER_STS_TIMEOUT_MS",
                        "WORKER_STS_MAX_RETRIES",
                        "WORKER_STS_MAX_INFLIGHT",
                        "WORKER_STS_LOSS",
                        "WORKER_SEGMENT_DURATION",
                        "WORKER_FRAGMENT_TARGET_DUR",
                        "WORKER_SEGMENT_DIR",
                        "WORKER_SEGMENT_RETENTION",
                        "WORKER_SEGMENT_MIN_FREE",
                        "WORKER_AV_OFFSET_NS",
                        "WORKER_SOURCE_LANGUAGE",
                        "WORKER_TARGET_LANGUAGE",
                        "WORKER_VOICE_PROFILE",
                        "WORKER_STS_MODE",
                        "WORKER_DUB_BED",
                        "WORKER_DUB_BED_DB",
                        "WORKER_DUB_LOUDNESS",
                        "WORKER_SEGMENT_CUT",
                        "WORKER_METRICS_PORT",
                        "WORKER_HTTP_PORT",
                        "WORKER_HOOK_SECRET",
                        "WORKER_MAX_STREAMS",
                        "WORKER_SOURCE_GRACE_MS",
                        "WORKER_OUTPUT_GRACE_MS",
                        "WORKER_ID",
                        "WORKER_RUN_ID",
                        "WORKER_INSTANCE_ID",
                        "LOG_LEVEL",
                        "LOG_FORMAT");
    }
}
