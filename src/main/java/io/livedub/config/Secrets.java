package io.livedub.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The secrets of the configuration. Everybody who runs as the same user can read a process's environment in {@code /proc}, so each secret
 * can stand in a file instead: {@code NAME_FILE} names the file that holds the value of {@code NAME}.
 *
 * <p>A new secret needs two methods in {@link Settings}, for {@code NAME} and {@code NAME_FILE}, and one call of {@link #read}. A value that was read
 * is remembered by its property, so that it can be handed to a child without its environment.
 */
public final class Secrets {
    /** No header is longer than 8 KiB on most servers; a file above this limit is not a secret. */
    private static final int MOST_BYTES = 16 << 10;

    private static final String ALLOWED = "a file of 1 to " + MOST_BYTES + " bytes of text that this user can read";

    /** In place of a secret, and of a file's name that looks like no path: it may be the secret itself, set in the wrong variable. */
    static final String HIDDEN = "…";

    private final Map<String, String> values = new LinkedHashMap<>();

    Secrets() {}

    /** The variable of a property: {@code worker.sts-api-key} is {@code WORKER_STS_API_KEY}. */
    public static String variable(String property) {
        return property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /**
     * The value, from the variable or from the file.
     *
     * @param property such as {@code worker.sts-api-key}
     * @param file what {@code …_FILE} says
     * @throws ConfigurationException when both are set, or when the file cannot be used; the text never holds the secret
     */
    Optional<String> read(String property, Optional<String> value, Optional<String> file) {
        String variable = variable(property);
        if (value.isPresent() && file.isPresent()) {
            throw new ConfigurationException(
                    variable + " and " + variable + "_FILE are both set: allowed is one of the two");
        }
        Optional<String> secret = file.isPresent() ? file.map(name -> contents(variable + "_FILE", name)) : value;
        secret.ifPresent(text -> values.put(property, text));
        return secret;
    }

    /** Properties to values, of those that are set. */
    public Map<String, String> values() {
        return Collections.unmodifiableMap(values);
    }

    private static String contents(String variable, String name) {
        try {
            Path path = Path.of(name);
            if (!Files.exists(path)) {
                throw refused(variable, isPath(name) ? name : HIDDEN, "it does not exist");
            }
            // A named pipe that nobody writes to would hold up the start for ever.
            if (!Files.isRegularFile(path)) {
                throw refused(variable, name, "it is not a regular file");
            }
            try (InputStream in = Files.newInputStream(path)) {
                return text(variable, name, in.readNBytes(MOST_BYTES + 1));
            }
        } catch (InvalidPathException noPath) {
            throw refused(variable, name, "it is not a path");
        } catch (IOException unreadable) {
            throw refused(variable, name, "it cannot be read");
        }
    }

    private static boolean isPath(String name) {
        return name.startsWith("/") || name.startsWith("./") || name.startsWith("../");
    }

    private static String text(String variable, String name, byte[] bytes) {
        if (bytes.length > MOST_BYTES) {
            throw refused(variable, name, "it is larger");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            // Editors and `echo` end a file with a line feed, which is not part of the secret.
            String secret = text.replaceFirst("[\\r\\n]+\\z", "");
            if (secret.isBlank()) {
                throw refused(variable, name, "it is empty");
            }
            return secret;
        } catch (CharacterCodingException binary) {
            throw refused(variable, name, "it is not UTF-8");
        }
    }

    private static ConfigurationException refused(String variable, String name, String why) {
        return new ConfigurationException(
                ConfigurationException.of(variable, name, ALLOWED).getMessage() + "; " + why);
    }

    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
