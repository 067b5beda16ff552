package io.livedub.sound;

/**
 * What is done to the sound of dubs (contracts: sound, "The bed" and "Level").
 *
 * @param bed what is heard under the dub
 * @param bedDb level of the original under the dub in dB, 0 or less; for {@link Bed#DUCK} and {@link Bed#CONSTANT}
 * @param matchLoudness whether the dub is brought to the original's loudness
 */
public record DubSound(Bed bed, int bedDb, boolean matchLoudness) {
    /** The dub alone, as the service made it. */
    public static final DubSound OFF = new DubSound(Bed.OFF, -14, false);

    /** Whether anything is done at all; else the service's own AAC frames air wherever they fit. */
    public boolean on() {
        return bed != Bed.OFF || matchLoudness;
    }
}
