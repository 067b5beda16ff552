package io.livedub.support;

import java.nio.file.Path;
import java.util.List;

/** What ffprobe says of a file. */
public final class Mp4Frames {
    private Mp4Frames() {}

    /** One value of a stream or of the format, as text. */
    public static String value(Path file, String section, String entry) {
        return Shell.run(
                        "ffprobe",
                        "-v",
                        "error",
                        "-show_entries",
                        section + "=" + entry,
                        "-of",
                        "default=nw=1:nk=1",
                        file.toString())
                .strip();
    }

    public static double seconds(Path file, String section, String entry) {
        return Double.parseDouble(value(file, section, entry));
    }

    /** One line for each packet: pts_time,dts_time. */
    public static List<String> times(Path file) {
        return Shell.run(
                        "ffprobe",
                        "-v",
                        "error",
                        "-show_entries",
                        "packet=pts_time,dts_time",
                        "-of",
                        "csv=p=0",
                        file.toString())
                .lines()
                .toList();
    }

    /** Decoded samples of one channel. */
    public static int decodedSamples(Path file, int channels) {
        return decode(file, channels).length / channels;
    }

    /** Decodes with ffmpeg to interleaved float samples, at the file's own rate. */
    public static float[] decode(Path file, int channels) {
        Path raw = file.resolveSibling(file.getFileName() + ".f32");
        Shell.run(
                "ffmpeg",
                "-v",
                "error",
                "-nostdin",
                "-y",
                "-i",
                file.toString(),
                "-ac",
                Integer.toString(channels),
                "-f",
                "f32le",
                raw.toString());
        try {
            java.nio.FloatBuffer floats = java.nio.ByteBuffer.wrap(java.nio.file.Files.readAllBytes(raw))
                    .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            float[] samples = new float[floats.remaining()];
            floats.get(samples);
            return samples;
        } catch (java.io.IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
