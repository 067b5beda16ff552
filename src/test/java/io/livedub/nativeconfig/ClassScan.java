package io.livedub.nativeconfig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The classes of some jars and folders, read as files. Loading them instead would run the binding's static
 * initialisers, and would hide what the JVM never links: anonymous and inner classes are files like any other here.
 */
final class ClassScan {
    private final Map<String, ScannedClass> classes = new TreeMap<>();

    private ClassScan() {}

    /**
     * @param libraries jars or class folders that are not ours
     * @param own our jars or class folders
     */
    static ClassScan of(Collection<Path> libraries, Collection<Path> own) {
        ClassScan scan = new ClassScan();
        libraries.forEach(root -> forEachFile(root, ".class", (path, bytes) -> scan.add(bytes, false)));
        own.forEach(root -> forEachFile(root, ".class", (path, bytes) -> scan.add(bytes, true)));
        return scan;
    }

    Collection<ScannedClass> classes() {
        return classes.values();
    }

    Stream<ScannedClass> own() {
        return classes.values().stream().filter(ScannedClass::ours);
    }

    /** Whether {@code type} is a proper subtype of {@code ancestor}, through any number of classes and interfaces. */
    boolean isSubtype(ScannedClass type, String ancestor) {
        return !type.name().equals(ancestor) && ancestors(type.name()).contains(ancestor);
    }

    private Set<String> ancestors(String name) {
        Set<String> found = new HashSet<>();
        collectAncestors(name, found);
        return found;
    }

    private void collectAncestors(String name, Set<String> found) {
        // A type outside the scan (the JDK's) extends nothing of JNA, so its own ancestors do not matter.
        if (name == null || !found.add(name) || !classes.containsKey(name)) {
            return;
        }
        ScannedClass type = classes.get(name);
        collectAncestors(type.superName(), found);
        type.interfaces().forEach(each -> collectAncestors(each, found));
    }

    /** Calls {@code reader} with the path inside {@code root} and the bytes of each file whose name ends so. */
    static void forEachFile(Path root, String suffix, BiConsumer<String, byte[]> reader) {
        try {
            if (Files.isDirectory(root)) {
                readTree(root, suffix, reader);
                return;
            }
            URI jar = URI.create("jar:" + root.toUri());
            try (FileSystem files = FileSystems.newFileSystem(jar, Map.of())) {
                readTree(files.getPath("/"), suffix, reader);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot scan " + root, e);
        }
    }

    private static void readTree(Path top, String suffix, BiConsumer<String, byte[]> reader) throws IOException {
        try (Stream<Path> tree = Files.walk(top)) {
            for (Path file : (Iterable<Path>) tree.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(suffix))
                    .sorted()::iterator) {
                reader.accept(top.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
    }

    private void add(byte[] classFile, boolean ours) {
        Header header = new Header(ours);
        new ClassReader(classFile)
                .accept(header, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        ScannedClass scanned = header.toScannedClass();
        classes.putIfAbsent(scanned.name(), scanned);
    }

    private static final class Header extends ClassVisitor {
        private final boolean ours;
        private final List<ScannedClass.Method> methods = new ArrayList<>();
        private String name;
        private String superName;
        private List<String> interfaces = List.of();
        private int access;

        Header(boolean ours) {
            super(Opcodes.ASM9);
            this.ours = ours;
        }

        @Override
        public void visit(int version, int acc, String type, String signature, String parent, String[] implemented) {
            name = dotted(type);
            superName = parent == null ? null : dotted(parent);
            interfaces = Arrays.stream(implemented).map(Header::dotted).toList();
            access = acc;
        }

        @Override
        public MethodVisitor visitMethod(int acc, String method, String descriptor, String signature, String[] thrown) {
            methods.add(new ScannedClass.Method(method, descriptor, acc));
            return null;
        }

        ScannedClass toScannedClass() {
            return new ScannedClass(name, superName, interfaces, access, List.copyOf(methods), ours);
        }

        private static String dotted(String internalName) {
            return internalName.replace('/', '.');
        }
    }
}
