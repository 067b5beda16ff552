package io.livedub.spool;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.livedub.id.StreamId;

/**
 * {@code {WORKER_SEGMENT_DIR}/.serve}: which process serves with this folder, and which one is to take its streams over. Only the user of the
 * process may write there. Blocking; used by one thread at a time.
 */
public final class ServingFolder {
    private static final Pattern PROCESS = Pattern.compile("pid (\\d{1,10}) on (\\S{1,255})");
    /** Ids of more streams than one process has. */
    private static final long MOST_LEFT = 1 << 20;

    private static final Duration MOST_BETWEEN_LOOKS = Duration.ofSeconds(1);

    private static final Path LOCKS = Path.of("/proc/locks");

    private final Path folder;
    private HeldFile serving;
    private HeldFile successor;
    /** What the last look found: when the process that serves has said that it is at work, and since when nothing new. */
    private FileTime said;

    private long lookedNs;
    private Duration silence = Duration.ZERO;

    public ServingFolder(Path segments) {
        folder = segments.resolve(".serve");
    }

    private Path lock() {
        return folder.resolve("lock");
    }

    private Path asking() {
        return folder.resolve("successor");
    }

    private Path leftBehind() {
        return folder.resolve("left");
    }

    private void make() throws IOException {
        Files.createDirectories(folder.getParent());
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException known) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw known;
            }
        }
    }

    /** This process, as others name it. */
    public static String self() throws IOException {
        return String.format(
                Locale.ROOT,
                "pid %d on %s",
                ProcessHandle.current().pid(),
                InetAddress.getLocalHost().getHostName());
    }

    /** Says that this process serves, and that it is at work. @return false when another one has said so */
    public boolean serve() throws IOException {
        if (serving == null) {
            make();
            serving = HeldFile.tryHold(lock(), self()).orElse(null);
        } else {
            serving.touch();
        }
        return serving != null;
    }

    /** Says that all streams are to come to this process. @return false when another one has said so */
    public boolean ask() throws IOException {
        if (successor == null) {
            make();
            successor = HeldFile.tryHold(asking(), self()).orElse(null);
        }
        return successor != null;
    }

    /** Takes {@link #ask} back. */
    public void withdraw() throws IOException {
        if (successor != null) {
            successor.close();
            successor = null;
        }
    }

    /** The process that is to have all streams, if another one has said so. */
    public Optional<String> successor() throws IOException {
        return successor != null ? Optional.empty() : HeldFile.holder(asking());
    }

    /**
     * Says which streams the next process begins anew: those that this one expects and has shown nothing of, to be said before the last stream is
     * let go; or those that it had when a signal ended it.
     */
    public void leave(Set<StreamId> streams) throws IOException {
        Files.deleteIfExists(leftBehind());
        if (!streams.isEmpty()) {
            List<String> lines = streams.stream().map(StreamId::value).sorted().toList();
            Files.write(leftBehind(), lines, StandardCharsets.US_ASCII, StandardOpenOption.CREATE_NEW);
        }
    }

    /** What {@link #leave} has said. Empty when that cannot be read. */
    public Set<StreamId> left() throws IOException {
        if (!Files.isRegularFile(leftBehind(), LinkOption.NOFOLLOW_LINKS) || Files.size(leftBehind()) > MOST_LEFT) {
            return Set.of();
        }
        return Files.readString(leftBehind(), StandardCharsets.ISO_8859_1)
                .lines()
                .flatMap(line -> StreamId.parse(line).stream())
                .collect(Collectors.toSet());
    }

    /**
     * What the process said that ended last, for one that is started then. It counts once, and not while another process serves.
     *
     * @param maxAge of what was said; later nobody waits for these streams
     */
    public Set<StreamId> takeLeft(Duration maxAge) throws IOException {
        Set<StreamId> left = other().isPresent() ? Set.of() : left();
        if (left.isEmpty()) {
            return left;
        }
        FileTime saidAt = Files.getLastModifiedTime(leftBehind(), LinkOption.NOFOLLOW_LINKS);
        Files.deleteIfExists(leftBehind());
        Duration age = Duration.between(saidAt.toInstant(), Instant.now()).abs();
        return age.compareTo(maxAge) <= 0 ? left : Set.of();
    }

    /** The process that serves; empty when none does, or this one. */
    public Optional<String> other() throws IOException {
        return serving != null ? Optional.empty() : HeldFile.holder(lock());
    }

    /**
     * For how long the process that serves has not said that it is at work, while this process looked. Counted by the time between looks,
     * because the file's time is of the wall clock: a clock that is set forward in the middle of a take-over would make a process that is
     * at work look dead. Of a longer time in which this process stood still only {@link #MOST_BETWEEN_LOOKS} counts, because both may
     * have stood still together.
     *
     * @param nowNs of a clock that never goes back
     */
    public Duration silentFor(long nowNs) throws IOException {
        FileTime its = Files.getLastModifiedTime(lock(), LinkOption.NOFOLLOW_LINKS);
        silence = its.equals(said) ? silence.plus(sinceLastLook(nowNs)) : Duration.ZERO;
        said = its;
        lookedNs = nowNs;
        return silence;
    }

    private Duration sinceLastLook(long nowNs) {
        return Duration.ofNanos(Math.min(nowNs - lookedNs, MOST_BETWEEN_LOOKS.toNanos()));
    }

    /** Whether a process, as it names itself, runs on this machine and so has its ports. */
    public static boolean isHere(String process) throws IOException {
        Matcher named = PROCESS.matcher(process);
        return named.matches()
                && named.group(2).equals(InetAddress.getLocalHost().getHostName());
    }

    /**
     * Kills the process that serves. A text in a file is no proof: it is killed only when the kernel says that it has the lock.
     *
     * @return false when it cannot be told which process it is
     */
    public boolean kill() throws IOException {
        Optional<String> process = other();
        Matcher named = PROCESS.matcher(process.orElse(""));
        if (!named.matches() || !isHere(process.get()) || !hasLock(named.group(1))) {
            return false;
        }
        return ProcessHandle.of(Long.parseLong(named.group(1)))
                .map(ProcessHandle::destroyForcibly)
                .orElse(false);
    }

    /** A line of it: {@code 1: POSIX ADVISORY WRITE 4711 08:01:131073 0 EOF}. */
    private boolean hasLock(String pid) throws IOException {
        String inode = ":" + Files.getAttribute(lock(), "unix:ino", LinkOption.NOFOLLOW_LINKS);
        try (Stream<String> lines = Files.lines(LOCKS, StandardCharsets.US_ASCII)) {
            return lines.map(line -> line.trim().split("\\s+"))
                    .anyMatch(of -> of.length > 5 && of[4].equals(pid) && of[5].endsWith(inode));
        }
    }
}
