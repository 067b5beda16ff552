package io.livedub.media.gst;

import java.util.OptionalLong;

import com.sun.jna.Pointer;

import io.livedub.media.Track;

/**
 * Compares the stamp of an FLV tag in front of flvdemux with the time of the frame behind it. Both are passed on by one thread, one after the other, so that a
 * frame belongs to the tag that was seen last. The probes are there only while something is wanted: each costs a call into Java for each buffer.
 */
final class TagOffsets implements JumpRepair.Offsets {
    private static final long NS_PER_MS = 1_000_000L;
    private static final int NONE = -1;

    private final GstPipeline pipeline;
    private final TagProbe tags = new TagProbe();
    private final FrameProbe[] frames = {new FrameProbe(Track.values()[0]), new FrameProbe(Track.values()[1])};
    private final Object lock = new Object();
    private boolean tagsWanted;
    private boolean tagsAttached;
    private int lastType = NONE;
    private long lastMs;

    TagOffsets(GstPipeline pipeline) {
        this.pipeline = pipeline;
    }

    @Override
    public void read(Track track) {
        FrameProbe probe = frames[track.ordinal()];
        boolean attachTags;
        boolean attachFrames;
        synchronized (lock) {
            attachTags = !tagsAttached;
            tagsWanted = true;
            tagsAttached = true;
            attachFrames = !probe.attached;
            probe.attached = true;
            probe.wanted = true;
            probe.found = OptionalLong.empty();
        }
        // Not under the lock: a pad has one of its own, which the probe's thread may hold.
        if (attachTags) {
            pipeline.probe("src", "src", tags);
        }
        if (attachFrames) {
            pipeline.probe("d", track.label(), probe);
        }
    }

    @Override
    public OptionalLong ms(Track track) {
        synchronized (lock) {
            return frames[track.ordinal()].found;
        }
    }

    @Override
    public void stop() {
        synchronized (lock) {
            tagsWanted = false;
            for (FrameProbe probe : frames) {
                probe.wanted = false;
            }
        }
    }

    private static int typeOf(Track track) {
        return track == Track.AUDIO ? FlvTag.AUDIO : FlvTag.VIDEO;
    }

    private final class TagProbe implements NativeCalls.PadProbe {
        private final byte[] head = new byte[FlvTag.NEEDED];

        @Override
        public int callback(Pointer pad, Pointer info, Pointer userData) {
            Pointer buffer = info.getPointer(BufferLayout.PROBE_INFO_DATA);
            int length = (int) NativeCalls.gst_buffer_extract(buffer, 0, head, head.length);
            FlvTag tag = FlvTag.parse(head, length).orElse(null);
            synchronized (lock) {
                lastType = tag == null || tag.header() ? NONE : tag.type();
                lastMs = tag == null ? 0 : tag.timestampMs();
                tagsAttached = tagsWanted;
                return tagsWanted ? PASS : REMOVE;
            }
        }
    }

    private final class FrameProbe implements NativeCalls.PadProbe {
        private final Track track;
        private boolean wanted;
        private boolean attached;
        private OptionalLong found = OptionalLong.empty();

        FrameProbe(Track track) {
            this.track = track;
        }

        @Override
        public int callback(Pointer pad, Pointer info, Pointer userData) {
            Pointer buffer = info.getPointer(BufferLayout.PROBE_INFO_DATA);
            synchronized (lock) {
                if (wanted && lastType == typeOf(track)) {
                    found = OptionalLong.of(BufferLayout.dts(buffer) / NS_PER_MS - lastMs);
                    wanted = false;
                }
                attached = wanted;
                return wanted ? PASS : REMOVE;
            }
        }
    }
}
