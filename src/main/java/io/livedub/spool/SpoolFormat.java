package io.livedub.spool;

import java.util.zip.CRC32C;

/**
 * The numbers of the format (docs/spool.md). Whatever is changed here changes {@link #VERSION}: a process of another version leaves the
 * spool alone.
 */
final class SpoolFormat {
    static final int MAGIC = 0x4C445350;
    static final int VERSION = 1;
    /** Magic, version, and two bytes that are 0. */
    static final int PREFIX = 8;

    static final int TYPE_HEADER = 1;
    static final int TYPE_FORMAT = 2;
    static final int TYPE_FRAME = 3;
    static final int TYPE_CUT = 4;
    static final int TYPE_SOUND = 5;
    static final int TYPE_POSITION = 6;
    static final int TYPE_HANDED_OVER = 7;
    static final int TYPE_SLATE = 8;

    /** Length and type in front of a record's payload, and the checksum behind it. */
    static final int LENGTH = 4;

    static final int CHECKSUM = 4;

    /** A picture of 1 s at 100 Mbit/s, or 30 s of dubbed sound at 3 Mbit/s. */
    static final int MOST_RECORD = 16 << 20;
    /** Formats in one file; a file that has so many is followed by a new one. */
    static final int MOST_FORMATS = 256;
    /** Two minutes of AAC frames of 48 kHz. */
    static final int MOST_SOUND_FRAMES = 6000;

    static final int MOST_TEXT = 4096;
    /** All files of one stream: 22 s of 50 Mbit/s are 138 MB. */
    static final long MOST_BYTES = 512L << 20;

    /** A file is begun anew from here on, or when it is as old as {@link #FILE_NS}. */
    static final int FULL_FILE = 4 << 20;

    static final long FILE_NS = 4_000_000_000L;
    /** A file that was almost full, and one more batch. */
    static final int MOST_FILE = 64 << 20;

    static final int NO_FORMAT = 0xFFFF;

    private SpoolFormat() {}

    /** The checksum of a record's type and payload. */
    static int checksum(byte[] bytes, int from, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, length);
        return (int) sum.getValue();
    }
}
