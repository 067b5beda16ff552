package io.livedub.spawn;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;

import io.livedub.bounded.BoundedLines;
import io.livedub.id.StreamId;
import io.livedub.line.EventLine;
import io.livedub.media.MediaClock;
import io.livedub.observe.StreamLog;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.supervision.RunningStream;

/**
 * A stream in a child, from the parent's side.
 *
 * <p>A child can freeze with its pipe full, and a write to it then waits. So this class does all I/O on threads of its own and holds no
 * lock meanwhile; who tells it a word only puts the word into a queue.
 */
final class ChildStream implements RunningStream {
    private static final Logger LOG = Logger.getLogger(ChildStream.class);
    private static final Duration LOOK = Duration.ofSeconds(5);
    /** A child's lines are short; its texts are cut where they are written. */
    private static final int LONGEST_LINE = 1 << 20;
    /** Something that the child started may hold its pipe open after the child's end: its events are not waited for any longer. */
    private static final int LAST_NEWS_S = 5;

    private final StreamId streamId;
    private final Consumer<StreamEvent> events;
    private final MediaClock clock;
    private final Duration drainLimit;
    private final CompletableFuture<StreamState> over = new CompletableFuture<>();
    private final WordsToChild words = new WordsToChild();
    private final ChildPatience patience = new ChildPatience();
    private Process process;
    private boolean stopping;
    private boolean ended;
    private String killedFor;
    private volatile StreamState lastState = StreamState.initial();

    ChildStream(StreamId streamId, Consumer<StreamEvent> events, MediaClock clock, Duration drainLimit) {
        this.streamId = streamId;
        this.events = events;
        this.clock = clock;
        this.drainLimit = drainLimit;
    }

    /** Does not block: the system may take its time to make a process. */
    void start(Supplier<ProcessBuilder> command) {
        synchronized (this) {
            patience.started(clock.nowNs());
        }
        watch();
        thread("child-in-", () -> begin(command));
    }

    private void begin(Supplier<ProcessBuilder> command) {
        Process started;
        try {
            started = command.get().start();
        } catch (IOException | RuntimeException failure) {
            end(new StreamState.Failed("no process for the stream: " + failure.getMessage(), ExitCode.INTERNAL));
            return;
        }
        boolean tooLate;
        synchronized (this) {
            process = started;
            tooLate = ended || killedFor != null;
        }
        if (tooLate) {
            kill(started);
        }
        thread("child-", () -> read(started));
        started.onExit().thenRun(() -> CompletableFuture.delayedExecutor(LAST_NEWS_S, TimeUnit.SECONDS)
                .execute(() -> end(endOf(started.exitValue()))));
        write(started.getOutputStream());
    }

    private void thread(String name, Runnable task) {
        Thread thread = new Thread(task, name + streamId);
        thread.setDaemon(true);
        thread.start();
    }

    private void read(Process child) {
        try (BoundedLines lines = new BoundedLines(child.getInputStream(), LONGEST_LINE)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                heard(line);
            }
        } catch (IOException | RuntimeException broken) {
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
            if (ended) {
                return;
            }
            patience.heard(clock.nowNs());
        }
        EventLine.decode(line).ifPresent(told -> {
            if (told instanceof LifeEvent.Life life) {
                lastState = life.to();
            }
            events.accept(told);
        });
    }

    /** The child's last message says how the stream ended. Without a message the exit code does. */
    private StreamState endOf(int exitCode) {
        synchronized (this) {
            // A signal that the parent did not send, such as of whoever ends the largest process when memory is short:
            // in order, and not wanted.
            boolean wanted = stopping || !(lastState instanceof StreamState.Ended) || !ChildExit.isStopSignal(exitCode);
            if (lastState.isOver() && wanted) {
                return lastState;
            }
            if (killedFor != null) {
                return new StreamState.Failed(killedFor, ExitCode.INTERNAL);
            }
        }
        return ChildExit.state(exitCode);
    }

    private void end(StreamState state) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        events.accept(new LifeEvent.Gone());
        over.complete(state);
    }

    private void watch() {
        long atNs = clock.nowNs() + LOOK.toNanos();
        clock.schedule(atNs, () -> {
            if (over.isDone()) {
                return;
            }
            String why;
            synchronized (this) {
                long nowNs = clock.nowNs();
                if (nowNs - atNs > LOOK.toNanos()) {
                    patience.stoodStill(nowNs - atNs);
                }
                why = killedFor == null ? patience.reasonToKill(nowNs, process != null) : null;
                if (why != null) {
                    killedFor = why;
                }
            }
            if (why != null) {
                thread("child-kill-", () -> give(why));
            }
            watch();
        });
    }

    /** Ends a child that is of no use any more; the supervisor starts another. */
    private void give(String why) {
        Process child;
        synchronized (this) {
            child = process;
        }
        if (child == null) {
            // Whenever the system makes the process after all, it is killed at once.
            end(new StreamState.Failed(why, ExitCode.INTERNAL));
        } else {
            kill(child);
        }
        StreamLog.of(streamId).warn(why + ": it is killed", "reason", why);
    }

    /**
     * Kills the child and what it has started, which would hold its pipes open. Not {@link Process#destroyForcibly()}: that closes the pipes,
     * and to close one waits for a write that is under way.
     */
    private static void kill(Process child) {
        List<ProcessHandle> below = child.descendants().toList();
        child.toHandle().destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public Uni<StreamState> over() {
        return Uni.createFrom().completionStage(over);
    }

    @Override
    public void stop(String reason) {
        end(ParentLine.STOP, reason);
    }

    @Override
    public void leave(String reason) {
        end(ParentLine.LEAVE, reason);
    }

    private void end(String word, String reason) {
        synchronized (this) {
            if (!stopping) {
                stopping = true;
                patience.stopped(clock.nowNs(), process != null, drainLimit);
            }
        }
        say(word + reason.replaceAll("\\p{Cntrl}", " "));
    }

    @Override
    public void publisherGone() {
        say(WordsToChild.GONE);
    }

    @Override
    public void publisherThere() {
        say(WordsToChild.THERE);
    }

    @Override
    public boolean command(StreamCommand command) {
        say(command.line());
        return true;
    }

    /** Messages that are sent before {@link #start} wait, and are written in their order when the child runs. */
    void say(String word) {
        if (words.add(word)) {
            OutputStream pipe;
            synchronized (this) {
                pipe = process.getOutputStream();
            }
            thread("child-in-", () -> write(pipe));
        }
    }

    private void write(OutputStream pipe) {
        try {
            for (String word = words.next(); word != null; word = words.next()) {
                synchronized (this) {
                    patience.writes(clock.nowNs());
                }
                pipe.write((word + "\n").getBytes(StandardCharsets.UTF_8));
                pipe.flush();
                synchronized (this) {
                    patience.hasWritten();
                }
            }
        } catch (IOException gone) {
            LOG.debugf("the child of %s does not listen: %s", streamId, gone);
            synchronized (this) {
                patience.hasWritten();
            }
        }
    }
}
