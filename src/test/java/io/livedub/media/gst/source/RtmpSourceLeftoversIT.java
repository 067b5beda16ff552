package io.livedub.media.gst.source;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.smallrye.mutiny.subscription.Cancellable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.livedub.media.SystemMediaClock;
import io.livedub.support.Ffmpeg;
import io.livedub.support.NginxRtmp;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;

/** What a source leaves behind: the threads of this process are counted, so no other source may run in it. */
class RtmpSourceLeftoversIT {
    private static final SystemMediaClock CLOCK = new SystemMediaClock();
    private static NginxRtmp server;

    @BeforeAll
    static void start() {
        server = NginxRtmp.start("e");
    }

    @AfterAll
    static void stop() {
        server.close();
        CLOCK.close();
    }

    @Test
    void startsAndStopsLeaveNothingBehind() {
        try (Published published = new Published(server, "e", Ffmpeg.standard(60))) {
            for (int i = 0; i < 10; i++) {
                readSome(published, 20);
            }
            int threads = Thread.activeCount();
            long before = osThreads();
            for (int i = 0; i < 20; i++) {
                readSome(published, i % 3 == 0 ? 0 : 5);
            }
            Awaitility.await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> assertThat(osThreads())
                    .isLessThanOrEqualTo(before + 4));
            assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 4);
        }
    }

    /** Reads until a number of frames came, and cancels; the cancelling call must not block. */
    private static void readSome(Published published, int atLeast) {
        AtomicInteger frames = new AtomicInteger();
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Cancellable reading =
                published.source(CLOCK).frames().subscribe().with(f -> frames.incrementAndGet(), failure::complete);
        Awaitility.await().atMost(Duration.ofSeconds(8)).until(() -> frames.get() >= atLeast);
        long started = System.nanoTime();
        reading.cancel();
        assertThat(System.nanoTime() - started).isLessThan(TimeUnit.MILLISECONDS.toNanos(50));
        assertThat(failure).isNotDone();
    }

    private static long osThreads() {
        return Shell.run("sh", "-c", "ls /proc/" + ProcessHandle.current().pid() + "/task | wc -l")
                .strip()
                .transform(Long::parseLong);
    }
}
