/**
 * A process for each stream: {@code serve} starts a child {@code run} of the same program. News come over the child's standard output,
 * words to it go over its standard input, and its log is on the parent's standard error. Pipes and no ports: they need no free number, no
 * secret, and end with either side.
 */
package io.livedub.spawn;
