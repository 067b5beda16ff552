package io.livedub.spawn;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;

import io.livedub.stream.SourceFigures;
import io.livedub.stream.StreamNews;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StreamState;

/**
 * A stream's news as a line: a JSON array of its kind and its components in order. Both ends are the same build, so names and
 * versions would only be overhead. By hand and not by a binder: that would need reflection.
 */
final class NewsLine {
    private static final JsonMapper JSON = new JsonMapper();
    /** A transcript comes from STS and may be of any length; more than this is never shown. */
    private static final int LONGEST_TEXT = 4_000;

    private NewsLine() {}

    /** Without a line end. Empty for what is of no use to the parent. */
    static Optional<String> encode(StreamNews news) {
        if (news instanceof StreamNews.Life life) {
            int exitCode = life.state() instanceof StreamState.Failed failed
                    ? failed.exitCode().ordinal()
                    : -1;
            return line("life", life.state().label(), life.reason(), exitCode);
        } else if (news instanceof StreamNews.Cut cut) {
            return line("cut", cut.batch(), cut.withAudio());
        } else if (news instanceof StreamNews.Aired aired) {
            return line(
                    "aired",
                    aired.batch(),
                    aired.outputNs(),
                    aired.durationNs(),
                    aired.dubbed(),
                    aired.why(),
                    aired.transcript(),
                    aired.translation());
        } else if (news instanceof StreamNews.Sound sound) {
            return line("sound", sound.originalMilliLufs(), sound.dubMilliLufs(), sound.bedMilliDb());
        } else if (news instanceof StreamNews.RoundTrip roundTrip) {
            return line("rtt", roundTrip.ns());
        } else if (news instanceof StreamNews.Fallback fallback) {
            return line("fallback", fallback.reason());
        } else if (news instanceof StreamNews.Inflight inflight) {
            return line("inflight", inflight.count());
        } else if (news instanceof StreamNews.Breaker breaker) {
            return line("breaker", breaker.gauge());
        } else if (news instanceof StreamNews.Sts sts) {
            return line("sts", sts.state());
        } else if (news instanceof StreamNews.Measured measured) {
            return line("measured", measured.latencyNs(), measured.avDeltaNs());
        } else if (news instanceof StreamNews.Sent sent) {
            return line("sent", sent.videoFrames(), sent.audioFrames(), sent.bytes());
        } else if (news instanceof StreamNews.Source source) {
            return source(source.figures());
        }
        return encodeRare(news);
    }

    private static Optional<String> source(SourceFigures figures) {
        List<Object> components = new ArrayList<>(List.of(figures.distanceMs(), figures.driftPpm()));
        components.addAll(figures.counts());
        return line("source", components.toArray());
    }

    private static StreamNews source(JsonNode news) {
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < SourceFigures.KINDS.size(); i++) {
            counts.add(news.path(3 + i).asLong());
        }
        return new StreamNews.Source(
                new SourceFigures(counts, news.path(1).asLong(), news.path(2).asLong()));
    }

    private static Optional<String> encodeRare(StreamNews news) {
        if (news instanceof StreamNews.Backpressure backpressure) {
            return line("backpressure", backpressure.action());
        } else if (news instanceof StreamNews.Reconnected) {
            return line("reconnected");
        } else if (news instanceof StreamNews.Written written) {
            return line("written", written.track());
        } else if (news instanceof StreamNews.FileLost) {
            return line("file-lost");
        } else if (news instanceof StreamNews.PipelineError error) {
            return line("pipeline-error", error.pipeline());
        }
        return Optional.empty();
    }

    /** @return empty for a line that is none of ours */
    static Optional<StreamNews> decode(String line) {
        try {
            JsonNode news = JSON.readTree(line);
            return news == null || !news.isArray() || news.isEmpty() ? Optional.empty() : decode(news);
        } catch (IOException | IndexOutOfBoundsException notOurs) {
            return Optional.empty();
        }
    }

    private static Optional<StreamNews> decode(JsonNode news) {
        String first = news.path(1).asText();
        long number = news.path(1).asLong();
        return Optional.ofNullable(
                switch (news.get(0).asText()) {
                    case "life" ->
                        new StreamNews.Life(
                                state(first, news.path(2).asText(), news.path(3).asInt(-1)),
                                news.path(2).asText());
                    case "cut" -> new StreamNews.Cut(number, news.path(2).asBoolean());
                    case "aired" ->
                        new StreamNews.Aired(
                                number,
                                news.path(2).asLong(),
                                news.path(3).asLong(),
                                news.path(4).asBoolean(),
                                news.path(5).asText(),
                                news.path(6).asText(),
                                news.path(7).asText());
                    case "sound" ->
                        new StreamNews.Sound(
                                number, news.path(2).asLong(), news.path(3).asLong());
                    case "rtt" -> new StreamNews.RoundTrip(number);
                    case "fallback" -> new StreamNews.Fallback(first);
                    case "inflight" -> new StreamNews.Inflight((int) number);
                    case "breaker" -> new StreamNews.Breaker((int) number);
                    case "sts" -> new StreamNews.Sts(first);
                    case "measured" ->
                        new StreamNews.Measured(number, news.path(2).asLong());
                    case "sent" ->
                        new StreamNews.Sent(
                                number, news.path(2).asLong(), news.path(3).asLong());
                    case "source" -> source(news);
                    case "backpressure" -> new StreamNews.Backpressure(first);
                    case "reconnected" -> new StreamNews.Reconnected();
                    case "written" -> new StreamNews.Written(first);
                    case "file-lost" -> new StreamNews.FileLost();
                    case "pipeline-error" -> new StreamNews.PipelineError(first);
                    default -> null;
                });
    }

    private static StreamState state(String label, String reason, int exitCode) {
        return switch (label) {
            case "connecting" -> new StreamState.Connecting();
            case "live" -> new StreamState.Live();
            case "source-lost" -> new StreamState.SourceLost(reason);
            case "draining" -> new StreamState.Draining(reason);
            case "ended" -> new StreamState.Ended(reason);
            default ->
                new StreamState.Failed(
                        reason,
                        exitCode < 0
                                ? ExitCode.INTERNAL
                                : List.of(ExitCode.values()).get(exitCode));
        };
    }

    private static Optional<String> line(String kind, Object... components) {
        ArrayNode line = JSON.createArrayNode().add(kind);
        for (Object component : components) {
            if (component instanceof String text) {
                line.add(text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text);
            } else if (component instanceof Boolean flag) {
                line.add(flag);
            } else {
                line.add(((Number) component).longValue());
            }
        }
        return Optional.of(line.toString());
    }
}
