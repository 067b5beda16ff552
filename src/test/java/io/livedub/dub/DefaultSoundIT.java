package io.livedub.dub;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.smallrye.mutiny.Uni;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Mp4SegmentWriter;
import io.livedub.media.Pcm;
import io.livedub.media.gst.codec.GstAudioCodec;
import io.livedub.segment.Segment;
import io.livedub.sound.DubSound;
import io.livedub.sound.Tones;
import io.livedub.sts.Fragment;
import io.livedub.sts.FragmentExchange;
import io.livedub.sts.StsOutcome;
import io.livedub.sts.protocol.DubbedAudio;
import io.livedub.support.Segments;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** With bed and loudness off, what airs is byte for byte what a worker without these settings airs, for each form of a dub. */
class DefaultSoundIT {
    private static final long DELAY_NS = 12_000_000_000L;

    private final GstAudioCodec codec = new GstAudioCodec();
    private final Fitter fitter = new Fitter(codec);
    private final VirtualClock clock = new VirtualClock();

    private List<byte[]> aired(StsOutcome outcome, boolean settings) {
        FragmentExchange sts = new FragmentExchange() {
            @Override
            public Uni<StsOutcome> submit(Fragment fragment) {
                return Uni.createFrom().item(outcome);
            }

            @Override
            public void applied(java.util.UUID fragmentId) {}

            @Override
            public void unused(java.util.UUID fragmentId, String detail) {
                throw new AssertionError(detail);
            }
        };
        Dubber dubber = settings
                ? new Dubber(
                        sts, fitter, new Blender(codec, fitter), () -> DubSound.OFF, event -> {}, clock, Runnable::run)
                : new Dubber(sts, fitter, event -> {}, clock, Runnable::run);
        List<byte[]> frames = new ArrayList<>();
        for (int batch = 1; batch <= 3; batch++) {
            Segment segment = Segments.of(batch);
            dubber.dub(segment, Uni.createFrom().item(new byte[] {1}), t -> t + DELAY_NS, t -> t)
                    .subscribe()
                    .with(aired -> {
                        assertThat(aired.dubbed()).isTrue();
                        assertThat(aired.tail()).isEmpty();
                        assertThat(aired.lead()).isEmpty();
                        aired.audio().forEach(frame -> frames.add(frame.data()));
                    });
        }
        return frames;
    }

    private byte[] m4a(AudioFormat format, Pcm pcm) {
        int count = pcm.sampleFrames() / format.samplesPerFrame();
        List<byte[]> made = codec.encode(pcm, format, count);
        List<Frame> frames = IntStream.range(0, count)
                .mapToObj(i -> new Frame(format, format.framesToNs(i), format.framesToNs(i), true, 0, made.get(i)))
                .toList();
        return new Mp4SegmentWriter().mux(frames, 0);
    }

    private StsOutcome dub(String form) {
        AudioFormat own = Segments.of(1).audioFormat();
        int ms = (int) (own.framesToNs(Segments.of(1).audio().size()) / 1_000_000) + 1;
        Pcm stereo = Tones.babble(own.sampleRateHz(), own.channels(), 0.3, ms, 1);
        Pcm mono = Tones.babble(44_100, 1, 0.3, ms, 2);
        Pcm surround = Tones.babble(48_000, 6, 0.3, ms, 3);
        DubbedAudio audio =
                switch (form) {
                    case "M4A of the stream's format" ->
                        new DubbedAudio("m4a", own.sampleRateHz(), own.channels(), m4a(own, stereo));
                    case "M4A of one channel" ->
                        new DubbedAudio("m4a", 44_100, 1, m4a(AudioFormat.aacLc(44_100, 1), mono));
                    case "M4A of six channels" ->
                        new DubbedAudio("m4a", 48_000, 6, m4a(AudioFormat.aacLc(48_000, 6), surround));
                    default -> new DubbedAudio("pcm_s16le", mono.sampleRateHz(), 1, shorts(mono));
                };
        return new StsOutcome.Dubbed(audio, java.time.Duration.ZERO, "", "");
    }

    private static byte[] shorts(Pcm pcm) {
        byte[] bytes = new byte[pcm.samples().length * 2];
        for (int i = 0; i < pcm.samples().length; i++) {
            int value = Math.round(pcm.samples()[i] * 32767);
            bytes[2 * i] = (byte) value;
            bytes[2 * i + 1] = (byte) (value >> 8);
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"M4A of the stream's format", "M4A of one channel", "M4A of six channels", "PCM"})
    void withEverythingOffEachByteIsThatOfAWorkerWithoutTheSettings(String form) {
        StsOutcome dub = dub(form);

        List<byte[]> plain = aired(dub, false);

        assertThat(plain).hasSize(3 * Segments.of(1).audio().size());
        assertThat(aired(dub, true))
                .usingElementComparator(java.util.Arrays::compare)
                .isEqualTo(plain);
    }
}
