package io.livedub.stream.chain;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

import io.livedub.config.ContinuityConfig;
import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.config.WorkerConfig;
import io.livedub.config.WorkerConfig.StsLoss;
import io.livedub.id.StreamId;
import io.livedub.media.AudioCodec;
import io.livedub.media.Component;
import io.livedub.media.Frame;
import io.livedub.media.MediaEngine;
import io.livedub.media.MediaSink;
import io.livedub.media.MediaSource;
import io.livedub.media.SegmentWriter;
import io.livedub.media.Track;
import io.livedub.segment.SegmentStore;
import io.livedub.sound.DubSound;
import io.livedub.stream.Recorder;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.disk.SegmentKeeper;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.source.PrimedSource;
import io.livedub.stream.source.PrimedSources;
import io.livedub.sts.StsSession;
import io.livedub.sts.StsSettings;
import io.livedub.support.FakeAudioCodec;
import io.livedub.support.FakeMediaSink;
import io.livedub.support.FakeMediaSource;
import io.livedub.support.FakeSegmentWriter;
import io.livedub.support.FakeStsService;
import io.livedub.support.Segments;
import io.livedub.support.TestSettings;
import io.livedub.support.VirtualClock;
import io.livedub.timeline.SlatePlan;

/** A whole stream worker on virtual time: segments of 2 s that air 3 s after they are complete, grace 7 s. */
final class Stage {
    private static final StreamId ID = new StreamId("test");
    private static final String INPUT = "rtmp://x/live/test/in";
    static final Duration SEGMENT = Duration.ofSeconds(2);
    static final Duration OFFSET = Duration.ofSeconds(3);
    private static final Duration GRACE = Duration.ofSeconds(7);

    final VirtualClock clock;
    final FakeMediaSource source;
    final FakeMediaSource backup;
    final FakeMediaSink sink;
    /** Of the languages behind the first. */
    final Map<String, FakeMediaSink> sinks = new HashMap<>();

    final FakeAudioCodec codec = new FakeAudioCodec();
    final FakeSegmentWriter writer = new FakeSegmentWriter();
    final FakeStsService sts;
    /** Of the languages behind the first. */
    final Map<String, FakeStsService> services = new HashMap<>();

    final Recorder seen = new Recorder();
    final LiveStreams live = new LiveStreams();
    final List<Frame> sent = new ArrayList<>();
    final StreamWorker worker;
    /** Stages that read the same source. */
    final List<Stage> alsoPlaysTo = new ArrayList<>();

    private final Optional<StreamSpool> spool;
    /** Runs what blocks: muxing, codec. */
    Executor workers = Runnable::run;
    /** Runs what makes files. */
    Executor filers = Runnable::run;

    StreamState end;
    private long streamMs;

    private Stage(
            Path folder, StreamSettings settings, boolean dubbed, Optional<Duration> offset, StsSettings.Loss loss) {
        this(folder, settings, dubbed, offset, loss, new VirtualClock(1_000_000_000_000L), false);
    }

    private Stage(
            Path folder,
            StreamSettings settings,
            boolean dubbed,
            Optional<Duration> offset,
            StsSettings.Loss loss,
            VirtualClock clock,
            boolean spooled) {
        this(folder, settings, dubbed, offset, loss, clock, spooled, Optional.empty(), false, GRACE);
    }

    /** A lost service costs it the dub alone. */
    private Stage(
            Path folder,
            StreamSettings settings,
            boolean dubbed,
            VirtualClock clock,
            boolean spooled,
            Optional<SlatePlan> slate,
            boolean standsBy,
            Duration grace) {
        this(
                folder,
                settings,
                dubbed,
                Optional.of(OFFSET),
                StsSettings.Loss.ORIGINAL,
                clock,
                spooled,
                slate,
                standsBy,
                grace);
    }

    private Stage(
            Path folder,
            StreamSettings settings,
            boolean dubbed,
            Optional<Duration> offset,
            StsSettings.Loss loss,
            VirtualClock clock,
            boolean spooled,
            Optional<SlatePlan> slate,
            boolean standsBy,
            Duration grace) {
        this.clock = clock;
        source = new FakeMediaSource(clock);
        backup = new FakeMediaSource(clock);
        sink = new FakeMediaSink(clock);
        sts = new FakeStsService(clock);
        SpoolOpening opening = new SpoolOpening(
                new WorkerConfig.Segments(SEGMENT, folder, Duration.ZERO, 0, offset, true, Duration.ofSeconds(60)),
                clock,
                Runnable::run);
        spool = spooled && !standsBy ? opening.open(ID, seen) : Optional.empty();
        Executor late = task -> workers.execute(task);
        SegmentStore store = new SegmentStore(folder, ID, writer, seen);
        Engine engine = new Engine();
        Map<String, PrimedSource> sources = new LinkedHashMap<>();
        sources.put(INPUT, new PrimedSource(source, clock, 1 << 20));
        if (settings.backup()) {
            sources.put(INPUT + "-backup", new PrimedSource(backup, clock, 1 << 20));
        }
        PrimedSources primed = new PrimedSources(sources);
        Standby standby = new Standby(
                opening.folder(ID), primed, opening.left(ID, seen), clock, Runnable::run, seen, "the first");
        Function<Optional<StreamSpool>, StreamParts> parts = left -> new StreamParts(
                standsBy ? new PrimedEngine(engine, primed, standby.gate()) : engine,
                clock,
                late,
                SEGMENT,
                offset,
                Duration.ofSeconds(8),
                DubSound.OFF,
                false,
                new ContinuityConfig(false, false, Optional.empty(), Duration.ofSeconds(10), false),
                new SegmentKeeper(store, task -> filers.execute(task), task -> filers.execute(task), clock, seen),
                dubbed ? Optional.of((its, target, events) -> session(target, loss, events)) : Optional.empty(),
                left,
                slate,
                seen);
        StreamSpec spec = new StreamSpec(
                ID,
                INPUT,
                "rtmp://x/live/test/in-backup",
                "rtmp://x/live/test/out",
                settings,
                grace,
                loss == StsSettings.Loss.EXIT ? StsLoss.EXIT : StsLoss.ORIGINAL,
                Duration.ZERO,
                settings.first().key());
        worker = standsBy
                ? new StreamWorker(spec, seen, live, Optional.of(standby), parts)
                : new StreamWorker(spec, parts.apply(spool), live);
    }

    /** Stands by for the stream that another stage has on air, which plays into it as well. */
    static Stage standingBy(Stage other, Path folder, boolean dubbed) {
        Stage stage = new Stage(folder, TestSettings.SPANISH, dubbed, other.clock, true, Optional.empty(), true, GRACE);
        other.alsoPlaysTo.add(stage);
        return stage;
    }

    /** The same with a backup source, of streams whose source may be away for two minutes. */
    static Stage patient(Path folder, VirtualClock clock, boolean dubbed, boolean standsBy) {
        return patient(TestSettings.SPANISH.withBackup(), Optional.empty(), folder, clock, dubbed, standsBy);
    }

    /** Of a stream with a slate, whose source may be away for two minutes. */
    static Stage patient(SlatePlan slate, Path folder, VirtualClock clock, boolean dubbed, boolean standsBy) {
        return patient(TestSettings.SPANISH, Optional.of(slate), folder, clock, dubbed, standsBy);
    }

    private static Stage patient(
            StreamSettings settings,
            Optional<SlatePlan> slate,
            Path folder,
            VirtualClock clock,
            boolean dubbed,
            boolean standsBy) {
        return new Stage(folder, settings, dubbed, clock, true, slate, standsBy, Duration.ofMinutes(2));
    }

    /** What is kept of it a later one goes on with. */
    static Stage spooled(Path folder, VirtualClock clock, boolean dubbed) {
        return spooled(folder, clock, TestSettings.SPANISH, dubbed);
    }

    /** The same of a stream with these settings. */
    static Stage spooled(Path folder, VirtualClock clock, StreamSettings settings, boolean dubbed) {
        return new Stage(folder, settings, dubbed, Optional.of(OFFSET), StsSettings.Loss.ORIGINAL, clock, true);
    }

    /** It does nothing any more, and gives back what the system would take from a process that is killed. */
    void kill() throws IOException {
        clock.cancelAll();
        spool.orElseThrow().place().lock().get().close();
    }

    static Stage dubbed(Path folder) {
        return new Stage(folder, TestSettings.SPANISH, true, Optional.of(OFFSET), StsSettings.Loss.EXIT);
    }

    static Stage dubbed(Path folder, Duration offset) {
        return new Stage(folder, TestSettings.SPANISH, true, Optional.of(offset), StsSettings.Loss.EXIT);
    }

    static Stage languages(Path folder, String... languages) {
        return new Stage(folder, TestSettings.into(languages), true, Optional.of(OFFSET), StsSettings.Loss.ORIGINAL);
    }

    static Stage dubbedOrOriginal(Path folder) {
        return new Stage(folder, TestSettings.SPANISH, true, Optional.of(OFFSET), StsSettings.Loss.ORIGINAL);
    }

    static Stage following(Path folder) {
        return new Stage(folder, TestSettings.SPANISH, true, Optional.empty(), StsSettings.Loss.EXIT);
    }

    static Stage passthrough(Path folder) {
        return new Stage(folder, TestSettings.SPANISH, false, Optional.of(OFFSET), StsSettings.Loss.EXIT);
    }

    /** With a backup source. */
    static Stage backed(Path folder, boolean dubbed) {
        return new Stage(folder, TestSettings.SPANISH.withBackup(), dubbed, Optional.of(OFFSET), StsSettings.Loss.EXIT);
    }

    /** With a slate. */
    static Stage slated(Path folder, StreamSettings settings, boolean dubbed, SlatePlan slate) {
        return new Stage(
                folder,
                settings,
                dubbed,
                new VirtualClock(1_000_000_000_000L),
                false,
                Optional.of(slate),
                false,
                GRACE);
    }

    Stage started() {
        worker.run().subscribe().with(state -> end = state);
        return this;
    }

    /** The source is at this instant of what it plays. */
    void playsFrom(long ms) {
        streamMs = ms;
    }

    /** The source sends this much in real time: 30 pictures a second with a keyframe each second, AAC of 48 kHz stereo. */
    void play(long ms) {
        play(ms, 1);
    }

    /** The same, so many times faster than it plays. */
    void play(long ms, int speed) {
        long fromMs = streamMs;
        streamMs += ms;
        long startNs = clock.nowNs();
        List<Frame> frames = new ArrayList<>();
        for (long i = (fromMs * 30 + 999) / 1000; i * 1000 < streamMs * 30; i++) {
            add(frames, Track.VIDEO, i, i * 1_000_000_000L / 30, fromMs, startNs, speed);
        }
        long firstAudio = (fromMs * 48 + 1023) / 1024;
        for (long i = firstAudio; Segments.AAC.framesToNs(i) < streamMs * 1_000_000L; i++) {
            add(frames, Track.AUDIO, i, Segments.AAC.framesToNs(i), fromMs, startNs, speed);
        }
        frames.sort(Comparator.comparingLong(Frame::arrivalNs));
        for (Frame frame : frames) {
            clock.advanceTo(frame.arrivalNs());
            sent.add(frame);
            source.attempt().emit(frame);
            alsoPlaysTo.forEach(other -> other.source.attempt().emit(frame));
        }
        clock.advanceTo(startNs + ms * 1_000_000L / speed);
    }

    private static void add(
            List<Frame> frames, Track track, long number, long atNs, long fromMs, long startNs, int speed) {
        boolean video = track == Track.VIDEO;
        byte[] data = {(byte) (video ? 2 : 1), (byte) (number >> 8), (byte) number, 0};
        frames.add(new Frame(
                video ? Segments.AVC : Segments.AAC,
                atNs,
                atNs,
                !video || number % 30 == 0,
                startNs + (atNs - fromMs * 1_000_000L) / speed,
                data));
    }

    /** Which frame of its track it is, as {@link #play} has numbered them. */
    static int number(Frame frame) {
        return (frame.data()[1] & 0xFF) << 8 | frame.data()[2] & 0xFF;
    }

    /** Video that was pushed to the sink is what the source sent, byte by byte and in order. */
    boolean videoIsIdentical() {
        return payloads(sink.pushed(Track.VIDEO))
                .equals(payloads(sent.stream()
                        .filter(frame -> frame.track() == Track.VIDEO)
                        .toList()));
    }

    /** The longest distance between neighbours of the output's audio, beyond a frame's own duration. */
    long longestAudioGapNs() {
        List<Frame> audio = sink.pushed(Track.AUDIO);
        long longest = 0;
        for (int i = 1; i < audio.size(); i++) {
            long step = audio.get(i).dtsNs() - audio.get(i - 1).dtsNs();
            longest = Math.max(longest, Math.abs(step - Segments.AAC.frameDurationNs()));
        }
        return longest;
    }

    private static List<List<Byte>> payloads(List<Frame> frames) {
        return frames.stream()
                .map(frame -> {
                    List<Byte> bytes = new ArrayList<>();
                    for (byte b : frame.data()) {
                        bytes.add(b);
                    }
                    return bytes;
                })
                .toList();
    }

    int exitCode() {
        if (end instanceof StreamState.Failed failed) {
            return failed.exitCode().code();
        }
        return end instanceof StreamState.Ended ? 0 : -1;
    }

    private StsSession session(Target target, StsSettings.Loss loss, Consumer<StreamEvent> events) {
        StsSettings settings = new StsSettings(
                URI.create("http://127.0.0.1:9"),
                null,
                ID,
                "worker",
                "en",
                "es",
                "default",
                SEGMENT,
                Duration.ofSeconds(8),
                2,
                3,
                loss,
                StsSettings.Timing.CONTRACT);
        return new StsSession(settings, service(target), clock, InstantSource.system(), events);
    }

    private FakeStsService service(Target target) {
        return target.key().equals("es")
                ? sts
                : services.computeIfAbsent(target.key(), key -> new FakeStsService(clock));
    }

    /** The output of a language behind the first. */
    FakeMediaSink sink(String language, VirtualClock itsClock) {
        return sinks.computeIfAbsent(language, key -> new FakeMediaSink(itsClock));
    }

    private final class Engine implements MediaEngine {
        @Override
        public List<Component> components() {
            return List.of();
        }

        @Override
        public void warmUp() {}

        @Override
        public MediaSource source(String url) {
            return url.endsWith("-backup") ? backup : source;
        }

        @Override
        public MediaSink sink(String url) {
            String path = url.substring(url.lastIndexOf('/') + 1);
            return path.equals("out") ? sink : Stage.this.sink(path.substring("out-".length()), clock);
        }

        @Override
        public SegmentWriter segmentWriter() {
            return writer;
        }

        @Override
        public AudioCodec audioCodec() {
            return codec;
        }
    }
}
