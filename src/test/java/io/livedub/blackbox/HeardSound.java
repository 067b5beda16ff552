package io.livedub.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.livedub.media.Pcm;
import io.livedub.sound.TruePeak;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.Shell;

/** What a viewer hears, decoded by ffmpeg and laid on the time stamps of the source by the pictures, which are the source's own. */
final class HeardSound {
    static final int RATE = 48_000;
    private static final int WINDOW = 576;
    private static final Pattern INTEGRATED = Pattern.compile("I:\\s+(-?[\\d.]+) LUFS");
    private static final Pattern PEAK = Pattern.compile("Peak:\\s+(-?[\\d.]+) dBFS");

    private final float[] left;
    private final Pcm pcm;
    /** Time stamp at the source of the first sample, ms. */
    private final double firstMs;

    private HeardSound(Pcm pcm, double firstMs) {
        this.pcm = pcm;
        this.firstMs = firstMs;
        this.left = new float[pcm.sampleFrames()];
        for (int i = 0; i < left.length; i++) {
            left[i] = pcm.samples()[i * pcm.channels()];
        }
    }

    /** @param aired packets of the recording */
    static HeardSound of(Path recording, List<Packet> aired, Path source) {
        Map<String, Long> stamps = new HashMap<>();
        Packets.video(Packets.ofFile(source)).forEach(packet -> stamps.put(packet.digest(), packet.ptsMs()));
        long[] shifts = Packets.video(aired).stream()
                .filter(packet -> stamps.containsKey(packet.digest()))
                .mapToLong(packet -> packet.ptsMs() - stamps.get(packet.digest()))
                .sorted()
                .toArray();
        long shiftMs = shifts[shifts.length / 2];
        double firstMs = Packets.audio(aired).get(0).ptsMs() - shiftMs;
        return new HeardSound(decoded(recording), firstMs);
    }

    /** Laid on its own time stamps: {@code zeroMs} is instant 0. */
    static HeardSound at(Path recording, List<Packet> aired, long zeroMs) {
        return new HeardSound(decoded(recording), Packets.audio(aired).get(0).ptsMs() - zeroMs);
    }

    /** A sound whose first sample is at time stamp 0. */
    static HeardSound of(Pcm pcm) {
        return new HeardSound(pcm, 0);
    }

    private static Pcm decoded(Path file) {
        try {
            Path raw = Files.createTempFile("heard", ".f32");
            Shell.run(
                    "ffmpeg",
                    "-v",
                    "error",
                    "-nostdin",
                    "-y",
                    "-i",
                    file.toString(),
                    "-vn",
                    "-ac",
                    "2",
                    "-ar",
                    Integer.toString(RATE),
                    "-f",
                    "f32le",
                    raw.toString());
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(raw)).order(ByteOrder.LITTLE_ENDIAN);
            Files.delete(raw);
            float[] samples = new float[bytes.limit() / Float.BYTES / 2 * 2];
            bytes.asFloatBuffer().get(samples);
            return new Pcm(RATE, 2, samples);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private int at(double ms) {
        return (int) Math.round((ms - firstMs) * pcm.sampleRateHz() / 1000);
    }

    /** Integrated loudness of a part by ffmpeg's ebur128. */
    double lufs(double fromMs, double toMs) {
        return ebur128(INTEGRATED, fromMs, toMs);
    }

    /** True peak by ffmpeg's ebur128, dBTP. */
    double ffmpegPeakDb(double fromMs, double toMs) {
        return ebur128(PEAK, fromMs, toMs);
    }

    private double ebur128(Pattern figure, double fromMs, double toMs) {
        try {
            Path wav = write(Files.createTempFile("part", ".wav"), part(fromMs, toMs));
            String said;
            try {
                said = Shell.run(
                        "sh",
                        "-c",
                        "ffmpeg -nostdin -hide_banner -i " + wav
                                + " -af ebur128=peak=true:framelog=verbose -f null - 2>&1");
            } finally {
                Files.delete(wav);
            }
            Matcher matcher = figure.matcher(said);
            double found = Double.NaN;
            while (matcher.find()) {
                found = Double.parseDouble(matcher.group(1));
            }
            return found;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Peak level of a sine at an instant of the source, dB of full scale: from 12 ms under a Hann window. */
    double levelDb(double hz, double atMs) {
        int from = at(atMs) - WINDOW / 2;
        double re = 0;
        double im = 0;
        for (int i = from; i < from + WINDOW; i++) {
            double window = Math.pow(Math.sin(Math.PI * (i - from) / WINDOW), 2);
            re += window * left[i] * Math.cos(2 * Math.PI * hz * i / RATE);
            im += window * left[i] * Math.sin(2 * Math.PI * hz * i / RATE);
        }
        return 20 * Math.log10(Math.hypot(re, im) / (WINDOW / 4.0));
    }

    /** The first instant from here on at which the sine is as low as that, ms. */
    double falls(double hz, double fromMs, double db) {
        double ms = fromMs;
        while (levelDb(hz, ms) > db) {
            ms += 0.5;
        }
        return ms;
    }

    double rises(double hz, double fromMs, double db) {
        double ms = fromMs;
        while (levelDb(hz, ms) < db) {
            ms += 0.5;
        }
        return ms;
    }

    /** The largest difference of neighbouring samples. */
    double step(double fromMs, double toMs) {
        double most = 0;
        for (int i = at(fromMs) + 1; i < at(toMs); i++) {
            most = Math.max(most, Math.abs(left[i] - left[i - 1]));
        }
        return most;
    }

    double truePeakDb(double fromMs, double toMs) {
        return 20 * Math.log10(TruePeak.of(part(fromMs, toMs)));
    }

    Pcm part(double fromMs, double toMs) {
        int from = Math.max(0, at(fromMs));
        int to = Math.min(pcm.sampleFrames(), at(toMs));
        return new Pcm(
                pcm.sampleRateHz(),
                pcm.channels(),
                Arrays.copyOfRange(pcm.samples(), from * pcm.channels(), to * pcm.channels()));
    }

    /** A WAV file of 32 bit floats. */
    static Path write(Path file, Pcm pcm) {
        ByteBuffer bytes =
                ByteBuffer.allocate(44 + pcm.samples().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int data = pcm.samples().length * Float.BYTES;
        bytes.put("RIFF".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).putInt(36 + data);
        bytes.put("WAVEfmt ".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .putInt(16);
        bytes.putShort((short) 3).putShort((short) pcm.channels()).putInt(pcm.sampleRateHz());
        bytes.putInt(pcm.sampleRateHz() * pcm.channels() * Float.BYTES);
        bytes.putShort((short) (pcm.channels() * Float.BYTES)).putShort((short) 32);
        bytes.put("data".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).putInt(data);
        for (float sample : pcm.samples()) {
            bytes.putFloat(sample);
        }
        try {
            return Files.write(file, bytes.array());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
