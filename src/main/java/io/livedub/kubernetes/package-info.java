/**
 * A Kubernetes Job for each stream: {@code WORKER_SPAWN=kubernetes}. Jobs outlive {@code serve}: it makes them, looks after them and finds
 * them again, and none of its own restarts takes a stream off the air.
 *
 * <p>The API server is spoken to by the few REST calls that are needed (create, get, list, watch, delete a Job; get the Deployment that owns
 * them) with the JDK's HTTP client, which the program holds anyway. fabric8's client was measured and rejected: it doubles the native binary
 * (67 to 135 MB) and the start-up. Its types and its mock server are used by the tests, where they say whether what is sent is what
 * Kubernetes reads.
 *
 * <p>Everything that decides runs on one thread; calls and the watch are beside it. So no state here needs a lock, and the registry's lock is
 * never waited for while a lock of this package is held.
 */
package io.livedub.kubernetes;
