package io.livedub.media.flv;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.FrameStore;
import io.livedub.media.SourceOddities;
import io.livedub.media.SourceOddities.SourceOddity;

/** The sound's messages to frames: decoder configuration and raw AAC frames, without ADTS headers. */
final class AacTrack {
    /** An AudioSpecificConfig has 2 to 5 bytes; one with a program config element up to some hundred. */
    static final int MOST_CONFIGURATION = 1024;
    /** The largest message that is read. 64 ADTS frames of the longest kind would be larger, and no encoder sends so many. */
    static final int MOST_MESSAGE = 256 * 1024;
    /** A raw data block has at most 6144 bits for each channel (ISO/IEC 14496-3, 4.5.1.1). */
    private static final int MOST_BYTES_PER_CHANNEL = 768;

    /** Channels when only the frames say how many there are. */
    private static final int MOST_CHANNELS = 24;

    private final SourceOddities odd;
    private final FrameStore store = new FrameStore(FrameStore.SOUND);
    private AudioFormat format;
    private boolean fromAdts;
    private String unusable = "";

    AacTrack(SourceOddities odd) {
        this.odd = odd;
    }

    boolean configured() {
        return format != null;
    }

    /** Why no configuration could be used; empty when one could, or none came. */
    String unusable() {
        return format == null ? unusable : "";
    }

    void configure(byte[] config) {
        if (format != null && Arrays.equals(config, format.audioSpecificConfig())) {
            fromAdts = false;
            return;
        }
        try {
            AudioFormat read = AudioFormat.parse(config);
            if (format != null && !fromAdts) {
                odd.add(SourceOddity.CONFIGURATION, "another AAC configuration: " + read);
            }
            format = read;
            fromAdts = false;
        } catch (IllegalArgumentException unreadable) {
            unusable = unreadable.getMessage();
            odd.add(SourceOddity.UNREADABLE, "an AAC configuration: " + unusable);
        }
    }

    void frames(byte[] data, long stampMs, long arrivalNs, Consumer<Frame> out) {
        long ptsNs = stampMs * FlvReader.NS_PER_MS;
        List<byte[]> adts = AdtsFrames.read(data);
        if (adts == null) {
            emit(data, ptsNs, arrivalNs, out);
            return;
        }
        odd.add(SourceOddity.ADTS, "AAC frames with ADTS headers");
        if (format == null) {
            configure(AdtsFrames.configuration(data));
            fromAdts = true;
        }
        for (byte[] raw : adts) {
            emit(raw, ptsNs, arrivalNs, out);
            // They share the message's stamp, and lie end to end.
            ptsNs += format == null ? 0 : format.frameDurationNs();
        }
    }

    private void emit(byte[] raw, long ptsNs, long arrivalNs, Consumer<Frame> out) {
        if (format == null) {
            odd.add(SourceOddity.NO_CONFIGURATION, "an AAC frame before its configuration");
        } else if (raw.length == 0 || raw.length > mostBytes()) {
            odd.add(SourceOddity.UNREADABLE, "an AAC frame of " + raw.length + " bytes");
        } else {
            out.accept(new Frame(format, ptsNs, ptsNs, true, arrivalNs, store.keep(raw)));
        }
    }

    private int mostBytes() {
        int channels = format.channelConfiguration() == 0 ? MOST_CHANNELS : Math.max(2, format.channels());
        return channels * MOST_BYTES_PER_CHANNEL;
    }
}
