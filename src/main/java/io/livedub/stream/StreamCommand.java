package io.livedub.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.sound.Bed;
import io.livedub.sound.DubSound;

import static java.util.stream.Collectors.toSet;

/** A change of a running stream's languages or of their sound. To a child it is sent as a line of text. */
public sealed interface StreamCommand {
    /** One line that {@link #read} understands. */
    String line();

    /** The settings of a stream that was told this; the same where it changes none. */
    default StreamSettings after(StreamSettings before) {
        return before;
    }

    /** Adds a language, which is heard from the next segment that is cut. */
    record AddLanguage(Target target) implements StreamCommand {
        @Override
        public String line() {
            return ADD + target.language() + " " + target.voiceProfile().orElse("");
        }

        @Override
        public StreamSettings after(StreamSettings before) {
            if (keys(before).contains(target.key())) {
                return before;
            }
            List<Target> targets = new ArrayList<>(before.targets());
            targets.add(target);
            return before.withTargets(targets);
        }
    }

    /** Removes a language: its held segments air, then its output ends. */
    record RemoveLanguage(String language) implements StreamCommand {
        @Override
        public String line() {
            return REMOVE + language;
        }

        @Override
        public StreamSettings after(StreamSettings before) {
            List<Target> targets = before.targets().stream()
                    .filter(target -> !target.key().equals(language))
                    .toList();
            return targets.isEmpty() ? before : before.withTargets(targets);
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

    /** Changes the sound of dubs, from the next segment that is cut. */
    record SetSound(DubSound sound) implements StreamCommand {
        @Override
        public String line() {
            return SOUND + sound.bed() + " " + sound.bedDb() + " " + sound.matchLoudness();
        }

        @Override
        public StreamSettings after(StreamSettings before) {
            return before.withSound(sound);
        }
    }

    /**
     * Settings were changed that a running stream keeps until it starts again; the stream only logs them.
     *
     * @param settings their names, as a person reads them
     */
    record KeptUntilNextStart(List<String> settings) implements StreamCommand {
        @Override
        public String line() {
            return KEPT + String.join(",", settings);
        }
    }

    /** As a person reads it, of a stream that cannot be told. */
    String BED_AND_LOUDNESS = "bed and loudness";

    /** Everything is ready: the process that has the stream on air is asked to let go of it. */
    record AskForStream() implements StreamCommand {
        @Override
        public String line() {
            return TAKE_OVER;
        }
    }

    String TAKE_OVER = "take-over";
    String SOUND = "sound ";
    String KEPT = "kept ";
    String ADD = "add ";
    String REMOVE = "remove ";
    String SWITCH_ON = "dub-on ";
    String SWITCH_OFF = "dub-off ";

    /** The commands that change a running stream to other settings. {@link #fromNextStart} names the settings that no command can change. */
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
        if (!now.dub().sound().equals(before.dub().sound())) {
            commands.add(new SetSound(now.dub().sound()));
        }
        List<String> kept = fromNextStart(before, now);
        if (!kept.isEmpty()) {
            commands.add(new KeptUntilNextStart(kept));
        }
        return commands;
    }

    /** Names of settings that differ and that a running stream keeps until it starts again. */
    static List<String> fromNextStart(StreamSettings before, StreamSettings now) {
        List<String> names = new ArrayList<>();
        if (!now.sourceLanguage().equals(before.sourceLanguage())) {
            names.add("source_language");
        }
        if (now.passthrough() != before.passthrough()) {
            names.add("mode");
        }
        if (now.dub().cutAtPauses() != before.dub().cutAtPauses()) {
            names.add("cut");
        }
        if (now.backup() != before.backup()) {
            names.add("backup");
        }
        for (Target target : now.targets()) {
            boolean otherVoice = before.targets().stream()
                    .anyMatch(was -> was.key().equals(target.key())
                            && !was.voiceProfile().equals(target.voiceProfile()));
            if (otherVoice) {
                names.add("voice_profile of " + target.language());
            }
        }
        return List.copyOf(names);
    }

    /** Names of all settings that differ: of a stream that runs where nothing can be said to it. */
    static List<String> changed(StreamSettings before, StreamSettings now) {
        List<String> names = new ArrayList<>(fromNextStart(before, now));
        if (!keys(now).equals(keys(before))) {
            names.add("targets");
        }
        if (!now.dub().sound().equals(before.dub().sound())) {
            names.add(BED_AND_LOUDNESS);
        }
        return List.copyOf(names);
    }

    private static Set<String> keys(StreamSettings settings) {
        return settings.targets().stream().map(Target::key).collect(toSet());
    }

    /** @return empty for a line that is no command */
    static Optional<StreamCommand> read(String line) {
        if (line.equals(TAKE_OVER)) {
            return Optional.of(new AskForStream());
        }
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
        if (line.startsWith(SOUND)) {
            String[] parts = line.substring(SOUND.length()).split(" ");
            return Optional.of(new SetSound(
                    new DubSound(Bed.valueOf(parts[0]), Integer.parseInt(parts[1]), Boolean.parseBoolean(parts[2]))));
        }
        if (line.startsWith(KEPT)) {
            return Optional.of(
                    new KeptUntilNextStart(List.of(line.substring(KEPT.length()).split(","))));
        }
        return Optional.empty();
    }

    private static Optional<String> present(String[] parts) {
        return parts.length < 2 || parts[1].isEmpty() ? Optional.empty() : Optional.of(parts[1]);
    }
}
