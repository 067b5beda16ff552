package io.livedub.line;

import java.util.function.Consumer;

import io.livedub.stream.StreamCommand;

/** Hands each word of a parent on as a text: {@code gone}, {@code there}, or the command's line. */
public record WordsHeard(Consumer<String> to) implements ParentWords {
    @Override
    public void publisherGone() {
        to.accept("gone");
    }

    @Override
    public void publisherThere() {
        to.accept("there");
    }

    @Override
    public void command(StreamCommand command) {
        to.accept(command.line());
    }
}
