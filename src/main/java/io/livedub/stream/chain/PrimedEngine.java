package io.livedub.stream.chain;

import java.util.List;

import io.livedub.media.AudioCodec;
import io.livedub.media.Component;
import io.livedub.media.MediaEngine;
import io.livedub.media.MediaSink;
import io.livedub.media.MediaSource;
import io.livedub.media.SegmentWriter;
import io.livedub.stream.output.OutputGate;
import io.livedub.stream.source.PrimedSources;

/** An engine of which the sources of one stream are read already, and whose outputs do not begin before the gate opens. */
record PrimedEngine(MediaEngine engine, PrimedSources primed, OutputGate gate) implements MediaEngine {
    @Override
    public MediaSource source(String wanted) {
        return primed.of(wanted).orElseGet(() -> engine.source(wanted));
    }

    @Override
    public List<Component> components() {
        return engine.components();
    }

    @Override
    public void warmUp() {
        engine.warmUp();
    }

    @Override
    public MediaSink sink(String wanted) {
        return gate.behind(engine.sink(wanted));
    }

    @Override
    public SegmentWriter segmentWriter() {
        return engine.segmentWriter();
    }

    @Override
    public AudioCodec audioCodec() {
        return engine.audioCodec();
    }
}
