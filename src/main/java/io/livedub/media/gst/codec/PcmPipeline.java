package io.livedub.media.gst.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;

import com.sun.jna.Pointer;

import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.AudioCodec.UnknownFormatException;
import io.livedub.media.Pcm;
import io.livedub.media.gst.binding.BufferLayout;
import io.livedub.media.gst.binding.Caps;
import io.livedub.media.gst.binding.NativeCalls;

/** Floats into and out of pipelines. */
final class PcmPipeline {
    static final String SOURCE = "appsrc name=in format=time block=false max-bytes=0 emit-signals=false";
    static final String SINK = "appsink name=out sync=false async=false enable-last-sample=false";

    private PcmPipeline() {}

    /** Caps of interleaved floats. Stereo needs its channel mask, or nothing links. */
    static String floats(int sampleRateHz, int channels) {
        return raw("F32LE", sampleRateHz, channels);
    }

    static String shorts(int sampleRateHz, int channels) {
        return raw("S16LE", sampleRateHz, channels);
    }

    /** Runs sound through a filter; what comes out is taken from the beginning and made {@code sampleFrames} long. */
    static Pcm filter(Pcm pcm, String elements, int sampleRateHz, int sampleFrames) {
        String to = floats(sampleRateHz, pcm.channels());
        // Filters flush what they hold: some milliseconds.
        long limit = (long) (sampleFrames + sampleRateHz) * pcm.channels() * Float.BYTES;
        try (BoundedPipeline batch =
                new BoundedPipeline(SOURCE + " ! " + elements + " ! " + to.replace(" ", "") + " ! " + SINK, limit)) {
            batch.caps(floats(pcm.sampleRateHz(), pcm.channels()));
            batch.play();
            batch.push(bytes(pcm.samples()), 0, pcm.durationNs());
            batch.endOfInput();
            try (Collector collector = new Collector()) {
                batch.drain(collector::take);
                float[] samples = collector.samples();
                return new Pcm(sampleRateHz, pcm.channels(), Arrays.copyOf(samples, sampleFrames * pcm.channels()));
            }
        }
    }

    static byte[] bytes(float[] samples) {
        ByteBuffer bytes = ByteBuffer.allocate(samples.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(samples);
        return bytes.array();
    }

    private static String raw(String sample, int sampleRateHz, int channels) {
        return String.format(
                Locale.ROOT,
                "audio/x-raw,format=(string)%s,layout=(string)interleaved,rate=(int)%d,channels=(int)%d%s",
                sample,
                sampleRateHz,
                channels,
                mask(channels));
    }

    private static String mask(int channels) {
        return switch (channels) {
            case 1 -> "";
            case 2 -> ",channel-mask=(bitmask)0x3";
            case 3 -> ",channel-mask=(bitmask)0x7";
            case 4 -> ",channel-mask=(bitmask)0x107";
            case 5 -> ",channel-mask=(bitmask)0x37";
            case 6 -> ",channel-mask=(bitmask)0x3f";
            case 8 -> ",channel-mask=(bitmask)0xff";
            default -> throw new UnknownFormatException(channels + " channels are not supported");
        };
    }

    /** Collects float samples and what they are. Holds a reference to caps: {@link #close}. */
    static final class Collector implements AutoCloseable {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private long caps;
        private int sampleRateHz;
        private int channels;

        /** @throws CodecException when the sound changes: a frame may bring channels of its own */
        void take(long sample) {
            long current = NativeCalls.gst_sample_get_caps(sample);
            if (current != caps) {
                close();
                Pointer held = NativeCalls.gst_mini_object_ref(new Pointer(current));
                caps = current;
                Pointer structure = NativeCalls.gst_caps_get_structure(held, 0);
                int rate = Caps.integer(structure, "rate");
                int count = Caps.integer(structure, "channels");
                if (sampleRateHz != 0 && (rate != sampleRateHz || count != channels)) {
                    throw new CodecException(String.format(
                            Locale.ROOT,
                            "it changes from %d Hz, %d channels to %d Hz, %d channels",
                            sampleRateHz,
                            channels,
                            rate,
                            count));
                }
                sampleRateHz = rate;
                channels = count;
            }
            bytes.writeBytes(BufferLayout.bytes(BufferLayout.of(sample)));
        }

        @Override
        public void close() {
            if (caps != 0) {
                NativeCalls.gst_mini_object_unref(caps);
                caps = 0;
            }
        }

        int sampleRateHz() {
            return sampleRateHz;
        }

        int channels() {
            return channels;
        }

        float[] samples() {
            float[] samples = new float[bytes.size() / Float.BYTES];
            ByteBuffer.wrap(bytes.toByteArray())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(samples);
            return samples;
        }
    }
}
