package io.livedub.stream.chain;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.smallrye.mutiny.Uni;

import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec;
import io.livedub.media.AudioFormat;
import io.livedub.media.Component;
import io.livedub.media.Frame;
import io.livedub.media.MediaEngine;
import io.livedub.media.MediaSink;
import io.livedub.media.MediaSource;
import io.livedub.media.Pcm;
import io.livedub.media.SegmentWriter;
import io.livedub.media.SinkException;
import io.livedub.media.VideoFormat;
import io.livedub.sts.StsTransport;
import io.livedub.support.FakeAudioCodec;
import io.livedub.support.FakeMediaSink;
import io.livedub.support.FakeMediaSource;
import io.livedub.support.FakeSegmentWriter;
import io.livedub.support.FakeStsService;
import io.livedub.support.VirtualClock;

/** One stream's ports; each throws the failure of the test at the test's place. */
final class FaultyEngine implements MediaEngine, StsTransport {
    /** Where something is thrown. */
    enum Place {
        SOURCE_OPENS,
        SOURCE_READS,
        SINK_OPENS,
        SINK_IS_PUSHED_TO,
        SINK_IS_MEASURED,
        SILENCE_IS_MADE,
        DUB_IS_DECODED,
        AUDIO_IS_MUXED,
        VIDEO_IS_WRITTEN,
        STS_IS_CONNECTED_TO,
        STS_IS_SENT_TO
    }

    final FakeMediaSource source;
    private final FakeMediaSink sink;
    private final FakeSegmentWriter writer = new FakeSegmentWriter();
    private final FakeAudioCodec codec = new FakeAudioCodec();
    private final FakeStsService sts;
    private Place place;
    private Throwable fault;

    FaultyEngine(VirtualClock clock) {
        source = new FakeMediaSource(clock);
        sink = new FakeMediaSink(clock);
        sts = new FakeStsService(clock);
    }

    /** From now on. */
    void breakAt(Place where, Throwable what) {
        place = where;
        fault = what;
    }

    void mend() {
        place = null;
    }

    boolean breaksAt(Place where) {
        return place == where;
    }

    Throwable fault() {
        return fault;
    }

    private void at(Place where) {
        if (place == where) {
            sneak(fault);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Override
    public List<Component> components() {
        return List.of();
    }

    @Override
    public void warmUp() {}

    @Override
    public MediaSource source(String url) {
        at(Place.SOURCE_OPENS);
        return source;
    }

    @Override
    public MediaSink sink(String url) {
        return (video, audio, pacing, zeroNs) -> publication(video, audio, pacing, zeroNs);
    }

    private MediaSink.Publication publication(
            VideoFormat video, AudioFormat audio, MediaSink.Pacing pacing, long zero) {
        at(Place.SINK_OPENS);
        MediaSink.Publication real = sink.prepare(video, audio, pacing, zero);
        return new MediaSink.Publication() {
            @Override
            public void begin() {
                real.begin();
            }

            @Override
            public void push(Frame frame) {
                at(Place.SINK_IS_PUSHED_TO);
                real.push(frame);
            }

            @Override
            public void announce() {
                real.announce();
            }

            @Override
            public Uni<Void> end(Duration limit) {
                at(Place.SINK_IS_PUSHED_TO);
                return real.end(limit);
            }

            @Override
            public void close() {
                at(Place.SINK_IS_PUSHED_TO);
                real.close();
            }

            @Override
            public Uni<SinkException> failure() {
                return real.failure();
            }

            @Override
            public long bytesSent() {
                at(Place.SINK_IS_MEASURED);
                return real.bytesSent();
            }

            @Override
            public void onDeparture(MediaSink.DepartureListener listener) {
                real.onDeparture(listener);
            }
        };
    }

    @Override
    public SegmentWriter segmentWriter() {
        return new SegmentWriter() {
            @Override
            public byte[] mux(List<Frame> frames, long t0Ns) {
                at(Place.AUDIO_IS_MUXED);
                return writer.mux(frames, t0Ns);
            }

            @Override
            public void muxTo(Path file, List<Frame> frames, long t0Ns) {
                at(Place.VIDEO_IS_WRITTEN);
                writer.muxTo(file, frames, t0Ns);
            }
        };
    }

    @Override
    public AudioCodec audioCodec() {
        return new AudioCodec() {
            @Override
            public AacClip demux(byte[] mp4) {
                at(Place.DUB_IS_DECODED);
                return codec.demux(mp4);
            }

            @Override
            public Pcm decode(AacClip clip, int sampleRateHz, int channels) {
                return codec.decode(clip, sampleRateHz, channels);
            }

            @Override
            public Pcm convert(Pcm pcm, int sampleRateHz, int channels) {
                return codec.convert(pcm, sampleRateHz, channels);
            }

            @Override
            public Pcm stretch(Pcm pcm, double tempo) {
                return codec.stretch(pcm, tempo);
            }

            @Override
            public List<byte[]> encode(Pcm pcm, AudioFormat format, int frames) {
                return codec.encode(pcm, format, frames);
            }

            @Override
            public byte[] silence(AudioFormat format) {
                at(Place.SILENCE_IS_MADE);
                return codec.silence(format);
            }
        };
    }

    @Override
    public TransportConnection connect(TransportListener listener) {
        at(Place.STS_IS_CONNECTED_TO);
        TransportConnection real = sts.connect(listener);
        return new TransportConnection() {
            @Override
            public void send(String event, Map<String, Object> payload) {
                at(Place.STS_IS_SENT_TO);
                real.send(event, payload);
            }

            @Override
            public void close() {
                real.close();
            }
        };
    }
}
