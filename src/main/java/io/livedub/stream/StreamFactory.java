package io.livedub.stream;

/** Puts a stream worker together. */
public interface StreamFactory {
    /** Not started yet; {@link StreamWorker#run()} starts it. Blocking: the segment folder is looked through. */
    StreamWorker create(StreamSpec spec);
}
