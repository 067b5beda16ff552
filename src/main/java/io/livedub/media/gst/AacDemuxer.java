package io.livedub.media.gst;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

import com.sun.jna.Pointer;

import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.AudioFormat;
import io.livedub.media.Track;

/** Takes AAC out of what {@link Mp4AacTrack} does not read (fragmented and odd files) with qtdemux, which reads from a file in memory: an index at the end of the file needs seeking. */
final class AacDemuxer {
    private static final String PIPELINE = "filesrc name=file ! qtdemux name=d d.audio_0 ! queue ! aacparse"
            + " ! audio/mpeg,mpegversion=4,stream-format=raw"
            + " ! appsink name=out sync=false async=false enable-last-sample=false";

    private static final int FORMAT_TIME = 3;
    private static final double NS = 1e9;

    private final List<byte[]> frames = new ArrayList<>();
    private AudioFormat format;
    private long firstPtsNs = BufferLayout.CLOCK_TIME_NONE;
    private long startNs;
    private long stopNs = BufferLayout.CLOCK_TIME_NONE;

    private AacDemuxer() {}

    static AacClip demux(byte[] mp4) {
        if (mp4.length == 0) {
            throw new CodecException("it is empty");
        }
        AacDemuxer demuxer = new AacDemuxer();
        try (MemoryFile file = MemoryFile.create();
                Batch batch = new Batch(PIPELINE)) {
            Files.write(file.path(), mp4);
            batch.set("file", "location", file.path().toString());
            batch.play();
            batch.drain(demuxer::take);
        } catch (IOException failure) {
            throw new CodecException("it cannot be held in memory: " + failure.getMessage(), failure);
        } catch (IllegalArgumentException unreadable) {
            throw new CodecException(unreadable.getMessage(), unreadable);
        }
        return demuxer.clip();
    }

    private void take(long sample) {
        Pointer buffer = BufferLayout.of(sample);
        if (format == null) {
            format = (AudioFormat) Caps.read(new Pointer(NativeCalls.gst_sample_get_caps(sample)), Track.AUDIO);
            firstPtsNs = BufferLayout.pts(buffer);
            Pointer segment = NativeCalls.gst_sample_get_segment(sample);
            if (segment.getInt(BufferLayout.SEGMENT_FORMAT) == FORMAT_TIME) {
                startNs = segment.getLong(BufferLayout.SEGMENT_START);
                stopNs = segment.getLong(BufferLayout.SEGMENT_STOP);
            }
        }
        frames.add(BufferLayout.bytes(buffer));
    }

    private AacClip clip() {
        if (format == null || frames.isEmpty()) {
            throw new CodecException("there is no AAC track");
        }
        long held = (long) frames.size() * format.samplesPerFrame();
        long first = firstPtsNs == BufferLayout.CLOCK_TIME_NONE ? 0 : firstPtsNs;
        long leading = Math.min(held, Math.max(0, samples(startNs - first)));
        long audible = held - leading;
        if (stopNs != BufferLayout.CLOCK_TIME_NONE && stopNs > startNs) {
            audible = Math.min(audible, samples(stopNs - Math.max(startNs, first)));
        }
        return new AacClip(format, frames, leading, audible);
    }

    private long samples(long ns) {
        return Math.round(ns / NS * format.sampleRateHz());
    }
}
