package io.livedub.blackbox;

import java.time.Duration;
import java.util.List;

import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/** What holds of every worker that ends for a reason that the user can mend. */
final class Refusals {
    private Refusals() {}

    /** Ends with that code and one line on standard error that holds these parts; nowhere is there a stack trace. */
    static void assertRefused(WorkerProcess worker, int exitCode, Duration limit, String... parts) {
        assertThat(worker.awaitExit(limit)).as(worker.said()).isEqualTo(exitCode);
        List<String> errors = worker.errors();
        assertThat(errors).as(worker.said()).hasSize(1);
        assertThat(errors.get(0)).contains(parts);
        assertNoStackTrace(worker);
    }

    static void assertNoStackTrace(WorkerProcess worker) {
        assertThat(worker.said()).doesNotContain("\tat ", "\\tat ", "Caused by", "\"exception\"");
    }
}
