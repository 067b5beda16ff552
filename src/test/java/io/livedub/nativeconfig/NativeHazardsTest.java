package io.livedub.nativeconfig;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.sun.jna.Pointer;
import io.quarkus.runtime.QuarkusApplication;
import org.freedesktop.gstreamer.lowlevel.GstAPI.GstCallback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.media.Frame;

import static org.assertj.core.api.Assertions.assertThat;

class NativeHazardsTest {
    private static final NativeConfigGenerator GENERATOR = NativeConfigGenerator.ofClassPath();

    @TempDir
    Path classes;

    @Test
    void ourClassesHaveNone() {
        Path own = NativeConfigGenerator.locationOf(Frame.class);

        assertThat(GENERATOR.scan().own()).isNotEmpty();
        assertThat(NativeHazards.in(own, GENERATOR.scan())).isEmpty();
    }

    @Test
    void reflectionLoadingAndSerialisationAreFound() throws IOException {
        compiled(Reflective.class);

        assertThat(hazards())
                .anyMatch(each -> each.contains("#byName calls Class.forName"))
                .anyMatch(each -> each.contains("#method uses") && each.contains("java/lang/reflect/Method"))
                .anyMatch(each -> each.contains("#stream uses") && each.contains("java/io/ObjectInputStream"))
                .noneMatch(each -> each.contains("#harmless"));
    }

    @Test
    void callbackAsLambdaIsFound() throws IOException {
        compiled(LambdaCallback.class);

        assertThat(hazards())
                .singleElement()
                .asString()
                .contains("#make makes a lambda of")
                .contains("NamedCallback");
    }

    @Test
    void jnaInStaticFieldAndInitialiserIsFound() throws IOException {
        compiled(StaticPointer.class);

        assertThat(hazards())
                .anyMatch(each -> each.contains("#HELD is a static field"))
                // Not by the initialiser itself: by a method that it calls.
                .anyMatch(each -> each.contains("#make uses com/sun/jna/Pointer while its class is initialised"))
                .noneMatch(each -> each.contains("#later"));
    }

    @Test
    void clockReadInInitialiserIsFound() throws IOException {
        compiled(Frozen.class);

        assertThat(hazards())
                .singleElement()
                .asString()
                .contains("#<clinit> calls java/lang/System.nanoTime while its class is initialised");
    }

    @Test
    void sameIsAllowedInPackageInitialisedAtRunTime() throws IOException {
        SyntheticClass.implementing("io.livedub.media.gst.Held")
                .staticField("held", "Lcom/sun/jna/Pointer;")
                .nativeMethod("call", "()V")
                .writeTo(classes);

        assertThat(hazards()).isEmpty();
    }

    @Test
    void nativeMethodAndUseOfOurGstRoomElsewhereAreFound() throws IOException {
        SyntheticClass.implementing("io.livedub.stream.Elsewhere")
                .nativeMethod("call", "()V")
                .staticMethodCalling("<clinit>", "io.livedub.media.gst.GstRuntime", "init", "()V")
                .writeTo(classes);

        assertThat(hazards())
                .hasSize(2)
                .anyMatch(each -> each.contains("#call is native"))
                .anyMatch(each -> each.contains("#<clinit> uses io/livedub/media/gst/GstRuntime"));
    }

    @Test
    void beanInPackageInitialisedAtRunTimeIsFound() throws IOException {
        SyntheticClass.implementing("io.livedub.media.gst.Bean")
                .annotated(ApplicationScoped.class)
                .writeTo(classes);

        assertThat(hazards()).singleElement().asString().contains("ApplicationScoped");
    }

    @Test
    void applicationWhoseConstructorIsNotKeptIsFound() throws IOException {
        compiled(Application.class);

        assertThat(hazards())
                .singleElement()
                .asString()
                .contains("is a QuarkusApplication without @RegisterForReflection");
    }

    @Test
    void jsonWhoseMembersAreNotKeptIsFound() throws IOException {
        compiled(Answer.class);
        compiled(Answer.Part.class);

        assertThat(hazards())
                .hasSize(2)
                .anyMatch(each -> each.contains("Answer#class is written as JSON"))
                // It has no annotation of its own: it is a member.
                .anyMatch(each -> each.contains("Answer$Part#class is written as JSON"));
    }

    private List<String> hazards() {
        return NativeHazards.in(
                classes,
                GENERATOR.withLibrary(classes).withLibrary(testClasses()).scan());
    }

    private static Path testClasses() {
        return NativeConfigGenerator.locationOf(NativeHazardsTest.class);
    }

    private void compiled(Class<?> type) throws IOException {
        String file = type.getName().replace('.', '/') + ".class";
        Path copy = classes.resolve(file);
        Files.createDirectories(copy.getParent());
        try (InputStream in = type.getClassLoader().getResourceAsStream(file)) {
            Files.copy(in, copy);
        }
    }

    /** Never run: only its class file is read. */
    static final class Reflective {
        Object byName(String name) throws ReflectiveOperationException {
            return Class.forName(name);
        }

        Object method(Object any) throws ReflectiveOperationException {
            return any.getClass().getMethod("size");
        }

        Object stream(InputStream in) throws IOException {
            return new java.io.ObjectInputStream(in);
        }

        String harmless(Object any) {
            return any.getClass().getSimpleName();
        }
    }

    interface NamedCallback extends GstCallback {
        void callback();
    }

    static final class LambdaCallback {
        NamedCallback make() {
            return () -> {};
        }
    }

    static final class StaticPointer {
        static final Pointer HELD = make();

        static Pointer make() {
            return new Pointer(1);
        }

        Pointer later() {
            return new Pointer(2);
        }
    }

    record Answer(@JsonProperty("stream_id") String streamId, List<Part> parts) {
        record Part(String field) {}
    }

    static final class Application implements QuarkusApplication {
        @Override
        public int run(String... args) {
            return 0;
        }
    }

    static final class Frozen {
        static final long STARTED_NS = System.nanoTime();
        static final Supplier<Random> LATER = Random::new;

        long elapsedNs() {
            return System.nanoTime() - STARTED_NS;
        }
    }
}
