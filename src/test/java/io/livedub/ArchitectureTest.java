package io.livedub;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import io.livedub.media.MediaClock;
import io.livedub.sts.StsTransport;

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

/** The rooms: what each may know and what it must not (design: architecture, "Rooms"). */
@AnalyzeClasses(packages = "io.livedub", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.livedub";
    private static final String MEDIA = "io.livedub.media";
    private static final String GST = "io.livedub.media.gst..";
    private static final String SEGMENT = "io.livedub.segment..";
    private static final String STS = "io.livedub.sts";
    private static final String PROTOCOL = "io.livedub.sts.protocol..";
    private static final String SOCKETIO = "io.livedub.sts.socketio..";
    private static final String DUB = "io.livedub.dub..";
    private static final String TIMELINE = "io.livedub.timeline..";
    private static final String STREAM = "io.livedub.stream..";
    private static final String CONFIG = "io.livedub.config..";
    private static final String OBSERVE = "io.livedub.observe..";
    private static final String ECHO = "io.livedub.echo..";
    private static final String CLI = "io.livedub.cli..";
    private static final String HOOK = "io.livedub.hook..";
    private static final String API = "io.livedub.api..";

    private static final String[] GSTREAMER = {"org.freedesktop.gstreamer..", "com.sun.jna.."};
    private static final String[] SOCKETIO_CLIENT = {"io.socket..", "okhttp3..", "okio..", "org.json.."};
    private static final String[] HTTP = {
        "io.vertx..", "jakarta.ws.rs..", "java.net.http..", "io.quarkus.vertx..", "org.jboss.resteasy.."
    };

    @ArchTest
    static final ArchRule onlyOneRoomImportsGStreamer = noClasses()
            .that()
            .resideOutsideOfPackage(GST)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(GSTREAMER)
            .because("the binding can be replaced by replacing media.gst");

    @ArchTest
    static final ArchRule onlyOneRoomImportsTheSocketIoClient = noClasses()
            .that()
            .resideOutsideOfPackage(SOCKETIO)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SOCKETIO_CLIENT)
            .because("the library can be replaced, and the session is tested without it");

    @ArchTest
    static final ArchRule mediaKnowsNoOtherRoomAndNoHttp = noClasses()
            .that()
            .resideInAPackage(MEDIA)
            .should()
            .dependOnClassesThat(otherRoomsThan(MEDIA).or(resideInAnyPackage(HTTP)));

    @ArchTest
    static final ArchRule mediaGstKnowsMediaOnly = noClasses()
            .that()
            .resideInAPackage(GST)
            .should()
            .dependOnClassesThat(otherRoomsThan(MEDIA, GST).or(resideInAnyPackage(HTTP)));

    @ArchTest
    static final ArchRule timelineKnowsMediaOnly =
            noClasses().that().resideInAPackage(TIMELINE).should().dependOnClassesThat(otherRoomsThan(MEDIA, TIMELINE));

    @ArchTest
    static final ArchRule segmentsKnowMediaAndTheTimeline = noClasses()
            .that()
            .resideInAPackage(SEGMENT)
            .should()
            .dependOnClassesThat(otherRoomsThan(MEDIA, TIMELINE, SEGMENT));

    // The clock is time, not a media frame.
    @ArchTest
    static final ArchRule stsKnowsNoMediaFrames = noClasses()
            .that()
            .resideInAnyPackage(STS, PROTOCOL)
            .should()
            .dependOnClassesThat(otherRoomsThan(STS, PROTOCOL).and(not(belongTo(assignableTo(MediaClock.class)))));

    @ArchTest
    static final ArchRule theTransportKnowsItsPortOnly =
            noClasses().that().resideInAPackage(SOCKETIO).should().dependOnClassesThat(otherRoomsThan(STS, SOCKETIO));

    @ArchTest
    static final ArchRule dubbingKnowsNoTransportAndNoGStreamer = noClasses()
            .that()
            .resideInAPackage(DUB)
            .should()
            .dependOnClassesThat(otherRoomsThan(MEDIA, SEGMENT, STS, DUB).or(belongToAnyOf(StsTransport.class)));

    @ArchTest
    static final ArchRule theStreamKnowsNoWireFormats = noClasses()
            .that()
            .resideInAPackage(STREAM)
            .should()
            .dependOnClassesThat(otherRoomsThan(MEDIA, SEGMENT, STS, DUB, TIMELINE, STREAM, CONFIG, OBSERVE)
                    .or(resideInAnyPackage(HTTP))
                    .or(resideInAnyPackage("com.fasterxml.jackson..")));

    @ArchTest
    static final ArchRule theDoorsDoNotKnowEachOther = slices().matching("io.livedub.(hook|api|cli)..")
            .should()
            .notDependOnEachOther()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule noRoomKnowsADoor = noClasses()
            .that()
            .resideOutsideOfPackages(HOOK, API, CLI)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(HOOK, API, CLI);

    @ArchTest
    static final ArchRule configurationKnowsNoOtherRoom =
            noClasses().that().resideInAPackage(CONFIG).should().dependOnClassesThat(otherRoomsThan(CONFIG));

    @ArchTest
    static final ArchRule observingKnowsNoOtherRoom =
            noClasses().that().resideInAPackage(OBSERVE).should().dependOnClassesThat(otherRoomsThan(OBSERVE));

    // A server of its own that happens to be in the same binary: of the worker it uses codec and muxer, and nobody but
    // the
    // command line starts it.
    @ArchTest
    static final ArchRule theEchoServerKnowsMediaOnly =
            noClasses().that().resideInAPackage(ECHO).should().dependOnClassesThat(otherRoomsThan(MEDIA, ECHO));

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsTheEchoServer = noClasses()
            .that()
            .resideOutsideOfPackages(ECHO, CLI)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ECHO);

    @ArchTest
    static final ArchRule onlyTheWiringKnowsWhichLibraryStandsBehindAPort = noClasses()
            .that()
            .resideOutsideOfPackages(GST, SOCKETIO)
            .and(not(assignableTo(Wiring.class)))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(GST, SOCKETIO);

    // The container finds it by its annotations; echo-sts and check run without one.
    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsTheWiring = noClasses()
            .that()
            .resideOutsideOfPackage(CLI)
            .and(not(belongToAnyOf(Wiring.class)))
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Wiring.class);

    @ArchTest
    static final ArchRule theRootHoldsTheWiringOnly =
            classes().that().resideInAPackage(ROOT).should().haveSimpleNameEndingWith("Wiring");

    @ArchTest
    static final ArchRule onlyConfigurationLooksAtTheEnvironment = noClasses()
            .that()
            .resideOutsideOfPackages(CONFIG)
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class);

    @ArchTest
    static final ArchRule thereIsNoStaticState = noFields()
            .that()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackage(GST)
            .and()
            .areStatic()
            .should()
            .notBeFinal()
            .because("streams are isolated from each other; the GStreamer runtime is the one exception");

    private static DescribedPredicate<JavaClass> otherRoomsThan(String... rooms) {
        return resideInAPackage("io.livedub..")
                .and(not(resideInAnyPackage(rooms)))
                .as("rooms other than " + String.join(", ", rooms));
    }
}
