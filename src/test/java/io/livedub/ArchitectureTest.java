package io.livedub;

import java.text.DateFormatSymbols;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.MediaClock;
import io.livedub.sound.Bed;
import io.livedub.sound.DubSound;
import io.livedub.sts.StsTransport;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

/**
 * The rooms: what each may know and what it must not (design: architecture, "Rooms").
 *
 * <p>Plain tests: ArchUnit's own engine has its rules in fields, which Surefire runs and does not count, broken ones included.
 */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.livedub");
    private static final String ROOT = "io.livedub";
    private static final String ID = "io.livedub.id..";
    private static final String WORK = "io.livedub.work..";
    private static final String MEDIA = "io.livedub.media";
    private static final String GST = "io.livedub.media.gst..";
    private static final String BINDING = "io.livedub.media.gst.binding..";
    private static final String FLV = "io.livedub.media.flv..";
    private static final String SEGMENT = "io.livedub.segment..";
    private static final String SPOOL = "io.livedub.spool..";
    private static final String SOUND = "io.livedub.sound..";
    private static final String STS = "io.livedub.sts";
    private static final String PROTOCOL = "io.livedub.sts.protocol..";
    private static final String SOCKETIO = "io.livedub.sts.socketio..";
    private static final String DUB = "io.livedub.dub..";
    private static final String TIMELINE = "io.livedub.timeline..";
    private static final String STREAM = "io.livedub.stream..";
    private static final String CHAIN = "io.livedub.stream.chain";
    private static final String EVENTS = "io.livedub.stream.events..";
    private static final String CONFIG = "io.livedub.config..";
    private static final String OBSERVE = "io.livedub.observe..";
    private static final String ECHO = "io.livedub.echo..";
    private static final String CLI = "io.livedub.cli..";
    private static final String KUBERNETES = "io.livedub.kubernetes..";
    private static final String LINE = "io.livedub.line..";
    private static final String BOUNDED = "io.livedub.bounded..";
    private static final String HOOK = "io.livedub.hook..";
    private static final String API = "io.livedub.api..";
    private static final String PLAYLIST = "io.livedub.playlist..";

    private static final Map<String, Set<String>> FOLLOW_THE_DEFAULT_LOCALE = Map.ofEntries(
            entry("java.lang.String", Set.of("format", "formatted", "toLowerCase", "toUpperCase")),
            entry("java.io.PrintStream", Set.of("format", "printf")),
            entry("java.io.PrintWriter", Set.of("format", "printf")),
            entry("java.io.Console", Set.of("format", "printf", "readLine", "readPassword")),
            entry("java.util.Formatter", Set.of("<init>")),
            entry("java.util.Scanner", Set.of("<init>")),
            entry("java.text.DecimalFormat", Set.of("<init>")),
            entry("java.text.SimpleDateFormat", Set.of("<init>")),
            entry("java.text.MessageFormat", Set.of("<init>", "format")),
            entry(
                    "java.text.NumberFormat",
                    Set.of(
                            "getInstance",
                            "getNumberInstance",
                            "getIntegerInstance",
                            "getPercentInstance",
                            "getCurrencyInstance",
                            "getCompactNumberInstance")),
            entry(
                    "java.text.DateFormat",
                    Set.of("getInstance", "getDateInstance", "getTimeInstance", "getDateTimeInstance")),
            entry("java.time.format.DateTimeFormatter", Set.of("ofPattern", "ofLocalizedDate", "ofLocalizedDateTime")));

    private static final String[] GSTREAMER = {"org.freedesktop.gstreamer..", "com.sun.jna.."};
    private static final String[] SOCKETIO_CLIENT = {"io.socket..", "okhttp3..", "okio..", "org.json.."};
    private static final String[] HTTP = {
        "io.vertx..", "jakarta.ws.rs..", "java.net.http..", "io.quarkus.vertx..", "org.jboss.resteasy.."
    };

    @Test
    void onlyTheRoomsOfMediaGstImportGStreamer() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage(GST)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(GSTREAMER)
                .because("the binding can be replaced by replacing media.gst");

        rule.check(CLASSES);
    }

    @Test
    void onlyOneRoomImportsTheSocketIoClient() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage(SOCKETIO)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SOCKETIO_CLIENT)
                .because("the library can be replaced, and the session is tested without it");

        rule.check(CLASSES);
    }

    @Test
    void nobodyKnowsTheTraces() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage("io.livedub.trace..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.livedub.trace..")
                .because("they are a consumer of events like others, and off as a rule");

        rule.check(CLASSES);
    }

    @Test
    void mediaKnowsNoOtherRoomAndNoHttp() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(MEDIA)
                .should()
                .dependOnClassesThat(otherRoomsThan(MEDIA).or(resideInAnyPackage(HTTP)));

        rule.check(CLASSES);
    }

    @Test
    void mediaFlvKnowsMediaOnly() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(FLV)
                .should()
                .dependOnClassesThat(otherRoomsThan(MEDIA, FLV).or(resideInAnyPackage(HTTP)));

        rule.check(CLASSES);
    }

    @Test
    void mediaGstKnowsMediaAndFlv() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(GST)
                .should()
                .dependOnClassesThat(otherRoomsThan(MEDIA, FLV, GST).or(resideInAnyPackage(HTTP)));

        rule.check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"source", "sink", "codec"})
    void readingSendingAndConvertingKnowTheBindingAndNotEachOther(String part) {
        String room = "io.livedub.media.gst." + part + "..";
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat(otherRoomsThan(MEDIA, FLV, BINDING, room));

        rule.check(CLASSES);
    }

    @Test
    void theBindingKnowsNeitherSourceNorSinkNorCodec() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(BINDING)
                .should()
                .dependOnClassesThat(otherRoomsThan(MEDIA, BINDING));

        rule.check(CLASSES);
    }

    @Test
    void theIdsAndTheOrderOfWorkKnowNobody() {
        for (String room : List.of(ID, WORK)) {
            ArchRule rule = noClasses()
                    .that()
                    .resideInAPackage(room)
                    .should()
                    .dependOnClassesThat(resideInAPackage("io.livedub..").and(not(resideInAPackage(room))));

            rule.check(CLASSES);
        }
    }

    @Test
    void onlyTheRoomOfWorkMakesExecutorsOfOneThread() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage(WORK)
                .should()
                .callMethodWhere(describe(
                        "makes an executor of one thread",
                        call -> call.getTarget().getName().startsWith("newSingleThread")))
                .because("there is one serial executor: SerialExecutor");

        rule.check(CLASSES);
    }

    @Test
    void soundKnowsMediaOnly() {
        ArchRule rule =
                noClasses().that().resideInAPackage(SOUND).should().dependOnClassesThat(otherRoomsThan(MEDIA, SOUND));

        rule.check(CLASSES);
    }

    @Test
    void timelineKnowsMediaOnly() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(TIMELINE)
                .should()
                .dependOnClassesThat(otherRoomsThan(MEDIA, TIMELINE));

        rule.check(CLASSES);
    }

    @Test
    void segmentsKnowMediaAndTheTimeline() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(SEGMENT)
                .should()
                .dependOnClassesThat(otherRoomsThan(MEDIA, TIMELINE, SEGMENT, EVENTS));

        rule.check(CLASSES);
    }

    @Test
    void theSpoolKnowsWhatIsHeldAndNotWhoMadeIt() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(SPOOL)
                .should()
                .dependOnClassesThat(
                        otherRoomsThan(MEDIA, TIMELINE, SEGMENT, SPOOL).or(resideInAnyPackage(HTTP)));

        rule.check(CLASSES);
    }

    @Test
    void theRecordsOfTheWireKnowNobody() {
        ArchRule rule =
                noClasses().that().resideInAPackage(PROTOCOL).should().dependOnClassesThat(otherRoomsThan(PROTOCOL));

        rule.check(CLASSES);
    }

    /** Producers of every room give events; if an event knew a producer or a consumer, the rooms would form a circle. */
    @Test
    void eventsOfAStreamKnowNeitherWhoTellsNorWhoListens() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(EVENTS)
                .should()
                .dependOnClassesThat(otherRoomsThan(EVENTS, PROTOCOL));

        rule.check(CLASSES);
    }

    @Test
    void noPackagesFormACircle() {
        ArchRule rule = slices().matching("io.livedub.(**)").should().beFreeOfCycles();

        rule.check(CLASSES);
    }

    // The clock is time, not a media frame.
    @Test
    void stsKnowsNoMediaFrames() {
        ArchRule rule = noClasses()
                .that()
                .resideInAnyPackage(STS, PROTOCOL)
                .should()
                .dependOnClassesThat(
                        otherRoomsThan(STS, PROTOCOL, EVENTS).and(not(belongTo(assignableTo(MediaClock.class)))));

        rule.check(CLASSES);
    }

    @Test
    void theTransportKnowsItsPortOnly() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(SOCKETIO)
                .should()
                .dependOnClassesThat(otherRoomsThan(STS, SOCKETIO));

        rule.check(CLASSES);
    }

    @Test
    void dubbingKnowsNoTransportAndNoGStreamer() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(DUB)
                .should()
                .dependOnClassesThat(otherRoomsThan(MEDIA, SEGMENT, SOUND, STS, PROTOCOL, DUB, EVENTS)
                        .or(belongToAnyOf(StsTransport.class)));

        rule.check(CLASSES);
    }

    @Test
    void theStreamKnowsNoWireFormats() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(STREAM)
                .should()
                .dependOnClassesThat(otherRoomsThan(
                                MEDIA, SEGMENT, SOUND, SPOOL, STS, PROTOCOL, DUB, TIMELINE, STREAM, CONFIG, OBSERVE)
                        .or(resideInAnyPackage(HTTP))
                        .or(resideInAnyPackage("com.fasterxml.jackson..")));

        rule.check(CLASSES);
    }

    @Test
    void sourceAndOutputKnowNeitherTheChainNorEachOther() {
        ArchRule rule = slices().matching("io.livedub.stream.(source|output|disk|chain)")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(resideInAPackage(CHAIN), resideInAPackage(STREAM));

        rule.check(CLASSES);
    }

    // Of media it has the clock.
    @Test
    void theLauncherOfJobsKnowsNoFramesAndNoOtherLauncher() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(KUBERNETES)
                .should()
                .dependOnClassesThat(otherRoomsThan(KUBERNETES, STREAM, CONFIG, OBSERVE, BOUNDED, LINE)
                        .and(not(belongTo(assignableTo(MediaClock.class)))));

        rule.check(CLASSES);
    }

    // Of media it has the clock. Whether a pipe or a socket carries it, and who has started the stream, is not its
    // business.
    @Test
    void theLineToAStreamElsewhereKnowsNoLauncher() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(LINE)
                .should()
                .dependOnClassesThat(otherRoomsThan(LINE, STREAM, CONFIG, OBSERVE, BOUNDED)
                        .and(not(belongTo(assignableTo(MediaClock.class)))));

        rule.check(CLASSES);
    }

    @Test
    void theDoorsDoNotKnowEachOther() {
        ArchRule rule = slices().matching("io.livedub.(hook|api|cli|playlist)..")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true);

        rule.check(CLASSES);
    }

    @Test
    void noRoomKnowsADoor() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackages(HOOK, API, CLI, PLAYLIST)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HOOK, API, CLI, PLAYLIST);

        rule.check(CLASSES);
    }

    /** Settings of a dub's sound use the types of {@code sound}: copies of its values would have to be kept equal. */
    @Test
    void configurationKnowsNoOtherRoom() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(CONFIG)
                .should()
                .dependOnClassesThat(otherRoomsThan(CONFIG).and(not(belongToAnyOf(Bed.class, DubSound.class))));

        rule.check(CLASSES);
    }

    @Test
    void observingKnowsTheEventsOnly() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(OBSERVE)
                .should()
                .dependOnClassesThat(otherRoomsThan(OBSERVE, EVENTS, PROTOCOL));

        rule.check(CLASSES);
    }

    // A server of its own that happens to be in the same binary: of the worker it uses codec and muxer, and nobody
    // but the command line starts it.
    @Test
    void theEchoServerKnowsMediaOnly() {
        ArchRule rule =
                noClasses().that().resideInAPackage(ECHO).should().dependOnClassesThat(otherRoomsThan(MEDIA, ECHO));

        rule.check(CLASSES);
    }

    @Test
    void onlyTheCommandLineKnowsTheEchoServer() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackages(ECHO, CLI)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ECHO);

        rule.check(CLASSES);
    }

    @Test
    void onlyTheWiringKnowsWhichLibraryStandsBehindAPort() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackages(GST, SOCKETIO)
                .and(not(assignableTo(Wiring.class)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(GST, SOCKETIO);

        rule.check(CLASSES);
    }

    // The container finds it by its annotations; echo-sts and check run without one.
    @Test
    void onlyTheCommandLineKnowsTheWiring() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage(CLI)
                .and(not(belongToAnyOf(Wiring.class)))
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Wiring.class);

        rule.check(CLASSES);
    }

    @Test
    void theRootHoldsTheWiringOnly() {
        ArchRule rule = classes().that().resideInAPackage(ROOT).should().haveSimpleNameEndingWith("Wiring");

        rule.check(CLASSES);
    }

    @Test
    void onlyConfigurationLooksAtTheEnvironment() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackages(CONFIG)
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class);

        rule.check(CLASSES);
    }

    /** A default locale of ar or fa writes other digits, and one of tr changes an I to another letter. */
    @Test
    void whatAMachineReadsIsMadeWithALocale() {
        ArchRule rule = noClasses()
                .should()
                .accessTargetWhere(followsTheDefaultLocale())
                .because("logs, metrics, URLs and JSON are the same in every country: name Locale.ROOT");

        rule.check(CLASSES);
    }

    @Test
    void thereIsNoStaticState() {
        ArchRule rule = noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage(GST)
                .and()
                .areStatic()
                .should()
                .notBeFinal()
                .because("streams are isolated from each other; the GStreamer runtime is the one exception");

        rule.check(CLASSES);
    }

    @Test
    void readingWithinLimitsKnowsNoOtherRoom() {
        ArchRule rule =
                noClasses().that().resideInAPackage(BOUNDED).should().dependOnClassesThat(otherRoomsThan(BOUNDED));

        rule.check(CLASSES);
    }

    // The JDK's client waits without end for half a body, and collects one of any size.
    @Test
    void onlyTheBoundedRoomReadsBodies() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage(BOUNDED)
                .and(not(resideInAPackage(KUBERNETES)))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.http.HttpResponse")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.HttpURLConnection");

        rule.check(CLASSES);
    }

    /** Every room may know ids, since a stream is named by its id everywhere, and how work waits for its turn. */
    private static DescribedPredicate<JavaClass> otherRoomsThan(String... rooms) {
        return resideInAPackage("io.livedub..")
                .and(not(resideInAnyPackage(rooms)))
                .and(not(resideInAnyPackage(ID, WORK)))
                .as("rooms other than " + String.join(", ", rooms));
    }

    /** Calls and method references: of a class that formats, every way in that neither takes a Locale nor symbols of one. */
    private static DescribedPredicate<JavaAccess<?>> followsTheDefaultLocale() {
        return describe("follows the default locale", access -> {
            if (!(access.getTarget() instanceof CodeUnitAccessTarget target)) {
                return false;
            }
            Set<String> names =
                    FOLLOW_THE_DEFAULT_LOCALE.getOrDefault(target.getOwner().getName(), Set.of());
            return names.contains(target.getName())
                    && target.getRawParameterTypes().stream()
                            .noneMatch(type -> type.isEquivalentTo(Locale.class)
                                    || type.isEquivalentTo(DecimalFormatSymbols.class)
                                    || type.isEquivalentTo(DateFormatSymbols.class));
        });
    }
}
