package io.livedub.echo;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.MediaEngine;
import io.livedub.media.Pcm;

/** Makes the answer's sound of what was sent. */
final class VoiceMaker {
    private static final int GARBAGE_BYTES = 4096;
    private static final Pattern LEVEL = Pattern.compile("-?[0-9]{1,2}(\\.[0-9])?dB");

    private final boolean robot;
    private final String format;
    private final MediaEngine engine;
    private final Random random;
    private final Recording speech;
    private final Recording background;

    /** @throws IllegalArgumentException when the robot is asked for and there is no codec to make it with, or a recording cannot be read */
    VoiceMaker(EchoOptions options, MediaEngine engine) {
        robot = options.voice.equals("robot");
        format = options.format;
        if (robot && engine == null) {
            throw new IllegalArgumentException("voice robot needs an audio codec, and this server has no audio codec");
        }
        this.engine = engine;
        random = new Random(options.seed);
        speech = options.speech == null ? null : Recording.read(options.speech);
        background = options.background == null ? null : Recording.read(options.background);
    }

    /** Whether {@link #make} decodes and encodes, and so must not run on an event loop. */
    boolean slow(Simulation simulation) {
        return simulation.number("audio_bytes") > 0
                || speech != null
                || background != null
                || robot
                || !format.equals("m4a")
                || simulation.stretch() != 1;
    }

    /**
     * @param place where the fragment's sound lies at the source
     * @param profile what the session asks for: {@code 6dB} and {@code -11.5dB} change the level of a recording's speech, others nothing
     * @return the fields {@code dubbed_audio} and {@code metadata} of the answer; null when the simulation says that there is no audio
     * @throws RuntimeException from the codec or the writer, when the sound cannot be read or made
     */
    ObjectNode make(ReceivedFragment fragment, SoundPlaces.Place place, Simulation simulation, String profile) {
        String fault = simulation.text("audio");
        if (fault.equals("missing")) {
            return null;
        }
        ObjectNode sound = sound(fragment, simulation, profile);
        switch (fault) {
            case "empty" -> sound.put("data_base64", "");
            case "not_base64" -> sound.put("data_base64", "*** this is not base64 ***");
            case "garbage" -> sound.put("data_base64", garbage());
            case "wrong_label" ->
                sound.put("format", sound.get("format").textValue().equals("m4a") ? "pcm_s16le" : "m4a");
            default -> {}
        }
        ObjectNode made = Json.object().set("dubbed_audio", sound);
        if (background != null) {
            ObjectNode part = written(background.part(place.fromNs(), place.lengthNs()));
            made.putObject("metadata").set("background_audio", part);
        }
        return made;
    }

    private ObjectNode sound(ReceivedFragment fragment, Simulation simulation, String profile) {
        if (simulation.number("audio_bytes") > 0) {
            return same(fragment, new byte[simulation.number("audio_bytes")]);
        }
        if (speech != null) {
            Pcm part = speech.part(fragment.sourcePtsNs(), fragment.durationMs() * 1_000_000L);
            return voiced(PcmSound.louder(part, level(profile)), simulation.stretch());
        }
        return slow(simulation) ? changed(fragment, simulation.stretch()) : same(fragment, fragment.audio());
    }

    private static ObjectNode same(ReceivedFragment fragment, byte[] data) {
        return labelled("m4a", fragment.sampleRateHz(), fragment.channels(), fragment.durationMs(), data);
    }

    private ObjectNode changed(ReceivedFragment fragment, double stretch) {
        if (engine == null) {
            long durationMs = Math.round(fragment.durationMs() * stretch);
            return written(PcmSound.tone(fragment.sampleRateHz(), fragment.channels(), durationMs));
        }
        AudioCodec codec = engine.audioCodec();
        AacClip clip = codec.demux(fragment.audio());
        return voiced(
                codec.decode(clip, clip.format().sampleRateHz(), clip.format().channels()), stretch);
    }

    /** Without a codec the length stays as it is, and the format is PCM. */
    private ObjectNode voiced(Pcm sound, double stretch) {
        Pcm pcm = robot ? PcmSound.robot(sound) : sound;
        if (engine == null) {
            return written(pcm);
        }
        if (stretch != 1) {
            pcm = engine.audioCodec().stretch(pcm, 1 / stretch);
        }
        return format.equals("m4a") ? encoded(pcm) : written(pcm);
    }

    private static double level(String profile) {
        return LEVEL.matcher(profile).matches() ? Double.parseDouble(profile.substring(0, profile.length() - 2)) : 0;
    }

    private ObjectNode written(Pcm pcm) {
        boolean floats = format.equals("pcm_f32le");
        return labelled(
                floats ? format : "pcm_s16le",
                pcm.sampleRateHz(),
                pcm.channels(),
                pcm.durationNs() / 1_000_000,
                floats ? PcmSound.f32le(pcm) : pcm.s16le());
    }

    private ObjectNode encoded(Pcm pcm) {
        AudioFormat aac = AudioFormat.aacLc(pcm.sampleRateHz(), pcm.channels());
        int count = Math.max(1, Math.round((float) pcm.sampleFrames() / aac.samplesPerFrame()));
        List<Frame> frames = new ArrayList<>();
        for (byte[] data : engine.audioCodec().encode(pcm, aac, count)) {
            long ptsNs = aac.framesToNs(frames.size());
            frames.add(new Frame(aac, ptsNs, ptsNs, true, 0, data));
        }
        byte[] m4a = engine.segmentWriter().mux(frames, 0);
        return labelled("m4a", pcm.sampleRateHz(), pcm.channels(), aac.framesToNs(count) / 1_000_000, m4a);
    }

    private static ObjectNode labelled(String format, int sampleRateHz, int channels, long durationMs, byte[] data) {
        return Json.object()
                .put("format", format)
                .put("sample_rate_hz", sampleRateHz)
                .put("channels", channels)
                .put("duration_ms", durationMs)
                .put("data_base64", Base64.getEncoder().encodeToString(data));
    }

    private synchronized String garbage() {
        byte[] bytes = new byte[GARBAGE_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
