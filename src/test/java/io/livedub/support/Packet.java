package io.livedub.support;

/**
 * One access unit or AAC frame as {@code src/test/python/packets.py} saw it.
 *
 * @param dtsMs on the stream's own clock, as {@code ptsMs}
 * @param size of the payload, bytes
 * @param digest of the payload without its FLV header
 * @param arrivalNs {@link System#nanoTime()} of its arrival, 0 for a file
 * @param wallNs Unix time of its arrival, 0 for a file
 * @param config decoder configuration that was announced for it, in hex; {@code -} when none was
 */
public record Packet(
        String track,
        long dtsMs,
        long ptsMs,
        boolean key,
        int size,
        String digest,
        long arrivalNs,
        long wallNs,
        String config) {
    static Packet parse(String line) {
        String[] part = line.split(" ");
        return new Packet(
                part[0],
                Long.parseLong(part[1]),
                Long.parseLong(part[2]),
                part[3].equals("1"),
                Integer.parseInt(part[4]),
                part[5],
                Long.parseLong(part[6]),
                Long.parseLong(part[7]),
                part[8]);
    }

    public boolean video() {
        return track.equals("video");
    }
}
