package io.livedub.support;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;

import io.livedub.media.Pcm;

/** Speech by espeak-ng, with the places of its words as its own events tell them. One text at a time: the library has global state. */
public final class SpokenText {
    private static final int SYNCHRONOUS = 2;
    private static final int PHONEME_EVENTS = 1;
    private static final int UTF8 = 1;
    private static final int RATE_PARAMETER = 1;
    private static final int EVENT_BYTES = 40;
    private static final int WORD = 1;
    private static final int END = 5;
    private static final int PHONEME = 7;

    /** A word; milliseconds. It ends where a pause or the next word begins. */
    public record Word(int fromMs, int toMs) {}

    /** Speech in one channel, and its words. */
    public record Spoken(Pcm pcm, List<Word> words) {
        public boolean inWord(double ms) {
            return words.stream().anyMatch(word -> ms > word.fromMs() && ms < word.toMs());
        }
    }

    interface Espeak extends Library {
        int espeak_Initialize(int output, int buffer, String path, int options);

        int espeak_SetVoiceByName(String name);

        int espeak_SetParameter(int parameter, int value, int relative);

        void espeak_SetSynthCallback(Heard heard);

        int espeak_Synth(
                byte[] text, long size, int position, int type, int end, int flags, IntByReference id, Pointer user);

        int espeak_Synchronize();

        interface Heard extends Callback {
            int invoke(Pointer samples, int count, Pointer events);
        }
    }

    private SpokenText() {}

    /** @param wordsPerMinute 175 is espeak's own */
    public static synchronized Spoken of(String voice, String text, int wordsPerMinute) {
        Espeak espeak = Native.load("libespeak-ng.so.1", Espeak.class);
        int rate = espeak.espeak_Initialize(SYNCHRONOUS, 0, null, PHONEME_EVENTS);
        espeak.espeak_SetVoiceByName(voice);
        espeak.espeak_SetParameter(RATE_PARAMETER, wordsPerMinute, 0);
        List<short[]> sound = new ArrayList<>();
        List<Word> words = new ArrayList<>();
        int[] open = {-1};
        Espeak.Heard heard = (samples, count, events) -> {
            if (count > 0 && samples != null) {
                sound.add(samples.getShortArray(0, count));
            }
            for (long at = 0; events.getInt(at) != 0; at += EVENT_BYTES) {
                int type = events.getInt(at);
                int ms = events.getInt(at + 16);
                boolean pause = type == END
                        || type == PHONEME && (events.getByte(at + 32) == '_' || events.getByte(at + 32) == 0);
                if (open[0] >= 0 && (type == WORD || pause)) {
                    words.add(new Word(open[0], ms));
                    open[0] = -1;
                }
                if (type == WORD) {
                    open[0] = ms;
                }
            }
            return 0;
        };
        espeak.espeak_SetSynthCallback(heard);
        byte[] bytes = (text + "\0").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        espeak.espeak_Synth(bytes, bytes.length, 0, 1, 0, UTF8, null, null);
        espeak.espeak_Synchronize();
        // JNA itself keeps no callback alive.
        Reference.reachabilityFence(heard);
        float[] samples = new float[sound.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (short[] part : sound) {
            for (short sample : part) {
                samples[at++] = sample / 32768f;
            }
        }
        return new Spoken(new Pcm(rate, 1, samples), List.copyOf(words));
    }
}
