package io.livedub.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * One instant by both clocks of a machine.
 *
 * @param monotonicNs CLOCK_MONOTONIC: processes of one boot can compare it, and nobody can set it
 * @param wallMs milliseconds since 1970; somebody may have set it in between
 * @param boot the boot that {@code monotonicNs} counts from
 */
public record ClockReading(long monotonicNs, long wallMs, UUID boot) {
    /** Where Linux says which boot this is; a random number for each. */
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private static final UUID UNKNOWN = new UUID(0, 0);

    /** Whether the two count from the same boot, so that their monotonic times may be compared. */
    boolean sameBoot(UUID other) {
        return boot.equals(other) && !boot.equals(UNKNOWN);
    }

    /** The boot of this machine; all zeros where that is not known, which equals no other boot. */
    public static UUID bootOfThisMachine() {
        try {
            return UUID.fromString(
                    Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip());
        } catch (IOException | IllegalArgumentException notLinux) {
            return UNKNOWN;
        }
    }
}
