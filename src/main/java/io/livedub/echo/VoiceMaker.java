package io.livedub.echo;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

import io.livedub.echo.EchoOptions.DubContainer;
import io.livedub.echo.EchoOptions.EchoVoice;
import io.livedub.echo.Simulation.AudioFault;
import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Pcm;

/** Makes the answer's sound of what was sent. */
final class VoiceMaker {
    private static final int GARBAGE_BYTES = 4096;
    private static final Pattern LEVEL = Pattern.compile("-?[0-9]{1,2}(\\.[0-9])?dB");

    private final EchoVoice voice;
    private final DubContainer format;
    private final EchoAudio audio;
    private final Random random;
    private final Recording speech;
    private final Recording background;

    /** @throws IllegalArgumentException when the robot is asked for and there is no codec to make it with, or a recording cannot be read */
    VoiceMaker(EchoOptions options, EchoAudio audio) {
        voice = options.voice();
        format = options.format();
        if (voice == EchoVoice.ROBOT && !audio.available()) {
            throw new IllegalArgumentException("voice robot needs an audio codec, and this server has no audio codec");
        }
        this.audio = audio;
        random = new Random(options.seed);
        speech = options.speech == null ? null : Recording.read(options.speech);
        background = options.background == null ? null : Recording.read(options.background);
    }

    /** Whether {@link #make} decodes and encodes, and so must not run on an event loop. */
    boolean slow(Simulation simulation) {
        return simulation.audioBytes() > 0
                || speech != null
                || background != null
                || voice != EchoVoice.SAME
                || format != DubContainer.M4A
                || simulation.stretch() != 1;
    }

    /** Makes the answer for a session that asks for no voice. */
    Dub make(ReceivedFragment fragment, Simulation simulation) {
        return make(fragment, SoundPlaces.Place.of(fragment), simulation, "");
    }

    /**
     * @param place where the fragment's sound lies at the source
     * @param profile what the session asks for: {@code 6dB} and {@code -11.5dB} change the level of a recording's speech, others nothing
     * @return null when the simulation says that there is no audio
     * @throws RuntimeException from the codec or the writer, when the sound cannot be read or made
     */
    Dub make(ReceivedFragment fragment, SoundPlaces.Place place, Simulation simulation, String profile) {
        AudioFault fault = simulation.fault();
        if (fault == AudioFault.MISSING) {
            return null;
        }
        Dub dub = background == null
                ? dub(fragment, simulation, profile)
                : dub(fragment, simulation, profile).over(written(background.part(place.fromNs(), place.lengthNs())));
        return switch (fault) {
            case EMPTY -> dub.carrying("");
            case NOT_BASE64 -> dub.carrying("*** this is not base64 ***");
            case GARBAGE -> dub.carrying(garbage());
            case WRONG_LABEL -> dub.labelled("m4a".equals(dub.format()) ? "pcm_s16le" : "m4a");
            default -> dub;
        };
    }

    private Dub dub(ReceivedFragment fragment, Simulation simulation, String profile) {
        if (simulation.audioBytes() > 0) {
            return same(fragment).carrying(Base64.getEncoder().encodeToString(new byte[simulation.audioBytes()]));
        }
        if (speech != null) {
            Pcm part = speech.part(fragment.sourcePtsNs(), fragment.durationMs() * 1_000_000L);
            return voiced(PcmSound.louder(part, level(profile)), simulation.stretch());
        }
        return slow(simulation) ? changed(fragment, simulation.stretch()) : same(fragment);
    }

    private static Dub same(ReceivedFragment fragment) {
        return Dub.of("m4a", fragment.sampleRateHz(), fragment.channels(), fragment.durationMs(), fragment.audio());
    }

    private Dub changed(ReceivedFragment fragment, double stretch) {
        if (!audio.available()) {
            long durationMs = Math.round(fragment.durationMs() * stretch);
            return written(PcmSound.tone(fragment.sampleRateHz(), fragment.channels(), durationMs));
        }
        AudioCodec codec = audio.codec().get();
        AacClip clip = codec.demux(fragment.audio());
        return voiced(
                codec.decode(clip, clip.format().sampleRateHz(), clip.format().channels()), stretch);
    }

    /** Without a codec the length stays as it is, and the format is PCM. */
    private Dub voiced(Pcm sound, double stretch) {
        Pcm pcm = voice == EchoVoice.ROBOT ? PcmSound.robot(sound) : sound;
        if (!audio.available()) {
            return written(pcm);
        }
        AudioCodec codec = audio.codec().get();
        if (stretch != 1) {
            pcm = codec.stretch(pcm, 1 / stretch);
        }
        return format == DubContainer.M4A ? encoded(codec, pcm) : written(pcm);
    }

    private static double level(String profile) {
        return LEVEL.matcher(profile).matches() ? Double.parseDouble(profile.substring(0, profile.length() - 2)) : 0;
    }

    private Dub written(Pcm pcm) {
        boolean floats = format == DubContainer.PCM_F32LE;
        return Dub.of(
                floats ? "pcm_f32le" : "pcm_s16le",
                pcm.sampleRateHz(),
                pcm.channels(),
                pcm.durationNs() / 1_000_000,
                floats ? PcmSound.f32le(pcm) : PcmSound.s16le(pcm));
    }

    private Dub encoded(AudioCodec codec, Pcm pcm) {
        AudioFormat aac = AudioFormat.aacLc(pcm.sampleRateHz(), pcm.channels());
        int count = Math.max(1, Math.round((float) pcm.sampleFrames() / aac.samplesPerFrame()));
        List<Frame> frames = new ArrayList<>();
        for (byte[] data : codec.encode(pcm, aac, count)) {
            long ptsNs = aac.framesToNs(frames.size());
            frames.add(new Frame(aac, ptsNs, ptsNs, true, 0, data));
        }
        byte[] m4a = audio.writer().get().mux(frames, 0);
        return Dub.of("m4a", pcm.sampleRateHz(), pcm.channels(), aac.framesToNs(count) / 1_000_000, m4a);
    }

    private String garbage() {
        byte[] bytes = new byte[GARBAGE_BYTES];
        synchronized (random) {
            random.nextBytes(bytes);
        }
        return Base64.getEncoder().encodeToString(bytes);
    }
}
