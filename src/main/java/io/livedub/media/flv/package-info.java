/**
 * FLV messages to frames, in Java: a publisher's bytes meet no parser of C before they have been read here. Bounded: each size is checked
 * against what is there, and nothing is kept but the decoder configurations.
 */
package io.livedub.media.flv;
