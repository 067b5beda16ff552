package io.livedub.media;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.Mp4Box.Children;

/** Reads a {@link SlateClip} out of a plain MP4 with H.264, and AAC where it has sound. Time and memory are bounded by the file's own size. */
public final class SlateReader {
    /** What a stream's process holds of it for as long as it runs. */
    public static final int MOST_BYTES = 64 << 20;

    /** Two minutes of 120 pictures a second. */
    private static final int MOST_PICTURES = 120 * 120;

    private static final long SHORTEST_NS = 10_000_000L;

    private static final int NAL_LENGTH = 4;
    private static final int IDR = 5;
    /** MediaMTX ends a publisher whose access unit has more. */
    private static final int MOST_NAL_UNITS = 50;
    /** VisualSampleEntry, before its boxes. */
    private static final int VISUAL_ENTRY = 78;

    private final byte[] file;
    private final Children table;
    private final long timescale;
    /** Length of all pictures, in the track's own unit. */
    private long units;
    /** The lowest composition offset where it is negative. */
    private long leastOffset;

    private SlateReader(byte[] file, Children table, long timescale) {
        this.file = file;
        this.table = table;
        this.timescale = timescale;
    }

    /** @throws CodecException when it cannot be shown; the message says why */
    public static SlateClip read(byte[] file) {
        Children boxes = Mp4Box.of(file).readable();
        Mp4Box movie = boxes.first("moov");
        if (movie == null) {
            throw boxes.damage().orElseGet(() -> new CodecException("it is not an MP4: there is no box 'moov' in it"));
        }
        Mp4Box track =
                track(movie, "vmhd").orElseThrow(() -> new CodecException("there is no track of pictures in it"));
        Mp4Box tables = track.find("mdia", "minf", "stbl");
        long timescale = Mp4Priming.timescale(track.find("mdia", "mdhd"));
        if (tables == null || timescale <= 0) {
            throw new CodecException("its track of pictures has no tables");
        }
        SlateReader reader = new SlateReader(file, tables.children(0), timescale);
        VideoFormat format = reader.format();
        List<SlateClip.Picture> pictures = reader.pictures();
        long durationNs = reader.ns(reader.units);
        if (durationNs < SHORTEST_NS) {
            throw new CodecException("its pictures last less than 10 ms");
        }
        return new SlateClip(format, pictures, durationNs, sound(file, movie, reader.shownFromNs(track)));
    }

    private static Optional<Mp4Box> track(Mp4Box movie, String header) {
        return movie.children(0).boxes().stream()
                .filter(box -> box.is("trak") && box.find("mdia", "minf", header) != null)
                .findFirst();
    }

    private static Optional<SlateClip.Sound> sound(byte[] file, Mp4Box movie, long pictureFromNs) {
        if (track(movie, "smhd").isEmpty()) {
            return Optional.empty();
        }
        AacClip clip = M4aReader.read(file);
        long leadingNs = clip.leadingSamples() * 1_000_000_000L / clip.format().sampleRateHz();
        return Optional.of(new SlateClip.Sound(clip.format(), clip.frames(), leadingNs - pictureFromNs));
    }

    private VideoFormat format() {
        Mp4Box descriptions = table.first("stsd");
        List<Mp4Box> entries =
                descriptions == null ? List.of() : descriptions.children(8).boxes();
        if (entries.size() != 1 || !(entries.get(0).is("avc1") || entries.get(0).is("avc3"))) {
            throw new CodecException("its pictures are not H.264 of one configuration"
                    + (entries.isEmpty() ? "" : ", but '" + entries.get(0).type() + "'"));
        }
        Mp4Box configuration = entries.get(0).children(VISUAL_ENTRY).first("avcC");
        byte[] avcC = configuration == null ? new byte[0] : configuration.bytes(0, configuration.size());
        H264Sps sps = H264Sps.ofAvcC(avcC)
                .orElseThrow(() -> new CodecException("its H.264 has no configuration that can be read"));
        if ((avcC[4] & 3) + 1 != NAL_LENGTH) {
            throw new CodecException(
                    "its NAL units have lengths of " + ((avcC[4] & 3) + 1) + " bytes, where 4 are needed");
        }
        return new VideoFormat(avcC, sps.width(), sps.height());
    }

    private List<SlateClip.Picture> pictures() {
        List<byte[]> units = new ArrayList<>();
        new Mp4SampleTable(table, 1).read(new Units(units), timescale);
        if (units.isEmpty()) {
            throw new CodecException(
                    "it has no pictures in its tables (a fragmented MP4 cannot be shown; make it a plain one)");
        }
        long[] dts = decodingTimes(units.size());
        long[] composition = compositions(units.size());
        List<SlateClip.Picture> pictures = new ArrayList<>(units.size());
        for (int i = 0; i < units.size(); i++) {
            byte[] data = units.get(i);
            pictures.add(new SlateClip.Picture(ns(dts[i]), ns(composition[i]), isIdr(data, i), data));
        }
        if (!pictures.get(0).keyframe()) {
            throw new CodecException(
                    "its first picture is not an IDR picture, so that it cannot be shown again and again");
        }
        return List.copyOf(pictures);
    }

    private long[] decodingTimes(int count) {
        Mp4Box box = table.first("stts");
        if (box == null) {
            throw new CodecException("there is no box 'stts' in its sample table");
        }
        long[] times = new long[count];
        int at = 0;
        for (int i = 0; i < box.entries(4, 8, 8); i++) {
            long run = box.intAt(8 + 8 * i);
            long delta = box.intAt(8 + 8 * i + 4);
            for (long k = 0; k < run && at < count; k++) {
                times[at++] = units;
                units += delta;
            }
        }
        if (at < count || units <= 0) {
            throw new CodecException(String.format(Locale.ROOT, "its times are those of %d of %d pictures", at, count));
        }
        return times;
    }

    private long[] compositions(int count) {
        long[] offsets = new long[count];
        Mp4Box box = table.first("ctts");
        if (box == null) {
            return offsets;
        }
        int at = 0;
        for (int i = 0; i < box.entries(4, 8, 8); i++) {
            long run = box.intAt(8 + 8 * i);
            long offset = (int) box.intAt(8 + 8 * i + 4);
            for (long k = 0; k < run && at < count; k++) {
                offsets[at++] = offset;
            }
        }
        // Version 1 allows negative ones; the output, as FLV, has the decoding time first.
        leastOffset = Math.min(0, Arrays.stream(offsets).min().orElse(0));
        for (int i = 0; i < count; i++) {
            offsets[i] -= leastOffset;
        }
        return offsets;
    }

    /** Presentation time, of the track, at which the first edit begins: with B-frames their reordering. */
    private long shownFromNs(Mp4Box track) {
        Mp4Box list = track.find("edts", "elst");
        if (list == null) {
            return ns(-leastOffset);
        }
        boolean wide = list.byteAt(0) == 1;
        int entry = wide ? 20 : 12;
        for (int i = 0; i < list.entries(4, 8, entry); i++) {
            long from = wide ? list.longAt(8 + i * entry + 8) : (int) list.intAt(8 + i * entry + 4);
            if (from >= 0) {
                return ns(Math.min(from, units) - leastOffset);
            }
        }
        return ns(-leastOffset);
    }

    private long ns(long ofTimescale) {
        return (long) (ofTimescale * 1e9 / timescale);
    }

    /** Checks the lengths too: MediaMTX ends a publisher whose lengths do not add up. */
    private static boolean isIdr(byte[] data, int picture) {
        int at = 0;
        int count = 0;
        boolean idr = false;
        while (at < data.length) {
            long left = data.length - at - NAL_LENGTH;
            long length = left < 1
                    ? -1
                    : (data[at] & 255L) << 24
                            | (data[at + 1] & 255L) << 16
                            | (data[at + 2] & 255L) << 8
                            | (data[at + 3] & 255L);
            if (length < 1 || length > left || ++count > MOST_NAL_UNITS) {
                throw new CodecException("picture " + picture + " is not whole: its NAL units' lengths do not add up");
            }
            idr |= (data[at + NAL_LENGTH] & 31) == IDR;
            at += NAL_LENGTH + (int) length;
        }
        return idr;
    }

    /** Takes access units where the tables say they are; all together are no larger than the file. */
    private final class Units implements Mp4Samples {
        private final List<byte[]> units;
        private long taken;

        private Units(List<byte[]> units) {
            this.units = units;
        }

        @Override
        public void expect(long count) {
            if (count > MOST_PICTURES) {
                throw new CodecException(
                        String.format(Locale.ROOT, "it has %d pictures, more than %d", count, MOST_PICTURES));
            }
        }

        @Override
        public void take(long at, long size) {
            if (size <= 0 || at < 0 || at > file.length - size) {
                throw new CodecException("picture " + units.size() + " lies outside of the file");
            }
            taken += size;
            if (taken > file.length) {
                throw new CodecException("its pictures overlap: together they are larger than the file");
            }
            units.add(Arrays.copyOfRange(file, (int) at, (int) (at + size)));
        }
    }
}
