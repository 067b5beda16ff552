package io.livedub.spawn;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.id.StreamId;
import io.livedub.media.MediaClock;
import io.livedub.stream.events.BreakerState;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** A shell plays the child. */
class ChildStreamTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final VirtualClock clock = new VirtualClock();
    private final List<StreamEvent> news = new CopyOnWriteArrayList<>();
    private final ChildStream child = new ChildStream(new StreamId("x"), news::add, clock, Duration.ofSeconds(30));

    private void start(String script) {
        child.start(() -> new ProcessBuilder("sh", "-c", script));
    }

    /** Time passes while the child's news go on. */
    private void pass(long ms) {
        int before = news.size();
        clock.advanceMs(ms);
        Awaitility.await()
                .atMost(SOON)
                .until(() -> news.size() > before + 1
                        || child.over().subscribeAsCompletionStage().isDone());
    }

    private StreamState end() {
        return child.over().await().atMost(SOON);
    }

    @Test
    void itsNewsAndItsLastWordAreTheStreams() {
        // when
        start(
                "echo '[\"Breaker\",\"CLOSED\",\"OPEN\",\"\"]'; echo 'no news';"
                        + " echo '[\"Life\",\"live\",\"\",\"OK\",\"failed\",\"no sound\",\"NO_PICTURE\",\"no sound\"]'; exit 9");
        // then
        assertThat(end()).isEqualTo(new StreamState.Failed("no sound", ExitCode.NO_PICTURE));
        assertThat(news)
                .startsWith(new SessionEvent.Breaker(BreakerState.CLOSED, BreakerState.OPEN, ""))
                .endsWith(new LifeEvent.Gone());
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

    /** 3 is what a runtime ends with that was given ExitOnOutOfMemoryError; of its own it would be a source that was not found. */
    @ParameterizedTest
    @CsvSource({"71", "3"})
    void aChildWithoutMemoryIsKnownByItsExitCode(int code) {
        start("exit " + code);
        assertThat(end())
                .isEqualTo(new StreamState.Failed("the stream's process ran out of memory", ExitCode.OUT_OF_MEMORY));
    }

    @Test
    void aChildThatFindsNoSourceSaysSoBefore() {
        start("echo '[\"Life\",\"live\",\"\",\"OK\",\"failed\",\"no source\",\"NO_SOURCE\",\"\"]'; exit 3");
        assertThat(end()).isEqualTo(new StreamState.Failed("no source", ExitCode.NO_SOURCE));
    }

    /** Such as of a program that ends the largest process before memory is out. The publisher is still there, and no hook comes for it. */
    @ParameterizedTest
    @CsvSource({"143, 15", "130, 2"})
    void aChildThatSomebodyElseHasEndedIsAFailure(int code, int signal) {
        start("echo '[\"Life\",\"draining\",\"\",\"OK\",\"ended\",\"SIGTERM\",\"OK\",\"\"]'; exit " + code);
        assertThat(end())
                .isEqualTo(new StreamState.Failed(
                        "the stream's process was ended by signal " + signal, ExitCode.INTERNAL));
    }

    @ParameterizedTest
    @CsvSource({"143", "0"})
    void aChildThatItsParentHasEndedIsAnEnd(int code) {
        child.stop("by test");
        start("echo '[\"Life\",\"draining\",\"\",\"OK\",\"ended\",\"by test\",\"OK\",\"\"]'; exit " + code);
        assertThat(end()).isEqualTo(new StreamState.Ended("by test"));
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
        start("read a; read b; read c; echo \"[\\\"Session\\\",\\\"\\\",\\\"$a $b $c\\\",\\\"\\\"]\"");
        end();
        // then
        assertThat(news).contains(new SessionEvent.Session("", "gone there stop by test", ""));
    }

    @Test
    void aChildThatHangsIsKilled() {
        // given
        start("echo '[\"Breaker\",\"CLOSED\",\"OPEN\",\"\"]'; exec sleep 60");
        Awaitility.await().atMost(SOON).until(() -> !news.isEmpty());
        // when
        clock.advanceMs(25_000);
        // then
        assertThat(end()).isEqualTo(new StreamState.Failed("the stream's process hangs", ExitCode.INTERNAL));
    }

    /** As in a container that is frozen and goes on: the clock's thread may come before the one that reads what the child has said. */
    @Test
    void aParentThatStoodStillGivesItsChildrenTimeToSpeak() {
        // given
        FrozenClock frozen = new FrozenClock();
        ChildStream its = new ChildStream(new StreamId("x"), news::add, frozen, Duration.ofSeconds(30));
        its.start(() -> new ProcessBuilder("sh", "-c", "echo '[\"Breaker\",\"CLOSED\",\"OPEN\",\"\"]'; exec sleep 60"));
        Awaitility.await().atMost(SOON).until(() -> !news.isEmpty());
        its.stop("by test");
        // when
        frozen.thaw(Duration.ofMinutes(10));
        frozen.thaw(Duration.ofSeconds(5));
        // then
        assertThat(its.over().subscribeAsCompletionStage()).isNotDone();
        // when
        for (int looks = 0; looks < 3; looks++) {
            frozen.thaw(Duration.ofSeconds(5));
        }
        // then
        assertThat(its.over().await().atMost(SOON))
                .isEqualTo(new StreamState.Failed("the stream's process hangs", ExitCode.INTERNAL));
    }

    /** Time that stands still until it is later by so much; a task that is due by then runs late. */
    private static final class FrozenClock implements MediaClock {
        private long nowNs;
        private Runnable due;

        @Override
        public synchronized long nowNs() {
            return nowNs;
        }

        @Override
        public synchronized Timer schedule(long atNs, Runnable task) {
            due = task;
            return () -> {};
        }

        void thaw(Duration later) {
            Runnable task;
            synchronized (this) {
                nowNs += later.toNanos();
                task = due;
            }
            task.run();
        }
    }

    @Test
    void aChildThatDoesNotDrainIsKilledAfterItsLimit() {
        // given
        start(
                "echo '[\"Breaker\",\"CLOSED\",\"OPEN\",\"\"]'; while :; do echo '[\"Figures\",\"INFLIGHT\",\"1\"]'; sleep 0.02; done");
        Awaitility.await().atMost(SOON).until(() -> !news.isEmpty());
        child.stop("by test");
        // when: it goes on telling that it is alive
        for (int second = 0; second < 29; second++) {
            pass(1_000);
        }
        assertThat(child.over().subscribeAsCompletionStage()).isNotDone();
        for (int second = 0; second < 10; second++) {
            pass(1_000);
        }
        // then
        assertThat(end()).isEqualTo(new StreamState.Failed("the stream's process did not drain", ExitCode.INTERNAL));
    }

    /** More than a pipe takes, told by the thread that holds the registry's lock. */
    @Test
    void aFrozenChildHoldsNobodyUpAndIsKilled() {
        // given
        start("echo '[\"Breaker\",\"CLOSED\",\"OPEN\",\"\"]'; kill -STOP $$; exec sleep 60");
        Awaitility.await().atMost(SOON).until(() -> !news.isEmpty());
        // It has been silent for so long that this is seen before the pipe, which is full from now on.
        clock.advanceMs(14_000);
        // when
        long startNs = System.nanoTime();
        for (int n = 0; n < 20_000; n++) {
            child.publisherGone();
            child.publisherThere();
        }
        child.stop("by test");
        long tookMs = (System.nanoTime() - startNs) / 1_000_000;
        clock.advanceMs(11_000);
        // then
        assertThat(tookMs).isLessThan(5_000);
        assertThat(end()).isEqualTo(new StreamState.Failed("the stream's process hangs", ExitCode.INTERNAL));
        assertThat(news).endsWith(new LifeEvent.Gone());
    }

    @Test
    void aChildThatSpeaksAndDoesNotReadIsKilled() {
        // given
        start("while :; do echo '[\"Figures\",\"INFLIGHT\",\"1\"]'; sleep 0.02; done");
        Awaitility.await().atMost(SOON).until(() -> !news.isEmpty());
        String word = "x".repeat(100_000);
        child.stop(word);
        // when
        for (int second = 0; second < 20; second++) {
            pass(1_000);
        }
        // then
        assertThat(end()).isEqualTo(new StreamState.Failed("the stream's process does not read", ExitCode.INTERNAL));
    }

    @Test
    void whatAChildStartedAndLeftBehindDoesNotKeepItsStreamAlive() {
        start("sleep 30 & echo '[\"Breaker\",\"CLOSED\",\"OPEN\",\"\"]'; exit 5");
        assertThat(end())
                .isEqualTo(new StreamState.Failed("the stream's process ended with exit code 5", ExitCode.PUBLISHING));
    }

    @Test
    void aLineWithoutEndIsNotCollected() {
        // given
        start("echo '[\"Breaker\",\"CLOSED\",\"OPEN\",\"\"]'; exec tr '\\0' x < /dev/zero");
        Awaitility.await().atMost(SOON).until(() -> !news.isEmpty());
        // then: it may be ended by the pipe that nobody reads any more, before its silence is noticed
        clock.advanceMs(65_000);
        assertThat(end()).isInstanceOf(StreamState.Failed.class);
        assertThat(news)
                .containsExactly(
                        new SessionEvent.Breaker(BreakerState.CLOSED, BreakerState.OPEN, ""), new LifeEvent.Gone());
    }

    @Test
    void aProgramThatIsNotThereIsAFailure() {
        child.start(() -> new ProcessBuilder("/nowhere/stream-worker"));
        assertThat(end()).isInstanceOfSatisfying(StreamState.Failed.class, failed -> assertThat(failed.reason())
                .startsWith("no process for the stream"));
    }
}
