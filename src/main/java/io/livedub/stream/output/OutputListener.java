package io.livedub.stream.output;

import java.time.Duration;

/** Called when an output is lost or has to be published anew, and when it is back. */
public interface OutputListener {
    /** @param again how long until the next attempt */
    void lost(String reason, Duration again);

    /**
     * @param away from the loss to the new publication
     * @param missed frames that were due meanwhile and are lost
     */
    void back(Duration away, long missed);

    /** The server goes on telling viewers of the sound as it was before it changed: the output will be published anew at its next keyframe. */
    void servesOldSound();
}
