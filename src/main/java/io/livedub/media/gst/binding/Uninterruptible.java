package io.livedub.media.gst.binding;

/** Waits that an interrupt only postpones: letting go of a pipeline while a thread still uses it crashes the process. */
public final class Uninterruptible {
    private Uninterruptible() {}

    /** Something that can be waited for again after an interrupt. */
    public interface Wait {
        void once() throws InterruptedException;
    }

    public static void await(Wait wait) {
        boolean interrupted = false;
        while (true) {
            try {
                wait.once();
                break;
            } catch (InterruptedException postponed) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
