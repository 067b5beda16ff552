package io.livedub.media.gst.codec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.livedub.media.gst.binding.GstRuntime;
import io.livedub.media.gst.binding.NativeCalls;

/** A file that GStreamer's filesink can write and seek in, and that needs no disk: memfd on Linux, else a temporary file. */
final class MemoryFile implements AutoCloseable {
    private static final int CLOSE_ON_EXEC = 1;

    private final Path path;
    private final int descriptor;

    private MemoryFile(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    static MemoryFile create() throws IOException {
        GstRuntime.ensure();
        int descriptor = NativeCalls.memfd_create("segment", CLOSE_ON_EXEC);
        return descriptor >= 0
                ? new MemoryFile(Path.of("/proc/self/fd/" + descriptor), descriptor)
                : new MemoryFile(Files.createTempFile("segment", ".mp4"), -1);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        if (descriptor >= 0) {
            NativeCalls.close(descriptor);
        } else {
            Files.deleteIfExists(path);
        }
    }
}
