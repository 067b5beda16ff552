package io.livedub.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** An M4A written box by box, so that each of them can be wrong; and recorded ones (ffmpeg 5.1, GStreamer 1.22: a second of 440 Hz, 24 kHz mono). */
final class M4aFile {
    static final int FRAME_BYTES = 10;

    byte[] config = HexFormat.of().parseHex("1190");
    int objectType = 0x40;
    int frames = 3;
    int timescale = 48_000;
    byte[] sizes;
    byte[] times;
    byte[] chunks;
    byte[] offsets;
    byte[] edits = new byte[0];
    byte[] movieExtras = new byte[0];
    byte[] trackBefore = new byte[0];
    byte[] afterwards = new byte[0];
    byte[] data;

    static byte[] recorded(String name) {
        try (InputStream file = M4aFile.class.getResourceAsStream("/m4a/" + name + ".m4a")) {
            return file.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Frames of ten bytes, all of their number. */
    byte[] bytes() {
        byte[] ftyp = box("ftyp", text("M4A "), ints(0), text("M4A "));
        byte[] media = new byte[frames * FRAME_BYTES];
        for (int i = 0; i < media.length; i++) {
            media[i] = (byte) (i / FRAME_BYTES + 1);
        }
        byte[] mdat = box("mdat", data != null ? data : media);
        return join(ftyp, mdat, movie(ftyp.length + 8), afterwards);
    }

    byte[] movie(int dataAt) {
        byte[] stsz = sizes != null ? sizes : box("stsz", ints(0, FRAME_BYTES, frames));
        byte[] stts = times != null ? times : box("stts", ints(0, 1, frames, 1024));
        byte[] stsc = chunks != null ? chunks : box("stsc", ints(0, 1, 1, frames, 1));
        byte[] stco = offsets != null ? offsets : box("stco", ints(0, 1, dataAt));
        byte[] table = box("stbl", box("stsd", ints(0, 1), entry(config, objectType)), stts, stsc, stsz, stco);
        byte[] media =
                box("mdia", box("mdhd", ints(0, 0, 0, timescale, 0, 0)), box("minf", box("smhd", ints(0, 0)), table));
        byte[] track = box("trak", box("tkhd", ints(0, 0, 0, 1, 0)), edits, media);
        return box("moov", box("mvhd", ints(0, 0, 0, 1000, 0)), movieExtras, trackBefore, track);
    }

    static byte[] entry(byte[] config, int objectType) {
        byte[] specific = join(new byte[] {5, (byte) config.length}, config);
        byte[] decoder = join(new byte[] {4, (byte) (13 + specific.length), (byte) objectType}, new byte[12], specific);
        byte[] stream = join(new byte[] {3, (byte) (3 + decoder.length), 0, 0, 0}, decoder);
        return box("mp4a", new byte[28], box("esds", ints(0), stream));
    }

    static byte[] box(String type, byte[]... content) {
        byte[] inside = join(content);
        return join(ints(inside.length + 8), text(type), inside);
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] ints(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        Arrays.stream(values).forEach(value -> bytes.putInt((int) value));
        return bytes.array();
    }

    static byte[] longs(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length);
        Arrays.stream(values).forEach(bytes::putLong);
        return bytes.array();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
