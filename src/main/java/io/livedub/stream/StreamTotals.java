package io.livedub.stream;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StreamState;

import static java.util.stream.Collectors.joining;

/** What a stream came to, for the last line of its log. Thread-safe. */
final class StreamTotals {
    private final LongSupplier nowNs;
    private final long startedNs;
    private final Map<String, Long> fallbacks = new TreeMap<>();
    private long segments;
    private long dubbed;
    private long videoFrames;
    private long audioFrames;

    StreamTotals(LongSupplier nowNs) {
        this.nowNs = nowNs;
        this.startedNs = nowNs.getAsLong();
    }

    synchronized void cut() {
        segments++;
    }

    synchronized void dubbed() {
        dubbed++;
    }

    synchronized void fallback(String reason) {
        fallbacks.merge(reason, 1L, Long::sum);
    }

    /** All that has gone to the output so far. */
    synchronized void sent(long video, long audio) {
        videoFrames = video;
        audioFrames = audio;
    }

    /**
     * What {@code run} ends with.
     *
     * @param reason why it ended; a signal is named as {@code run} names it
     */
    static int exitCode(StreamState end, String reason) {
        if (end instanceof StreamState.Failed failed) {
            return failed.exitCode().code();
        }
        return switch (reason) {
            case "SIGINT" -> 130;
            case "SIGTERM" -> 143;
            default -> ExitCode.OK.code();
        };
    }

    synchronized String line(StreamState end, String reason) {
        return String.format(
                Locale.ROOT,
                "the stream is over after %s s: %d pictures and %d audio frames sent, %d segments, %d dubbed, fallbacks: %s;"
                        + " exit code %d: %s",
                seconds(),
                videoFrames,
                audioFrames,
                segments,
                dubbed,
                fallbackText(),
                exitCode(end, reason),
                reason);
    }

    /** The same figures, name, value, name, value, … */
    synchronized Object[] fields(StreamState end, String reason) {
        return new Object[] {
            "duration_s", seconds(),
            "video_frames", videoFrames,
            "audio_frames", audioFrames,
            "segments", segments,
            "dubbed", dubbed,
            "fallbacks", fallbackText(),
            "exit_code", exitCode(end, reason),
            "reason", reason
        };
    }

    private String seconds() {
        return String.format(Locale.ROOT, "%.1f", (nowNs.getAsLong() - startedNs) / 1e9);
    }

    private String fallbackText() {
        return fallbacks.isEmpty()
                ? "none"
                : fallbacks.entrySet().stream()
                        .map(each -> each.getKey() + " " + each.getValue())
                        .collect(joining(", "));
    }
}
