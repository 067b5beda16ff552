package io.livedub.media.gst;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.livedub.media.AacClip;
import io.livedub.media.AudioFormat;

/**
 * Reads the first AAC track of a plain MP4 by its tables. qtdemux 1.22 leaves out every frame that the edit list touches: the one before
 * the first audible sample, without which the first 21 ms fade in, and the last, of which a part is audible.
 */
final class Mp4AacTrack {
    private static final int ES_DESCRIPTOR = 3;
    private static final int DECODER_CONFIG = 4;
    private static final int DECODER_SPECIFIC = 5;
    private static final int MPEG4_AUDIO = 0x40;
    private static final int MAX_FRAMES = 200_000;

    private final byte[] file;
    private final ByteBuffer movie;
    private final ByteBuffer track;

    private Mp4AacTrack(byte[] file, ByteBuffer movie, ByteBuffer track) {
        this.file = file;
        this.movie = movie;
        this.track = track;
    }

    /** Empty for everything that is not a whole, unfragmented MP4 with AAC in it: for that qtdemux has the word. */
    static Optional<AacClip> read(byte[] file) {
        try {
            ByteBuffer movie = Mp4Boxes.find(ByteBuffer.wrap(file), "moov");
            if (movie == null || Mp4Boxes.find(movie, "mvex") != null) {
                return Optional.empty();
            }
            for (Mp4Boxes.Box box : Mp4Boxes.in(movie)) {
                if (box.type().equals("trak") && Mp4Boxes.find(box.content(), "mdia", "minf", "smhd") != null) {
                    return Optional.ofNullable(new Mp4AacTrack(file, movie, box.content()).clip());
                }
            }
            return Optional.empty();
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | ArithmeticException damaged) {
            return Optional.empty();
        }
    }

    private AacClip clip() {
        ByteBuffer table = Mp4Boxes.find(track, "mdia", "minf", "stbl");
        byte[] config = table == null ? null : config(Mp4Boxes.find(table, "stsd"));
        List<byte[]> frames = config == null ? null : frames(table);
        if (frames == null || frames.isEmpty()) {
            return null;
        }
        AudioFormat format = AudioFormat.parse(config);
        long held = (long) frames.size() * format.samplesPerFrame();
        long[] edit = edit(format.sampleRateHz());
        long leading = Math.min(held, edit[0]);
        return new AacClip(format, frames, leading, edit[1] > 0 ? Math.min(edit[1], held - leading) : held - leading);
    }

    /** Leading and audible core samples by the first edit that shows media; zeros when there is none. */
    private long[] edit(int rate) {
        ByteBuffer list = Mp4Boxes.find(track, "edts", "elst");
        if (list == null) {
            return new long[2];
        }
        boolean wide = list.get() == 1;
        int entries = list.getInt(4);
        list.position(8);
        for (int i = 0; i < entries; i++) {
            long duration = wide ? list.getLong() : list.getInt() & 0xffffffffL;
            long from = wide ? list.getLong() : list.getInt();
            list.getInt();
            if (from >= 0) {
                return new long[] {
                    scale(from, rate, timescale(Mp4Boxes.find(track, "mdia", "mdhd"))),
                    scale(duration, rate, timescale(Mp4Boxes.find(movie, "mvhd")))
                };
            }
        }
        return new long[2];
    }

    private static long scale(long value, int to, long from) {
        return Math.round((double) value * to / from);
    }

    /** mdhd and mvhd have it at the same place. */
    private static long timescale(ByteBuffer header) {
        long timescale = header.getInt(header.get(0) == 1 ? 20 : 12) & 0xffffffffL;
        if (timescale == 0) {
            throw new IllegalArgumentException("time scale is 0");
        }
        return timescale;
    }

    private static byte[] config(ByteBuffer descriptions) {
        if (descriptions == null) {
            return null;
        }
        ByteBuffer entry = Mp4Boxes.find(descriptions.position(8).slice(), "mp4a");
        // AudioSampleEntry: 28 bytes before its boxes. QuickTime's longer versions are left to qtdemux.
        ByteBuffer esds = entry == null || entry.getShort(8) != 0
                ? null
                : Mp4Boxes.find(entry.position(28).slice(), "esds");
        if (esds == null) {
            return null;
        }
        ByteBuffer es = descriptor(esds.position(4), ES_DESCRIPTOR);
        es.getShort();
        if ((es.get() & 0xe0) != 0) {
            return null;
        }
        ByteBuffer decoder = descriptor(es, DECODER_CONFIG);
        if ((decoder.get() & 255) != MPEG4_AUDIO) {
            return null;
        }
        ByteBuffer specific = descriptor(decoder.position(13), DECODER_SPECIFIC);
        byte[] config = new byte[specific.remaining()];
        specific.get(config);
        return config;
    }

    private static ByteBuffer descriptor(ByteBuffer at, int tag) {
        if (at.get() != tag) {
            throw new IllegalArgumentException("descriptor " + tag + " is missing");
        }
        int length = 0;
        int part;
        do {
            part = at.get();
            length = (length << 7) | (part & 127);
        } while (part < 0);
        return at.slice(at.position(), length);
    }

    private List<byte[]> frames(ByteBuffer table) {
        ByteBuffer sizes = Mp4Boxes.find(table, "stsz");
        ByteBuffer chunks = Mp4Boxes.find(table, "stsc");
        ByteBuffer narrow = Mp4Boxes.find(table, "stco");
        ByteBuffer wide = Mp4Boxes.find(table, "co64");
        if (sizes == null || chunks == null || (narrow == null && wide == null)) {
            return null;
        }
        int common = sizes.getInt(4);
        int count = sizes.getInt(8);
        ByteBuffer offsets = narrow != null ? narrow : wide;
        int chunkCount = offsets.getInt(4);
        int runs = chunks.getInt(4);
        if (count < 0 || count > MAX_FRAMES) {
            return null;
        }
        List<byte[]> frames = new ArrayList<>(count);
        long taken = 0;
        int run = 0;
        for (int chunk = 0; chunk < chunkCount && frames.size() < count; chunk++) {
            while (run + 1 < runs && chunks.getInt(8 + (run + 1) * 12) - 1 <= chunk) {
                run++;
            }
            long at = narrow != null ? narrow.getInt(8 + chunk * 4) & 0xffffffffL : wide.getLong(8 + chunk * 8);
            int inChunk = chunks.getInt(8 + run * 12 + 4);
            for (int i = 0; i < inChunk && frames.size() < count; i++) {
                int size = common != 0 ? common : sizes.getInt(12 + frames.size() * 4);
                taken += size;
                // Tables may point to the same bytes again and again; sound that is larger than its file is refused.
                if (size < 0 || at < 0 || at + size > file.length || taken > file.length) {
                    return null;
                }
                frames.add(java.util.Arrays.copyOfRange(file, (int) at, (int) at + size));
                at += size;
            }
        }
        return frames.size() == count ? frames : null;
    }
}
