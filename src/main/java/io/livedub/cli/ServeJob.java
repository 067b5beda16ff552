package io.livedub.cli;

import java.util.concurrent.CountDownLatch;

import io.livedub.config.WorkerConfig;
import io.livedub.stream.ExitCode;

/** Waits for hooks until a signal ends it. */
final class ServeJob implements Job {
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile int exitCode = ExitCode.OK.code();

    @Override
    public int run(WorkerConfig config) throws InterruptedException {
        stopped.await();
        return exitCode;
    }

    @Override
    public synchronized boolean stop(int code) {
        if (stopped.getCount() == 0) {
            return false;
        }
        exitCode = code;
        stopped.countDown();
        return true;
    }
}
