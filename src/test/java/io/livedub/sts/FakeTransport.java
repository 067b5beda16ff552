package io.livedub.sts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A transport whose other end is the test. */
final class FakeTransport implements StsTransport {
    record Sent(String event, Map<String, Object> payload) {}

    static final class Line implements TransportConnection {
        final TransportListener listener;
        final List<Sent> sent = new ArrayList<>();
        boolean closed;
        long largest = Long.MAX_VALUE;

        Line(TransportListener listener) {
            this.listener = listener;
        }

        @Override
        public void send(String event, Map<String, Object> payload) {
            sent.add(new Sent(event, payload));
        }

        @Override
        public long largestMessage() {
            return largest;
        }

        @Override
        public void close() {
            closed = true;
        }

        List<Map<String, Object>> all(String event) {
            return sent.stream()
                    .filter(message -> message.event().equals(event))
                    .map(Sent::payload)
                    .toList();
        }
    }

    final List<Line> lines = new ArrayList<>();
    boolean refusing;

    @Override
    public TransportConnection connect(TransportListener listener) {
        if (refusing) {
            throw new IllegalStateException("refused");
        }
        Line line = new Line(listener);
        lines.add(line);
        return line;
    }

    Line line() {
        return lines.get(lines.size() - 1);
    }

    /** Names and values in turn. */
    static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
