package io.livedub.stream.events;

import java.util.List;

/**
 * A measured value of a stream, and the metric that shows it. A new figure is a constant here and a line where it is measured: metrics, status and
 * the pipe from a child take every constant.
 */
public enum Figure {
    STATE(
            FigureKind.GAUGE,
            1,
            "worker.stream.state",
            "0 connecting, 1 live, 2 source lost, 3 draining, 4 ended, 5 failed"),
    BREAKER(FigureKind.GAUGE, 1, "worker.sts.breaker.state", "0 closed, 1 half-open, 2 open"),
    INFLIGHT(FigureKind.GAUGE, 1, "worker.inflight.fragments", "Fragments sent and not yet answered"),
    LATENCY_NS(
            FigureKind.GAUGE,
            1e6,
            "worker.latency.ms",
            "From the arrival of a picture to its departure to the media server"),
    AV_DELTA_NS(
            FigureKind.GAUGE,
            1e6,
            "worker.av.sync.delta.ms",
            "Audio minus video at the output; sound early is negative"),
    HELD_BYTES(FigureKind.GAUGE, 1, "worker.held.bytes", "Bytes of segments that are being dubbed or wait to air"),

    ORIGINAL_MILLI_LUFS(
            FigureKind.GAUGE_FROM_FIRST_VALUE,
            1e3,
            "worker.original.lufs",
            "Loudness of the original in the last minute, LUFS"),
    DUB_MILLI_LUFS(
            FigureKind.GAUGE_FROM_FIRST_VALUE,
            1e3,
            "worker.dub.lufs",
            "Loudness of the last dubbed segment's dub, LUFS"),
    BED_MILLI_DB(
            FigureKind.GAUGE_FROM_FIRST_VALUE,
            1e3,
            "worker.dub.bed.db",
            "Lowest level of the original under the last dub, dB"),
    FIT_NS(
            FigureKind.GAUGE_FROM_FIRST_VALUE,
            1e6,
            "worker.dub.fit.ms",
            "How long the last dub took to be decoded, mixed and encoded; from 250 ms on late results miss their air time"),

    OUTPUT_VIDEO_FRAMES(FigureKind.TOTAL, 1, "worker.output.frames", "Frames handed to the output", "track", "video"),
    OUTPUT_AUDIO_FRAMES(FigureKind.TOTAL, 1, "worker.output.frames", "Frames handed to the output", "track", "audio"),
    OUTPUT_BYTES(FigureKind.TOTAL, 1, "worker.output.bytes", "Payload bytes that the media server has taken"),
    OUTPUT_QUEUED(FigureKind.GAUGE, 1, "worker.output.queued.frames", "Frames that wait to air"),
    OUTPUT_PUSH_LATE_NS(
            FigureKind.GAUGE,
            1e6,
            "worker.output.push.late.ms",
            "How late the latest frame of the last second was pushed; from 220 ms on it is late on air"),
    OUTPUT_LATE_NS(
            FigureKind.TOTAL,
            1e6,
            "worker.output.late.ms",
            "Milliseconds by which late segments have delayed all that follows them, in all"),

    OUTPUT_FILLED(Oddities.OF_THE_OUTPUT, "filled"),
    OUTPUT_OVERLAPPING(Oddities.OF_THE_OUTPUT, "overlapping"),
    OUTPUT_INSERTED(Oddities.OF_THE_OUTPUT, "inserted"),
    OUTPUT_LEFT_OUT(Oddities.OF_THE_OUTPUT, "left_out"),
    OUTPUT_REFUSED(Oddities.OF_THE_OUTPUT, "refused"),

    SOURCE_FOREIGN_TRACK(Oddities.OF_THE_SOURCE, "foreign_track"),
    SOURCE_UNREADABLE(Oddities.OF_THE_SOURCE, "unreadable"),
    SOURCE_NO_CONFIGURATION(Oddities.OF_THE_SOURCE, "no_configuration"),
    SOURCE_ADTS(Oddities.OF_THE_SOURCE, "adts"),
    SOURCE_REFRAMED(Oddities.OF_THE_SOURCE, "reframed"),
    SOURCE_COMPOSITION(Oddities.OF_THE_SOURCE, "composition"),
    SOURCE_CONFIGURATION(Oddities.OF_THE_SOURCE, "configuration"),
    SOURCE_LATE_TRACK(Oddities.OF_THE_SOURCE, "late_track"),
    SOURCE_TOO_FAST(Oddities.OF_THE_SOURCE, "too_fast"),
    SOURCE_BEFORE_ZERO(Oddities.OF_THE_SOURCE, "before_zero"),
    SOURCE_FILLED(Oddities.OF_THE_SOURCE, "filled"),
    SOURCE_OVERLAPPING(Oddities.OF_THE_SOURCE, "overlapping"),
    SOURCE_RESTAMPED(Oddities.OF_THE_SOURCE, "restamped"),
    SOURCE_STRAY(Oddities.OF_THE_SOURCE, "stray"),
    SOURCE_JUMP(Oddities.OF_THE_SOURCE, "jump"),
    SOURCE_SHIFT(Oddities.OF_THE_SOURCE, "shift"),
    SOURCE_TOO_MUCH(Oddities.OF_THE_SOURCE, "too_much"),
    SOURCE_DISTANCE_MS(
            FigureKind.GAUGE_FROM_FIRST_VALUE,
            1,
            "worker.source.av.distance.ms",
            "Stamp of the source's sound minus stamp of the picture that arrives with it"),
    SOURCE_KEYFRAME_DISTANCE_NS(
            FigureKind.GAUGE_FROM_FIRST_VALUE,
            1e6,
            "worker.source.keyframe.distance.ms",
            "Time between the last two keyframes of the source: a viewer may wait so long for the first picture"),
    SOURCE_ON_AIR(
            FigureKind.GAUGE_FROM_FIRST_VALUE,
            1,
            "worker.source.on.air",
            "Which source is on air: 0 the first, 1 the backup; only of a stream that has a backup"),
    SOURCE_CHANGES(FigureKind.TOTAL, 1, "worker.source.changes", "Changes from the first source to the backup or back"),
    SLATE_ON_AIR(
            FigureKind.GAUGE_FROM_FIRST_VALUE,
            1,
            "worker.slate.on.air",
            "1 while a slate is shown in place of the source; only of a stream that has a slate"),
    SLATE_SHOWN_NS(FigureKind.TOTAL, 1e9, "worker.slate.seconds", "How long a slate was shown in place of the source"),
    SOURCE_DRIFT_PPM(
            FigureKind.GAUGE_FROM_FIRST_VALUE,
            1,
            "worker.source.drift.ppm",
            "How much slower than the worker's the source's clock runs, parts per million");

    /** −120 dB in thousandths, which nobody hears: a gauge and JSON have no infinity. */
    public static final long SILENT = -120_000;

    /** How a figure is shown. */
    public enum FigureKind {
        GAUGE,
        /** The series begins with the first value. */
        GAUGE_FROM_FIRST_VALUE,
        /** The value is the total so far. */
        TOTAL
    }

    private enum Oddities {
        OF_THE_SOURCE("worker.source.oddities", "What was left out or put right of what the source sent"),
        OF_THE_OUTPUT(
                "worker.output.oddities", "Frames that were put in, left out or refused on the way to the output");

        private final String metric;
        private final String description;

        Oddities(String metric, String description) {
            this.metric = metric;
            this.description = description;
        }
    }

    private final FigureKind kind;
    private final double unit;
    private final String metric;
    private final String description;
    private final List<String> labels;

    /** @param unit how much of the value is 1 in the metric */
    Figure(FigureKind kind, double unit, String metric, String description, String... labels) {
        this.kind = kind;
        this.unit = unit;
        this.metric = metric;
        this.description = description;
        this.labels = List.of(labels);
    }

    Figure(Oddities of, String oddity) {
        this(FigureKind.TOTAL, 1, of.metric, of.description, "kind", oddity);
    }

    public FigureKind kind() {
        return kind;
    }

    public String metric() {
        return metric;
    }

    public String description() {
        return description;
    }

    /** Whether each language has its own; the others are the stream's. */
    public boolean ofLanguage() {
        return this != STATE
                && this != HELD_BYTES
                && this != OUTPUT_PUSH_LATE_NS
                && !name().startsWith("SOURCE_")
                && !name().startsWith("SLATE_");
    }

    /** Name, value, name, value, … */
    public List<String> labels() {
        return labels;
    }

    /** The value as the metric shows it. */
    public double shown(long value) {
        return value / unit;
    }
}
