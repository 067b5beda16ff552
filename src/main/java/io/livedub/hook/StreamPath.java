package io.livedub.hook;

import java.util.Optional;
import java.util.regex.Pattern;

import io.livedub.id.IdForm;
import io.livedub.id.StreamId;

/** {@code {app}/{id}/in}, its backup {@code {app}/{id}/in-backup}, {@code {app}/{id}/out}, or the output of a further language, {@code {app}/{id}/out-{language}}. */
record StreamPath(StreamId streamId, Direction direction) {
    /** The tag of a language (BCP 47: 35 characters are enough for all). The worker writes it in lower case; no other output is its business either. */
    private static final Pattern OUTPUT = Pattern.compile("out(-[A-Za-z0-9-]{1,35})?");

    enum Direction {
        IN,
        /** Read by the worker of the stream, which only the first source starts. */
        BACKUP,
        OUT
    }

    /** @return empty when the path belongs to no stream of the worker */
    static Optional<StreamPath> parse(String app, String path) {
        String[] parts = path.split("/", -1);
        if (parts.length != 3 || !parts[0].equals(app) || !IdForm.matches(parts[1])) {
            return Optional.empty();
        }
        StreamId id = new StreamId(parts[1]);
        if (parts[2].equals("in")) {
            return Optional.of(new StreamPath(id, Direction.IN));
        }
        if (parts[2].equals("in-backup")) {
            return Optional.of(new StreamPath(id, Direction.BACKUP));
        }
        return OUTPUT.matcher(parts[2]).matches() ? Optional.of(new StreamPath(id, Direction.OUT)) : Optional.empty();
    }
}
