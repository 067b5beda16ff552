package io.livedub.stream;

import java.time.Duration;
import java.util.function.Consumer;

import io.livedub.observe.StreamMetrics;

/** A stream's news as its series. */
public final class NewsMetrics implements Consumer<StreamNews> {
    private final StreamMetrics metrics;

    public NewsMetrics(StreamMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void accept(StreamNews news) {
        if (news instanceof StreamNews.Life life) {
            metrics.state(life.state().gauge());
        } else if (news instanceof StreamNews.Cut cut) {
            if (cut.withAudio()) {
                metrics.audioFragment();
            }
        } else if (news instanceof StreamNews.Aired aired) {
            if (aired.dubbed()) {
                metrics.dubbed();
            }
        } else if (news instanceof StreamNews.Sound sound) {
            metrics.sound(sound.originalMilliLufs(), sound.dubMilliLufs(), sound.bedMilliDb());
        } else if (news instanceof StreamNews.RoundTrip roundTrip) {
            metrics.roundTrip(Duration.ofNanos(roundTrip.ns()));
        } else if (news instanceof StreamNews.Fallback fallback) {
            metrics.fallback(fallback.reason());
        } else if (news instanceof StreamNews.Inflight inflight) {
            metrics.inflight(inflight.count());
        } else if (news instanceof StreamNews.Breaker breaker) {
            metrics.breaker(breaker.gauge());
        } else if (news instanceof StreamNews.Measured measured) {
            metrics.latencyNs(measured.latencyNs());
            metrics.avSyncDeltaNs(measured.avDeltaNs());
        } else if (news instanceof StreamNews.Sent sent) {
            metrics.output(sent.videoFrames(), sent.audioFrames(), sent.bytes());
        } else if (news instanceof StreamNews.Source source) {
            source(source.figures());
        } else {
            rare(news);
        }
    }

    private void source(SourceFigures figures) {
        for (int i = 0; i < figures.counts().size(); i++) {
            metrics.source(SourceFigures.KINDS.get(i), figures.counts().get(i));
        }
        if (figures.distanceMs() != SourceFigures.UNKNOWN) {
            metrics.sourceClocks(figures.distanceMs(), figures.driftPpm());
        }
    }

    private void rare(StreamNews news) {
        if (news instanceof StreamNews.Backpressure backpressure) {
            metrics.backpressure(backpressure.action());
        } else if (news instanceof StreamNews.Reconnected) {
            metrics.reconnected();
        } else if (news instanceof StreamNews.Written written) {
            metrics.segmentWritten(written.track());
        } else if (news instanceof StreamNews.FileLost) {
            metrics.fileError();
        } else if (news instanceof StreamNews.PipelineError error) {
            metrics.busError(error.pipeline());
        } else if (news instanceof StreamNews.Gone) {
            metrics.close();
        }
    }
}
