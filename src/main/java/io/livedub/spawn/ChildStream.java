package io.livedub.spawn;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;

import io.livedub.media.MediaClock;
import io.livedub.stream.ExitCode;
import io.livedub.stream.StreamNews;
import io.livedub.stream.StreamState;
import io.livedub.stream.supervision.RunningStream;

/** A stream in a child, from the parent's side. */
final class ChildStream implements RunningStream {
    private static final Logger LOG = Logger.getLogger(ChildStream.class);
    /** A JVM on a loaded machine starts in seconds; a minute is a hang. */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final Duration SILENCE_LIMIT = ParentLine.BEAT.multipliedBy(15);
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final int SIGNAL_EXIT_BASE = 128;
    /**
     * The JVM's and the native image's under ExitOnOutOfMemoryError. A source that is not found ends with 3 as well, but says so before. Their
     * last line was rejected as the sign: the JVM writes it to standard output, the native image to standard error.
     */
    private static final int OUT_OF_MEMORY = 3;

    private final String streamId;
    private final Consumer<StreamNews> news;
    private final MediaClock clock;
    private final Duration drainLimit;
    private final CompletableFuture<StreamState> over = new CompletableFuture<>();
    private final List<String> early = new ArrayList<>();
    private Process process;
    private long killAtNs;
    private boolean stopping;
    private String killedFor;
    private volatile StreamState lastState = StreamState.initial();

    ChildStream(String streamId, Consumer<StreamNews> news, MediaClock clock, Duration drainLimit) {
        this.streamId = streamId;
        this.news = news;
        this.clock = clock;
        this.drainLimit = drainLimit;
    }

    /** Blocking, for as long as the system takes to make a process. */
    void start(ProcessBuilder builder) {
        try {
            Process started = builder.start();
            synchronized (this) {
                process = started;
                killAtNs = Math.max(killAtNs, clock.nowNs() + START_LIMIT.toNanos());
                early.forEach(this::write);
                early.clear();
            }
            Thread reader = new Thread(() -> read(started), "child-" + streamId);
            reader.setDaemon(true);
            reader.start();
            watch();
        } catch (IOException failure) {
            end(new StreamState.Failed("no process for the stream: " + failure.getMessage(), ExitCode.INTERNAL));
        }
    }

    private void read(Process child) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard(line);
            }
        } catch (IOException broken) {
            LOG.debugf("the line from the child of %s broke: %s", streamId, broken);
        }
        end(endOf(awaitExit(child)));
    }

    private static int awaitExit(Process child) {
        try {
            return child.waitFor();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERNAL.code();
        }
    }

    private void heard(String line) {
        synchronized (this) {
            if (!stopping) {
                killAtNs = clock.nowNs() + SILENCE_LIMIT.toNanos();
            }
        }
        NewsLine.decode(line).ifPresent(told -> {
            if (told instanceof StreamNews.Life life) {
                lastState = life.state();
            }
            news.accept(told);
        });
    }

    /** Its own last word counts; without one it is told by how it ended. */
    private StreamState endOf(int exitCode) {
        if (lastState.isOver()) {
            return lastState;
        }
        synchronized (this) {
            if (killedFor != null) {
                return new StreamState.Failed(killedFor, ExitCode.INTERNAL);
            }
        }
        if (exitCode == OUT_OF_MEMORY) {
            return new StreamState.Failed("the stream's process ran out of memory", ExitCode.INTERNAL);
        }
        if (exitCode == ExitCode.OK.code()) {
            return new StreamState.Ended("the stream's process has ended");
        }
        String how = exitCode > SIGNAL_EXIT_BASE
                ? "was ended by signal " + (exitCode - SIGNAL_EXIT_BASE)
                : "ended with exit code " + exitCode;
        ExitCode code = Arrays.stream(ExitCode.values())
                .filter(known -> known.code() == exitCode)
                .findFirst()
                .orElse(ExitCode.INTERNAL);
        return new StreamState.Failed("the stream's process " + how, code);
    }

    private void end(StreamState state) {
        news.accept(new StreamNews.Gone());
        over.complete(state);
    }

    private void watch() {
        clock.schedule(clock.nowNs() + LOOK.toNanos(), () -> {
            if (over.isDone()) {
                return;
            }
            synchronized (this) {
                if (clock.nowNs() > killAtNs && killedFor == null) {
                    killedFor = stopping ? "the stream's process did not drain" : "the stream's process hangs";
                    LOG.errorf("%s, stream %s: it is killed", killedFor, streamId);
                    process.destroyForcibly();
                }
            }
            watch();
        });
    }

    @Override
    public Uni<StreamState> over() {
        return Uni.createFrom().completionStage(over);
    }

    @Override
    public synchronized void stop(String reason) {
        if (!stopping) {
            stopping = true;
            killAtNs = clock.nowNs() + drainLimit.toNanos();
        }
        say("stop " + reason.replaceAll("\\p{Cntrl}", " "));
    }

    @Override
    public synchronized void publisherGone() {
        say("gone");
    }

    @Override
    public synchronized void publisherThere() {
        say("there");
    }

    /** What is said before {@link #start} is heard in its order when the child is there. */
    void say(String word) {
        if (process == null) {
            early.add(word);
        } else {
            write(word);
        }
    }

    /** A pipe takes 64 KiB before a write waits; these are a few bytes for each hook, and a child that reads none is killed. */
    private void write(String word) {
        try {
            process.getOutputStream().write((word + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException gone) {
            LOG.debugf("the child of %s does not listen: %s", streamId, gone);
        }
    }
}
