package io.livedub.stream.supervision;

import java.util.function.BooleanSupplier;

/**
 * How many streams this process takes.
 *
 * @param limit fixed number of streams
 * @param memoryLeft asked before each stream: whether the machine or the container has room for one more
 */
public record Capacity(int limit, BooleanSupplier memoryLeft) {
    /** @param memory what {@link #memoryLeft} says; asked for apart, for it reads files of the kernel and this is called with a lock held */
    boolean roomBeside(int streams, boolean memory) {
        return streams < limit && memory;
    }
}
