package io.livedub.nativeconfig;

import java.util.ArrayList;
import java.util.List;

import org.objectweb.asm.Handle;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.MultiANewArrayInsnNode;
import org.objectweb.asm.tree.TypeInsnNode;

/**
 * What one method's code names.
 *
 * @param calls methods it calls
 * @param types types it uses, as internal names or descriptors; both hold the name with slashes
 * @param handedOver methods it takes as method references or lambda bodies, to be called later if at all
 * @param lambdaTypes the functional interfaces those become, as class names
 */
record CodeReferences(List<Call> calls, List<String> types, List<Call> handedOver, List<String> lambdaTypes) {

    /** Internal names. */
    record Call(String owner, String name, String descriptor) {}

    static CodeReferences of(MethodNode method) {
        CodeReferences found =
                new CodeReferences(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (AbstractInsnNode instruction : method.instructions) {
            found.add(instruction);
        }
        return found;
    }

    private void add(AbstractInsnNode instruction) {
        if (instruction instanceof MethodInsnNode call) {
            calls.add(new Call(call.owner, call.name, call.desc));
            types.add(call.owner);
            types.add(call.desc);
        } else if (instruction instanceof FieldInsnNode field) {
            types.add(field.owner);
            types.add(field.desc);
        } else if (instruction instanceof TypeInsnNode type) {
            types.add(type.desc);
        } else if (instruction instanceof MultiANewArrayInsnNode array) {
            types.add(array.desc);
        } else if (instruction instanceof LdcInsnNode constant && constant.cst instanceof Type type) {
            types.add(type.getDescriptor());
        } else if (instruction instanceof InvokeDynamicInsnNode dynamic) {
            addDynamic(dynamic);
        }
    }

    private void addDynamic(InvokeDynamicInsnNode dynamic) {
        types.add(dynamic.desc);
        lambdaTypes.add(Type.getReturnType(dynamic.desc).getClassName());
        for (Object argument : dynamic.bsmArgs) {
            if (argument instanceof Handle handle) {
                handedOver.add(new Call(handle.getOwner(), handle.getName(), handle.getDesc()));
            }
        }
    }
}
