package io.livedub.sts.protocol;

/**
 * Audio as STS sent it, decoded from base64 and not looked into.
 *
 * @param format {@code m4a}, {@code pcm_s16le} or {@code pcm_f32le} as labelled by the service; the label may be wrong
 * @param sampleRateHz as labelled; 0 when absent
 * @param channels as labelled; 0 when absent
 * @param data the bytes
 */
public record DubbedAudio(String format, int sampleRateHz, int channels, byte[] data) {
    DubbedAudio labelled(String label) {
        return new DubbedAudio(label, sampleRateHz, channels, data);
    }
}
