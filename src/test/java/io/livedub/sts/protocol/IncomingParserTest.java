package io.livedub.sts.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class IncomingParserTest {
    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static Incoming.Processed processed(Object... pairs) {
        Map<String, Object> payload = map(pairs);
        payload.putIfAbsent("fragment_id", "f");
        return (Incoming.Processed) IncomingParser.parse("fragment:processed", payload);
    }

    @Test
    void numbersMayBeStringsAndStringsNumbers() {
        Incoming.Processed result = processed(
                "fragment_id",
                17,
                "status",
                "SUCCESS",
                "dubbed_audio",
                map("data_base64", "AQI=", "sample_rate_hz", " 22050 ", "channels", 2.0, "format", "pcm_s16le"),
                "transcript",
                5,
                "translated_text",
                true);

        assertThat(result.fragmentId()).isEqualTo("17");
        assertThat(result.audio()).hasValueSatisfying(audio -> {
            assertThat(audio.sampleRateHz()).isEqualTo(22_050);
            assertThat(audio.channels()).isEqualTo(2);
            assertThat(audio.format()).isEqualTo("pcm_s16le");
            assertThat(audio.data()).containsExactly(1, 2);
        });
        assertThat(result.transcript()).isEqualTo("5");
        assertThat(result.translation()).isEqualTo("true");
    }

    @Test
    void labelsThatAreNoneAreAbsent() {
        Incoming.Processed result = processed(
                "status", "success",
                "dubbed_audio",
                        map(
                                "data_base64",
                                "AQI=",
                                "sample_rate_hz",
                                List.of(),
                                "channels",
                                Double.NaN,
                                "format",
                                map()),
                "transcript", List.of("a"));

        assertThat(result.audio()).hasValueSatisfying(audio -> {
            assertThat(audio.sampleRateHz()).isZero();
            assertThat(audio.channels()).isZero();
            assertThat(audio.format()).isEmpty();
        });
        assertThat(result.transcript()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1e308, 768000", "-5, 0", "many, 0", "0x10, 0", "'', 0"})
    void numbersAreClamped(String given, int taken) {
        assertThat(processed("status", "success", "dubbed_audio", map("data_base64", "AQI=", "sample_rate_hz", given))
                        .audio())
                .hasValueSatisfying(audio -> assertThat(audio.sampleRateHz()).isEqualTo(taken));
        assertThat(processed(
                                "status",
                                "success",
                                "dubbed_audio",
                                map("data_base64", "AQI=", "channels", "9".repeat(99)))
                        .audio())
                .hasValueSatisfying(audio -> assertThat(audio.channels()).isZero());
    }

    @Test
    void aBackgroundIsTakenWhenItCanBeRead() {
        Object dub = map("data_base64", "AQI=");
        Object background = map("data_base64", "AwQ=", "format", "m4a", "sample_rate_hz", 44_100, "channels", 2);

        assertThat(processed("status", "success", "dubbed_audio", dub, "metadata", map("background_audio", background))
                        .background())
                .hasValueSatisfying(audio -> {
                    assertThat(audio.data()).containsExactly(3, 4);
                    assertThat(audio.sampleRateHz()).isEqualTo(44_100);
                });
        for (Object wrong : new Object[] {"text", map(), map("data_base64", "***"), map("data_base64", 7)}) {
            Incoming.Processed result =
                    processed("status", "success", "dubbed_audio", dub, "metadata", map("background_audio", wrong));
            assertThat(result.audio()).isPresent();
            assertThat(result.background()).isEmpty();
        }
    }

    @Test
    void textIsCutAndAudioHasABound() {
        assertThat(processed("status", "success", "transcript", "x".repeat(100_000))
                        .transcript())
                .hasSize(4_096);
        String large = "A".repeat(IncomingParser.MAX_BASE64_CHARS + 4);
        Incoming.Processed result = processed("status", "success", "dubbed_audio", map("data_base64", large));
        assertThat(result.audio()).isEmpty();
        assertThat(result.unusable()).contains("more than");
        assertThat(processed("status", "success", "dubbed_audio", map("data_base64", large.substring(4)))
                        .audio())
                .isPresent();
    }

    @Test
    void withoutUsableAudioItSaysWhy() {
        assertThat(processed("status", "success", "dubbed_audio", "text").unusable())
                .isEqualTo("has no audio");
        assertThat(processed("status", "success", "dubbed_audio", map()).unusable())
                .isEqualTo("has empty audio");
        assertThat(processed("status", "success", "dubbed_audio", map("data_base64", ""))
                        .unusable())
                .isEqualTo("has empty audio");
        assertThat(processed("status", "success", "dubbed_audio", map("data_base64", "A*"))
                        .unusable())
                .isEqualTo("is not base64");
    }

    @Test
    void failuresHaveACodeWhateverComes() {
        assertThat(processed("status", "failed", "error", map("code", "GPU_OOM", "retryable", false))
                        .failure())
                .contains(new StsFailure("GPU_OOM", "", true));
        assertThat(processed("status", "failed", "error", map("code", "INVALID_CONFIG", "retryable", true))
                        .failure())
                .hasValueSatisfying(failure -> assertThat(failure.retryable()).isFalse());
        assertThat(processed("status", "failed", "error", "boom").failure())
                .contains(new StsFailure("UNKNOWN", "boom", false));
        assertThat(processed("status", "failed").failure()).hasValueSatisfying(failure -> assertThat(failure)
                .hasToString("UNKNOWN: status 'failed' without audio"));
        assertThat(processed("status", null).failure()).isPresent();
        assertThat(processed("status", "odd", "dubbed_audio", map("data_base64", "AQI="))
                        .audio())
                .as("audio that is there is used")
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "TRUE, true", "1, true", "false, false", "0, false", "maybe, false"})
    void flagsMayBeText(String given, boolean taken) {
        Incoming.Error error = (Incoming.Error) IncomingParser.parse("error", map("code", "X", "retryable", given));
        assertThat(error.failure().retryable()).isEqualTo(taken);
        assertThat(error.fragmentId()).isEmpty();
        assertThat(error.failure()).hasToString("X");
    }

    @Test
    void anErrorOfNoFragmentMayHaveAnEmptyId() {
        assertThat(((Incoming.Error) IncomingParser.parse("error", map("fragment_id", "", "retryable", true)))
                        .fragmentId())
                .isEmpty();
    }

    @Test
    void backpressureHasADelayWithinBounds() {
        Incoming.Backpressure none = (Incoming.Backpressure)
                IncomingParser.parse("backpressure", map("action", "None", "severity", "low", "queue_depth", 3));
        assertThat(none.delayMs()).isEqualTo(1_000);
        assertThat(none.action().label()).isEqualTo("none");
        assertThat(none.detail()).isEqualTo("severity=low queue_depth=3");
        Incoming.Backpressure slow = (Incoming.Backpressure)
                IncomingParser.parse("backpressure", map("action", "slow_down", "recommended_delay_ms", 1e9));
        assertThat(slow.delayMs()).isEqualTo(30_000);
    }

    @Test
    void whatCannotBeUsedIsRefusedWithItsReason() {
        assertThat(IncomingParser.parse("fragment:ack", map("fragment_id", "", "status", "queued")))
                .isEqualTo(new Incoming.Refused("fragment:ack", "has no fragment_id"));
        assertThat(IncomingParser.parse("error", List.of()))
                .isEqualTo(new Incoming.Refused("error", "is not an object"));
        assertThat(IncomingParser.parse("backpressure", map("action", "x".repeat(1_000))))
                .isInstanceOfSatisfying(Incoming.Refused.class, refused -> assertThat(refused.why())
                        .hasSizeLessThan(120));
        assertThat(IncomingParser.parse("y".repeat(1_000), null))
                .isInstanceOfSatisfying(Incoming.Unknown.class, unknown -> assertThat(unknown.event())
                        .hasSize(64));
        assertThat(IncomingParser.parse("stream:complete", 5)).isEqualTo(new Incoming.Complete(""));
        assertThat(IncomingParser.parse("fragment:ack", map("fragment_id", "f")))
                .isEqualTo(new Incoming.Ack("f", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stream:ready",
                "stream:complete",
                "fragment:ack",
                "fragment:processed",
                "backpressure",
                "error",
                "x"
            })
    void nothingThrows(String event) {
        List<Object> odd = new ArrayList<>(List.of(1, "text", true, 1.5, List.of(), map(), List.of(List.of(map()))));
        odd.add(null);
        for (Object payload : odd) {
            assertThat(IncomingParser.parse(event, payload)).isNotNull();
            for (String field :
                    List.of("fragment_id", "status", "dubbed_audio", "error", "action", "max_inflight", "statistics")) {
                assertThat(IncomingParser.parse(event, map(field, payload, "fragment_id", payload)))
                        .isNotNull();
            }
        }
    }

    @Test
    void base64InLinesIsJoinedAndOtherCharactersAreNot() {
        for (String lines : List.of("AQI\r\nDBA==\r\n", "AQID\nBA==\n", "\nAQIDBA==")) {
            assertThat(processed("status", "success", "dubbed_audio", map("data_base64", lines))
                            .audio())
                    .as(lines)
                    .hasValueSatisfying(audio -> assertThat(audio.data()).containsExactly(1, 2, 3, 4));
        }
        for (String wrong : List.of("AQ ID", "AQID-_==", "data:audio/mp4;base64,AQID", "\tAQID", "A\n")) {
            assertThat(processed("status", "success", "dubbed_audio", map("data_base64", wrong))
                            .unusable())
                    .as(wrong)
                    .isEqualTo("is not base64");
        }
    }
}
