package io.livedub.stream.supervision;

import java.util.List;

/**
 * What followed from the media server's list: what hooks should have said and did not.
 *
 * @param started a publisher is there that no hook told of
 * @param gone no publisher is there any more; the streams have their grace time
 * @param withoutRoom a publisher is there, and the capacity is reached
 */
public record Compared(List<String> started, List<String> gone, List<String> withoutRoom) {
    static final Compared NOTHING = new Compared(List.of(), List.of(), List.of());
}
