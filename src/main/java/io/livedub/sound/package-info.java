/**
 * How a dub sounds: loudness, peaks, the bed under the dub, joints and pauses, decided on samples. Pure functions of sound and small
 * states: nothing here decodes, waits or knows a stream.
 */
package io.livedub.sound;
