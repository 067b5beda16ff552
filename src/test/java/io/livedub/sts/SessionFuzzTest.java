package io.livedub.sts;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a service says: nothing is thrown, every fragment has its outcome by its deadline, and nothing grows. By a seeded
 * generator in every build, and by jazzer's mutations ({@code JAZZER_FUZZ=1}) as long as wanted.
 */
class SessionFuzzTest {
    private static final List<String> EVENTS = List.of(
            "stream:ready",
            "fragment:ack",
            "fragment:processed",
            "backpressure",
            "error",
            "stream:complete",
            "odd",
            "");
    private static final List<String> FIELDS = List.of(
            "fragment_id",
            "status",
            "dubbed_audio",
            "data_base64",
            "format",
            "sample_rate_hz",
            "channels",
            "code",
            "error",
            "retryable",
            "action",
            "recommended_delay_ms",
            "max_inflight",
            "statistics",
            "transcript",
            "message",
            "odd");
    private static final List<String> WORDS = List.of(
            "success",
            "partial",
            "failed",
            "queued",
            "pause",
            "slow_down",
            "none",
            "MODEL_ERROR",
            "TIMEOUT",
            "INVALID_CONFIG",
            "STREAM_NOT_FOUND",
            "INVALID_SEQUENCE",
            "m4a",
            "AQID",
            "true",
            "-1",
            "1e99",
            "\0\uD800",
            "");

    /** Where the choices come from. */
    private interface Choices {
        int below(int bound);
    }

    /** A session and a service that says anything, whose choices are those of {@code choices}. */
    private static final class Storm {
        private final Sts sts = new Sts(StsSettings.Loss.ORIGINAL, 2, 3);
        private final Choices choices;
        private final List<Sts.Pending> open = new ArrayList<>();
        private int fragments;

        Storm(Choices choices) {
            this.choices = choices;
            sts.session.start(44_100, 1);
        }

        void step() {
            switch (choices.below(16)) {
                case 0 -> sts.connected();
                case 1 -> sts.accept();
                case 2 -> sts.drop();
                case 3 -> sts.clock.advanceMs(choices.below(10_000));
                case 4, 5 -> open.add(sts.submit(fragments++, 1 + choices.below(12_000)));
                case 6 -> sts.session.applied(Sts.id(recent()));
                case 7 -> sts.session.unused(Sts.id(recent()), "odd");
                case 8 -> sts.session.sourceLost("odd");
                case 9 -> sts.session.sourceBack();
                case 10 -> sts.succeed(recent());
                case 11 -> sts.fail(recent(), WORDS.get(choices.below(WORDS.size())));
                default ->
                    sts.event(EVENTS.get(choices.below(EVENTS.size())), choices.below(20) == 0 ? value(2) : object(0));
            }
            sts.transport.lines.subList(0, sts.transport.lines.size() - 1).clear();
            sts.transport.line().sent.clear();
        }

        private int recent() {
            return Math.max(0, fragments - 1 - choices.below(6));
        }

        private Map<String, Object> object(int depth) {
            Map<String, Object> made = new HashMap<>();
            for (int fields = choices.below(8); fields > 0; fields--) {
                made.put(FIELDS.get(choices.below(FIELDS.size())), value(depth + 1));
            }
            if (choices.below(3) > 0) {
                made.put("fragment_id", Sts.id(recent()).toString());
            }
            return made;
        }

        private Object value(int depth) {
            return switch (choices.below(10)) {
                case 0 -> null;
                case 1 -> choices.below(2) == 0;
                case 2 -> choices.below(Integer.MAX_VALUE) - Integer.MAX_VALUE / 2;
                case 3 -> Double.longBitsToDouble((long) choices.below(Integer.MAX_VALUE) << 32);
                case 4 -> "x".repeat(choices.below(10_000));
                case 5 -> depth < 4 ? object(depth) : "deep";
                case 6 -> depth < 4 ? List.of(object(depth)) : List.of();
                default -> WORDS.get(choices.below(WORDS.size()));
            };
        }

        void ends() {
            sts.clock.advanceMs(20_000);
            assertThat(open).allMatch(pending -> pending.result != null);
            sts.session.close();
            assertThat(sts.session.failure()).isNull();
            assertThat(sts.clock.pendingTasks()).isZero();
            assertThat(sts.session.inflight()).isZero();
            assertThat(sts.session.state()).isEqualTo("Disconnected");
            assertThat(sts.seen.mostInflight).isLessThanOrEqualTo(10);
            assertThat(sts.seen.fallbacks).as("each is counted once").doesNotHaveDuplicates();
        }
    }

    @Test
    void tenThousandStepsOfAnything() {
        for (long seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            Storm storm = new Storm(random::nextInt);
            for (int step = 0; step < 10_000; step++) {
                storm.step();
                assertThat(storm.sts.clock.pendingTasks()).isLessThan(100);
            }
            storm.ends();
        }
    }

    @FuzzTest(maxDuration = "1m")
    void whateverJazzerFinds(FuzzedDataProvider data) {
        Storm storm = new Storm(bound -> data.consumeInt(0, bound - 1));
        while (data.remainingBytes() > 0) {
            storm.step();
        }
        storm.ends();
    }
}
