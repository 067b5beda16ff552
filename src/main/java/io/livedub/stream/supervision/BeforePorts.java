package io.livedub.stream.supervision;

import java.util.concurrent.atomic.AtomicReference;

/**
 * What {@code serve} does when everything is up but the HTTP servers. The command line leaves it here before Quarkus starts: Quarkus makes its
 * beans itself, and the classes of the command line are no beans.
 */
public final class BeforePorts {
    private static final AtomicReference<Runnable> TASK = new AtomicReference<>(() -> {});

    private BeforePorts() {}

    public static void set(Runnable task) {
        TASK.set(task);
    }

    /** Called once, by the wiring. */
    public static void run() {
        TASK.getAndSet(() -> {}).run();
    }
}
