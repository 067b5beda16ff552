package io.livedub.media.gst.sink;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.FrameBytes;
import io.livedub.media.MediaSink;
import io.livedub.media.VideoFormat;

/**
 * Makes the FLV tags that rtmp2sink sends (Adobe's FLV specification, E.4), each with its own time stamp.
 *
 * <p>Not flvmux: it makes the first frame's time the zero of the wire, and MediaMTX shows a path only when the stamps are two seconds past the
 * first one. It also waits for the other track by the clock, and moves frames that come late onto one stamp. The frames that come here are in
 * their final order already.
 */
final class FlvTagWriter {
    static final long START_MS = MediaSink.ZERO_STAMP_MS;

    private static final long NS_PER_MS = 1_000_000L;
    private static final int TAG_HEADER = 11;
    private static final int TRAILER = 4;
    private static final int VIDEO_HEADER = 5;
    private static final int AUDIO_HEADER = 2;
    private static final int SCRIPT = 18;
    private static final int AVC = 7;
    private static final int AAC = 10;
    private static final byte VIDEO_KEY = 0x17;
    private static final byte VIDEO_INTER = 0x27;
    /** AAC; rate and channels are fixed by the specification, a player reads them from the AudioSpecificConfig. */
    private static final byte AUDIO_AAC = (byte) 0xAF;

    private static final int MOST_COMPOSITION_MS = 0x7FFFFF;

    private FlvTagWriter() {}

    /** The stamp of an output time: whole milliseconds, which wrap after 49 days as RTMP's do. */
    static long stampMs(long outputNs) {
        return (START_MS + Math.floorDiv(outputNs, NS_PER_MS)) & 0xFFFFFFFFL;
    }

    /** {@code onMetaData}: which codecs follow. */
    static byte[] metadata(VideoFormat video, AudioFormat audio, long stampMs) {
        ByteArrayOutputStream properties = new ByteArrayOutputStream();
        int count = 5;
        if (video.width() > 0 && video.height() > 0) {
            number(properties, "width", video.width());
            number(properties, "height", video.height());
            count += 2;
        }
        number(properties, "videocodecid", AVC);
        number(properties, "audiocodecid", AAC);
        number(properties, "audiosamplerate", audio.sampleRateHz());
        number(properties, "audiosamplesize", 16);
        name(properties, "stereo");
        properties.writeBytes(new byte[] {1, (byte) (audio.channels() > 1 ? 1 : 0)});
        ByteArrayOutputStream script = new ByteArrayOutputStream();
        script.write(2);
        name(script, "onMetaData");
        script.write(8);
        script.writeBytes(ByteBuffer.allocate(4).putInt(count).array());
        script.writeBytes(properties.toByteArray());
        script.writeBytes(new byte[] {0, 0, 9});
        byte[] body = script.toByteArray();
        return tag(ByteBuffer.allocate(TAG_HEADER + body.length + TRAILER), SCRIPT, stampMs, body.length)
                .put(body)
                .putInt(TAG_HEADER + body.length)
                .array();
    }

    /** The decoder configuration of a track. */
    static byte[] header(Format format, long stampMs) {
        byte[] config =
                format instanceof VideoFormat video ? video.avcC() : ((AudioFormat) format).audioSpecificConfig();
        ByteBuffer tag = ByteBuffer.allocate(bytes(format, config.length));
        return (format instanceof VideoFormat
                        ? video(tag, VIDEO_KEY, 0, 0, FrameBytes.of(config), stampMs)
                        : audio(tag, 0, FrameBytes.of(config), stampMs))
                .array();
    }

    static byte[] frame(Frame frame) {
        ByteBuffer tag = ByteBuffer.allocate(bytes(frame));
        frame(frame, tag);
        return tag.array();
    }

    /** Bytes of a frame's tag. */
    static int bytes(Frame frame) {
        return bytes(frame.format(), frame.size());
    }

    /** Puts a frame's tag of {@link #bytes(Frame)} bytes where it is wanted. */
    static void frame(Frame frame, ByteBuffer to) {
        long stampMs = stampMs(frame.dtsNs());
        if (frame.format() instanceof AudioFormat) {
            audio(to, 1, frame.bytes(), stampMs);
            return;
        }
        long compositionMs = Math.floorDiv(frame.ptsNs(), NS_PER_MS) - Math.floorDiv(frame.dtsNs(), NS_PER_MS);
        int bounded = (int) Math.max(-MOST_COMPOSITION_MS, Math.min(MOST_COMPOSITION_MS, compositionMs));
        video(to, frame.keyframe() ? VIDEO_KEY : VIDEO_INTER, 1, bounded, frame.bytes(), stampMs);
    }

    private static int bytes(Format format, int size) {
        return TAG_HEADER + (format instanceof VideoFormat ? VIDEO_HEADER : AUDIO_HEADER) + size + TRAILER;
    }

    private static ByteBuffer video(
            ByteBuffer to, byte kind, int packet, int compositionMs, FrameBytes data, long stampMs) {
        int length = VIDEO_HEADER + data.size();
        tag(to, FlvTag.VIDEO, stampMs, length).put(kind).putInt(packet << 24 | compositionMs & 0xFFFFFF);
        data.putInto(to);
        return to.putInt(TAG_HEADER + length);
    }

    private static ByteBuffer audio(ByteBuffer to, int packet, FrameBytes data, long stampMs) {
        int length = AUDIO_HEADER + data.size();
        tag(to, FlvTag.AUDIO, stampMs, length).put(AUDIO_AAC).put((byte) packet);
        data.putInto(to);
        return to.putInt(TAG_HEADER + length);
    }

    private static ByteBuffer tag(ByteBuffer to, int type, long stampMs, int length) {
        int stamp = (int) stampMs;
        return to.putInt(type << 24 | length)
                // The upper eight bits of the stamp follow the lower ones; the stream id is 0.
                .putInt(stamp << 8 | stamp >>> 24)
                .putShort((short) 0)
                .put((byte) 0);
    }

    private static void number(ByteArrayOutputStream to, String name, double value) {
        name(to, name);
        to.write(0);
        to.writeBytes(ByteBuffer.allocate(8).putDouble(value).array());
    }

    private static void name(ByteArrayOutputStream to, String name) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        to.write(text.length >> 8);
        to.write(text.length);
        to.writeBytes(text);
    }
}
