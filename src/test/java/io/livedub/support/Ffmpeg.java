package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sources and recordings made with ffmpeg. Generated files are kept under target/, so that a second run does not make them again. */
public final class Ffmpeg {
    private static final String VIDEO_720P30 = "testsrc2=size=1280x720:rate=30";
    private static final String BEEPS = "aevalsrc=0.5*sin(880*2*PI*t)*lt(mod(t\\,1)\\,0.1)+0.01*random(0):s=%d:c=%s";

    private Ffmpeg() {}

    /** 720p30 with a keyframe each second, AAC 48 kHz stereo with a beep each second. */
    public static Path standard(int seconds) {
        return generate(
                "standard-" + seconds + ".flv",
                seconds,
                VIDEO_720P30,
                BEEPS.formatted(48_000, "stereo"),
                "-g",
                "30",
                "-bf",
                "0",
                "-b:v",
                "3000k",
                "-b:a",
                "128k");
    }

    /** 25 fps, keyframe each 2 s, AAC 44.1 kHz mono. */
    public static Path mono25(int seconds) {
        return generate(
                "mono25-" + seconds + ".flv",
                seconds,
                "testsrc2=size=640x360:rate=25",
                BEEPS.formatted(44_100, "mono"),
                "-g",
                "50",
                "-bf",
                "0",
                "-b:v",
                "800k",
                "-b:a",
                "64k");
    }

    /** 30 fps with B-frames, keyframe each 2 s, AAC 48 kHz stereo. */
    public static Path bframes(int seconds) {
        return generate(
                "bframes-" + seconds + ".flv",
                seconds,
                "testsrc2=size=640x360:rate=30",
                BEEPS.formatted(48_000, "stereo"),
                "-g",
                "60",
                "-bf",
                "3",
                "-b:v",
                "800k",
                "-b:a",
                "128k");
    }

    /** 320x180 at 30 fps with a keyframe each second, AAC 48 kHz stereo: where many streams run at once. */
    public static Path small(int seconds) {
        return generate(
                "small-" + seconds + ".flv",
                seconds,
                "testsrc2=size=320x180:rate=30",
                BEEPS.formatted(48_000, "stereo"),
                "-g",
                "30",
                "-bf",
                "0",
                "-b:v",
                "300k",
                "-b:a",
                "96k");
    }

    /** A flash and a beep of 100 ms at each whole second, as {@link FlashAndBeep} finds them: 30 fps, AAC 48 kHz stereo. */
    public static Path flashing(String name, int seconds, String... options) {
        List<String> all = new ArrayList<>(List.of("-g", "30", "-b:v", "300k", "-b:a", "96k"));
        all.addAll(List.of(options));
        return generate(
                "flash-%s-%d.flv".formatted(name, seconds),
                seconds,
                "testsrc2=size=320x180:rate=30,drawbox=x=0:y=0:w=iw:h=ih:color=white:t=fill:enable='lt(mod(t+0.001,1),0.1)'",
                "aevalsrc=0.5*sin(5000*2*PI*t)*lt(mod(t+0.000001\\,1)\\,0.1)+0.001*random(1):s=48000:c=stereo",
                all.toArray(String[]::new));
    }

    /** Any H.264 and AAC file. */
    public static synchronized Path generate(String name, int seconds, String video, String audio, String... options) {
        Path file = Shell.target().resolve("media").resolve(name);
        if (Files.exists(file)) {
            return file;
        }
        try {
            Files.createDirectories(file.getParent());
            Path aside = file.resolveSibling("making-" + ProcessHandle.current().pid() + "-" + name);
            List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-nostdin", "-y"));
            if (!video.isEmpty()) {
                command.addAll(List.of("-f", "lavfi", "-i", video));
            }
            if (!audio.isEmpty()) {
                command.addAll(List.of("-f", "lavfi", "-i", audio));
            }
            command.addAll(List.of("-t", Integer.toString(seconds), "-pix_fmt", "yuv420p"));
            if (!List.of(options).contains("-c:v")) {
                command.addAll(
                        List.of("-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "main", "-sc_threshold", "0"));
            }
            if (!List.of(options).contains("-c:a")) {
                command.addAll(List.of("-c:a", "aac"));
            }
            command.addAll(List.of(options));
            command.add(aside.toString());
            Shell.run(command.toArray(String[]::new));
            // Atomically over another test process's: both have made the same.
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            return file;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Publishes a file in real time without touching its frames; the caller stops it. */
    public static Process publish(Path file, String url) {
        return publish(file, url, List.of(), List.of("-c", "copy"));
    }

    public static Process publish(Path file, String url, List<String> before, List<String> codecs) {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-nostdin", "-re"));
        command.addAll(before);
        command.addAll(List.of("-i", file.toString()));
        command.addAll(codecs);
        command.addAll(List.of("-f", "flv", url));
        return Shell.start(log("publish"), command.toArray(String[]::new));
    }

    /** Records a stream until it ends; the caller waits for it or stops it. */
    public static Process record(String url, Path file) {
        return Shell.start(
                log("record"),
                "ffmpeg",
                "-v",
                "error",
                "-nostdin",
                "-y",
                "-i",
                url,
                "-c",
                "copy",
                "-f",
                "flv",
                file.toString());
    }

    /**
     * MD5 of each access unit or AAC frame of a file, in decoding order, headers left out.
     *
     * @param stream v or a
     */
    public static List<String> frameHashes(Path file, char stream) {
        String output = Shell.run(
                "ffmpeg",
                "-v",
                "error",
                "-nostdin",
                "-i",
                file.toString(),
                "-map",
                "0:" + stream,
                "-c",
                "copy",
                "-f",
                "framemd5",
                "-");
        return output.lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.substring(line.lastIndexOf(',') + 1).strip())
                .toList();
    }

    /** What a decoder complains of, one line each; empty for a clean file. */
    public static List<String> warnings(Path file) {
        Path log = log("decode");
        Process decoder = Shell.start(
                // The null muxer counts in frames of a guessed rate; at 60 fps two whole milliseconds fall into
                // one of them.
                log,
                "ffmpeg",
                "-v",
                "warning",
                "-nostdin",
                "-i",
                file.toString(),
                "-fps_mode",
                "vfr",
                "-f",
                "null",
                "-");
        try {
            if (!decoder.waitFor(2, TimeUnit.MINUTES)) {
                throw new AssertionError("ffmpeg has not decoded in two minutes: " + file);
            }
            // The null muxer's own remark on timestamps that a live recording starts with.
            return Files.readAllLines(log).stream()
                    .filter(line -> !line.isBlank() && !line.contains("Application provided duration"))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        } finally {
            Shell.stop(decoder);
        }
    }

    private static Path log(String name) {
        try {
            Path folder = Files.createDirectories(Shell.target().resolve("media-logs"));
            return Files.createTempFile(folder, name, ".log");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
