package io.livedub.nativeconfig;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What JNA itself looks up by name, whatever is bound with it.
 *
 * <p>The classes that its native library finds through JNI are read out of that library (they stand there as
 * strings), so that an upgrade of JNA that looks up one more shows. Of JNA's own classes everything is opened. Of the
 * JDK's only the members that {@code native/dispatch.c} and {@code native/callback.c} of JNA 5.17 name: opening all of
 * {@code Class} or {@code System} would pull much of the JDK into the image.
 */
final class JnaRuntime {
    /** Where JNA unpacks its native library from; the binary runs on Linux, on these two. */
    static final List<String> NATIVE_LIBRARIES =
            List.of("com/sun/jna/linux-aarch64/libjnidispatch.so", "com/sun/jna/linux-x86-64/libjnidispatch.so");

    private static final Pattern CLASS_NAME = Pattern.compile("\0((?:com/sun/jna|javax?)/[A-Za-z0-9_/$]+)(?=\0)");

    private static final Set<String> BUFFERS = Set.of(
            "java.nio.ByteBuffer",
            "java.nio.CharBuffer",
            "java.nio.DoubleBuffer",
            "java.nio.FloatBuffer",
            "java.nio.IntBuffer",
            "java.nio.LongBuffer",
            "java.nio.ShortBuffer");

    private JnaRuntime() {}

    /** Dotted names of the classes that the native libraries in {@code jnaJar} look up. */
    static Set<String> classesSoughtByNativeLibrary(Path jnaJar) {
        Set<String> names = new TreeSet<>();
        ClassScan.forEachFile(jnaJar, "libjnidispatch.so", (path, bytes) -> {
            if (NATIVE_LIBRARIES.contains(path)) {
                Matcher matcher = CLASS_NAME.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
                while (matcher.find()) {
                    names.add(matcher.group(1).replace('/', '.'));
                }
            }
        });
        if (names.isEmpty()) {
            throw new IllegalStateException("no class names in the native libraries of " + jnaJar.getFileName());
        }
        return names;
    }

    static void addJni(Access jni, Set<String> soughtClasses) {
        for (String name : soughtClasses) {
            if (name.startsWith("com.sun.jna.")) {
                jni.add(name, Access.CONSTRUCTORS, Access.DECLARED_METHODS, Access.DECLARED_FIELDS);
            } else {
                addJdkMembers(jni, name);
            }
        }
    }

    private static void addJdkMembers(Access jni, String name) {
        if (BUFFERS.contains(name)) {
            jni.addMethod(name, "array");
            jni.addMethod(name, "arrayOffset");
            return;
        }
        switch (name) {
            case "java.lang.Boolean" -> box(jni, name, "boolean");
            case "java.lang.Byte" -> box(jni, name, "byte");
            case "java.lang.Character" -> box(jni, name, "char");
            case "java.lang.Double" -> box(jni, name, "double");
            case "java.lang.Float" -> box(jni, name, "float");
            case "java.lang.Integer" -> box(jni, name, "int");
            case "java.lang.Long" -> box(jni, name, "long");
            case "java.lang.Short" -> box(jni, name, "short");
            case "java.lang.Void" -> jni.addField(name, "TYPE");
            case "java.lang.Class" -> jni.addMethod(name, "getComponentType");
            case "java.lang.Object" -> jni.addMethod(name, "toString");
            case "java.lang.System" -> jni.addMethod(name, "getProperty", "java.lang.String");
            case "java.lang.String" -> {
                jni.addMethod(name, "<init>", "byte[]");
                jni.addMethod(name, "<init>", "byte[]", "java.lang.String");
                jni.addMethod(name, "getBytes");
                jni.addMethod(name, "getBytes", "java.lang.String");
                jni.addMethod(name, "toCharArray");
            }
            case "java.lang.reflect.Method" -> {
                jni.addMethod(name, "getParameterTypes");
                jni.addMethod(name, "getReturnType");
            }
            case "java.nio.Buffer" -> jni.addMethod(name, "position");
            // Thrown from native code: ThrowNew calls the constructor that takes the message.
            case "java.lang.Error",
                    "java.lang.IllegalArgumentException",
                    "java.lang.IllegalStateException",
                    "java.lang.OutOfMemoryError",
                    "java.lang.RuntimeException",
                    "java.lang.UnsatisfiedLinkError",
                    "java.lang.UnsupportedOperationException" -> jni.addMethod(name, "<init>", "java.lang.String");
            default ->
                throw new IllegalStateException("libjnidispatch now looks up " + name
                        + ": see in JNA's native/dispatch.c which members it uses, and add them here");
        }
    }

    private static void box(Access jni, String name, String primitive) {
        jni.addField(name, "TYPE");
        jni.addField(name, "value");
        jni.addMethod(name, "<init>", primitive);
    }

    /** JNA's own look-ups in Java: Library.Handler, Platform, NativeLibrary, VarArgsChecker, ReflectionUtils. */
    static void addReflection(Access reflection) {
        reflection.addMethod("java.lang.Object", "equals", "java.lang.Object");
        reflection.addMethod("java.lang.Object", "hashCode");
        reflection.addMethod("java.lang.Object", "toString");
        reflection.addMethod("java.lang.Throwable", "addSuppressed", "java.lang.Throwable");
        reflection.addMethod("java.lang.reflect.Method", "isDefault");
        reflection.addMethod("java.lang.reflect.Method", "isVarArgs");
        reflection.add("java.nio.Buffer");

        // How JNA calls a default method of a bound interface.
        String lookup = "java.lang.invoke.MethodHandles$Lookup";
        String handle = "java.lang.invoke.MethodHandle";
        String type = "java.lang.invoke.MethodType";
        reflection.addMethod("java.lang.invoke.MethodHandles", "lookup");
        reflection.addMethod("java.lang.invoke.MethodHandles", "privateLookupIn", "java.lang.Class", lookup);
        reflection.addMethod(lookup, "<init>", "java.lang.Class");
        reflection.addMethod(lookup, "findSpecial", "java.lang.Class", "java.lang.String", type, "java.lang.Class");
        reflection.addMethod(lookup, "in", "java.lang.Class");
        reflection.addMethod(lookup, "unreflectSpecial", "java.lang.reflect.Method", "java.lang.Class");
        reflection.addMethod(handle, "bindTo", "java.lang.Object");
        reflection.addMethod(handle, "invokeWithArguments", "java.lang.Object[]");
        reflection.addMethod(type, "methodType", "java.lang.Class", "java.lang.Class[]");
    }
}
