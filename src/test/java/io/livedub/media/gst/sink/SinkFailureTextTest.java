package io.livedub.media.gst.sink;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.media.gst.binding.BusMessage;

import static org.assertj.core.api.Assertions.assertThat;

class SinkFailureTextTest {
    private static final String URL = "rtmp://media:1935/live/a/out?user=worker&pass=geh%23eim";

    /** As rtmp2sink 1.22 says it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Failed to connect: 'publish' cmd failed: onStatus: { \"code\": \"NetStream.Publish.Unauthorized\" }|false|does not accept the worker's login|MEDIAMTX_PASS",
                "Failed to connect: Unacceptable TLS certificate|false|certificate of the RTMP server is not trusted|MEDIAMTX_CA_FILE",
                "Could not connect (Could not connect to media: Connection refused)|false|does not answer|MEDIAMTX_HOST",
                "Failed to connect: Error resolving 'media': Name or service not known|false|cannot be resolved|media",
                "Failed to connect: 'publish' cmd failed: { \"code\": \"NetStream.Publish.BadName\" }|false|another publisher has this path|stop the other publisher",
                "Failed to connect: 'publish' cmd failed: connection closed remotely|true|closed the connection without a reason|is not configured",
                "Connection error|true|closed the connection without a reason|overridePublisher",
                "Connection error|false|publishing was lost|overridePublisher: false",
                "Something else with pass geh#eim and geh%23eim|false|publishing failed|***"
            })
    void theReasonIsSaidAndWhatToDo(String said, boolean early, String reason, String advice) {
        BusMessage error = new BusMessage(BusMessage.ERROR, "out", "gst-resource-error-quark", said, "");

        String text = SinkFailureText.of(error, URL, early);

        assertThat(text)
                .contains(reason, advice, "rtmp://media:1935/live/a/out?user=***&pass=***")
                .doesNotContain("geh#eim", "geh%23eim", "\n");
    }
}
