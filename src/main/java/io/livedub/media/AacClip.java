package io.livedub.media;

import java.util.List;

/**
 * AAC frames taken out of a container.
 *
 * @param format their configuration
 * @param frames raw frames in order
 * @param leadingSamples core samples at the beginning that the container says are not to be heard (encoder delay, by its edit list); 0 when it says nothing
 * @param audibleSamples core samples to be heard after those; by the edit list when there is one, else all that the frames hold
 */
public record AacClip(AudioFormat format, List<byte[]> frames, long leadingSamples, long audibleSamples) {}
