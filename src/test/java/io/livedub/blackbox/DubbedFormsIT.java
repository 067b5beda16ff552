package io.livedub.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

import io.livedub.support.Ffmpeg;
import io.livedub.support.MediaServer;
import io.livedub.support.Mp4Frames;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.PythonSts;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Dubbed audio in every form that services send, one after the other on one stream, from the independent server. Every source and every
 * dub beeps at each whole second, when the picture flashes: what airs must do so too.
 */
@Tag("in-pairs")
class DubbedFormsIT {
    private static final String FLASH =
            "testsrc2=size=320x180:rate=%d,drawbox=x=0:y=0:w=iw:h=ih:color=white:t=fill:enable='lt(mod(t+0.001,1),0.1)'";
    private static final String BEEP = "0.5*sin(5000*2*PI*t)*lt(mod(t\\,1)\\,0.1)";
    private static final String SOURCE_BEEP = "aevalsrc=" + BEEP + "+0.01*random(0):s=%d:c=%s";
    private static final int SECONDS = 50;
    /**
     * AAC smears an onset by up to 6 ms; a forgotten frame of priming, or a segment off by one frame, would be 21 ms or more. MediaMTX rounds the
     * times of picture and sound once more.
     */
    private static final double SYNC_MS = MediaServer.MEDIAMTX ? 10 : 8;

    /** @param beeps that survive in each segment of 2 s; 0: the dub is unusable, and the source's own sound airs */
    private record Form(String name, Map<String, Object> audio, int beeps) {}

    @TestFactory
    Stream<DynamicTest> every_form_is_fitted_or_refused() {
        return new SideBySide()
                .add("onto 48 kHz stereo at 30 fps", () -> play("stereo", 30, 48_000, "stereo"))
                .add("onto 44.1 kHz mono at 25 fps", () -> play("mono", 25, 44_100, "mono"))
                .play();
    }

    private static List<Form> forms() {
        List<Form> forms = new ArrayList<>();
        for (int rate : new int[] {16_000, 22_050, 24_000, 44_100, 48_000}) {
            for (int channels = 1; channels <= 2; channels++) {
                forms.add(clip("m4a", rate, channels, 2.0, 2));
            }
        }
        forms.add(clip("pcm_s16le", 24_000, 1, 2.0, 2));
        forms.add(clip("pcm_f32le", 48_000, 2, 2.0, 2));
        forms.add(clip("m4a", 48_000, 2, 0.9, 1));
        forms.add(clip("pcm_s16le", 16_000, 1, 2.4, 1));
        forms.add(clip("m4a", 44_100, 2, 3.0, 1));
        forms.add(new Form("empty", audio("m4a", 48_000, 2, 2.0, new byte[0]), 0));
        byte[] garbage = new byte[4096];
        new java.util.Random(1).nextBytes(garbage);
        forms.add(new Form("garbage", audio("m4a", 48_000, 2, 2.0, garbage), 0));
        forms.add(new Form("PCM called m4a", audio("m4a", 48_000, 2, 2.0, bytes("pcm_s16le", 48_000, 2, 2.0)), 0));
        forms.add(new Form("m4a called PCM", audio("pcm_s16le", 48_000, 2, 2.0, bytes("m4a", 48_000, 2, 2.0)), 2));
        return forms;
    }

    private static Form clip(String format, int rate, int channels, double seconds, int beeps) {
        return new Form(
                "%s %d Hz %d, %.1f s".formatted(format, rate, channels, seconds),
                audio(format, rate, channels, seconds, bytes(format, rate, channels, seconds)),
                beeps);
    }

    private static Map<String, Object> audio(String format, int rate, int channels, double seconds, byte[] data) {
        return Map.of(
                "format",
                format,
                "sample_rate_hz",
                rate,
                "channels",
                channels,
                "duration_ms",
                Math.round(seconds * 1000),
                "data_base64",
                Base64.getEncoder().encodeToString(data));
    }

    private static synchronized byte[] bytes(String format, int rate, int channels, double seconds) {
        Path file =
                Shell.target().resolve("media").resolve("dub-%s-%d-%d-%s".formatted(format, rate, channels, seconds));
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(file.getParent());
                List<String> command =
                        new ArrayList<>(List.of("ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i"));
                command.add("aevalsrc=%s:s=%d:c=%s".formatted(BEEP, rate, channels == 1 ? "mono" : "stereo"));
                command.addAll(List.of("-t", Double.toString(seconds)));
                command.addAll(
                        format.equals("m4a")
                                ? List.of("-c:a", "aac", "-b:a", "96k", "-f", "ipod")
                                : List.of("-f", format.substring("pcm_".length())));
                command.add(file.toString());
                Shell.run(command.toArray(String[]::new));
            }
            return Files.readAllBytes(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void play(String id, int fps, int rate, String layout) {
        List<Form> forms = forms();
        Path file = Ffmpeg.generate(
                "flash-beep-%d-%d-%s.flv".formatted(fps, rate, layout),
                SECONDS,
                FLASH.formatted(fps),
                SOURCE_BEEP.formatted(rate, layout),
                "-g",
                Integer.toString(fps),
                "-bf",
                "0",
                "-b:v",
                "300k",
                "-b:a",
                "96k");
        List<Packet> source = Packets.ofFile(file);
        try (MediaServer server = MediaServer.start(id);
                PythonSts sts = PythonSts.start();
                Broadcast stream = new Broadcast(server, id)) {
            sts.mode(Map.of("audio", forms.stream().map(Form::audio).toList()));
            stream.publish(file);
            stream.work(run -> run.dubbedBy(sts.url().toString())
                    .env("WORKER_SEGMENT_DURATION", "2s")
                    .env("WORKER_AV_OFFSET_NS", "2000000000"));
            Awaitility.await("every form has aired")
                    .atMost(Duration.ofSeconds(90))
                    .until(() -> stream.worker()
                            .logged(line -> line.field("batch").equals(Integer.toString(forms.size())))
                            .isPresent());
            Aired aired = stream.finish();

            assertThat(aired.exitCode()).isZero();
            assertThat(sts.log().path("violations")).isEmpty();
            Map<Integer, Boolean> dubbed = aired.dubbed();
            for (int batch = 0; batch < forms.size(); batch++) {
                Form form = forms.get(batch);
                assertThat(dubbed.get(batch))
                        .as(
                                "%s: %s is dubbed\n%s",
                                id, form.name(), aired.worker().said())
                        .isEqualTo(form.beeps() > 0);
            }
            aired.videoIs(source)
                    .audioIsWhole(rate)
                    .inSync(source, rate)
                    .neverStalls()
                    .airsWhatItSays(source, 2000)
                    .countsAddUp();
            assertThat(aired.fallbacks("unusable")).isEqualTo(aired.fallbacks());
            beepsWithThePicture(id, forms, source, file, aired, stream.recording(), rate, layout);
        }
    }

    private static void beepsWithThePicture(
            String id,
            List<Form> forms,
            List<Packet> source,
            Path file,
            Aired aired,
            Path recording,
            int rate,
            String layout) {
        int channels = layout.equals("mono") ? 1 : 2;
        double usual = offsets(source, keyframes(source).get(0).ptsMs(), file, rate, channels)
                .get(5L);
        long zeroMs = aired.zeroMs(source);
        Map<Long, Double> offsets = offsets(aired.output(), zeroMs, recording, rate, channels);
        long firstSeen = flash(aired.video().get(0), zeroMs);
        Map<String, Double> errors = new LinkedHashMap<>();
        for (int batch = 0; batch < forms.size(); batch++) {
            Form form = forms.get(batch);
            if (2L * batch < firstSeen) {
                // On MediaMTX viewers may miss the first GOPs.
                assertThat(firstSeen).isLessThanOrEqualTo(3);
                continue;
            }
            assertThat(offsets)
                    .as("%s: beep at the joint before %s", id, form.name())
                    .containsKey(2L * batch);
            // The beep at the joint itself says nothing exact: it is faded in, by the fitter and by AAC's own overlap
            // of two frames.
            if (form.beeps() != 1) {
                double heard = offsets.getOrDefault(2L * batch + 1, Double.NaN) - usual;
                errors.put(
                        form.name(), form.beeps() == 0 ? heard : heard - joint(aired, 2 * batch, zeroMs, rate, heard));
            }
        }
        assertThat(errors.values())
                .as("%s: ms of beep against flash, %s", id, errors)
                .allMatch(error -> Math.abs(error) <= SYNC_MS);
    }

    /**
     * By how many ms a segment's first AAC frame, with which its dub begins, lies behind the picture's cut: the frame that is nearest. Of two
     * that are equally near, to the ms in which FLV counts, it is the one that fits what was heard.
     */
    private static double joint(Aired aired, int flash, long zeroMs, int rate, double heard) {
        long first = aired.audio().get(0).ptsMs();
        long at = keyframes(aired.output()).stream()
                .filter(packet -> flash(packet, zeroMs) == flash)
                .findFirst()
                .orElseThrow()
                .ptsMs();
        if (flash == 0) {
            return first - at;
        }
        double farthest = 512_000.0 / rate + 1.5;
        return aired.audio().stream()
                .map(packet -> (double) (packet.ptsMs() - at))
                .filter(distance -> Math.abs(distance) <= farthest)
                .min(Comparator.comparingDouble(distance -> Math.abs(heard - distance)))
                .orElseThrow();
    }

    private static List<Packet> keyframes(List<Packet> packets) {
        return Packets.video(packets).stream().filter(Packet::key).toList();
    }

    /** Its number: there is one a second from the first segment's first picture on. */
    private static long flash(Packet keyframe, long zeroMs) {
        return Math.round((keyframe.ptsMs() - zeroMs) / 1000.0);
    }

    /** For each flash (keyframe) by its number: how many ms later it beeps; without those that have no beep within 200 ms. */
    private static Map<Long, Double> offsets(List<Packet> packets, long zeroMs, Path file, int rate, int channels) {
        float[] samples = Mp4Frames.decode(file, channels);
        double firstMs = Packets.audio(packets).get(0).ptsMs();
        List<Double> onsets = new ArrayList<>();
        int quiet = rate;
        for (int i = 0; i < samples.length / channels; i++) {
            if (Math.abs(samples[i * channels]) > 0.15) {
                if (quiet > rate / 4) {
                    onsets.add(firstMs + i * 1000.0 / rate);
                }
                quiet = 0;
            } else {
                quiet++;
            }
        }
        Map<Long, Double> offsets = new HashMap<>();
        for (Packet keyframe : keyframes(packets)) {
            long at = keyframe.ptsMs();
            onsets.stream()
                    .filter(onset -> Math.abs(onset - at) < 200)
                    .findFirst()
                    .ifPresent(onset -> offsets.put(flash(keyframe, zeroMs), onset - at));
        }
        return offsets;
    }
}
