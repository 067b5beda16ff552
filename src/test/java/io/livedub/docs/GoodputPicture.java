package io.livedub.docs;

import java.util.List;
import java.util.Locale;

import io.livedub.docs.Goodput.Point;
import io.livedub.docs.Goodput.Result;
import io.livedub.docs.SimulatedService.Build;

/** {@code docs/images/goodput.svg}: goodput over the plane of answer time and parallelism, a plane for each kind of service and segment. */
final class GoodputPicture {
    static final List<Double> ANSWERS_S = List.of(0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0);
    static final List<Integer> PARALLEL = List.of(1, 2, 3, 4, 6);
    static final List<Integer> SEGMENTS_S = List.of(1, 2, 6);

    private static final int CELL = 34;
    private static final int LEFT = 60;
    private static final int TOP = 84;
    private static final int PLANE_WIDTH = CELL * 10 + 76;
    private static final int PLANE_HEIGHT = CELL * 5 + 64;
    private static final int ENOUGH = 99;

    /** How a service is built around what it can do at a time. */
    enum Kind {
        WINDOW("grants a window of what it works on at a time") {
            @Override
            Build build(int parallel) {
                return new Build(parallel, parallel, ENOUGH);
            }
        },
        QUEUE("grants 10 and queues what it cannot work on") {
            @Override
            Build build(int parallel) {
                return new Build(parallel, 10, ENOUGH);
            }
        },
        REFUSAL("grants 10 and refuses with QUEUE_FULL when one more waits") {
            @Override
            Build build(int parallel) {
                return new Build(parallel, 10, parallel + 1);
            }
        };

        private final String said;

        Kind(String said) {
            this.said = said;
        }

        abstract Build build(int parallel);
    }

    /** One cell of a plane. */
    record Cell(Kind kind, int segmentS, double jitter, double answerS, int parallel, Result result) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s, segments of %d s, answers of %.1f s + up to %.0f %%, %d at a time: %d of %d possible",
                    kind,
                    segmentS,
                    answerS,
                    100 * jitter,
                    parallel,
                    result.dubbed(),
                    result.possible());
        }
    }

    private GoodputPicture() {}

    static List<Cell> cells(double jitter) {
        // Each point has a clock and a session of its own.
        return List.of(Kind.values()).parallelStream()
                .flatMap(kind -> SEGMENTS_S.stream()
                        .flatMap(segment -> PARALLEL.stream().flatMap(parallel -> ANSWERS_S.stream()
                                .map(answer -> cell(kind, segment, jitter, answer, parallel)))))
                .toList();
    }

    private static Cell cell(Kind kind, int segmentS, double jitter, double answerS, int parallel) {
        Point point =
                new Point(segmentS * 1_000_000_000L, (long) (answerS * 1_000_000_000L), jitter, kind.build(parallel));
        return new Cell(kind, segmentS, jitter, answerS, parallel, Goodput.at(point));
    }

    static String svg(List<Cell> cells) {
        int width = LEFT + SEGMENTS_S.size() * PLANE_WIDTH;
        int height = TOP + Kind.values().length * PLANE_HEIGHT;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\""
                        + " role=\"img\">%n<title>Goodput over answer time and parallelism</title>%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n",
                width,
                height));
        text(
                svg,
                LEFT,
                20,
                14,
                "Goodput: segments dubbed, in percent of what the service could have done in that time");
        text(svg, LEFT, 38, 11, "A stream of six minutes, from a cold start, a deadline of 5.5 s after each segment.");
        text(
                svg,
                LEFT,
                54,
                11,
                "Across: the time of one answer in seconds. Down: fragments that the service works on at a time.");
        for (Kind kind : Kind.values()) {
            for (int segment : SEGMENTS_S) {
                plane(svg, kind, segment, cells);
            }
        }
        return svg.append("</svg>\n").toString();
    }

    private static void plane(StringBuilder svg, Kind kind, int segment, List<Cell> cells) {
        int left = LEFT + SEGMENTS_S.indexOf(segment) * PLANE_WIDTH;
        int top = TOP + kind.ordinal() * PLANE_HEIGHT;
        text(svg, left, top + 12, 12, "Segments of " + segment + " s; the service " + kind.said);
        for (int row = 0; row < PARALLEL.size(); row++) {
            text(svg, left - 16, top + 42 + row * CELL, 11, String.valueOf(PARALLEL.get(row)));
        }
        for (int column = 0; column < ANSWERS_S.size(); column++) {
            int x = left + column * CELL;
            text(svg, x + 8, top + 32 + PARALLEL.size() * CELL, 10, String.valueOf(ANSWERS_S.get(column)));
        }
        for (Cell cell : cells) {
            if (cell.kind() == kind && cell.segmentS() == segment) {
                int x = left + ANSWERS_S.indexOf(cell.answerS()) * CELL;
                int y = top + 20 + PARALLEL.indexOf(cell.parallel()) * CELL;
                long percent = Math.round(100 * cell.result().goodput());
                svg.append(String.format(
                        Locale.ROOT,
                        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n",
                        x,
                        y,
                        CELL - 1,
                        CELL - 1,
                        colour(percent)));
                text(svg, x + 6, y + 21, 11, String.valueOf(percent));
            }
        }
    }

    /** Red at 50 and below, yellow at 75, green at 100. */
    private static String colour(long percent) {
        double share = Math.max(0, Math.min(1, (percent - 50) / 50.0));
        return String.format(Locale.ROOT, "hsl(%.0f,60%%,75%%)", 120 * share);
    }

    private static void text(StringBuilder svg, int x, int y, int size, String text) {
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\" font-size=\"%d\" fill=\"#333\">%s</text>%n", x, y, size, text));
    }
}
