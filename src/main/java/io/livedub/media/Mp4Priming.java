package io.livedub.media;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.livedub.media.AudioCodec.CodecException;

/**
 * Which of a track's samples are to be heard.
 *
 * @param leading core samples of encoder delay (priming) at the beginning, which are not to be heard
 * @param audible core samples to be heard after the encoder delay; 0 when the file does not say
 */
record Mp4Priming(long leading, long audible) {
    private static final int MAX_TAG_BYTES = 512;
    /** iTunSMPB: a number that is always 0, priming, padding, samples of the original; hexadecimal. */
    private static final Pattern GAPLESS = Pattern.compile(
            "\\s*[0-9A-Fa-f]{1,8}\\s+([0-9A-Fa-f]{1,8})\\s+[0-9A-Fa-f]{1,8}\\s+([0-9A-Fa-f]{1,16})\\b.*");

    private static final Mp4Priming UNKNOWN = new Mp4Priming(0, 0);

    /** By the edit list, which every muxer of today writes, else by the tag that iTunes wrote before that. */
    static Mp4Priming read(Mp4Box movie, Mp4Box track, int rate) {
        Mp4Box list = track.find("edts", "elst");
        if (list != null) {
            return byEdits(list, movie, track, rate);
        }
        Mp4Box tags = movie.find("udta", "meta");
        if (tags == null) {
            return UNKNOWN;
        }
        // QuickTime's has no version and flags in front of its boxes.
        boolean plain = tags.size() >= 8 && tags.intAt(0) != 0;
        Mp4Box items = tags.children(plain ? 0 : 4).first("ilst");
        return items == null ? UNKNOWN : byTag(items, rate, timescale(track.find("mdia", "mdhd")));
    }

    /** The first edit that shows media counts; others would be cuts, which nobody makes in an answer. */
    private static Mp4Priming byEdits(Mp4Box list, Mp4Box movie, Mp4Box track, int rate) {
        boolean wide = list.byteAt(0) == 1;
        int entries = list.entries(4, 8, wide ? 20 : 12);
        for (int i = 0; i < entries; i++) {
            int at = 8 + i * (wide ? 20 : 12);
            long duration = wide ? list.longAt(at) : list.intAt(at);
            long from = wide ? list.longAt(at + 8) : (int) list.intAt(at + 4);
            if (from >= 0) {
                return new Mp4Priming(
                        scale(from, rate, timescale(track.find("mdia", "mdhd"))),
                        scale(duration, rate, timescale(movie.child("mvhd"))));
            }
        }
        return UNKNOWN;
    }

    private static Mp4Priming byTag(Mp4Box items, int rate, long timescale) {
        for (Mp4Box item : items.children(0).boxes()) {
            Mp4Box name = item.is("----") ? item.child("name") : null;
            Mp4Box data = name == null ? null : item.child("data");
            if (data == null || !"iTunSMPB".equals(text(name, 4))) {
                continue;
            }
            Matcher numbers = GAPLESS.matcher(text(data, 8));
            if (numbers.matches()) {
                return new Mp4Priming(
                        scale(Long.parseLong(numbers.group(1), 16), rate, timescale),
                        scale(Long.parseUnsignedLong(numbers.group(2), 16), rate, timescale));
            }
        }
        return UNKNOWN;
    }

    private static String text(Mp4Box box, int from) {
        int length = Math.min(box.size() - from, MAX_TAG_BYTES);
        return length <= 0 ? "" : new String(box.bytes(from, length), StandardCharsets.ISO_8859_1);
    }

    private static long scale(long value, int to, long from) {
        return Math.round((double) value * to / from);
    }

    /** Units of a second; {@code mdhd} and {@code mvhd} have it at the same place. */
    static long timescale(Mp4Box header) {
        if (header == null) {
            throw new CodecException("there is no header that says in what time is counted");
        }
        long timescale = header.intAt(header.byteAt(0) == 1 ? 20 : 12);
        if (timescale == 0) {
            throw new CodecException("box '" + header.type() + "' counts time in units of nothing");
        }
        return timescale;
    }
}
