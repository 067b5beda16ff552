package io.livedub.media;

import java.util.List;

import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.Mp4Box.Children;

/**
 * The fragments of a fragmented MP4 (ISO/IEC 14496-12, 8.8). A run of 20 bytes may announce four thousand million frames of the default size, so each
 * count is checked before its run is walked.
 */
final class Mp4Fragments {
    private static final int BASE_DATA_OFFSET = 0x1;
    private static final int DESCRIPTION = 0x2;
    private static final int DEFAULT_DURATION = 0x8;
    private static final int DEFAULT_SIZE = 0x10;
    private static final int DURATION_IS_EMPTY = 0x10000;
    private static final int BASE_IS_MOOF = 0x20000;

    private static final int RUN_DATA_OFFSET = 0x1;
    private static final int RUN_FIRST_FLAGS = 0x4;
    private static final int RUN_DURATION = 0x100;
    private static final int RUN_SIZE = 0x200;
    private static final int RUN_FLAGS = 0x400;
    private static final int RUN_COMPOSITION = 0x800;
    private static final int FLAGS_MASK = 0xffffff;

    private final long trackId;
    private final int description;
    private final Mp4Frames frames;
    private long trackDescription = 1;
    private long trackSize;

    /** @param description number of the sample description that was chosen, from 1 */
    Mp4Fragments(long trackId, int description, Mp4Frames frames) {
        this.trackId = trackId;
        this.description = description;
        this.frames = frames;
    }

    void read(Mp4Box movie, List<Mp4Box> boxes) {
        Mp4Box defaults = movie.child("mvex");
        if (defaults == null) {
            return;
        }
        for (Mp4Box box : defaults.children(0).boxes()) {
            if (box.is("trex") && box.intAt(4) == trackId) {
                trackDescription = box.intAt(8);
                trackSize = box.intAt(16);
            }
        }
        for (Mp4Box box : boxes) {
            if (box.is("moof")) {
                fragment(box);
            }
        }
    }

    private void fragment(Mp4Box moof) {
        long end = moof.start();
        for (Mp4Box box : moof.children(0).boxes()) {
            if (box.is("traf")) {
                end = track(box.children(0), moof.start(), end);
            }
        }
    }

    /**
     * @param end where the data of the track before it ended, or the fragment's beginning
     * @return where this track's data ends
     */
    private long track(Children traf, long moof, long end) {
        Mp4Box header = traf.first("tfhd");
        if (header == null) {
            throw new CodecException("a fragment has a track without a header");
        }
        int flags = (int) header.intAt(0) & FLAGS_MASK;
        int at = 8;
        long base = (flags & BASE_IS_MOOF) != 0 ? moof : end;
        if ((flags & BASE_DATA_OFFSET) != 0) {
            base = header.longAt(at);
            at += 8;
        }
        long described = trackDescription;
        if ((flags & DESCRIPTION) != 0) {
            described = header.intAt(at);
            at += 4;
        }
        if ((flags & DEFAULT_DURATION) != 0) {
            at += 4;
        }
        long size = (flags & DEFAULT_SIZE) != 0 ? header.intAt(at) : trackSize;
        boolean ours = header.intAt(4) == trackId && (flags & DURATION_IS_EMPTY) == 0;
        if (ours && described != description) {
            throw new CodecException("it changes from one sample description to another");
        }
        long from = base;
        for (Mp4Box box : traf.boxes()) {
            if (box.is("trun")) {
                from = run(box, base, from, size, ours);
            }
        }
        return from;
    }

    /** @return where the run's data ends */
    private long run(Mp4Box run, long base, long from, long commonSize, boolean ours) {
        int flags = (int) run.intAt(0) & FLAGS_MASK;
        long count = run.intAt(4);
        int at = 8;
        long data = from;
        if ((flags & RUN_DATA_OFFSET) != 0) {
            data = base + (int) run.intAt(at);
            at += 4;
        }
        if ((flags & RUN_FIRST_FLAGS) != 0) {
            at += 4;
        }
        int before = (flags & RUN_DURATION) != 0 ? 4 : 0;
        int each = before + 4 * Integer.bitCount(flags & (RUN_SIZE | RUN_FLAGS | RUN_COMPOSITION));
        if (each > 0) {
            run.entries(4, at, each);
        }
        boolean sized = (flags & RUN_SIZE) != 0;
        if (!ours && !sized) {
            return data + count * commonSize;
        }
        if (ours) {
            frames.expect(count);
        }
        for (long i = 0; i < count; i++) {
            long size = sized ? run.intAt(at + (int) i * each + before) : commonSize;
            if (ours) {
                frames.take(data, size);
            }
            data += size;
        }
        return data;
    }
}
