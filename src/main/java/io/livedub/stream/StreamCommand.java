package io.livedub.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.livedub.config.StreamSettings;
import io.livedub.config.Target;

import static java.util.stream.Collectors.toSet;

/** What a running stream can be told of its languages. A child is told the same as a line of text. */
public sealed interface StreamCommand {
    /** One line that {@link #read} understands. */
    String line();

    /** It is heard from the next segment that is cut. */
    record AddLanguage(Target target) implements StreamCommand {
        @Override
        public String line() {
            return ADD + target.language() + " " + target.voiceProfile().orElse("");
        }
    }

    /** What is held of it airs, and its output ends. */
    record RemoveLanguage(String language) implements StreamCommand {
        @Override
        public String line() {
            return REMOVE + language;
        }
    }

    /**
     * The operator's switch: original sound from the next segment that has not been handed to the output yet.
     *
     * @param language empty: all
     * @param forTime after which a dub that was switched off is on again by itself; empty: when it is switched on
     */
    record SwitchDub(Optional<String> language, boolean on, Optional<Duration> forTime) implements StreamCommand {
        @Override
        public String line() {
            return (on ? SWITCH_ON : SWITCH_OFF)
                    + forTime.map(time -> String.valueOf(time.toMillis())).orElse("-") + " " + language.orElse("");
        }
    }

    String ADD = "add ";
    String REMOVE = "remove ";
    String SWITCH_ON = "dub-on ";
    String SWITCH_OFF = "dub-off ";

    /** What makes the languages of a running stream those of other settings; what else differs holds when it starts again. */
    static List<StreamCommand> between(StreamSettings before, StreamSettings now) {
        List<StreamCommand> commands = new ArrayList<>();
        Set<String> had = keys(before);
        Set<String> has = keys(now);
        // Those that are new first: a stream is never without a language.
        now.targets().stream()
                .filter(target -> !had.contains(target.key()))
                .forEach(target -> commands.add(new AddLanguage(target)));
        before.targets().stream()
                .filter(target -> !has.contains(target.key()))
                .forEach(target -> commands.add(new RemoveLanguage(target.key())));
        return commands;
    }

    private static Set<String> keys(StreamSettings settings) {
        return settings.targets().stream().map(Target::key).collect(toSet());
    }

    /** @return empty for a line that is none */
    static Optional<StreamCommand> read(String line) {
        if (line.startsWith(ADD)) {
            String[] parts = line.substring(ADD.length()).split(" ", 2);
            return Optional.of(new AddLanguage(new Target(parts[0], present(parts))));
        }
        if (line.startsWith(REMOVE)) {
            return Optional.of(new RemoveLanguage(line.substring(REMOVE.length())));
        }
        if (line.startsWith(SWITCH_ON) || line.startsWith(SWITCH_OFF)) {
            String[] parts = line.substring(line.indexOf(' ') + 1).split(" ", 2);
            Optional<Duration> forTime =
                    "-".equals(parts[0]) ? Optional.empty() : Optional.of(Duration.ofMillis(Long.parseLong(parts[0])));
            return Optional.of(new SwitchDub(present(parts), line.startsWith(SWITCH_ON), forTime));
        }
        return Optional.empty();
    }

    private static Optional<String> present(String[] parts) {
        return parts.length < 2 || parts[1].isEmpty() ? Optional.empty() : Optional.of(parts[1]);
    }
}
