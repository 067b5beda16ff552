package io.livedub.media.flv;

import java.io.ByteArrayOutputStream;

/**
 * Checks the NAL units of one access unit (ISO/IEC 14496-15, 5.3.4.2: each behind its length) and says what it is. MediaMTX ends a
 * publisher whose lengths do not add up, so such an access unit must not reach the output.
 *
 * @param data length-prefixed NAL units, exactly; the array that was given when nothing was wrong with it
 * @param keyframe an IDR picture; or a picture that its sender calls a keyframe, and that is an I picture (an open GOP) or has a
 *     recovery point (intra refresh, where no picture is ever whole by itself)
 * @param picture whether it has a slice at all; parameter sets alone have none
 */
record AccessUnit(byte[] data, boolean keyframe, boolean picture) {
    private static final int SLICE = 1;
    private static final int IDR = 5;
    private static final int SEI = 6;
    /**
     * Bounds the work for one access unit. An encoder that fits its slices to network packets makes hundreds of a keyframe. MediaMTX takes at
     * most 50, from a publisher as from this worker; cutting the picture there would destroy it on every other server.
     */
    private static final int MOST_NAL_UNITS = 4096;

    private static final int RECOVERY_POINT = 6;

    /**
     * @param lengthSize bytes of each length: 1, 2 or 4
     * @param flagged whether the sender calls it a keyframe
     * @return null when no NAL unit can be found
     */
    static AccessUnit read(byte[] data, int lengthSize, boolean flagged) {
        AccessUnit read = new Scan(data, lengthSize).read(flagged);
        if (read != null && read.data == data) {
            return read;
        }
        byte[] framed = startCodes(data) ? fromStartCodes(data, lengthSize) : null;
        return framed == null ? read : new Scan(framed, lengthSize).read(flagged);
    }

    /** Walks over the NAL units once. Leaves out empty units, and everything behind a length that does not fit. */
    private static final class Scan {
        private final byte[] data;
        private final int lengthSize;
        private ByteArrayOutputStream kept;
        private int count;
        private boolean picture;
        private boolean idr;
        private boolean intra = true;
        private boolean recovery;

        Scan(byte[] data, int lengthSize) {
            this.data = data;
            this.lengthSize = lengthSize;
        }

        AccessUnit read(boolean flagged) {
            int at = 0;
            while (at < data.length) {
                long length = length(data, at, lengthSize);
                if (length < 0 || length > data.length - at - lengthSize || count == MOST_NAL_UNITS) {
                    leaveOut(at);
                    break;
                }
                if (length == 0) {
                    leaveOut(at);
                } else {
                    look(at + lengthSize, (int) length);
                    if (kept != null) {
                        kept.write(data, at, lengthSize + (int) length);
                    }
                }
                at += lengthSize + (int) length;
            }
            if (count == 0) {
                return null;
            }
            return new AccessUnit(
                    kept == null ? data : kept.toByteArray(),
                    picture && (idr || flagged && (intra || recovery)),
                    picture);
        }

        private void leaveOut(int at) {
            if (kept == null) {
                kept = new ByteArrayOutputStream(data.length);
                kept.write(data, 0, at);
            }
        }

        private void look(int from, int length) {
            count++;
            int type = data[from] & 31;
            if (type == IDR || type == SLICE) {
                picture = true;
                idr |= type == IDR;
                intra &= type == IDR || isIntra(data, from + 1, length - 1);
            } else if (type == SEI) {
                recovery |= hasRecoveryPoint(data, from + 1, from + length);
            }
        }
    }

    /** Bytes of a length field; -1 when it is cut off. */
    private static long length(byte[] data, int at, int lengthSize) {
        if (at + lengthSize > data.length) {
            return -1;
        }
        long length = 0;
        for (int i = 0; i < lengthSize; i++) {
            length = length << 8 | data[at + i] & 255;
        }
        return length;
    }

    /** Whether a slice is of type I or SI (ITU-T H.264, 7.4.3): the second number of its header. */
    private static boolean isIntra(byte[] data, int from, int length) {
        ExpGolomb bits = new ExpGolomb(data, from, Math.min(length, 16));
        bits.unsigned();
        int type = bits.unsigned() % 5;
        return bits.good() && (type == 2 || type == 4);
    }

    /** Whether one of the messages is a recovery point (ITU-T H.264, D.1.8). */
    private static boolean hasRecoveryPoint(byte[] data, int from, int end) {
        int at = from;
        while (at + 2 < end) {
            int type = data[at] & 255;
            if (type == RECOVERY_POINT) {
                return true;
            }
            // A type of 255 and more has further bytes; a recovery point has none.
            while (at < end && data[at] == (byte) 255) {
                at++;
            }
            at++;
            int size = 0;
            while (at < end && data[at] == (byte) 255) {
                size += 255;
                at++;
            }
            if (at >= end) {
                return false;
            }
            size += data[at] & 255;
            at += 1 + size;
        }
        return false;
    }

    /** Some encoders leave Annex B start codes where FLV wants lengths. */
    static boolean startCodes(byte[] data) {
        return data.length > 4 && data[0] == 0 && data[1] == 0 && (data[2] == 1 || data[2] == 0 && data[3] == 1);
    }

    static byte[] fromStartCodes(byte[] data, int lengthSize) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(data.length + 16);
        int from = -1;
        int count = 0;
        for (int i = 0; i + 2 < data.length; i++) {
            if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1) {
                if (from >= 0 && (++count > MOST_NAL_UNITS || !append(data, from, i, lengthSize, out))) {
                    return null;
                }
                from = i + 3;
                i += 2;
            }
        }
        return from >= 0 && append(data, from, data.length, lengthSize, out) ? out.toByteArray() : null;
    }

    private static boolean append(byte[] data, int from, int to, int lengthSize, ByteArrayOutputStream out) {
        int end = to;
        // The zero byte of a four-byte start code, and trailing zeros, belong to no NAL unit.
        while (end > from && data[end - 1] == 0) {
            end--;
        }
        int length = end - from;
        if (length == 0) {
            return true;
        }
        if (lengthSize < 4 && length >= 1 << 8 * lengthSize) {
            return false;
        }
        for (int shift = 8 * (lengthSize - 1); shift >= 0; shift -= 8) {
            out.write(length >> shift);
        }
        out.write(data, from, length);
        return true;
    }
}
