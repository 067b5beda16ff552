package io.livedub.media;

import java.util.List;
import java.util.Locale;

import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.Mp4Box.Children;

/**
 * The first track of AAC that a file describes.
 *
 * @param track its {@code trak} box
 * @param table what is in its sample table
 * @param description number of the sample description that is AAC, from 1
 * @param audioSpecificConfig the decoder configuration in it
 */
record Mp4AacTrack(Mp4Box track, Children table, int description, byte[] audioSpecificConfig) {
    private static final int ES_DESCRIPTOR = 3;
    private static final int DECODER_CONFIG = 4;
    private static final int DECODER_SPECIFIC = 5;
    private static final int MPEG4_AUDIO = 0x40;
    private static final int MPEG2_AAC_MAIN = 0x66;
    private static final int MPEG2_AAC_SSR = 0x68;
    /** A program config element with the longest comment has 340. */
    private static final int MAX_CONFIG_BYTES = 512;

    /** AudioSampleEntry, and what QuickTime's versions 1 and 2 add to it. */
    private static final int[] ENTRY_BYTES = {28, 44, 64};

    /** @throws CodecException when the file has no such track, or its description is damaged */
    static Mp4AacTrack find(Mp4Box movie) {
        String other = "";
        for (Mp4Box track : movie.children(0).boxes()) {
            Mp4Box media = track.is("trak") ? track.find("mdia", "minf") : null;
            // A header of a sound track, so that nothing is asked of a picture's description.
            Mp4Box tables = media == null || media.child("smhd") == null ? null : media.child("stbl");
            if (tables == null) {
                continue;
            }
            Children table = tables.children(0);
            Mp4Box descriptions = table.first("stsd");
            if (descriptions == null) {
                continue;
            }
            List<Mp4Box> entries = descriptions.children(8).boxes();
            for (int i = 0; i < entries.size(); i++) {
                byte[] config = entries.get(i).is("mp4a") ? config(entries.get(i)) : null;
                if (config != null) {
                    return new Mp4AacTrack(track, table, i + 1, config);
                }
                other = ", but a track of '" + entries.get(i).type() + "' sound that is something else";
            }
        }
        throw new CodecException("there is no AAC track" + other);
    }

    /** Null when the entry holds another codec: MP3 is "mp4a" too. */
    private static byte[] config(Mp4Box entry) {
        int version = entry.shortAt(8);
        if (version >= ENTRY_BYTES.length) {
            throw new CodecException("its sound is described in the unknown version " + version);
        }
        Children inside = entry.children(ENTRY_BYTES[version]);
        Mp4Box esds = inside.first("esds");
        if (esds == null) {
            Mp4Box wave = inside.first("wave");
            esds = wave == null ? null : wave.child("esds");
        }
        if (esds == null) {
            throw new CodecException("there is no decoder configuration for its sound");
        }
        Descriptor stream = new Descriptor(esds, 4, esds.size()).inside(ES_DESCRIPTOR, 0);
        int flags = esds.byteAt(stream.from + 2);
        int header = 3 + ((flags & 0x80) != 0 ? 2 : 0) + ((flags & 0x20) != 0 ? 2 : 0);
        if ((flags & 0x40) != 0) {
            header += 1 + esds.byteAt(stream.from + 3 + ((flags & 0x80) != 0 ? 2 : 0));
        }
        Descriptor decoder = stream.inside(DECODER_CONFIG, header);
        int codec = esds.byteAt(decoder.from);
        if (codec != MPEG4_AUDIO && (codec < MPEG2_AAC_MAIN || codec > MPEG2_AAC_SSR)) {
            return null;
        }
        Descriptor specific = decoder.inside(DECODER_SPECIFIC, 13);
        int length = specific.to - specific.from;
        if (length > MAX_CONFIG_BYTES) {
            throw new CodecException(
                    String.format(Locale.ROOT, "its decoder configuration has %d bytes, which none has", length));
        }
        return esds.bytes(specific.from, length);
    }

    /** A part of an elementary stream descriptor (ISO/IEC 14496-1, 7.2.6): tag, length in groups of 7 bits, content. */
    private record Descriptor(Mp4Box box, int from, int to) {
        private static final int MAX_LENGTH_BYTES = 4;

        /** The first part with a tag behind the first {@code skip} bytes; what is announced to be longer than its parent ends with it. */
        Descriptor inside(int tag, int skip) {
            int at = from + skip;
            while (at < to) {
                int found = box.byteAt(at++);
                int length = 0;
                int part = 0x80;
                for (int i = 0; i < MAX_LENGTH_BYTES && (part & 0x80) != 0; i++) {
                    part = box.byteAt(at++);
                    length = length << 7 | (part & 0x7f);
                }
                int end = Math.min(to, at + length);
                if (found == tag) {
                    return new Descriptor(box, at, end);
                }
                at = end;
            }
            throw new CodecException("its decoder configuration is damaged: descriptor " + tag + " is missing");
        }
    }
}
