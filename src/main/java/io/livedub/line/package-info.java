/**
 * The line between a stream that runs elsewhere and its {@code serve}. A child's pipe and a Job's WebSocket carry the same texts: an event of
 * the stream each one way, a word to the stream each the other way.
 *
 * <p>A pipe ends with its child, a WebSocket is opened again: so what is said over it is numbered, what holds (state, languages, figures) is
 * said again each time, and nothing of a stream waits for any of it. The WebSocket is Vert.x' own, which Quarkus' web server is made of.
 */
package io.livedub.line;
