package io.livedub.stream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

import io.livedub.config.ConfigurationException;
import io.livedub.config.ContinuityConfig;
import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.SlateClip;
import io.livedub.media.SlateReader;
import io.livedub.timeline.SlatePlan;

/** What {@code WORKER_SLATE} says, with its film where it names one. */
public final class SlateFile {
    private SlateFile() {}

    /**
     * Empty where nothing is shown. Reads the film's file.
     *
     * @throws ConfigurationException when the film cannot be shown in any stream
     */
    public static Optional<SlatePlan> plan(ContinuityConfig continuity) {
        return continuity.slate()
                ? Optional.of(new SlatePlan(continuity.slateFile().map(SlateFile::clip)))
                : Optional.empty();
    }

    private static SlateClip clip(Path file) {
        try {
            // Whatever is no file, such as a pipe, could be read for ever.
            if (!Files.isRegularFile(file)) {
                throw refused(file, Files.exists(file) ? "it is not a file" : "there is no such file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] all = in.readNBytes(SlateReader.MOST_BYTES + 1);
                if (all.length > SlateReader.MOST_BYTES) {
                    throw refused(file, "it is larger than " + (SlateReader.MOST_BYTES >> 20) + " MiB");
                }
                return SlateReader.read(all);
            }
        } catch (IOException unreadable) {
            throw refused(file, "it cannot be read: " + unreadable.getMessage());
        } catch (CodecException unfit) {
            throw refused(file, unfit.getMessage());
        }
    }

    private static ConfigurationException refused(Path file, String why) {
        return new ConfigurationException(String.format(
                Locale.ROOT,
                "WORKER_SLATE='%s' is not valid: %s; allowed is off, hold or an MP4 file with H.264 and, where it has"
                        + " sound, AAC",
                file,
                why));
    }
}
