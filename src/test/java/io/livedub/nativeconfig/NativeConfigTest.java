package io.livedub.nativeconfig;

import java.io.IOException;
import java.lang.reflect.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.NativeMapped;
import com.sun.jna.Structure;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.commons.support.ReflectionSupport;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The committed configuration is what the generator finds. With {@code -Dnative-config.write=true} it is written
 * first: that is {@code ./dev native-config}.
 */
class NativeConfigTest {
    private static final Path COMMITTED = Path.of("src-native-config");
    private static final String GST_CALLBACK = "org.freedesktop.gstreamer.lowlevel.GstAPI$GstCallback";
    private static final NativeConfigGenerator GENERATOR = NativeConfigGenerator.ofClassPath();

    @TempDir
    Path extra;

    @BeforeAll
    static void writeWhenAsked() throws IOException {
        if (Boolean.getBoolean("native-config.write")) {
            GENERATOR.writeTo(COMMITTED);
        }
    }

    @Test
    void committedFilesAreWhatTheClassPathAsksFor() throws IOException {
        assertThat(ConfigDrift.between(COMMITTED, GENERATOR.files())).isEmpty();
    }

    @Test
    void everyFileOfTheFolderIsGenerated() throws IOException {
        try (var files = Files.list(COMMITTED)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(GENERATOR.files().keySet());
        }
    }

    @Test
    void generatedJsonParses() throws IOException {
        for (var file : GENERATOR.files().entrySet()) {
            if (file.getKey().endsWith(".json")) {
                assertThat(new ObjectMapper().readTree(file.getValue()).size())
                        .as(file.getKey())
                        .isPositive();
            }
        }
    }

    @Test
    void dependencyThatAddsCallbackChangesTheConfiguration() throws IOException {
        // The binding's way: an interface between the class and JNA's Callback.
        SyntheticClass.interfaceExtending("org.freedesktop.gstreamer.NewApi$Arrived", GST_CALLBACK)
                .writeTo(extra);
        SyntheticClass.implementing("org.freedesktop.gstreamer.New$1", "org.freedesktop.gstreamer.NewApi$Arrived")
                .writeTo(extra);

        List<String> drift =
                ConfigDrift.between(COMMITTED, GENERATOR.withLibrary(extra).files());

        assertThat(drift).hasSize(3).allSatisfy(each -> assertThat(each).contains(ConfigDrift.MEND));
        assertThat(drift).filteredOn(each -> each.contains("New$1\"")).hasSize(2);
        assertThat(drift)
                .filteredOn(each -> each.startsWith("proxy-config.json"))
                .hasSize(1);
    }

    @Test
    void ourCallbackDirectMappingAndStructureAreFound() throws IOException {
        SyntheticClass.implementing("io.livedub.media.gst.OnSample", GST_CALLBACK)
                .writeTo(extra);
        SyntheticClass.implementing("io.livedub.media.gst.Calls")
                .nativeMethod("gst_sample_get_buffer", "(J)J")
                .writeTo(extra);
        SyntheticClass.extending("io.livedub.media.gst.Layout", "org.freedesktop.gstreamer.lowlevel.GValueStruct")
                .writeTo(extra);

        NativeConfigGenerator generator = GENERATOR.withOwn(extra);
        NativeRules rules = generator.rules();

        assertThat(flags(rules.jni(), "io.livedub.media.gst.OnSample")).contains(Access.DECLARED_METHODS);
        assertThat(flags(rules.reflection(), "io.livedub.media.gst.OnSample"))
                .contains(Access.DECLARED_METHODS, Access.DECLARED_FIELDS);
        assertThat(rules.proxies()).doesNotContain("io.livedub.media.gst.OnSample");
        assertThat(flags(rules.jni(), "io.livedub.media.gst.Calls")).contains(Access.DECLARED_METHODS);
        assertThat(flags(rules.reflection(), "io.livedub.media.gst.Calls")).contains(Access.DECLARED_METHODS);
        assertThat(flags(rules.reflection(), "io.livedub.media.gst.Layout"))
                .contains(Access.CONSTRUCTORS, Access.UNSAFE_ALLOCATED);
        assertThat(rules.reflection().byClass()).containsKey("io.livedub.media.gst.Layout[]");
        assertThat(ConfigDrift.between(COMMITTED, generator.files()))
                .hasSize(2)
                .allSatisfy(each -> assertThat(each).contains("OnSample").contains("Calls"));
    }

    /** The JVM's own idea of who extends whom, as a second opinion on the scan; ours included. */
    @Test
    void scanAgreesWithTheJvmOnEveryHierarchy() {
        ClassScan scan = GENERATOR.scan();
        NativeRules rules = GENERATOR.rules();

        assertThat(named(scan, type -> rules.isCallbackInterface(type) || rules.isCallbackImplementation(type)))
                .isEqualTo(assignableTo(scan, Callback.class));
        assertThat(named(scan, rules::isLibrary))
                .isEqualTo(matching(assignableTo(scan, Library.class), Class::isInterface));
        assertThat(named(scan, rules::isStructure))
                .isEqualTo(with(assignableTo(scan, Structure.class), Structure.class));
        assertThat(named(scan, rules::isNativeMapped))
                .isEqualTo(matching(assignableTo(scan, NativeMapped.class), type -> !type.isInterface()));
    }

    /** The figures found by building and running a native image of the binding; fewer would mean a blind scan. */
    @Test
    void eachRuleFindsAtLeastWhatTheFirstNativeBuildNeeded() {
        NativeRules rules = GENERATOR.rules();

        assertThat(rules.count(rules::isLibrary)).isGreaterThanOrEqualTo(59);
        assertThat(rules.count(rules::isCallbackInterface)).isGreaterThanOrEqualTo(92);
        assertThat(rules.count(rules::isCallbackImplementation)).isGreaterThanOrEqualTo(66);
        assertThat(rules.count(rules::isStructure)).isGreaterThanOrEqualTo(69);
        assertThat(rules.count(rules::isNativeMapped)).isGreaterThanOrEqualTo(36);
        assertThat(rules.count(rules::isNativeObjectByInitializer)).isGreaterThanOrEqualTo(95);
        assertThat(rules.count(rules::isBindingEnum)).isGreaterThanOrEqualTo(43);
    }

    @Test
    void nativeLibrariesOfTheResourceListAreInTheJar() {
        for (String library : JnaRuntime.NATIVE_LIBRARIES) {
            assertThat(getClass().getClassLoader().getResource(library))
                    .as(library)
                    .isNotNull();
        }
    }

    /** native-image only warns of a member that is not there, and the binary then fails. */
    @Test
    void everyMemberNamedSinglyExists() throws ReflectiveOperationException {
        NativeRules rules = GENERATOR.rules();

        int checked = lookUpMembers(rules.jni()) + lookUpMembers(rules.reflection());

        assertThat(checked).isGreaterThan(50);
    }

    private static int lookUpMembers(Access access) throws ReflectiveOperationException {
        int count = 0;
        for (var entry : access.byClass().entrySet()) {
            for (Access.Member member : entry.getValue().members()) {
                assertThat(find(load(entry.getKey()), member).getName()).isNotEmpty();
                count++;
            }
        }
        return count;
    }

    private static Member find(Class<?> owner, Access.Member member) throws ReflectiveOperationException {
        if (member.isField()) {
            return owner.getDeclaredField(member.name());
        }
        return member.name().equals("<init>")
                ? owner.getDeclaredConstructor(parameters(member))
                : owner.getDeclaredMethod(member.name(), parameters(member));
    }

    private static Class<?>[] parameters(Access.Member member) {
        Class<?>[] types = new Class<?>[member.parameterTypes().size()];
        for (int i = 0; i < types.length; i++) {
            types[i] = ReflectionSupport.tryToLoadClass(member.parameterTypes().get(i))
                    .getOrThrow(IllegalStateException::new);
        }
        return types;
    }

    @Test
    void sameClassPathGivesTheSameText() {
        SortedMap<String, String> first = NativeConfigGenerator.ofClassPath().files();

        assertThat(NativeConfigGenerator.ofClassPath().files()).isEqualTo(first);
    }

    private static Set<String> flags(Access access, String className) {
        assertThat(access.byClass()).containsKey(className);
        return access.byClass().get(className).flags();
    }

    private static Set<String> named(ClassScan scan, Predicate<ScannedClass> rule) {
        return scan.classes().stream()
                .filter(rule)
                .map(ScannedClass::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> assignableTo(ClassScan scan, Class<?> ancestor) {
        return named(scan, type -> !type.name().equals(ancestor.getName()) && ancestor.isAssignableFrom(load(type)));
    }

    private static Set<String> matching(Set<String> names, Predicate<Class<?>> filter) {
        return names.stream().filter(name -> filter.test(load(name))).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> with(Set<String> names, Class<?> one) {
        names.add(one.getName());
        return names;
    }

    private static Class<?> load(ScannedClass type) {
        return load(type.name());
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, NativeConfigTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
