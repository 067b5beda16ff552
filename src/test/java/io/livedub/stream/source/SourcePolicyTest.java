package io.livedub.stream.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.livedub.media.SourceException;
import io.livedub.media.SourceException.SourceFailure;
import io.livedub.stream.events.ExitCode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * "How a source begins and ends" of the contract, row by row: what an attempt comes to, at once, and when the next one is due. An
 * empty reason is an end of stream.
 */
class SourcePolicyTest {
    private static final long START_NS = 50_000_000_000L;

    @ParameterizedTest(name = "at the start: {0}")
    @CsvSource({
        "UNREACHABLE, +1 +3 +7 exit 3",
        "NO_SUCH_STREAM, +1 +3 +7 exit 3",
        "LOST, +1 +3 +7 exit 3",
        "'', +1 +3 +7 exit 3",
        "NO_AUDIO, exit 4",
        "NO_VIDEO, exit 4",
        "UNSUPPORTED_CODEC, exit 4",
        "MISSING_ELEMENT, exit 7",
    })
    void atTheStart(String seen, String follows) {
        SourcePolicy policy = new SourcePolicy(Duration.ofSeconds(7));

        assertThat(course(policy, seen, seen)).isEqualTo(follows);
    }

    @ParameterizedTest(name = "on air {0}, then {1}, grace {2} s")
    @CsvSource({
        // The server itself does not answer, three retries: lost.
        "'', UNREACHABLE, 7, +1 +3 +7 exit 3",
        "LOST, UNREACHABLE, 30, +1 +3 +7 exit 3",
        "UNREACHABLE, UNREACHABLE, 0, +1 +3 +7 exit 3",
        "LOST, LOST, 30, +1 +3 +7 exit 3",
        // It answers, but has no such stream: asked each 2 s until the grace time is over, then it has ended.
        "'', NO_SUCH_STREAM, 7, +1 +3 +5 +7 end",
        "LOST, NO_SUCH_STREAM, 7, +1 +3 +5 +7 end",
        "'', '', 7, +1 +3 +5 +7 end",
        "'', NO_SUCH_STREAM, 0, +1 end",
        "'', NO_SUCH_STREAM, 1, +1 end",
        "'', NO_SUCH_STREAM, 2, +1 +2 end",
        "'', NO_SUCH_STREAM, 30, +1 +3 +5 +7 +9 +11 +13 +15 +17 +19 +21 +23 +25 +27 +29 +30 end",
        // What comes back as something that cannot be dubbed may be set right within the grace time.
        "'', NO_AUDIO, 7, +1 +3 +5 +7 exit 4",
        "'', UNSUPPORTED_CODEC, 7, +1 +3 +5 +7 exit 4",
        "UNSUPPORTED_CODEC, UNSUPPORTED_CODEC, 3, +1 +3 exit 4",
        "'', NO_VIDEO, 0, +1 exit 4",
        "'', MISSING_ELEMENT, 7, +1 exit 7",
    })
    void onAir(String first, String then, int graceSeconds, String follows) {
        SourcePolicy policy = new SourcePolicy(Duration.ofSeconds(graceSeconds));
        policy.frameArrived();

        assertThat(course(policy, first, then)).isEqualTo(follows);
    }

    @ParameterizedTest(name = "on air {0}, then {1}, the server may be away for {2} s")
    @CsvSource({
        "'', UNREACHABLE, 12, +1 +3 +5 +7 +9 +11 +12 exit 3",
        "LOST, LOST, 12, +1 +3 +5 +7 +9 +11 +12 exit 3",
        "'', UNREACHABLE, 7, +1 +3 +7 exit 3",
        "'', UNREACHABLE, 3, +1 +3 +7 exit 3",
        "'', NO_SUCH_STREAM, 12, +1 +3 +5 +7 end",
        "'', NO_AUDIO, 12, +1 +3 +5 +7 exit 4",
    })
    void onAirWithAServerThatMayBeAway(String first, String then, int outageSeconds, String follows) {
        SourcePolicy policy = new SourcePolicy(Duration.ofSeconds(7), Duration.ofSeconds(outageSeconds));
        policy.frameArrived();

        assertThat(course(policy, first, then)).isEqualTo(follows);
    }

    @Test
    void aServerThatMayBeAwayIsAskedThreeTimesAtTheStart() {
        SourcePolicy policy = new SourcePolicy(Duration.ofSeconds(30), Duration.ofSeconds(30));

        assertThat(course(policy, "UNREACHABLE", "UNREACHABLE")).isEqualTo("+1 +3 +7 exit 3");
    }

    @Test
    void aServerThatAnswersInBetweenIsWaitedForAnew() {
        SourcePolicy policy = new SourcePolicy(Duration.ofSeconds(30));
        policy.frameArrived();

        List<Integer> due = new ArrayList<>();
        for (String seen : List.of("", "UNREACHABLE", "UNREACHABLE", "NO_SUCH_STREAM", "UNREACHABLE", "UNREACHABLE")) {
            due.add(dueSeconds(policy.ended(failure(seen), START_NS)));
        }

        assertThat(due).containsExactly(1, 2, 4, 2, 2, 4);
        assertThat(policy.ended(failure("UNREACHABLE"), START_NS))
                .isEqualTo(new SourcePolicy.Next.FailSource(ExitCode.NO_SOURCE, "the media server does not answer"));
    }

    @Test
    void aRetryThatFindsTheStreamBeginsTheGraceTimeAnew() {
        SourcePolicy policy = new SourcePolicy(Duration.ofSeconds(7));
        policy.frameArrived();
        policy.ended(null, START_NS);

        boolean live = policy.isLive();
        policy.frameArrived();
        long laterNs = START_NS + 60_000_000_000L;
        policy.ended(null, laterNs);
        SourcePolicy.Next next = policy.ended(failure("NO_SUCH_STREAM"), laterNs + 6_000_000_000L);

        assertThat(live).isFalse();
        assertThat(next).isEqualTo(new SourcePolicy.Next.RetrySource(laterNs + 7_000_000_000L));
    }

    @ParameterizedTest
    @EnumSource(
            value = SourceFailure.class,
            names = {"NO_AUDIO", "NO_VIDEO", "UNSUPPORTED_CODEC", "MISSING_ELEMENT"})
    void whatIsFinalSaysWhy(SourceFailure reason) {
        SourcePolicy policy = new SourcePolicy(Duration.ZERO);

        SourcePolicy.Next next = policy.ended(new SourceException(reason, "said by the source"), 0);

        assertThat(next).isInstanceOf(SourcePolicy.Next.FailSource.class);
        assertThat(((SourcePolicy.Next.FailSource) next).message()).isEqualTo("said by the source");
    }

    @Test
    void anEndBeforeTheFirstFrameIsNoSource() {
        SourcePolicy policy = new SourcePolicy(Duration.ZERO);
        for (int i = 0; i < 3; i++) {
            policy.ended(null, START_NS);
        }

        assertThat(policy.ended(null, START_NS))
                .isEqualTo(new SourcePolicy.Next.FailSource(
                        ExitCode.NO_SOURCE, "the source ended before its first frame"));
    }

    /** Seconds after the first end at which it is asked again, and what it comes to. Attempts take no time. */
    private static String course(SourcePolicy policy, String first, String then) {
        StringBuilder course = new StringBuilder();
        long nowNs = START_NS;
        SourcePolicy.Next next = policy.ended(failure(first), nowNs);
        while (next instanceof SourcePolicy.Next.RetrySource retry) {
            nowNs = retry.atNs();
            course.append('+').append((nowNs - START_NS) / 1_000_000_000L).append(' ');
            next = policy.ended(failure(then), nowNs);
        }
        return course
                + (next instanceof SourcePolicy.Next.FailSource fail
                        ? "exit " + fail.exitCode().code()
                        : "end");
    }

    private static int dueSeconds(SourcePolicy.Next next) {
        return (int) ((((SourcePolicy.Next.RetrySource) next).atNs() - START_NS) / 1_000_000_000L);
    }

    private static SourceException failure(String reason) {
        return reason.isEmpty() ? null : new SourceException(SourceFailure.valueOf(reason), reason);
    }
}
