package io.livedub.sound;

/** The original sound that is heard under the dub (contracts: sound, "The bed"). */
public enum Bed {
    /** The dub alone. */
    OFF,
    /** The original, turned down while the dub speaks. */
    DUCK,
    /** The original, turned down throughout. */
    CONSTANT,
    /** The background that the service took out of the original; without one as {@link #OFF}. */
    STEM
}
