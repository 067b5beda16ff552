package io.livedub.stream.output;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What an output says of itself, a line each. */
final class ToldListener implements OutputListener {
    final List<String> lines = new ArrayList<>();

    @Override
    public void lost(String reason, Duration again) {
        lines.add(reason + ", again in " + again.toMillis() + " ms");
    }

    @Override
    public void back(Duration away, long missed) {
        lines.add("back after " + away.toMillis() + " ms, missed " + missed);
    }

    @Override
    public void servesOldSound() {
        lines.add("old sound");
    }
}
