package io.livedub.stream.supervision;

import java.util.function.BooleanSupplier;

/**
 * How many streams this process takes.
 *
 * @param limit fixed number of streams
 * @param memoryLeft asked before each stream: whether the machine or the container has room for one more
 */
public record Capacity(int limit, BooleanSupplier memoryLeft) {
    boolean roomBeside(int streams) {
        return streams < limit && memoryLeft.getAsBoolean();
    }
}
