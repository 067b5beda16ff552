package io.livedub.docs;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.livedub.docs.OffsetDay.Aired;

/** {@code docs/images/auto-offset.svg}: the round trips of {@link OffsetDay}, both offsets, and what aired undubbed. */
final class OffsetPicture {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 420;
    private static final int LEFT = 50;
    private static final int RIGHT = 20;
    private static final int TOP = 50;
    private static final int BOTTOM = 330;
    private static final double MOST_S = 10;
    /** Two and a half minutes: as many points as the picture has pixels. */
    private static final int TOGETHER = 25;

    private OffsetPicture() {}

    static String svg() {
        List<Aired> fixed = OffsetDay.simulate(false);
        List<Aired> auto = OffsetDay.simulate(true);
        StringBuilder svg = new StringBuilder();
        svg.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" role="img">
                <title>A day with a fixed offset and with WORKER_AV_OFFSET_NS=auto</title>
                <rect width="100%%" height="100%%" fill="#fff"/>
                """
                        .formatted(WIDTH, HEIGHT));
        grid(svg);
        bars(svg, fixed);
        line(svg, "#b3261e", fixed);
        line(svg, "#0b57d0", auto);
        strip(svg, 345, "#b3261e", fixed);
        strip(svg, 375, "#0b57d0", auto);
        text(
                svg,
                LEFT,
                20,
                "#444",
                "grey: longest round trip in each 2.5 minutes (made up), seconds by hour of the day");
        text(svg, LEFT, 38, "#b3261e", "offset 6 s: " + summary(fixed));
        text(svg, WIDTH / 2, 38, "#0b57d0", "auto: " + summary(auto));
        text(
                svg,
                LEFT,
                HEIGHT - 12,
                "#444",
                "marks: segments that aired with their original audio; red with 6 s, blue with auto");
        return svg.append("</svg>\n").toString();
    }

    static long undubbed(List<Aired> day) {
        return day.stream().filter(aired -> !aired.dubbed()).count();
    }

    static double meanOffsetS(List<Aired> day) {
        return day.stream().mapToLong(Aired::offsetNs).average().orElseThrow() / 1e9;
    }

    private static String summary(List<Aired> day) {
        return String.format(
                Locale.ROOT,
                "%d of %d segments undubbed, mean offset %.1f s",
                undubbed(day),
                day.size(),
                meanOffsetS(day));
    }

    private static void grid(StringBuilder svg) {
        for (int s = 0; s <= MOST_S; s += 2) {
            line(svg, LEFT, y(s), WIDTH - RIGHT, y(s));
            text(svg, LEFT - 24, (int) y(s) + 4, "#444", s + " s");
        }
        for (int hour = 0; hour <= 24; hour += 3) {
            double x = x(hour * OffsetDay.SEGMENTS / 24);
            line(svg, x, TOP, x, BOTTOM);
            text(svg, (int) x - 6, BOTTOM + 12, "#444", String.valueOf(hour));
        }
    }

    private static void bars(StringBuilder svg, List<Aired> day) {
        svg.append("<path stroke=\"#bbb\" fill=\"none\" d=\"");
        for (int from = 0; from < day.size(); from += TOGETHER) {
            double most = day.subList(from, Math.min(day.size(), from + TOGETHER)).stream()
                    .mapToLong(Aired::roundTripNs)
                    .max()
                    .orElseThrow();
            svg.append(String.format(Locale.ROOT, "M%.1f %dV%.1f", x(from), BOTTOM, y(most / 1e9)));
        }
        svg.append("\"/>\n");
    }

    private static void line(StringBuilder svg, String colour, List<Aired> day) {
        svg.append("<polyline stroke-width=\"2\" fill=\"none\" stroke=\"%s\" points=\"".formatted(colour));
        for (int k = 0; k < day.size(); k += TOGETHER) {
            svg.append(
                    String.format(Locale.ROOT, "%.1f,%.1f ", x(k), y(day.get(k).offsetNs() / 1e9)));
        }
        svg.append("\"/>\n");
    }

    /** Neighbours share a mark: at one pixel for 15 segments they would anyway. */
    private static void strip(StringBuilder svg, int top, String colour, List<Aired> day) {
        String marks = day.stream()
                .filter(aired -> !aired.dubbed())
                .map(aired -> String.format(Locale.ROOT, "M%.0f %dv22", x(aired.segment()), top))
                .distinct()
                .collect(Collectors.joining());
        svg.append("<path stroke=\"%s\" d=\"%s\"/>\n".formatted(colour, marks.isEmpty() ? "M0 0" : marks));
    }

    private static void line(StringBuilder svg, double x1, double y1, double x2, double y2) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#e8e8e8\"/>%n",
                x1,
                y1,
                x2,
                y2));
    }

    private static void text(StringBuilder svg, int x, int y, String colour, String text) {
        svg.append("<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>\n".formatted(x, y, colour, text));
    }

    private static double x(int segment) {
        return LEFT + (double) segment / OffsetDay.SEGMENTS * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double seconds) {
        return BOTTOM - Math.min(MOST_S, seconds) / MOST_S * (BOTTOM - TOP);
    }
}
