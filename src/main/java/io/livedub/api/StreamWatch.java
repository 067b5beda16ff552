package io.livedub.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.livedub.api.StreamView.CaptionView;
import io.livedub.id.StreamId;

/**
 * What one listener has not heard yet. It asks and compares: a slow listener misses steps between, never the last state, and nothing
 * is queued for it. Used by one thread at a time.
 */
final class StreamWatch {
    private final StreamViews views;
    private final Map<StreamId, StreamView> told = new HashMap<>();
    private final Map<StreamId, Long> nextCaption = new HashMap<>();

    StreamWatch(StreamViews views) {
        this.views = views;
    }

    sealed interface Update {
        record StreamChanged(StreamView stream) implements Update {}

        record CaptionSaid(CaptionView caption) implements Update {}

        record StreamGone(StreamId streamId) implements Update {}
    }

    List<Update> news() {
        List<Update> updates = new ArrayList<>();
        Map<StreamId, StreamView> now = new HashMap<>();
        for (StreamView stream : views.all()) {
            StreamId id = new StreamId(stream.streamId());
            now.put(id, stream);
            StreamView before = told.put(id, stream);
            if (before != null && !before.correlationId().equals(stream.correlationId())) {
                nextCaption.remove(id);
            }
            if (!stream.equals(before)) {
                updates.add(new Update.StreamChanged(stream));
            }
            captions(id, updates);
        }
        told.keySet().removeIf(id -> {
            boolean gone = !now.containsKey(id);
            if (gone) {
                nextCaption.remove(id);
                updates.add(new Update.StreamGone(id));
            }
            return gone;
        });
        return updates;
    }

    private void captions(StreamId id, List<Update> updates) {
        for (CaptionView caption : views.captions(id, nextCaption.getOrDefault(id, 0L))) {
            nextCaption.put(id, caption.number() + 1);
            updates.add(new Update.CaptionSaid(caption));
        }
    }
}
