package io.livedub.stream.supervision;

/** Fired once when {@code serve} begins; doors that act by themselves begin with it. {@code run} never fires it. */
public record Serving() {}
