package io.livedub.nativeconfig;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What native-image must be told of the GStreamer binding, of JNA and of our classes that use them. The rules ask for
 * whole kinds of classes and not for what one run happened to touch: a list recorded from a run breaks with the first
 * error path it did not take.
 */
final class NativeRules {
    static final String LIBRARY = "com.sun.jna.Library";
    static final String CALLBACK = "com.sun.jna.Callback";
    static final String STRUCTURE = "com.sun.jna.Structure";
    static final String NATIVE_MAPPED = "com.sun.jna.NativeMapped";
    static final String NATIVE_OBJECT = "org.freedesktop.gstreamer.glib.NativeObject";
    static final String INITIALIZER = NATIVE_OBJECT + "$Initializer";
    private static final String BINDING_ENUM = "org.freedesktop.gstreamer.glib.NativeEnum";
    private static final String BINDING_PREFIX = "org.freedesktop.gstreamer.";
    private static final String JNA_PREFIX = "com.sun.jna.";

    private final ClassScan scan;
    private final Access reflection = new Access();
    private final Access jni = new Access();
    private final Set<String> proxies = new TreeSet<>();

    NativeRules(ClassScan scan, Set<String> soughtByJna) {
        this.scan = scan;
        JnaRuntime.addReflection(reflection);
        JnaRuntime.addJni(jni, soughtByJna);
        scan.classes().forEach(this::apply);
    }

    Access reflection() {
        return reflection;
    }

    Access jni() {
        return jni;
    }

    /** Interfaces that get a dynamic proxy each, alone: nothing in the binding proxies two together. */
    Set<String> proxies() {
        return proxies;
    }

    private void apply(ScannedClass type) {
        String name = type.name();
        if (isLibrary(type)) {
            proxies.add(name);
            reflectMethodsAndFields(name);
        }
        if (isCallbackInterface(type)) {
            proxies.add(name);
        }
        if (isCallbackInterface(type) || isCallbackImplementation(type)) {
            // Fields because JNA looks for TYPE_MAPPER; JNI because the trampoline enters the method through it, and
            // dies of SIGSEGV when it is not there.
            reflectMethodsAndFields(name);
            jni.add(name, Access.DECLARED_METHODS, Access.PUBLIC_METHODS);
        }
        if (isStructure(type)) {
            reflection.add(
                    name, Access.CONSTRUCTORS, Access.DECLARED_FIELDS, Access.PUBLIC_FIELDS, Access.UNSAFE_ALLOCATED);
            reflection.add(name + "[]");
        }
        if (isNativeMapped(type) || isNativeObjectByInitializer(type)) {
            reflection.add(name, Access.CONSTRUCTORS);
            reflection.add(name + "[]");
        }
        if (isBindingEnum(type)) {
            reflection.add(name, Access.DECLARED_FIELDS);
            reflection.add(name + "[]");
        }
        if (isDirectMapping(type)) {
            reflectMethodsAndFields(name);
            jni.add(name, Access.DECLARED_METHODS);
        }
    }

    private void reflectMethodsAndFields(String name) {
        reflection.add(
                name, Access.DECLARED_METHODS, Access.PUBLIC_METHODS, Access.DECLARED_FIELDS, Access.PUBLIC_FIELDS);
    }

    boolean isLibrary(ScannedClass type) {
        return type.isInterface() && scan.isSubtype(type, LIBRARY);
    }

    boolean isCallbackInterface(ScannedClass type) {
        return type.isInterface() && scan.isSubtype(type, CALLBACK);
    }

    boolean isCallbackImplementation(ScannedClass type) {
        return !type.isInterface() && scan.isSubtype(type, CALLBACK);
    }

    /** With {@code Structure} itself: JNA makes arrays of it. */
    boolean isStructure(ScannedClass type) {
        return type.name().equals(STRUCTURE) || scan.isSubtype(type, STRUCTURE);
    }

    boolean isNativeMapped(ScannedClass type) {
        return !type.isInterface() && scan.isSubtype(type, NATIVE_MAPPED);
    }

    boolean isNativeObjectByInitializer(ScannedClass type) {
        return scan.isSubtype(type, NATIVE_OBJECT) && type.hasConstructorTaking(INITIALIZER);
    }

    /** Enums that cross into native code: the binding's, and any of ours that it maps. */
    boolean isBindingEnum(ScannedClass type) {
        boolean isEnumType = type.isEnum() && "java.lang.Enum".equals(type.superName());
        return isEnumType && (type.name().startsWith(BINDING_PREFIX) || scan.isSubtype(type, BINDING_ENUM));
    }

    /**
     * Classes whose native methods are bound by {@code Native.register}. JNA's own native methods are exported under
     * their JNI names and need no entry.
     */
    boolean isDirectMapping(ScannedClass type) {
        return type.hasNativeMethod() && !type.name().startsWith(JNA_PREFIX);
    }

    long count(Predicate<ScannedClass> rule) {
        return scan.classes().stream().filter(rule).count();
    }
}
