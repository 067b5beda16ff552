package io.livedub.stream.supervision;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.livedub.id.StreamId;

/**
 * Takes over the streams of a process that serves with the same segment folder. First everything is made ready here, and that process notices
 * nothing. When all is ready it is asked to take no more streams and to let go of those it has; each goes over by itself. What fails
 * before that leaves it on air untouched.
 *
 * <p>To be looked at again and again; each look may block for a moment. Times are clock times in ns. Not thread-safe.
 */
public final class TakeOver {
    /** A start of a process for each stream, and a keyframe: GOPs of 20 s occur. */
    static final Duration READY_LIMIT = Duration.ofSeconds(90);
    /** The longest segment, its results, and a keyframe. */
    static final Duration TAKE_LIMIT = Duration.ofSeconds(120);
    /** A hook that the other process has answered when it was asked has begun its stream by then. */
    static final Duration LAST_STREAMS = Duration.ofSeconds(1);
    /** A look into the folder of each stream. */
    static final Duration GATHER_EACH = Duration.ofMillis(500);
    /** A process that serves says each second that it is at work. */
    static final Duration SILENCE = Duration.ofSeconds(10);

    /** The process that serves now. */
    public interface Other {
        /** Whether there is one. */
        boolean isThere();

        /** Whether its end has to be waited for, because it has the ports of this machine. */
        boolean hasPorts();

        /** Since when nothing is known of it. */
        Duration silentFor();

        /** Streams that it has on air or has left behind, but for those that are known. */
        List<StreamId> streams(Set<StreamId> known);

        /** Tells it that it is to let go of everything. Does nothing more when said again; false: yet another process has said so. */
        boolean announce();

        /** Streams that it had not shown anything of when it let go of the others; to be asked when all others are here. */
        Set<StreamId> left();

        /** It keeps what it has. */
        void withdraw();

        /** It does not answer any more: it is killed, so that never two publish. @return false when it cannot be told which process it is */
        boolean kill();
    }

    /** The streams of this process. */
    public interface Here {
        /** Stands by for a stream; does nothing more when said again. @return false when this process takes no more streams */
        boolean standBy(StreamId streamId);

        /** Of each stream that is not on air here yet, whether it is ready. */
        Map<StreamId, Boolean> standingBy();

        /** Each stream that stands by asks for its own. */
        void ask();

        /** Begins streams that the other process was waiting for: it had not shown anything of them. */
        void begin(Set<StreamId> streams);
    }

    /** Where it stands. */
    public sealed interface Step {
        record Preparing() implements Step {}

        record Asked(long atNs) implements Step {}

        record Taking(long sinceNs) implements Step {}

        /** All streams are here; the ports may not be. */
        record Ending(long sinceNs) implements Step {}

        record Done(int streams) implements Step {}

        /** The other process keeps its streams. */
        record TakeOverFailed(String why) implements Step {}
    }

    private final Other other;
    private final Here here;
    private final long begunNs;
    private final Set<StreamId> known = new HashSet<>();
    private Step step = new Step.Preparing();
    private long gatheredNs;
    private boolean killed;

    public TakeOver(Other other, Here here, long nowNs) {
        this.other = other;
        this.here = here;
        this.begunNs = nowNs;
        this.gatheredNs = nowNs - GATHER_EACH.toNanos();
    }

    public Step step() {
        return step;
    }

    /** Whether streams may be on air here, so that giving up would take them off the air. */
    public boolean hasTaken() {
        return (step instanceof Step.Taking || step instanceof Step.Ending)
                && here.standingBy().size() < known.size();
    }

    public Step look(long nowNs) {
        if (step instanceof Step.Preparing) {
            prepare(nowNs);
        } else if (step instanceof Step.Asked asked) {
            gather(nowNs);
            if (!hasFailed() && nowNs - asked.atNs >= LAST_STREAMS.toNanos() && allReady(nowNs)) {
                here.ask();
                step = new Step.Taking(nowNs);
            }
        } else if (step instanceof Step.Taking taking) {
            take(taking, nowNs);
        } else if (step instanceof Step.Ending ending) {
            end(ending, nowNs);
        }
        return step;
    }

    private void prepare(long nowNs) {
        gather(nowNs);
        if (hasFailed() || !allReady(nowNs)) {
            return;
        }
        if (other.announce()) {
            step = new Step.Asked(nowNs);
        } else {
            fail("yet another process is taking the streams over");
        }
    }

    private void gather(long nowNs) {
        if (nowNs - gatheredNs >= GATHER_EACH.toNanos()) {
            gatheredNs = nowNs;
            for (StreamId stream : other.streams(Set.copyOf(known))) {
                if (!here.standBy(stream)) {
                    fail(String.format(
                            Locale.ROOT,
                            "this process takes no more than the %d streams before %s",
                            known.size(),
                            stream));
                    return;
                }
                known.add(stream);
            }
        }
    }

    private boolean hasFailed() {
        return step instanceof Step.TakeOverFailed;
    }

    /** Also fails when that takes too long. */
    private boolean allReady(long nowNs) {
        Set<String> waiting = new TreeSet<>();
        here.standingBy().forEach((id, ready) -> {
            if (!ready) {
                waiting.add(id.value());
            }
        });
        if (!waiting.isEmpty() && nowNs - begunNs >= READY_LIMIT.toNanos()) {
            fail(String.format(
                    Locale.ROOT,
                    "after %d s the source of %s gives no keyframe to this process",
                    READY_LIMIT.toSeconds(),
                    String.join(", ", waiting)));
        }
        return waiting.isEmpty();
    }

    private void take(Step.Taking taking, long nowNs) {
        Set<StreamId> left = here.standingBy().keySet();
        if (left.isEmpty()) {
            step = new Step.Ending(nowNs);
            return;
        }
        if (!killed && other.isThere() && other.silentFor().compareTo(SILENCE) >= 0) {
            killed = other.kill();
        }
        boolean late = nowNs - taking.sinceNs >= TAKE_LIMIT.toNanos();
        if (late && left.size() == known.size()) {
            fail(notLetGo());
        }
    }

    private static String notLetGo() {
        return String.format(
                Locale.ROOT, "after %d s the process that serves has not let go of any stream", TAKE_LIMIT.toSeconds());
    }

    private void end(Step.Ending ending, long nowNs) {
        if (!killed && other.isThere() && other.silentFor().compareTo(SILENCE) >= 0) {
            killed = other.kill();
        }
        if (!other.isThere() || !other.hasPorts()) {
            here.begin(other.left());
            other.withdraw();
            step = new Step.Done(known.size());
        } else if (known.isEmpty() && nowNs - ending.sinceNs >= TAKE_LIMIT.toNanos()) {
            // None of its streams has a spool, so that none could be asked for. Both processes would wait for ever.
            fail(notLetGo());
        }
    }

    private void fail(String why) {
        other.withdraw();
        step = new Step.TakeOverFailed(why);
    }
}
