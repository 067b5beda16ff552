package io.livedub.dub;

import io.livedub.sound.Bed;

/**
 * How dubs are put into a stream's sound.
 *
 * @param bed what is heard under the dub
 * @param depthDb level of the original under the dub, 0 or less
 * @param matchLoudness whether the dub is brought to the original's loudness
 */
public record BlendSettings(Bed bed, double depthDb, boolean matchLoudness) {
    /** The dub alone, as the service made it. */
    public static final BlendSettings OFF = new BlendSettings(Bed.OFF, -14, false);

    /** Whether anything is done at all; else the service's own AAC frames air wherever they fit. */
    public boolean on() {
        return bed != Bed.OFF || matchLoudness;
    }
}
