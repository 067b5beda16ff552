package io.livedub.media;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.livedub.media.AudioCodec.CodecException;

/**
 * One box of an ISO base media file (ISO/IEC 14496-12, 4.2), as a view into the file's bytes. Every number is read within the box that holds it, and
 * every child lies within its parent, so a hostile file costs no more than its own bytes and {@link #MAX_BOXES} views. Nothing here descends by
 * itself: how deep boxes are nested does not matter, only the paths that a reader asks for are walked.
 */
final class Mp4Box {
    /** Over all lists of one file. Two minutes of 48 kHz, with each frame in a fragment of its own (seven boxes), take 39 400. */
    static final int MAX_BOXES = 100_000;

    private static final int HEADER = 8;
    private static final int LONG_HEADER = 16;

    private final byte[] file;
    private final int[] left;
    private final int start;
    private final int from;
    private final int to;

    private Mp4Box(byte[] file, int[] left, int start, int from, int to) {
        this.file = file;
        this.left = left;
        this.start = start;
        this.from = from;
        this.to = to;
    }

    /** The whole file, as if it were the content of one box. */
    static Mp4Box of(byte[] file) {
        return new Mp4Box(file, new int[] {MAX_BOXES}, 0, 0, file.length);
    }

    /** The boxes inside, and why the list ends early when it does. */
    record Children(List<Mp4Box> boxes, Optional<CodecException> damage) {
        Mp4Box first(String type) {
            for (Mp4Box box : boxes) {
                if (box.is(type)) {
                    return box;
                }
            }
            return null;
        }
    }

    /**
     * The boxes inside, up to the first that does not fit; for the top level, where garbage may follow a whole file.
     *
     * @throws CodecException when the file has more boxes than any reader needs
     */
    Children readable() {
        List<Mp4Box> boxes = new ArrayList<>();
        int at = from;
        while (to - at >= HEADER) {
            Mp4Box box;
            try {
                box = at(at, start == 0 && from == 0);
            } catch (CodecException damaged) {
                return new Children(boxes, Optional.of(damaged));
            }
            if (box == null) {
                break;
            }
            if (left[0]-- <= 0) {
                throw new CodecException("there are more than " + MAX_BOXES + " boxes");
            }
            boxes.add(box);
            at = box.to;
        }
        return new Children(boxes, Optional.empty());
    }

    /**
     * The boxes behind the first {@code skip} bytes of the content.
     *
     * @throws CodecException when one does not fit
     */
    Children children(int skip) {
        require(0, skip);
        Children children = new Mp4Box(file, left, Math.max(start, 1), from + skip, to).readable();
        children.damage().ifPresent(damage -> {
            throw damage;
        });
        return children;
    }

    /** The first box inside of a type, or null. */
    Mp4Box child(String type) {
        return children(0).first(type);
    }

    /** The box at a path of types, or null. */
    Mp4Box find(String... path) {
        Mp4Box box = this;
        for (int i = 0; i < path.length && box != null; i++) {
            box = box.child(path[i]);
        }
        return box;
    }

    /** Null at a size of 0 inside a box, with which QuickTime ends a list. */
    private Mp4Box at(int at, boolean top) {
        long size = number(at);
        int header = HEADER;
        if (size == 1 && to - at >= LONG_HEADER) {
            size = number(at + 8) << 32 | number(at + 12);
            header = LONG_HEADER;
        } else if (size == 0) {
            if (!top) {
                return null;
            }
            size = (long) to - at;
        }
        if (size < header || size > to - at) {
            throw new CodecException(String.format(
                    Locale.ROOT,
                    "box '%s' at byte %d says it has %s bytes, where there are %d",
                    name(file, at + 4),
                    at,
                    Long.toUnsignedString(size),
                    to - at));
        }
        return new Mp4Box(file, left, at, at + header, (int) (at + size));
    }

    private long number(int at) {
        return (file[at] & 255L) << 24
                | (file[at + 1] & 255L) << 16
                | (file[at + 2] & 255L) << 8
                | (file[at + 3] & 255L);
    }

    boolean is(String type) {
        int at = typeAt();
        for (int i = 0; i < 4; i++) {
            if ((file[at + i] & 255) != type.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Four printable characters, fit for a message. */
    String type() {
        return name(file, typeAt());
    }

    private int typeAt() {
        return start + 4;
    }

    private static String name(byte[] file, int at) {
        StringBuilder name = new StringBuilder();
        for (int i = at; i < at + 4; i++) {
            name.append(file[i] >= ' ' && file[i] < 127 ? (char) file[i] : '?');
        }
        return name.toString();
    }

    /** Position of the box's header in the file. */
    int start() {
        return start;
    }

    /** Length of the content. */
    int size() {
        return to - from;
    }

    int byteAt(int at) {
        require(at, 1);
        return file[from + at] & 255;
    }

    int shortAt(int at) {
        require(at, 2);
        return (file[from + at] & 255) << 8 | (file[from + at + 1] & 255);
    }

    /** 32 bits without a sign. */
    long intAt(int at) {
        require(at, 4);
        return number(from + at);
    }

    /** 64 bits; negative for what no file reaches. */
    long longAt(int at) {
        require(at, 8);
        return number(from + at) << 32 | number(from + at + 4);
    }

    byte[] bytes(int at, int length) {
        require(at, length);
        return Arrays.copyOfRange(file, from + at, from + at + length);
    }

    /**
     * How many entries a table has.
     *
     * @param at where the number of entries is
     * @param table where the entries begin
     * @param entry bytes of one
     * @throws CodecException when the table would reach beyond its box
     */
    int entries(int at, int table, int entry) {
        long count = intAt(at);
        if (count > Math.max(0, size() - table) / entry) {
            throw new CodecException(String.format(
                    Locale.ROOT,
                    "box '%s' at byte %d says it has %d entries, for which it is too short",
                    type(),
                    start,
                    count));
        }
        return (int) count;
    }

    private void require(int at, int length) {
        if (at < 0 || length < 0 || length > size() - at) {
            throw new CodecException(
                    String.format(Locale.ROOT, "box '%s' at byte %d is too short: %d bytes", type(), start, size()));
        }
    }
}
