package io.livedub.media;

/**
 * The codec configuration that frames need to be decoded. Compared by value: two equal formats may be spliced without a new header.
 */
public sealed interface Format permits VideoFormat, AudioFormat {
    Track track();
}
