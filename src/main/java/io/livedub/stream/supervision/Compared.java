package io.livedub.stream.supervision;

import java.util.List;

import io.livedub.id.StreamId;

/**
 * What followed from the media server's list: what hooks should have said and did not.
 *
 * @param started a publisher is there that no hook told of
 * @param gone no publisher is there any more; the streams have their grace time
 * @param withoutRoom a publisher is there, and the capacity is reached
 */
public record Compared(List<StreamId> started, List<StreamId> gone, List<StreamId> withoutRoom) {
    static final Compared NOTHING = new Compared(List.of(), List.of(), List.of());
}
