package io.livedub.hook;

import java.util.Optional;

import io.livedub.config.WorkerConfig;

/** {@code {app}/{id}/in} or {@code {app}/{id}/out}. */
record StreamPath(String streamId, Direction direction) {
    enum Direction {
        IN,
        OUT
    }

    /** @return empty when the path is not one of ours */
    static Optional<StreamPath> parse(String app, String path) {
        String[] parts = path.split("/", -1);
        if (parts.length != 3
                || !parts[0].equals(app)
                || !WorkerConfig.ID.matcher(parts[1]).matches()) {
            return Optional.empty();
        }
        return switch (parts[2]) {
            case "in" -> Optional.of(new StreamPath(parts[1], Direction.IN));
            case "out" -> Optional.of(new StreamPath(parts[1], Direction.OUT));
            default -> Optional.empty();
        };
    }
}
