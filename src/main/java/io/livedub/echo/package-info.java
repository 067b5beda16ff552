/**
 * A speech-to-speech test server: the server side of the STS protocol, as strict as the strictest real one, that answers with the
 * sound it was sent. It knows {@code media}'s ports (to change the voice) and nothing else of the worker, so that it judges the worker
 * by the wire alone: validation and records here are its own, not shared with the client side.
 */
package io.livedub.echo;
