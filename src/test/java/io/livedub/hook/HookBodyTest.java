package io.livedub.hook;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.id.StreamId;

import static org.assertj.core.api.Assertions.assertThat;

class HookBodyTest {
    private static HookBody.HookReading read(String body) {
        return HookBody.read(body.getBytes(StandardCharsets.UTF_8), "live");
    }

    private static List<HookBody.HookFault> faults(String body) {
        assertThat(read(body)).isInstanceOf(HookBody.HookReading.Invalid.class);
        return ((HookBody.HookReading.Invalid) read(body)).faults();
    }

    private static HookEvent event(String body) {
        assertThat(read(body)).isInstanceOf(HookBody.HookReading.Event.class);
        return ((HookBody.HookReading.Event) read(body)).event();
    }

    private static String withPath(String path) {
        return "{\"path\":\"%s\",\"sourceType\":\"rtmpConn\",\"sourceId\":\"1\"}".formatted(path);
    }

    @Test
    void anEventIsReadAndItsQueryDecodedOnce() {
        // when
        HookEvent event = event(
                """
                {"path":"live/x/in","sourceType":"srtConn","sourceId":"abc","query":"user=a%2520b&pass=s%26cret&token","new":1}""");
        // then
        assertThat(event.path()).isEqualTo(new StreamPath(new StreamId("x"), StreamPath.Direction.IN));
        assertThat(event.sourceType()).isEqualTo("srtConn");
        assertThat(event.sourceId()).isEqualTo("abc");
        assertThat(event.query().values()).containsEntry("user", "a%20b").containsEntry("pass", "s&cret");
        assertThat(event.query()).hasToString("user=***&pass=***&***");
    }

    /** {@code url.QueryEscape} of MediaMTX, of what the publisher wrote. */
    @ParameterizedTest
    @CsvSource({
        "user=a%2520b&targets=es%2Cfr:anna, user%3Da%252520b%26targets%3Des%252Cfr%3Aanna",
        "targets=es, targets%3Des",
        "pass=100%&targets=es, pass%3D100%25%26targets%3Des",
        "pass=a+b&token, pass%3Da%2Bb%26token",
    })
    void aQueryThatMediaMtxHasEscapedAsAWholeIsTheSame(String written, String escaped) {
        assertThat(HookQuery.decode(escaped)).isEqualTo(HookQuery.decode(written));
        assertThat(HookQuery.decode(escaped))
                .hasToString(HookQuery.decode(written).toString());
    }

    @Test
    void aQueryThatIsNoEncodingStandsForItself() {
        assertThat(HookQuery.decode("a=%zz&b=100%").values())
                .containsEntry("a", "%zz")
                .containsEntry("b", "100%");
    }

    @Test
    void noTextOfAQueryReachesALogButItsNames() {
        assertThat(HookQuery.decode("bare-token").toString()).doesNotContain("bare");
        assertThat(HookQuery.decode("x".repeat(40) + "=1").toString()).doesNotContain("xxx");
        assertThat(HookQuery.decode("a%0Ab=c").toString()).isEqualTo("a?b=***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "live/x",
                "live/x/in/",
                "/live/x/in",
                "other/x/in",
                "live//in",
                "live/x y/in",
                "live/../in",
                "live/x/IN",
                "",
                "live/%78/in",
                "live/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/in"
            })
    void anotherPathIsSaidToBeWrong(String path) {
        assertThat(faults(withPath(path))).singleElement().satisfies(fault -> assertThat(fault.field())
                .isEqualTo("path"));
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnceAndWhere() {
        assertThat(faults("{\"sourceType\":7,\"sourceId\":null,\"query\":[]}"))
                .containsExactly(
                        new HookBody.HookFault("path", "is missing"),
                        new HookBody.HookFault("sourceType", "must be a string, is a number"),
                        new HookBody.HookFault("sourceId", "must be a string, is null"),
                        new HookBody.HookFault("query", "must be a string, is an array"));
    }

    @ParameterizedTest
    @CsvSource({"[], an array", "7, a number", "true, a boolean", "'\"x\"', a string", "null, null"})
    void whatIsNoObjectIsNoEvent(String body, String kind) {
        assertThat(faults(body)).containsExactly(new HookBody.HookFault("body", "must be an object, is " + kind));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "{", "{\"path\":", "{'path':1}", "path=live/x/in", "{} {}", "{\"path\":1,\"path\":2}"})
    void whatIsNoJsonIsMalformedAndNotRepeated(String body) {
        assertThat(read(body))
                .isInstanceOfSatisfying(HookBody.HookReading.Malformed.class, malformed -> assertThat(malformed.what())
                        .doesNotContain("path"));
    }

    @Test
    void nestingWithoutEndIsMalformed() {
        assertThat(read("[".repeat(30_000))).isInstanceOf(HookBody.HookReading.Malformed.class);
    }

    @Test
    void aQueryMayBeNullAndTheOutputIsSeen() {
        HookEvent event = event("{\"path\":\"live/x/out\",\"sourceType\":\"\",\"sourceId\":\"\",\"query\":null}");
        assertThat(event.path().direction()).isEqualTo(StreamPath.Direction.OUT);
        assertThat(event.query()).isEqualTo(HookQuery.NONE);
    }

    @Test
    void whatIsTooLongOrTooDeepIsRefusedBeforeItIsRead() {
        String digits = "9".repeat(1_000_000);
        for (String body : List.of(
                "{\"path\":" + digits + "}",
                "{\"path\":1." + digits + "}",
                "{\"path\":1e" + digits + "}",
                "{\"path\":-" + digits + "}",
                "{\"x\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}",
                "{\"x\":".repeat(10_000) + "1" + "}".repeat(10_000),
                "{\"" + "n".repeat(60_000) + "\":1}",
                "{\"path\":\"" + "x".repeat(100_000) + "\"}",
                "[".repeat(65_536))) {
            assertThat(read(body)).isInstanceOf(HookBody.HookReading.Malformed.class);
        }
    }

    @Test
    void numbersThatFitAreOfTheWrongTypeOnly() {
        assertThat(faults("{\"path\":1e999999999,\"sourceType\":-0,\"sourceId\":1E-400}"))
                .extracting(HookBody.HookFault::field)
                .containsExactly("path", "sourceType", "sourceId");
    }
}
