package io.livedub.spawn;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.livedub.line.EventLine;
import io.livedub.line.ParentWords;
import io.livedub.stream.events.StreamEvent;

/** A child's end of the line to its parent. */
public final class ParentLine implements Consumer<StreamEvent>, AutoCloseable {
    /** Lines that wait for a parent that does not read; further lines are dropped, because a stream never waits. Enough for ten busy seconds. */
    private static final int MOST_WAITING = 1_000;

    /** Said when there is nothing else to say: who is silent for longer hangs. */
    static final Duration BEAT = Duration.ofSeconds(1);

    static final String ALIVE = "[\"alive\"]";
    /** From the parent; the reason follows, in both. */
    static final String STOP = "stop ";

    static final String LEAVE = "leave ";
    private static final String END = "";

    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(MOST_WAITING);
    private final PrintStream out;
    private final Thread writer = new Thread(this::write, "to-parent");

    /** Messages of a parent, and its end. */
    public interface ParentMessages extends ParentWords {
        void stop(String reason);

        /** As {@link #stop}, and the next process goes on with the stream. */
        void leave(String reason);

        /** The parent has ended: nothing supervises the stream any more. */
        void parentGone();
    }

    public ParentLine(PrintStream out) {
        this.out = out;
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    public void accept(StreamEvent event) {
        EventLine.encode(event).ifPresent(lines::offer);
    }

    private void write() {
        try {
            for (; ; ) {
                String line = lines.poll(BEAT.toMillis(), TimeUnit.MILLISECONDS);
                if (END.equals(line)) {
                    return;
                }
                out.println(line == null ? ALIVE : line);
                out.flush();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Listens until the parent's end closes. */
    public void listen(InputStream in, ParentMessages words) {
        Thread listener = new Thread(() -> read(in, words), "from-parent");
        listener.setDaemon(true);
        listener.start();
    }

    private static void read(InputStream in, ParentMessages words) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(STOP)) {
                    words.stop(line.substring(STOP.length()));
                } else if (line.startsWith(LEAVE)) {
                    words.leave(line.substring(LEAVE.length()));
                } else {
                    ParentWords.tell(line, words);
                }
            }
            words.parentGone();
        } catch (IOException broken) {
            words.parentGone();
        }
    }

    /** Flushes: when this returns, every line so far has been written to the parent, if the parent reads. */
    @Override
    public void close() {
        try {
            if (lines.offer(END, 1, TimeUnit.SECONDS)) {
                writer.join(1_000);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }
}
