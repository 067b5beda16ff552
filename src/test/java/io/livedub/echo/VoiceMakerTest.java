package io.livedub.echo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class VoiceMakerTest {
    private final FakeCodec codec = new FakeCodec();
    private final MediaEngine audio = new FakeEngine(codec);
    private final ReceivedFragment fragment = ReceivedFragment.parse(Samples.fragment(0));

    private static Simulation simulation(String json) {
        return Simulation.none().with(Json.parse(json));
    }

    private static EchoOptions options(String voice, String format) {
        return EchoOptions.of("--port", "0", "--voice", voice, "--format", format);
    }

    private static VoiceMaker maker(String voice, String format, MediaEngine audio) {
        return new VoiceMaker(options(voice, format), audio);
    }

    private JsonNode dub(VoiceMaker voice, Simulation simulation) {
        return voice.make(fragment, SoundPlaces.Place.of(fragment), simulation, "")
                .get("dubbed_audio");
    }

    private static String base64(JsonNode dub) {
        return dub.get("data_base64").textValue();
    }

    private static byte[] bytes(JsonNode dub) {
        return Base64.getDecoder().decode(base64(dub));
    }

    @Test
    void givesTheSameBytesBackWithoutACodec() {
        VoiceMaker voice = maker("same", "m4a", null);
        assertThat(voice.slow(Simulation.none())).isFalse();
        assertThat(bytes(dub(voice, Simulation.none()))).isEqualTo(fragment.audio());
    }

    @Test
    void makesARobotOfTheSameLength() {
        VoiceMaker voice = maker("robot", "m4a", audio);
        JsonNode dub = dub(voice, Simulation.none());
        assertThat(voice.slow(Simulation.none())).isTrue();
        assertThat(dub.get("format").textValue()).isEqualTo("m4a");
        assertThat(dub.get("sample_rate_hz").intValue()).isEqualTo(48000);
        assertThat(bytes(dub)).hasSize(47);
        assertThat(dub.get("duration_ms").intValue()).isEqualTo(1002);
        assertThat(codec.encoded.samples())
                .isNotEqualTo(codec.decoded.samples())
                .hasSameSizeAs(codec.decoded.samples());
    }

    @Test
    void refusesARobotWithoutACodec() {
        assertThatThrownBy(() -> maker("robot", "m4a", null)).hasMessageContaining("needs an audio codec");
    }

    @Test
    void writesPcmLittleEndianAndStretched() {
        VoiceMaker voice = maker("same", "pcm_f32le", audio);
        JsonNode dub = dub(voice, simulation("{\"stretch\": 1.5}"));
        assertThat(dub.get("format").textValue()).isEqualTo("pcm_f32le");
        assertThat(dub.get("duration_ms").intValue()).isEqualTo(1500);
        ByteBuffer floats = ByteBuffer.wrap(bytes(dub)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(floats.getFloat(0)).isEqualTo(0.5f);
    }

    @Test
    void clipsWhatIsLouderThanSixteenBits() {
        byte[] data = new Pcm(8000, 1, new float[] {2, -2, 0}).s16le();
        assertThat(data).containsExactly(0xff, 0x7f, 0x01, 0x80, 0, 0);
    }

    @Test
    void playsAToneWhereItWouldNeedACodec() {
        VoiceMaker voice = maker("same", "pcm_s16le", null);
        JsonNode dub = dub(voice, Simulation.none());
        assertThat(dub.get("duration_ms").intValue()).isEqualTo(6000);
        assertThat(bytes(dub)).hasSize(6 * 48000 * 2 * 2).isNotEqualTo(new byte[6 * 48000 * 2 * 2]);
    }

    @ParameterizedTest
    @CsvSource({"empty, m4a, true", "not_base64, m4a, false", "garbage, m4a, true", "wrong_label, pcm_s16le, true"})
    void spoilsTheAudio(String fault, String format, boolean base64) {
        VoiceMaker voice = maker("same", "m4a", audio);
        JsonNode dub = dub(voice, simulation("{\"audio\": \"%s\"}".formatted(fault)));
        assertThat(dub.get("format").textValue()).isEqualTo(format);
        assertThat(base64(dub).matches("[A-Za-z0-9+/]*={0,2}")).isEqualTo(base64);
        assertThat(base64(dub).equals(Base64.getEncoder().encodeToString(fragment.audio())))
                .isEqualTo("wrong_label".equals(fault));
    }

    @Test
    void labelsPcmAsM4aAndLeavesTheAudioOut() {
        VoiceMaker voice = maker("same", "pcm_s16le", audio);
        assertThat(dub(voice, simulation("{\"audio\": \"wrong_label\"}"))
                        .get("format")
                        .textValue())
                .isEqualTo("m4a");
        Simulation missing = simulation("{\"audio\": \"missing\"}");
        assertThat(voice.make(fragment, SoundPlaces.Place.of(fragment), missing, ""))
                .isNull();
    }

    @Test
    void answersFailedWhenTheCodecCannotRead() throws Exception {
        codec.broken = true;
        EchoOptions options = options("robot", "m4a");
        try (EchoServer server = new EchoServer(options, audio).start();
                EchoClient client = EchoClient.ready(server)) {
            client.send(0);
            var failed = client.await("fragment:processed");
            codec.broken = false;
            client.send(1);
            var dubbed = client.await("fragment:processed", 2).get(1);
            server.simulate("{\"audio\": \"missing\"}");
            client.send(2);
            var missing = client.await("fragment:processed", 3).get(2);
            assertThat(failed.path("status").textValue()).isEqualTo("failed");
            assertThat(failed.path("error").path("message").textValue()).isEqualTo("no track");
            assertThat(dubbed.path("status").textValue()).isEqualTo("success");
            assertThat(missing.get("dubbed_audio").isNull()).isTrue();
        }
    }

    private record FakeEngine(AudioCodec audioCodec) implements MediaEngine {
        @Override
        public SegmentWriter segmentWriter() {
            return new FakeWriter();
        }

        @Override
        public List<Component> components() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void warmUp() {
            throw new UnsupportedOperationException();
        }

        @Override
        public MediaSource source(String url) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MediaSink sink(String url) {
            throw new UnsupportedOperationException();
        }
    }

    /** One second of a constant, whatever is put in. */
    private static final class FakeCodec implements AudioCodec {
        private final Pcm decoded = constant(48000);
        private Pcm encoded;
        private volatile boolean broken;

        private static Pcm constant(int frames) {
            float[] samples = new float[frames * 2];
            java.util.Arrays.fill(samples, 0.5f);
            return new Pcm(48000, 2, samples);
        }

        @Override
        public AacClip demux(byte[] mp4) {
            if (broken) {
                throw new CodecException("no track");
            }
            return new AacClip(AudioFormat.aacLc(48000, 2), List.of(), 0, 48000);
        }

        @Override
        public Pcm decode(AacClip clip, int sampleRateHz, int channels) {
            return decoded;
        }

        @Override
        public Pcm convert(Pcm pcm, int sampleRateHz, int channels) {
            return pcm;
        }

        @Override
        public Pcm stretch(Pcm pcm, double tempo) {
            return constant((int) Math.round(pcm.sampleFrames() / tempo));
        }

        @Override
        public List<byte[]> encode(Pcm pcm, AudioFormat format, int frames) {
            encoded = pcm;
            List<byte[]> made = new ArrayList<>();
            for (int i = 0; i < frames; i++) {
                made.add(new byte[] {(byte) i});
            }
            return made;
        }

        @Override
        public byte[] silence(AudioFormat format) {
            return new byte[1];
        }
    }

    /** One byte for each frame, which it requires to be in order. */
    private static final class FakeWriter implements SegmentWriter {
        @Override
        public byte[] mux(List<Frame> frames, long t0Ns) {
            for (int i = 0; i < frames.size(); i++) {
                assertThat(frames.get(i).ptsNs()).isEqualTo(i * 1024L * 1_000_000_000L / 48000);
            }
            return new byte[frames.size()];
        }

        @Override
        public void muxTo(java.nio.file.Path file, List<Frame> frames, long t0Ns) {
            throw new UnsupportedOperationException();
        }
    }
}
