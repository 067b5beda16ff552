package io.livedub.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import io.livedub.spool.RecordDecoder.FileHeader;
import io.livedub.spool.RecordDecoder.MalformedRecordException;
import io.livedub.spool.SpoolFinding.RefusalReason;
import io.livedub.spool.SpoolRecord.StreamPosition;

/**
 * Reads a spool. Whatever the files hold, it neither fails nor takes more memory than a spool may have, and says in one line why a spool is
 * left alone. Blocking.
 */
public final class SpoolReader {
    /** A clock of another machine may be a little ahead. */
    private static final long MOST_AHEAD_MS = 1000;
    /**
     * A process that was asked to go on with the next frame does so within a second. Later that frame was due long ago, and to go on with it
     * would move the stream by that time for good.
     */
    private static final long HANDED_OVER_HOLDS_MS = 3000;

    private final SpoolFolder folder;
    private final ClockReading now;
    private final Duration mostAge;

    private HeldStreamBuilder held;
    private FileHeader of;
    private final Map<Integer, Long> untilNs = new TreeMap<>();
    private long lastBytes;
    private boolean cutOff;

    private SpoolReader(SpoolFolder folder, ClockReading now, Duration mostAge) {
        this.folder = folder;
        this.now = now;
        this.mostAge = mostAge;
    }

    /** The spool is not to be used. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final RefusalReason reason;

        RefusedException(RefusalReason reason, String detail) {
            super(detail);
            this.reason = reason;
        }
    }

    /** @param mostAge an older one is left alone */
    public static SpoolFinding read(SpoolFolder folder, ClockReading now, Duration mostAge) {
        try {
            return new SpoolReader(folder, now, mostAge).read();
        } catch (RefusedException refused) {
            return new SpoolFinding.SpoolRefused(refused.reason, refused.getMessage());
        } catch (IOException | RuntimeException unreadable) {
            return new SpoolFinding.SpoolRefused(RefusalReason.UNREADABLE, "cannot be read: " + unreadable);
        }
    }

    private SpoolFinding read() throws IOException, RefusedException {
        TreeMap<Integer, Path> files = folder.files();
        if (files.isEmpty()) {
            return new SpoolFinding.Nothing();
        }
        held = new HeldStreamBuilder();
        long total = 0;
        for (int number : lastGeneration(files)) {
            byte[] bytes = bytes(files.get(number));
            total += bytes.length;
            if (total > SpoolFormat.MOST_BYTES) {
                throw new RefusedException(RefusalReason.CORRUPT, "is larger than spools may be");
            }
            records(files.get(number), bytes, number == files.lastKey());
            untilNs.put(number, held.takeUntilNs());
        }
        StreamPosition position = held.position()
                .orElseThrow(() -> new RefusedException(RefusalReason.CUT_OFF, "is cut off before it says anything"));
        long ageMs = ageMs(position);
        if (ageMs > mostAge.toMillis()) {
            throw new RefusedException(
                    RefusalReason.TOO_OLD,
                    String.format(Locale.ROOT, "is %d s old, and may be %d s", ageMs / 1000, mostAge.toSeconds()));
        }
        long byNs = now.sameBoot(of.boot())
                ? 0
                : now.monotonicNs() - Duration.ofMillis(Math.max(0, ageMs)).toNanos() - position.monotonicNs();
        HeldStream.Files from = new HeldStream.Files(of.generation(), files.lastKey() + 1, untilNs, lastBytes);
        HeldStream left = held.build(byNs, Duration.ofMillis(Math.max(0, ageMs)), cutOff, from);
        // The clocks of two machines differ by more.
        boolean missed = now.sameBoot(of.boot()) && ageMs > HANDED_OVER_HOLDS_MS;
        return new SpoolFinding.Resumable(missed ? left.asAfterCrash() : left);
    }

    /** Numbers of the files that belong to the newest one; what is before them was left alone by the process that wrote it. */
    private List<Integer> lastGeneration(TreeMap<Integer, Path> files) throws IOException, RefusedException {
        List<Integer> numbers = new ArrayList<>();
        UUID generation = null;
        int expected = files.lastKey();
        for (int number : files.descendingKeySet()) {
            if (number != expected) {
                break;
            }
            Optional<FileHeader> header = header(bytes(files.get(number)));
            if (header.isEmpty() && numbers.isEmpty() && generation == null) {
                // Killed between making the file and writing its header.
                numbers.add(0, number);
                expected = number - 1;
                continue;
            }
            if (header.isEmpty()) {
                break;
            }
            if (generation == null) {
                generation = header.get().generation();
                of = header.get();
            }
            if (!header.get().generation().equals(generation)) {
                break;
            }
            numbers.add(0, number);
            expected = number - 1;
        }
        if (of == null) {
            throw new RefusedException(RefusalReason.CUT_OFF, "is cut off before it says anything");
        }
        if (!of.streamId().equals(folder.streamId().value())) {
            throw new RefusedException(RefusalReason.CORRUPT, "is another stream's");
        }
        return numbers;
    }

    private static byte[] bytes(Path file) throws IOException, RefusedException {
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            long size = channel.size();
            if (size > SpoolFormat.MOST_FILE) {
                throw new RefusedException(RefusalReason.CORRUPT, "has a file that is larger than its files may be");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // A read may give less than was asked for.
                continue;
            }
            return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
        }
    }

    /** Empty when the file ends before its header does. */
    private static Optional<FileHeader> header(byte[] bytes) throws RefusedException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.remaining() < SpoolFormat.PREFIX) {
            return Optional.empty();
        }
        if (in.getInt() != SpoolFormat.MAGIC) {
            throw new RefusedException(
                    RefusalReason.CORRUPT, "is corrupt: a file does not begin as files of a spool do");
        }
        int version = Short.toUnsignedInt(in.getShort());
        if (version != SpoolFormat.VERSION) {
            throw new RefusedException(
                    RefusalReason.OTHER_VERSION,
                    "has version " + version + ", and this program reads " + SpoolFormat.VERSION);
        }
        in.getShort();
        Framed framed = Framed.next(in);
        if (framed instanceof Framed.CutOff) {
            return Optional.empty();
        }
        if (!(framed instanceof Framed.Whole whole) || whole.type() != SpoolFormat.TYPE_HEADER) {
            throw new RefusedException(RefusalReason.CORRUPT, "is corrupt: a file's header");
        }
        try {
            return Optional.of(RecordDecoder.header(whole.payload()));
        } catch (MalformedRecordException malformed) {
            throw new RefusedException(RefusalReason.CORRUPT, "is corrupt: " + malformed.getMessage());
        }
    }

    private void records(Path file, byte[] bytes, boolean last) throws RefusedException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (header(bytes).isEmpty()) {
            cutOff = true;
            lastBytes = 0;
            return;
        }
        in.position(SpoolFormat.PREFIX);
        Framed.next(in);
        RecordDecoder decoder = new RecordDecoder();
        while (in.hasRemaining()) {
            int at = in.position();
            Framed framed = Framed.next(in);
            if (framed instanceof Framed.CutOff && last) {
                cutOff = true;
                lastBytes = at;
                return;
            }
            if (!(framed instanceof Framed.Whole whole)) {
                throw new RefusedException(
                        RefusalReason.CORRUPT, "is corrupt: " + file.getFileName() + " at byte " + at);
            }
            try {
                decoder.decode(whole.type(), whole.payload()).ifPresent(held::add);
            } catch (MalformedRecordException malformed) {
                throw new RefusedException(
                        RefusalReason.CORRUPT,
                        "is corrupt: " + file.getFileName() + " at byte " + at + ": " + malformed.getMessage());
            }
        }
        lastBytes = bytes.length;
    }

    /**
     * Within one boot the monotonic clock says it, which nobody can set. Else the wall clock does; a spool of the future is refused, because
     * then one of the two clocks is wrong and nobody knows which.
     */
    private long ageMs(StreamPosition position) throws RefusedException {
        boolean sameBoot = now.sameBoot(of.boot());
        long ageMs = sameBoot
                ? Math.floorDiv(now.monotonicNs() - position.monotonicNs(), 1_000_000L)
                : now.wallMs() - position.wallMs();
        if (ageMs < -MOST_AHEAD_MS) {
            throw new RefusedException(
                    RefusalReason.TOO_OLD, "is of a time that has not come yet: its age is not known");
        }
        return ageMs;
    }
}
