package io.livedub.nativeconfig;

import java.util.List;

import org.objectweb.asm.Opcodes;

/**
 * What the rules need to know of one class file. Names are binary names with dots ({@code a.b.Outer$Inner}), as
 * native-image's configuration has them; descriptors are as in the class file.
 */
record ScannedClass(
        String name, String superName, List<String> interfaces, int access, List<Method> methods, boolean ours) {

    record Method(String name, String descriptor, int access) {
        boolean isConstructor() {
            return name.equals("<init>");
        }

        boolean isNative() {
            return (access & Opcodes.ACC_NATIVE) != 0;
        }
    }

    boolean isInterface() {
        return (access & Opcodes.ACC_INTERFACE) != 0;
    }

    boolean isEnum() {
        return (access & Opcodes.ACC_ENUM) != 0;
    }

    boolean hasNativeMethod() {
        return methods.stream().anyMatch(Method::isNative);
    }

    boolean hasConstructorTaking(String type) {
        String descriptor = "(L" + type.replace('.', '/') + ";)V";
        return methods.stream()
                .anyMatch(
                        method -> method.isConstructor() && method.descriptor().equals(descriptor));
    }
}
