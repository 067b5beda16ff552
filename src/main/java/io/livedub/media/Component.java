package io.livedub.media;

/**
 * Something that a media engine needs from the system.
 *
 * @param name as the engine calls it
 * @param debianPackage brings it on Debian and Ubuntu
 * @param present it is installed here
 */
public record Component(String name, String debianPackage, boolean present) {}
