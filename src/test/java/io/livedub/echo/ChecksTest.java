package io.livedub.echo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The tables of the contract, field by field. */
class ChecksTest {
    /** Sets, or with an empty value removes, the field at a dotted path. */
    private static void spoil(ObjectNode message, String path, String value) {
        int dot = path.lastIndexOf('.');
        ObjectNode parent = dot < 0
                ? message
                : (ObjectNode) message.at("/" + path.substring(0, dot).replace('.', '/'));
        String name = path.substring(dot + 1);
        if (value == null) {
            parent.remove(name);
        } else {
            parent.set(name, Json.parse(value));
        }
    }

    private static ObjectNode parse(JsonNode init) {
        return parse(init, Samples.STREAM, Samples.WORKER);
    }

    private static ObjectNode parse(JsonNode init, String streamId, String workerId) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("x-worker-id", workerId);
        return WorkerMessages.init(init, streamId == null ? headers : headers.add("x-stream-id", streamId));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "stream_id||is missing",
                "stream_id|null|is missing",
                "stream_id|1|must be a string, got number",
                "stream_id|\"\"|must not be empty",
                "stream_id|\"a b\"|must match",
                "worker_id||is missing",
                "config||is missing",
                "config|[]|must be an object, got array",
                "config.source_language||is missing",
                "config.target_language|null|is missing",
                "config.voice_profile|5|must be a string",
                "config.chunk_duration_ms|99|must be 100…6000, got 99",
                "config.chunk_duration_ms|6001|must be 100…6000, got 6001",
                "config.chunk_duration_ms|6000.5|must be an integer, got 6000.5",
                "config.chunk_duration_ms|\"6000\"|must be an integer, got string",
                "config.sample_rate_hz|0|must be",
                "config.channels|9|must be",
                "config.format|\"adts\"|must be m4a, got adts",
                "max_inflight|0|must be 1…10, got 0",
                "max_inflight|11|must be 1…10, got 11",
                "timeout_ms|30001|must be 1000…30000, got 30001",
                "timeout_ms|99999999999999999999|must be an integer"
            })
    void namesTheWrongFieldOfAnInit(String path, String value, String problem) {
        ObjectNode init = Samples.init();
        spoil(init, path, value);
        assertThatThrownBy(() -> parse(init))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(path + " " + problem);
    }

    @Test
    void namesTheHeaderThatIsMissingOrDifferent() {
        assertThatThrownBy(() -> parse(Samples.init(), null, Samples.WORKER))
                .hasMessage("X-Stream-ID is missing from the handshake");
        assertThatThrownBy(() -> parse(Samples.init(), Samples.STREAM, "other"))
                .hasMessageStartingWith("X-Worker-ID of the handshake is not the worker_id");
    }

    @Test
    void takesTheDefaultsOfAnInitAndRemembersStrangers() {
        ObjectNode init = Samples.init().put("extra", 1);
        init.remove("max_inflight");
        init.putNull("timeout_ms");
        init.withObject("/config").put("bitrate", 1);
        ObjectNode read = parse(init);
        assertThat(read.path("max_inflight").intValue()).isEqualTo(3);
        assertThat(read.path("timeout_ms").intValue()).isEqualTo(8000);
        assertThat(read.at("/config/chunk_duration_ms").intValue()).isEqualTo(6000);
        assertThat(read.at("/config/sample_rate_hz").intValue()).isEqualTo(48000);
        assertThat(read.at("/config/channels").intValue()).isEqualTo(2);
        assertThat(WorkerMessages.INIT.unknown("", init)).containsExactly("extra", "config.bitrate");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "fragment_id||is missing",
                "fragment_id|\"17\"|must be a UUID, got 17",
                "timestamp||is missing",
                "timestamp|1.5|must be an integer",
                "timestamp|1700000000|must be 1000000000000…9999999999999, got 1700000000",
                "timestamp|1700000000000000000|must be 1000000000000…9999999999999, got",
                "audio||is missing",
                "audio.format|\"aac\"|must be m4a, got aac",
                "audio.sample_rate_hz|\"48000\"|must be an integer",
                "audio.channels||is missing",
                "audio.duration_ms|0|must be",
                "audio.data_base64||is missing",
                "audio.data_base64|\"AAA\"|is not padded base64: 3 characters",
                "audio.data_base64|\"AA_-\"|is not base64 in the standard alphabet",
                "audio.data_base64|\"AAAA\"|is not an M4A",
                "audio.data_base64|\"//FQgAAf/AAAAA==\"|is not an M4A",
                "metadata||is missing",
                "metadata.pts_ns||is missing",
                "metadata.source_pts_ns|true|must be an integer, got boolean"
            })
    void namesTheWrongFieldOfAFragment(String path, String value, String problem) {
        ObjectNode fragment = Samples.fragment(0);
        spoil(fragment, path, value);
        assertThatThrownBy(() -> ReceivedFragment.parse(fragment)).hasMessageStartingWith(path + " " + problem);
    }

    @Test
    void letsOnlyTheMetadataCarryMore() {
        ObjectNode fragment = Samples.fragment(0).put("extra", 1);
        fragment.withObject("/metadata").put("ours", 1);
        fragment.withObject("/audio").put("codec", "aac");
        assertThat(WorkerMessages.FRAGMENT.unknown("", fragment)).containsExactly("extra", "audio.codec");
    }

    @ParameterizedTest
    @CsvSource({"250, 250", "250ms, 250", "3s, 3000", "1.5S, 1500", "' 2 s ', 2000"})
    void readsDurations(String text, long ms) {
        assertThat(EchoText.duration(text)).hasMillis(ms);
    }

    @ParameterizedTest
    @CsvSource({"''", "s", "-1s", "3m", "1h", "1e3"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> EchoText.duration(text)).hasMessageContaining("is not a duration");
    }

    @Test
    void refusesTextThatIsNotOneJsonValue() {
        assertThatThrownBy(() -> Json.parse("")).hasMessageContaining("not JSON");
        assertThatThrownBy(() -> Json.parse("{} {}")).hasMessageContaining("not JSON");
        assertThat(Json.parse("1").intValue()).isEqualTo(1);
    }
}
