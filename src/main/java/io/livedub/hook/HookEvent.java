package io.livedub.hook;

/**
 * What MediaMTX says of a path.
 *
 * @param sourceType {@code rtmpConn}, {@code webRTCSession}, … : any text
 * @param sourceId the publisher's id; empty for a source that has none
 * @param query of the publisher's URL; it may hold credentials
 */
record HookEvent(StreamPath path, String sourceType, String sourceId, HookQuery query) {}
