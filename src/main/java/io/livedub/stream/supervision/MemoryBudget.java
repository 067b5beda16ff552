package io.livedub.stream.supervision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

import io.livedub.config.WorkerConfig;

/**
 * Compares the memory that a stream needs with the memory that is left.
 *
 * <p>Heap: a stream holds two segments (one being filled, one at STS) and the offset, at 6.2 Mbit/s (the 6 Mbit/s of the design and
 * 192 kbit/s AAC), half as much again for copies on their way to files and STS, and 4 MiB for what does not grow. For 6 s and 6 s that is 25 MB.
 * The limit is what fits into 80 % of the largest heap beside 40 MiB of the program itself.
 *
 * <p>Beside that, before each stream: the machine's available memory, or what the container's limit leaves, must hold the stream
 * with 24 MiB of GStreamer's. A number alone is wrong on a machine that others use too.
 */
public final class MemoryBudget {
    private static final long MIB = 1L << 20;
    private static final long BYTES_PER_SECOND = 6_200_000 / 8;
    private static final long PROGRAM = 40 * MIB;
    private static final long NATIVE = 24 * MIB;

    /** Resident size of a child with one stream on the JVM, the larger of the two builds. */
    private static final long CHILD = 200 * MIB;

    private final long perStream;
    private final long heapPerStream;

    private MemoryBudget(long perStream, long heapPerStream) {
        this.perStream = perStream;
        this.heapPerStream = heapPerStream;
    }

    public static MemoryBudget of(WorkerConfig config) {
        return config.serve().spawn() == WorkerConfig.Spawn.PROCESS
                ? new MemoryBudget(CHILD, 0)
                : of(
                        config.segments().duration().toMillis(),
                        config.segments()
                                .avOffset()
                                .orElse(config.sts().timeout())
                                .toMillis());
    }

    /** The budget of streams in this process. */
    static MemoryBudget of(long segmentMs, long offsetMs) {
        long heap = (long) ((2 * segmentMs + offsetMs) * 1e-3 * BYTES_PER_SECOND * 1.5) + 4 * MIB;
        return new MemoryBudget(heap + NATIVE, heap);
    }

    /** @param maxHeap bytes */
    public int streams(long maxHeap) {
        if (heapPerStream == 0) {
            OptionalLong available = available();
            return (int) Math.min(1000, Math.max(1, available.orElse(4096 * MIB) / perStream));
        }
        return (int) Math.min(1000, Math.max(1, ((long) (maxHeap * 0.8) - PROGRAM) / heapPerStream));
    }

    public boolean oneMoreFits() {
        OptionalLong available = available();
        return available.isEmpty() || available.getAsLong() >= perStream;
    }

    /** What the kernel says can be taken without swapping, within the container's limit (cgroup v2); empty where the system gives neither figure. */
    private static OptionalLong available() {
        long least = Long.MAX_VALUE;
        for (String line : lines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemAvailable:")) {
                least = Math.min(least, Long.parseLong(line.replaceAll("\\D", "")) * 1024);
            }
        }
        OptionalLong max = number(Path.of("/sys/fs/cgroup/memory.max"));
        OptionalLong current = number(Path.of("/sys/fs/cgroup/memory.current"));
        if (max.isPresent() && current.isPresent()) {
            // The page cache counts as used there and is given back when asked for.
            long cache = lines(Path.of("/sys/fs/cgroup/memory.stat")).stream()
                    .filter(line -> line.startsWith("inactive_file "))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
            least = Math.min(least, max.getAsLong() - current.getAsLong() + cache);
        }
        return least == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(least);
    }

    private static OptionalLong number(Path file) {
        return lines(file).stream()
                .filter(line -> line.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException notThere) {
            return List.of();
        }
    }
}
