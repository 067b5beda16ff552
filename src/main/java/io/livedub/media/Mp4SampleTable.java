package io.livedub.media;

import java.util.Locale;

import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.Mp4Box.Children;

/** The tables of a plain MP4 (ISO/IEC 14496-12, 8.6 and 8.7): sizes, times, and the chunks in which the frames lie. */
final class Mp4SampleTable {
    private static final int CHUNK_RUN = 12;

    private final Children table;
    private final int description;

    /** @param description number of the sample description that was chosen, from 1 */
    Mp4SampleTable(Children table, int description) {
        this.table = table;
        this.description = description;
    }

    /** Hands every frame over; none in a fragmented file, whose tables are empty. */
    void read(Mp4Samples frames, long timescale) {
        Mp4Box sizes = table.first("stsz");
        Mp4Box compact = sizes == null ? table.first("stz2") : null;
        if (sizes == null && compact == null) {
            return;
        }
        long count = sizes != null ? sizes.intAt(8) : compact.intAt(8);
        if (count == 0) {
            return;
        }
        frames.expect(count);
        checkLength(timescale);
        long common = sizes != null ? sizes.intAt(4) : 0;
        int bits = sizes != null ? 32 : compact.byteAt(7);
        if (sizes != null && common == 0) {
            sizes.entries(8, 12, 4);
        }
        Sizes size = index -> {
            if (common != 0) {
                return common;
            }
            return switch (bits) {
                case 32 -> sizes.intAt(12 + 4 * index);
                case 16 -> compact.shortAt(12 + 2 * index);
                case 8 -> compact.byteAt(12 + index);
                case 4 -> compact.byteAt(12 + index / 2) >> (index % 2 == 0 ? 4 : 0) & 15;
                default -> throw new CodecException("box 'stz2' has sizes of " + bits + " bits");
            };
        };
        walk(frames, (int) count, size);
    }

    private interface Sizes {
        long of(int index);
    }

    private void walk(Mp4Samples frames, int count, Sizes sizes) {
        Mp4Box chunks = required("stsc");
        Mp4Box narrow = table.first("stco");
        Mp4Box offsets = narrow != null ? narrow : required("co64");
        int chunkCount = offsets.entries(4, 8, narrow != null ? 4 : 8);
        int runs = chunks.entries(4, 8, CHUNK_RUN);
        int taken = 0;
        int run = 0;
        for (int chunk = 0; chunk < chunkCount && taken < count; chunk++) {
            while (run + 1 < runs && chunks.intAt(8 + (run + 1) * CHUNK_RUN) - 1 <= chunk) {
                run++;
            }
            if (chunks.intAt(8 + run * CHUNK_RUN + 8) != description) {
                throw new CodecException("it changes from one sample description to another");
            }
            long at = narrow != null ? offsets.intAt(8 + 4 * chunk) : offsets.longAt(8 + 8 * chunk);
            long inChunk = chunks.intAt(8 + run * CHUNK_RUN + 4);
            for (long i = 0; i < inChunk && taken < count; i++, taken++) {
                long size = sizes.of(taken);
                frames.take(at, size);
                at += size;
            }
        }
        if (taken < count) {
            throw new CodecException(
                    String.format(Locale.ROOT, "it says it has %d frames, and its chunks hold %d", count, taken));
        }
    }

    /** The frames are counted, not the times: all AAC frames are equally long. But a file that claims to last for days is no answer to a segment. */
    private void checkLength(long timescale) {
        Mp4Box times = table.first("stts");
        if (times == null) {
            return;
        }
        int entries = times.entries(4, 8, 8);
        double units = 0;
        for (int i = 0; i < entries; i++) {
            units += (double) times.intAt(8 + 8 * i) * times.intAt(8 + 8 * i + 4);
        }
        double seconds = units / timescale;
        if (seconds > Mp4Frames.MAX_SECONDS + 1) {
            throw new CodecException(String.format(
                    Locale.ROOT, "it says it lasts %.0f s, more than %d s", seconds, Mp4Frames.MAX_SECONDS));
        }
    }

    private Mp4Box required(String type) {
        Mp4Box box = table.first(type);
        if (box == null) {
            throw new CodecException("there is no box '" + type + "' in its sample table");
        }
        return box;
    }
}
