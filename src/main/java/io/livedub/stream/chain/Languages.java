package io.livedub.stream.chain;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

import io.smallrye.mutiny.Uni;

import io.livedub.config.Target;
import io.livedub.config.WorkerConfig.StsLoss;
import io.livedub.media.AudioFormat;
import io.livedub.media.VideoFormat;
import io.livedub.sound.DubSound;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.timeline.OutputTimeline;
import io.livedub.timeline.RelayTimeline;

/** The languages of one stream: which there are, and what is said to all of them. Thread-safe; no method does more than begin something. */
final class Languages {
    private static final Duration END_LIMIT = Duration.ofSeconds(5);
    /** The formats and the zero with which a publication begins. */
    private record Beginning(VideoFormat video, AudioFormat audio, long zeroNs) {}

    private final StreamSpec spec;
    private final StreamParts parts;
    private final Function<Target, Function<Consumer<StreamEvent>, Dubbing>> dubbings;
    private final Consumer<StreamFailure> onOutputsGone;
    private final List<Language> everyone = new CopyOnWriteArrayList<>();
    /** Those that get no more segments, until their outputs have ended. */
    private final Set<Language> leaving = ConcurrentHashMap.newKeySet();

    private final ReturningLanguages returning = new ReturningLanguages();

    private volatile AudioFormat audio;
    private volatile Beginning beginning;
    private DubSound sound;
    private boolean over;

    /**
     * @param dubbings makes what makes a language's sound; not asked in passthrough
     * @param onOutputsGone called when the last output has failed
     */
    Languages(
            StreamSpec spec,
            StreamParts parts,
            Function<Target, Function<Consumer<StreamEvent>, Dubbing>> dubbings,
            Consumer<StreamFailure> onOutputsGone) {
        this.spec = spec;
        this.parts = parts;
        this.dubbings = dubbings;
        this.onOutputsGone = onOutputsGone;
        this.sound = parts.sound();
    }

    /** Those that the stream begins with. */
    void begin() {
        spec.settings().targets().forEach(target -> everyone.add(language(target)));
    }

    private Language language(Target target) {
        Language.Plan plan = new Language.Plan(
                target, spec.outputUrl(target), spec, parts, () -> othersOnAir(target.key()), onOutputsGone);
        return new Language(plan, parts.passthrough() ? Optional.empty() : Optional.of(dubbings.apply(target)));
    }

    /** Clock time of the outputs' time 0; 0 before they are open. */
    long zeroNs() {
        return beginning == null ? 0 : beginning.zeroNs();
    }

    /** Whether a language other than this one is on air. */
    boolean othersOnAir(String key) {
        return present().stream().anyMatch(other -> !other.key().equals(key) && other.isOnAir());
    }

    /** Also those that get no more segments. */
    List<Language> everyone() {
        return everyone;
    }

    boolean isLeaving(Language language) {
        return leaving.contains(language);
    }

    /** Those that get segments. */
    List<Language> present() {
        return everyone.stream().filter(language -> !leaving.contains(language)).toList();
    }

    private Optional<Language> one(String key) {
        return present().stream().filter(language -> language.key().equals(key)).findFirst();
    }

    /**
     * Adds a language, which is heard from the next segment that is cut. A language that is there already stays as it is. While it still drains
     * it waits until its output has ended, because both would publish to one path.
     *
     * @return false when the stream is over
     */
    synchronized boolean add(Target target) {
        if (over) {
            return false;
        }
        returning.keep(target.key());
        if (leaving.stream().anyMatch(language -> language.key().equals(target.key()))) {
            returning.returns(target);
            return true;
        }
        if (one(target.key()).isPresent()) {
            return true;
        }
        Language added = language(target);
        added.sound(sound);
        added.output().beginWithKeyframe();
        if (audio != null) {
            added.begin(audio);
        }
        everyone.add(added);
        if (parts.passthrough()) {
            open(added);
        }
        return true;
    }

    /**
     * Nothing more is dubbed into a language; what is held of it airs.
     *
     * @return false when it is not there, or the last one
     */
    synchronized boolean remove(String key) {
        if (returning.staysAway(key)) {
            return true;
        }
        Optional<Language> found = one(key);
        if (found.isEmpty()) {
            return false;
        }
        if (present().size() == 1) {
            return returning.removeLater(key);
        }
        Language removed = found.get();
        leaving.add(removed);
        parts.spool().ifPresent(its -> its.outputs().remove());
        var unused =
                removed.endDubbing("the language is removed", Dubbing.PATIENT).subscribeAsCompletionStage();
        if (parts.passthrough()) {
            leave(removed);
        }
        return true;
    }

    void command(StreamCommand command) {
        if (command instanceof StreamCommand.AddLanguage add && !add(add.target())) {
            warn("language " + add.target().language() + " cannot be added: the stream is over");
        } else if (command instanceof StreamCommand.RemoveLanguage remove && !remove(remove.language())) {
            warn("language " + remove.language() + " cannot be removed: it is not there, or the last one");
        } else if (command instanceof StreamCommand.SwitchDub dub) {
            present().stream()
                    .filter(language ->
                            dub.language().map(language.key()::equals).orElse(true))
                    .forEach(language -> language.switchDub(dub));
        } else if (command instanceof StreamCommand.SetSound set) {
            sound(set.sound());
        } else if (command instanceof StreamCommand.KeptUntilNextStart kept) {
            parts.events()
                    .accept(new LifeEvent.Note("settings were changed that hold from the stream's next start on: "
                            + String.join(", ", kept.settings())));
        }
    }

    private synchronized void sound(DubSound wanted) {
        sound = wanted;
        present().forEach(language -> language.sound(wanted));
        parts.events()
                .accept(new LifeEvent.Note(String.format(
                        Locale.ROOT,
                        "the sound of dubs was changed, heard from the next segment that is cut: bed %s, %d dB, loudness %s",
                        wanted.bed().name().toLowerCase(Locale.ROOT),
                        wanted.bedDb(),
                        wanted.matchLoudness() ? "match" : "off")));
    }

    private void warn(String message) {
        parts.events().accept(new LifeEvent.Warning(message));
    }

    /** The stream's sound is known. */
    synchronized void begin(AudioFormat format) {
        audio = format;
        present().forEach(language -> language.begin(format));
    }

    /** @param zeroNs clock time of the outputs' time 0, the same for all */
    synchronized void open(VideoFormat video, AudioFormat format, long zeroNs) {
        if (beginning == null) {
            beginning = new Beginning(video, format, zeroNs);
        }
        present().forEach(this::open);
    }

    /** To be said before the outputs are open: another process has published them until now. */
    void goOn() {
        present().forEach(language -> language.output().goOn());
    }

    /** Does nothing before the outputs are opened, and for a language whose output is open. */
    void open(Language language) {
        Beginning known = beginning;
        if (known != null) {
            language.open(known.video(), known.audio(), known.zeroNs());
        }
    }

    /** The files of the language at {@code out} have the names that a stream of one language has. */
    String suffix(Language language) {
        return language.key().equals(spec.atOut()) ? "" : "_" + language.key();
    }

    /** Closes a removed language, after its held segments have aired. */
    void leave(Language language) {
        if (everyone.remove(language)) {
            language.endOutput(END_LIMIT).subscribe().with(ignored -> gone(language), ignored -> gone(language));
        }
    }

    private synchronized void gone(Language language) {
        language.close();
        language.forget();
        leaving.remove(language);
        returning.comesBack(language.key()).ifPresent(back -> {
            add(back);
            returning.dueRemovals().forEach(this::remove);
        });
    }

    void sourceLost(String reason) {
        present().forEach(language -> language.sourceLost(reason));
    }

    void sourceBack() {
        present().forEach(Language::sourceBack);
    }

    /** Whether STS is given up for all languages that are dubbed, where a stream is to end then. */
    boolean allLost() {
        List<Language> dubbed = present().stream().filter(Language::isDubbed).toList();
        return spec.stsLoss() == StsLoss.EXIT
                && !dubbed.isEmpty()
                && dubbed.stream().allMatch(Language::isLost);
    }

    Uni<Void> endDubbing(String reason, Duration patience) {
        synchronized (this) {
            over = true;
        }
        return all(language -> language.endDubbing(reason, patience));
    }

    Uni<Void> endOutputs(Duration limit) {
        return all(language -> language.endOutput(limit));
    }

    private Uni<Void> all(Function<Language, Uni<Void>> end) {
        List<Uni<Void>> ends = everyone.stream().map(end).toList();
        return Uni.join().all(ends).andCollectFailures().replaceWithVoid();
    }

    void closeOutputs() {
        everyone.forEach(Language::closeOutput);
    }

    void close() {
        everyone.forEach(Language::close);
    }

    /** Frames that were dropped because a server takes less than comes in. */
    long dropped() {
        return present().stream()
                .mapToLong(language -> language.output().totals().dropped())
                .sum();
    }

    void measure(OutputTimeline air) {
        present().forEach(language -> language.measure(air.figures(language.key())));
    }

    void measure(RelayTimeline relay, boolean sourceThere) {
        present().forEach(language -> language.measureRelay(relay.filled(), relay.overlapping(), sourceThere));
    }
}
