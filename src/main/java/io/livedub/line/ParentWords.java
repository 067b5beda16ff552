package io.livedub.line;

import io.livedub.stream.StreamCommand;

/** What {@code serve} says to a stream that runs elsewhere, in a child or in a Job. */
public interface ParentWords {
    String GONE = "gone";
    String THERE = "there";

    void publisherGone();

    void publisherThere();

    void command(StreamCommand command);

    /** Passes a line on; a line that nobody here knows, such as one of a newer {@code serve}, is left out. */
    static void tell(String line, ParentWords to) {
        if (line.equals(GONE)) {
            to.publisherGone();
        } else if (line.equals(THERE)) {
            to.publisherThere();
        } else {
            StreamCommand.read(line).ifPresent(to::command);
        }
    }
}
