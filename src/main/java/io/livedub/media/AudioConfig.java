package io.livedub.media;

import java.util.List;
import java.util.Set;

/**
 * An AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) as far as it is needed to carry the frames that it describes: what follows is not read.
 *
 * @param elements what a program config element lists; empty without such an element
 */
record AudioConfig(
        int objectType, int rate, int channelConfiguration, int samplesPerFrame, boolean sbr, List<Element> elements) {
    static final int LOW_DELAY = 23;
    static final int ENHANCED_LOW_DELAY = 39;

    private static final int[] SAMPLE_RATES_HZ = {
        96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350
    };
    private static final int ESCAPE_RATE = 15;
    private static final int ESCAPE_OBJECT_TYPE = 31;
    private static final int SBR = 5;
    private static final int PS = 29;
    private static final int BSAC = 22;
    private static final int USAC = 42;
    private static final int SCALABLE = 6;
    private static final int ER_SCALABLE = 20;
    private static final int SYNC_EXTENSION = 0x2b7;
    private static final int SYNC_BITS = 11;
    /** GASpecificConfig follows, and raw_data_block or its error-resilient form is what a frame is. */
    private static final Set<Integer> GENERAL_AUDIO =
            Set.of(1, 2, 3, 4, SCALABLE, 17, 19, ER_SCALABLE, BSAC, LOW_DELAY);
    /** A frame of a rate that no recording has would last for minutes, or for microseconds; gaps are filled frame by frame. */
    private static final int MIN_RATE_HZ = 4_000;

    private static final int MAX_RATE_HZ = 192_000;
    /** Channels of each configuration (table 1.19); 0: reserved. The first is what is assumed when only the frames say it. */
    private static final int[] CHANNELS = {2, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8, 0};

    /**
     * A syntactic element of a frame.
     *
     * @param type id_syn_ele: 0 a single channel, 1 a pair, 3 a low-frequency channel
     * @param tag element_instance_tag, by which a decoder finds its place
     */
    record Element(int type, int tag) {
        static final int SINGLE = 0;
        static final int PAIR = 1;
        static final int LFE = 3;

        int channels() {
            return type == PAIR ? 2 : 1;
        }
    }

    /** @throws IllegalArgumentException as {@link AudioFormat#parse} */
    static AudioConfig read(byte[] bytes) {
        Bits bits = new Bits(bytes, "AudioSpecificConfig");
        int objectType = objectType(bits);
        int rate = rate(bits);
        int configuration = bits.read(4);
        boolean sbr = objectType == SBR || objectType == PS;
        if (sbr) {
            rate(bits);
            objectType = objectType(bits);
            if (objectType == BSAC) {
                bits.skip(4);
            }
        }
        if (CHANNELS[configuration] == 0) {
            throw new IllegalArgumentException("AAC channel configuration " + configuration + " is reserved");
        }
        if (objectType == USAC) {
            return usac(bits, rate, configuration);
        }
        boolean shortFrame = bits.flag();
        if (objectType == ENHANCED_LOW_DELAY) {
            return new AudioConfig(objectType, rate, configuration, shortFrame ? 480 : 512, sbr, List.of());
        }
        if (!GENERAL_AUDIO.contains(objectType)) {
            throw new IllegalArgumentException("audio object type " + objectType + " is not AAC");
        }
        if (bits.flag()) {
            bits.skip(14);
        }
        boolean extended = bits.flag();
        // When the config has no program config element, the first frame carries it.
        List<Element> elements = configuration == 0 && bits.left() >= 8 ? ProgramConfig.read(bits) : List.of();
        int whole = objectType == LOW_DELAY ? 512 : 1024;
        return new AudioConfig(
                objectType,
                rate,
                configuration,
                shortFrame ? whole - whole / 16 : whole,
                sbr || announcesSbr(bits, objectType, extended),
                elements);
    }

    /**
     * The backward-compatible announcement: old decoders stop in front of it. Only at its own place, as garbage behind a config may look like it.
     * Encoders that do not use SBR write it as well, to say that.
     */
    private static boolean announcesSbr(Bits bits, int objectType, boolean extended) {
        int before = objectType == SCALABLE || objectType == ER_SCALABLE ? 3 : 0;
        if (extended) {
            before += 1 + (objectType == BSAC ? 16 : errorResilient(objectType) ? 3 : 0);
        }
        // epConfig; the error protection of its other values is in no file.
        before += errorResilient(objectType) ? 2 : 0;
        if (bits.left() < before + SYNC_BITS + 5 + 1) {
            return false;
        }
        bits.skip(before);
        return bits.read(SYNC_BITS) == SYNC_EXTENSION && bits.read(5) == SBR && bits.flag();
    }

    /** Whether frames of this object type are error-resilient: they name neither the types of their elements nor their end. */
    static boolean errorResilient(int objectType) {
        return objectType >= 17 && objectType != USAC;
    }

    /** USAC repeats rate and layout in its own UsacConfig (ISO/IEC 23003-3, 5.2). Its samples per frame count at the output's rate. */
    private static AudioConfig usac(Bits bits, int rate, int configuration) {
        int index = bits.read(5);
        if (index == 31) {
            bits.skip(24);
        }
        int length = bits.read(3);
        int layout = bits.read(5);
        if (length > 4) {
            throw new IllegalArgumentException("AAC frame length index " + length + " is reserved");
        }
        int[] samples = {768, 1024, 2048, 2048, 4096};
        int known = configuration == 0 && layout < 8 ? layout : configuration;
        return new AudioConfig(USAC, rate, known, samples[length], false, List.of());
    }

    AudioFormat format(byte[] bytes) {
        int channels = elements.isEmpty()
                ? CHANNELS[channelConfiguration]
                : elements.stream().mapToInt(Element::channels).sum();
        return new AudioFormat(bytes, objectType, rate, channelConfiguration, channels, samplesPerFrame, sbr);
    }

    /** @throws IllegalArgumentException when a config would have to write the rate out */
    static int rateIndex(int sampleRateHz) {
        for (int index = 0; index < SAMPLE_RATES_HZ.length; index++) {
            if (SAMPLE_RATES_HZ[index] == sampleRateHz) {
                return index;
            }
        }
        throw new IllegalArgumentException("AAC has no sampling frequency index for " + sampleRateHz + " Hz");
    }

    private static int objectType(Bits bits) {
        int type = bits.read(5);
        return type == ESCAPE_OBJECT_TYPE ? 32 + bits.read(6) : type;
    }

    private static int rate(Bits bits) {
        int index = bits.read(4);
        if (index == ESCAPE_RATE) {
            int rate = bits.read(24);
            if (rate < MIN_RATE_HZ || rate > MAX_RATE_HZ) {
                throw new IllegalArgumentException("AAC sampling frequency is " + rate + " Hz");
            }
            return rate;
        }
        if (index >= SAMPLE_RATES_HZ.length) {
            throw new IllegalArgumentException("AAC sampling frequency index " + index + " is reserved");
        }
        return SAMPLE_RATES_HZ[index];
    }
}
