package io.livedub.kubernetes;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Logger;

import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.supervision.RunningStream;

import static org.assertj.core.api.Assertions.assertThat;

/** What an API server refuses, forgets, or is not there for. */
class ApiServerTroubleTest extends JobsOnFakeServer {
    @ParameterizedTest
    @CsvSource({"403, INTERNAL, exceeded quota: jobs", "422, USAGE, Job.batch is invalid: spec"})
    void whatIsRefusedIsToldInTheServersWords(int status, ExitCode exit, String message) {
        api.refuses(status, message);
        assertThat(end(launch("a")))
                .isEqualTo(new StreamState.Failed(
                        "the Kubernetes API server answers %d: %s".formatted(status, message), exit));
    }

    @Test
    void aServerThatIsBusyIsAskedAgain() {
        api.refuses(429, "too many requests");
        api.refuses(503, "apiserver is shutting down");
        launch("a");
        until(() -> board.status().reason().contains("asked again"));
        until(() -> api.all().size() == 1);
    }

    @Test
    void aReplacedTokenIsReadAnew() throws Exception {
        // given
        onAir("a");
        // when
        api.accepts("second-token");
        launch("b");
        until(() -> board.status().reason().contains("401"));
        authority.token("second-token");
        // then
        until(() -> api.all().size() == 2);
    }

    @Test
    void aVersionThatIsTooOldIsFollowedByANewList() {
        // given
        RunningStream stream = onAir("a");
        int before = api.watches();
        // when
        api.forgetVersions();
        until(() -> api.watches() > before);
        api.finishes("Complete", "CompletionsReached", "");
        // then
        assertThat(end(stream)).isInstanceOf(StreamState.Ended.class);
    }

    /** Else each watch of a proxy that keeps none open would be two lines in the log and a list, each second. */
    @Test
    void aServerThatEndsEachWatchAtOnceIsAskedAfterGrowingPausesAndComplainedOfOnce() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = new ExtHandler() {
            @Override
            protected void doPublish(ExtLogRecord record) {
                lines.add(record.getFormattedMessage());
            }
        };
        Logger log = Logger.getLogger(JobWatch.class.getName());
        log.addHandler(handler);
        try {
            int before = api.watches();
            // when
            api.endsWatchesAtOnce();
            until(() -> api.watches() >= before + 2);
            // then
            assertThat(lines)
                    .containsExactly("Jobs cannot be watched, those on air go on: the Kubernetes API server ends each"
                            + " watch at once");
        } finally {
            log.removeHandler(handler);
        }
    }

    @Test
    void aServerThatIsAwayTakesNoStreamOffTheAirAndWhatItMissedIsCaughtUp() throws Exception {
        // given
        RunningStream stream = onAir("a");
        assertThat(launcher.trouble()).isEmpty();
        // when
        api.goAway();
        // then
        until(() -> launcher.trouble().isPresent());
        assertThat(board.status().state()).isInstanceOf(StreamState.Live.class);
        // and
        api.vanish(false);
        api.comeBack();
        assertThat(end(stream)).isInstanceOf(StreamState.Failed.class);
        until(() -> launcher.trouble().isEmpty());
    }
}
