package io.livedub.spool;

import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.livedub.media.MediaClock;

/**
 * Where a spool writes, and by whose time.
 *
 * @param lock held before the spool begins
 * @param lane blocks while a disk hangs; shared by all streams
 */
public record SpoolPlace(SpoolFolder folder, Supplier<StreamLock> lock, UUID boot, Executor lane, MediaClock clock) {}
