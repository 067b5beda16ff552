package io.livedub.media.gst.source;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SourceEndTest {
    private static final String URL = "rtmp://host/live/x/in?user=worker&pass=geheim";
    /** The last words are a server's. */
    private static final String SAID =
            "play denied; stream not found: Failed to play in?user=worker&pass=geheim; stream not found.";

    @Test
    void aServerThatRepeatsTheUrlDoesNotPutTheLoginIntoTheLog() {
        assertThat(SourceEnd.broken(SAID, URL, false).detail())
                .isEqualTo("play denied; stream not found: Failed to play in?user=***&pass=***; stream not found.");
        assertThat(SourceEnd.broken(SAID, URL, true).failure())
                .hasMessageStartingWith("the connection broke: play denied")
                .hasMessageNotContaining("geheim");
    }
}
