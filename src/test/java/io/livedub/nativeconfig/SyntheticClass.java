package io.livedub.nativeconfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Writes a class file that nobody compiled, to see what the scan and the checks make of it. */
final class SyntheticClass {
    private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    private final String internalName;

    private SyntheticClass(String name, int access, String superName, String... interfaces) {
        internalName = name.replace('.', '/');
        String[] implemented = new String[interfaces.length];
        for (int i = 0; i < interfaces.length; i++) {
            implemented[i] = interfaces[i].replace('.', '/');
        }
        writer.visit(Opcodes.V17, access, internalName, null, superName.replace('.', '/'), implemented);
    }

    static SyntheticClass implementing(String name, String... interfaces) {
        return new SyntheticClass(name, Opcodes.ACC_SUPER, "java.lang.Object", interfaces);
    }

    static SyntheticClass extending(String name, String superName) {
        return new SyntheticClass(name, Opcodes.ACC_SUPER, superName);
    }

    static SyntheticClass interfaceExtending(String name, String... interfaces) {
        return new SyntheticClass(name, Opcodes.ACC_INTERFACE | Opcodes.ACC_ABSTRACT, "java.lang.Object", interfaces);
    }

    SyntheticClass nativeMethod(String name, String descriptor) {
        writer.visitMethod(Opcodes.ACC_STATIC | Opcodes.ACC_NATIVE, name, descriptor, null, null)
                .visitEnd();
        return this;
    }

    SyntheticClass annotated(Class<?> annotation) {
        writer.visitAnnotation(annotation.descriptorString(), true).visitEnd();
        return this;
    }

    SyntheticClass staticField(String name, String descriptor) {
        writer.visitField(Opcodes.ACC_STATIC, name, descriptor, null, null).visitEnd();
        return this;
    }

    /** A static method that calls one other static method without arguments and returns. */
    SyntheticClass staticMethodCalling(String name, String owner, String method, String descriptor) {
        MethodVisitor body = writer.visitMethod(Opcodes.ACC_STATIC, name, "()V", null, null);
        body.visitCode();
        body.visitMethodInsn(Opcodes.INVOKESTATIC, owner.replace('.', '/'), method, descriptor, false);
        body.visitInsn(Opcodes.RETURN);
        body.visitMaxs(0, 0);
        body.visitEnd();
        return this;
    }

    /** Writes the class under {@code root}, in its package's folder. */
    void writeTo(Path root) throws IOException {
        writer.visitEnd();
        Path file = root.resolve(internalName + ".class");
        Files.createDirectories(file.getParent());
        Files.write(file, writer.toByteArray());
    }
}
