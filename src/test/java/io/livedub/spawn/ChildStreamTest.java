package io.livedub.spawn;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.stream.ExitCode;
import io.livedub.stream.StreamNews;
import io.livedub.stream.StreamState;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** A shell plays the child. */
class ChildStreamTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final VirtualClock clock = new VirtualClock();
    private final List<StreamNews> news = new CopyOnWriteArrayList<>();
    private final ChildStream child = new ChildStream("x", news::add, clock, Duration.ofSeconds(30));

    private void start(String script) {
        child.start(new ProcessBuilder("sh", "-c", script));
    }

    private StreamState end() {
        return child.over().await().atMost(SOON);
    }

    @Test
    void itsNewsAndItsLastWordAreTheStreams() {
        // when
        start("echo '[\"cut\",0,true]'; echo 'no news'; echo '[\"life\",\"failed\",\"no sound\",4]'; exit 9");
        // then
        assertThat(end()).isEqualTo(new StreamState.Failed("no sound", ExitCode.values()[4]));
        assertThat(news).startsWith(new StreamNews.Cut(0, true)).endsWith(new StreamNews.Gone());
    }

    @ParameterizedTest
    @CsvSource({
        "exit 5, PUBLISHING, ended with exit code 5",
        "exit 2, USAGE, ended with exit code 2",
        "exit 99, INTERNAL, ended with exit code 99",
        "kill -SEGV $$, INTERNAL, was ended by signal 11"
    })
    void withoutALastWordTheExitIsTheReason(String script, ExitCode code, String reason) {
        start(script);
        assertThat(end()).isEqualTo(new StreamState.Failed("the stream's process " + reason, code));
    }

    /** The JVM and a native image end with exit code 3 then, which of its own would be a source that was not found. */
    @Test
    void aChildWithoutMemoryIsKnownByItsExitCode() {
        // A native image says so to standard error, which is not read here.
        start("echo 'Terminating due to java.lang.OutOfMemoryError: Java heap space' >&2; exit 3");
        assertThat(end())
                .isEqualTo(new StreamState.Failed("the stream's process ran out of memory", ExitCode.INTERNAL));
    }

    @Test
    void aChildThatFindsNoSourceSaysSoBefore() {
        start("echo '[\"life\",\"failed\",\"no source\",3]'; exit 3");
        assertThat(end()).isEqualTo(new StreamState.Failed("no source", ExitCode.values()[3]));
    }

    @Test
    void anExitWithoutFaultIsAnEnd() {
        start("exit 0");
        assertThat(end()).isInstanceOf(StreamState.Ended.class);
    }

    @Test
    void whatIsSaidBeforeItIsThereIsSaidFirst() {
        // given
        child.publisherGone();
        child.publisherThere();
        child.stop("by\ntest");
        // when
        start("read a; read b; read c; echo \"[\\\"sts\\\",\\\"$a $b $c\\\"]\"");
        end();
        // then
        assertThat(news).contains(new StreamNews.Sts("gone there stop by test"));
    }

    @Test
    void aChildThatHangsIsKilled() {
        // given
        start("echo '[\"cut\",0,true]'; exec sleep 60");
        Awaitility.await().atMost(SOON).until(() -> !news.isEmpty());
        // when
        clock.advanceMs(25_000);
        // then
        assertThat(end()).isEqualTo(new StreamState.Failed("the stream's process hangs", ExitCode.INTERNAL));
    }

    @Test
    void aChildThatDoesNotDrainIsKilledAfterItsLimit() {
        // given
        start("exec sleep 60");
        child.stop("by test");
        // when
        clock.advanceMs(29_000);
        assertThat(child.over().subscribeAsCompletionStage()).isNotDone();
        clock.advanceMs(10_000);
        // then
        assertThat(end()).isEqualTo(new StreamState.Failed("the stream's process did not drain", ExitCode.INTERNAL));
    }

    @Test
    void aProgramThatIsNotThereIsAFailure() {
        child.start(new ProcessBuilder("/nowhere/stream-worker"));
        assertThat(end()).isInstanceOfSatisfying(StreamState.Failed.class, failed -> assertThat(failed.reason())
                .startsWith("no process for the stream"));
    }
}
