package io.livedub.media.gst.binding;

import java.util.Locale;
import java.util.Optional;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.H264Sps;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;

/** GStreamer's caps, and the formats of this project. */
public final class Caps {
    private static final String HEX = "0123456789abcdef";
    private static final int MAX_CHANNELS = 8;
    private static final int MAX_SIDE = 16_880;

    private Caps() {}

    /** Caps of H.264 or AAC with their decoder configuration for an appsrc in front of a decoder. */
    public static String text(Format format) {
        if (format instanceof VideoFormat video) {
            String size = size(video)
                    .map(found -> String.format(Locale.ROOT, ",width=(int)%d,height=(int)%d", found[0], found[1]))
                    .orElse("");
            return "video/x-h264,stream-format=(string)avc,alignment=(string)au,codec_data=(buffer)" + hex(video.avcC())
                    + size;
        }
        AudioFormat audio = (AudioFormat) format;
        // At most eight channels are named. The config, not the caps, decides how many channels are played.
        return String.format(
                Locale.ROOT,
                "audio/mpeg,mpegversion=(int)4,stream-format=(string)raw,framed=(boolean)true,rate=(int)%d,channels=(int)%d,codec_data=(buffer)%s",
                audio.sampleRateHz(),
                Math.min(MAX_CHANNELS, audio.channels()),
                hex(audio.audioSpecificConfig()));
    }

    /** The parameter set's, which a decoder believes, else what the source says, unless no picture has such a size. */
    private static Optional<int[]> size(VideoFormat video) {
        return H264Sps.ofAvcC(video.avcC())
                .map(sps -> new int[] {sps.width(), sps.height()})
                .or(() -> Optional.of(new int[] {video.width(), video.height()})
                        .filter(said -> Math.min(said[0], said[1]) > 0 && Math.max(said[0], said[1]) <= MAX_SIDE));
    }

    /**
     * Reads the format out of a parser's caps.
     *
     * @return null while the parser has not found the decoder configuration
     * @throws IllegalArgumentException when the AudioSpecificConfig is not one
     */
    static Format read(Pointer caps, Track track) {
        Pointer structure = NativeCalls.gst_caps_get_structure(caps, 0);
        Pointer codecData = NativeCalls.gst_structure_get_value(structure, "codec_data");
        if (codecData == null) {
            return null;
        }
        byte[] config = BufferLayout.bytes(NativeCalls.g_value_get_boxed(codecData));
        return track == Track.VIDEO
                ? new VideoFormat(config, integer(structure, "width"), integer(structure, "height"))
                : AudioFormat.parse(config);
    }

    public static int integer(Pointer structure, String field) {
        IntByReference value = new IntByReference();
        return NativeCalls.gst_structure_get_int(structure, field, value) ? value.getValue() : 0;
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length * 2);
        for (byte value : bytes) {
            text.append(HEX.charAt(value >> 4 & 15)).append(HEX.charAt(value & 15));
        }
        return text.toString();
    }
}
