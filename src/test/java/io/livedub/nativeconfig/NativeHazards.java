package io.livedub.nativeconfig;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AnnotationNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.RecordComponentNode;

/** What compiles and runs on the JVM, and would fail when a native image of it is built or run. */
final class NativeHazards {
    private static final List<String> RUN_TIME_PREFIXES = NativeConfigFiles.INITIALISED_AT_RUN_TIME.stream()
            .map(name -> name.replace('.', '/') + "/")
            .toList();
    private static final Set<String> REFLECTIVE_CLASS_METHODS = Set.of("forName", "newInstance");
    private static final Set<String> FORBIDDEN_TYPES = Set.of(
            "java/io/ObjectInputStream",
            "java/io/ObjectOutputStream",
            "java/lang/ClassLoader",
            "java/net/URLClassLoader",
            // Quarkus switches native-image's own registration of services off.
            "java/util/ServiceLoader");
    /** What an initialiser would freeze at the time of the build, or what native-image keeps out of its heap. */
    private static final List<String> NOT_AT_BUILD_TIME = List.of(
            "java/lang/System.currentTimeMillis",
            "java/lang/System.getProperty",
            "java/lang/System.getenv",
            "java/lang/System.nanoTime",
            "java/lang/ProcessHandle.",
            "java/lang/Thread.<init>",
            "java/net/InetAddress.",
            "java/security/SecureRandom.",
            "java/time/Instant.now",
            "java/util/Random.",
            "java/util/SplittableRandom.",
            "java/util/UUID.randomUUID",
            "java/util/concurrent/Executors.",
            "okhttp3/",
            "io/smallrye/faulttolerance/",
            "io/socket/");

    private static final String GIVES_REFLECTION = "java/lang/reflect/";

    private final Map<String, ClassNode> classes = new TreeMap<>();
    private final ClassScan scan;
    private final List<String> found = new ArrayList<>();

    private NativeHazards(ClassScan scan) {
        this.scan = scan;
    }

    /** One text for each hazard in the class files under {@code root}, naming class and member. */
    static List<String> in(Path root, ClassScan scan) {
        NativeHazards hazards = new NativeHazards(scan);
        ClassScan.forEachFile(root, ".class", (path, bytes) -> hazards.read(bytes));
        hazards.classes.values().forEach(hazards::check);
        return hazards.found;
    }

    private void read(byte[] classFile) {
        ClassNode node = new ClassNode();
        new ClassReader(classFile).accept(node, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        classes.put(node.name, node);
    }

    private void check(ClassNode type) {
        for (MethodNode method : type.methods) {
            checkCode(type, method);
        }
        checkApplication(type);
        checkJson(type);
        if (namesRunTimeType(type.name)) {
            checkIsNoBean(type);
        } else {
            checkStaticState(type);
        }
    }

    private void checkCode(ClassNode type, MethodNode method) {
        CodeReferences code = CodeReferences.of(method);
        Stream<String> handedOver =
                code.handedOver().stream().flatMap(each -> Stream.of(each.owner(), each.descriptor()));
        Stream.of(code.types().stream(), handedOver, Stream.of(method.desc))
                .flatMap(each -> each)
                .filter(NativeHazards::isForbidden)
                .distinct()
                .forEach(name -> report(type, method.name, "uses " + name));
        Stream.concat(code.calls().stream(), code.handedOver().stream())
                .filter(call -> call.owner().equals("java/lang/Class"))
                .filter(call -> REFLECTIVE_CLASS_METHODS.contains(call.name()))
                .forEach(call -> report(type, method.name, "calls Class." + call.name()));
        code.lambdaTypes().stream()
                .filter(this::isCallback)
                .forEach(name ->
                        report(type, method.name, "makes a lambda of " + name + ": callbacks are named classes"));
    }

    private static boolean isForbidden(String type) {
        return type.contains(GIVES_REFLECTION)
                || FORBIDDEN_TYPES.contains(type)
                || FORBIDDEN_TYPES.stream().anyMatch(each -> type.contains("L" + each + ";"));
    }

    private boolean isCallback(String className) {
        return scan.classes().stream()
                .filter(each -> each.name().replace('$', '.').equals(className.replace('$', '.')))
                .anyMatch(each -> scan.isSubtype(each, NativeRules.CALLBACK));
    }

    /** Quarkus initialises these classes while it builds, where neither GStreamer nor JNA can be called. */
    private void checkStaticState(ClassNode type) {
        for (FieldNode field : type.fields) {
            boolean isStatic = (field.access & Opcodes.ACC_STATIC) != 0;
            if (isStatic && (namesRunTimeType(field.desc) || namesRunTimeType(field.signature))) {
                report(type, field.name, "is a static field of a type initialised at run time");
            }
        }
        for (MethodNode method : type.methods) {
            if ((method.access & Opcodes.ACC_NATIVE) != 0) {
                report(type, method.name, "is native, in a class that is not initialised at run time");
            }
            if (method.name.equals("<clinit>")) {
                followInitialiser(type, method, new HashSet<>());
            }
        }
    }

    /** Not into lambdas: an initialiser may make one that is first called at run time. */
    private void followInitialiser(ClassNode type, MethodNode method, Set<String> seen) {
        // A class initialised at run time is where the way ends; that it was called has been reported.
        if (!seen.add(type.name + method.name + method.desc) || namesRunTimeType(type.name)) {
            return;
        }
        CodeReferences code = CodeReferences.of(method);
        code.types().stream()
                .filter(NativeHazards::namesRunTimeType)
                .distinct()
                .forEach(name -> report(type, method.name, "uses " + name + " while its class is initialised"));
        for (CodeReferences.Call call : code.calls()) {
            String called = call.owner() + "." + call.name();
            if (NOT_AT_BUILD_TIME.stream().anyMatch(called::startsWith)) {
                report(type, method.name, "calls " + called + " while its class is initialised");
            }
            ClassNode owner = classes.get(call.owner());
            if (owner != null) {
                owner.methods.stream()
                        .filter(each -> each.name.equals(call.name()) && each.desc.equals(call.descriptor()))
                        .forEach(each -> followInitialiser(owner, each, seen));
            }
        }
    }

    /**
     * Quarkus keeps what describes a bean in the image heap, in a class generated into the bean's package; there it
     * would be of a class initialised at run time, which the heap may not hold.
     */
    private void checkIsNoBean(ClassNode type) {
        Stream.of(
                        annotations(type.visibleAnnotations),
                        type.methods.stream().flatMap(method -> annotations(method.visibleAnnotations)),
                        type.fields.stream().flatMap(field -> annotations(field.visibleAnnotations)))
                .flatMap(each -> each)
                .filter(each -> each.startsWith("Ljakarta/enterprise/") || each.startsWith("Ljakarta/inject/"))
                .forEach(each -> report(type, "class", "has " + each + " in a package initialised at run time"));
    }

    /** Quarkus makes an application that is no bean with its constructor, by reflection. */
    private void checkApplication(ClassNode type) {
        if (type.interfaces.contains("io/quarkus/runtime/QuarkusApplication") && !isRegistered(type)) {
            report(type, "class", "is a QuarkusApplication without @RegisterForReflection");
        }
    }

    /**
     * Quarkus sees what a resource's method returns, and no further than a {@code Response}: what is in one is written without its
     * members then, and nothing fails.
     */
    private void checkJson(ClassNode type) {
        boolean json = Stream.concat(
                        annotations(type.visibleAnnotations),
                        type.fields.stream().flatMap(field -> annotations(field.visibleAnnotations)))
                .anyMatch(each -> each.startsWith("Lcom/fasterxml/jackson/annotation/"));
        if (json) {
            checkWritten(type, new HashSet<>());
        }
    }

    private void checkWritten(ClassNode type, Set<String> seen) {
        if (!seen.add(type.name)) {
            return;
        }
        if (!isRegistered(type)) {
            report(type, "class", "is written as JSON without @RegisterForReflection");
        }
        List<RecordComponentNode> components = type.recordComponents == null ? List.of() : type.recordComponents;
        for (RecordComponentNode component : components) {
            String of = component.descriptor + component.signature;
            classes.values().stream()
                    .filter(each -> each.recordComponents != null && of.contains("L" + each.name + ";"))
                    .forEach(each -> checkWritten(each, seen));
        }
    }

    private static boolean isRegistered(ClassNode type) {
        return annotations(type.visibleAnnotations)
                .anyMatch(each -> each.equals("Lio/quarkus/runtime/annotations/RegisterForReflection;"));
    }

    private static Stream<String> annotations(List<AnnotationNode> nodes) {
        return nodes == null ? Stream.empty() : nodes.stream().map(node -> node.desc);
    }

    /** @param text an internal name, descriptor or generic signature, or null */
    private static boolean namesRunTimeType(String text) {
        return text != null && RUN_TIME_PREFIXES.stream().anyMatch(text::contains);
    }

    private void report(ClassNode type, String member, String hazard) {
        found.add(type.name.replace('/', '.') + "#" + member + " " + hazard);
    }
}
