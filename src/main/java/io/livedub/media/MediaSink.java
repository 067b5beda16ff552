package io.livedub.media;

import java.time.Duration;

import io.smallrye.mutiny.Uni;

/** Where frames go: one URL that can be published to once at a time. */
public interface MediaSink {
    /**
     * Time stamp of output time 0 on the wire. The headers are stamped 0, so MediaMTX finds two seconds of media with the first frame: the path
     * is ready at once, and the server drops nothing of what it has read to find the tracks.
     */
    long ZERO_STAMP_MS = 2100;

    /** How long a frame of {@link Pacing#TIMED} may wait for the next ones, so that they leave together. */
    long STEP_NS = 50_000_000L;

    /** How the sink treats a frame's time. */
    enum Pacing {
        /**
         * A frame is due at the clock time {@code zeroNs + dtsNs} and leaves then or up to {@link #STEP_NS} later, together with the others that
         * became due meanwhile; frames may be pushed ahead.
         */
        TIMED,
        /** A frame leaves as soon as it is pushed. */
        IMMEDIATE
    }

    /**
     * Starts publishing. Returns at once; a refusal arrives through {@link Publication#failure()}.
     *
     * @param zeroNs the {@link MediaClock} time at which output time 0 airs
     */
    default Publication open(VideoFormat video, AudioFormat audio, Pacing pacing, long zeroNs) {
        Publication prepared = prepare(video, audio, pacing, zeroNs);
        prepared.begin();
        return prepared;
    }

    /** Makes everything that a publication needs and does not ask the server for anything before {@link Publication#begin}. Parameters as above. */
    Publication prepare(VideoFormat video, AudioFormat audio, Pacing pacing, long zeroNs);

    /** One running publication. Thread-safe. */
    interface Publication extends AutoCloseable {
        /** Done when the server has let it publish; never when it does not. */
        default Uni<Void> accepted() {
            return Uni.createFrom().voidItem();
        }

        /** Starts publishing. To be said once, before anything is pushed. Does nothing after {@link #close}. */
        void begin();

        /**
         * Hands a frame over; times in nanoseconds on the output's timeline, from 0, decoding times of a track never going back.
         * Does not block. A frame whose format differs from its track's last one brings a new codec header.
         * Ignored after {@link #end} and {@link #close}.
         */
        void push(Frame frame);

        /**
         * Sends the codec headers once more, stamped with output time 0, ahead of the first frame: MediaMTX then has its two seconds of media
         * and lets readers in before there is a picture that they could miss.
         */
        void announce();

        /** Ends the stream after the last pushed frame has left; completes when the server has taken all of it or {@code limit} is over. */
        Uni<Void> end(Duration limit);

        /** Ends at once. Does not block, may be called again. */
        @Override
        void close();

        /** Completes with the failure when publishing is refused or lost; never completes after an orderly end. */
        Uni<SinkException> failure();

        /** Payload bytes that the server has taken so far. */
        long bytesSent();

        /** Replaces the listener that gets each frame as it leaves towards the server. */
        void onDeparture(DepartureListener listener);
    }

    /** Called when a frame leaves for the server, not when it is pushed. Runs on a media thread; must not block. */
    interface DepartureListener {
        /**
         * @param track which track
         * @param timestampNs the frame's decoding time on the output's timeline as it is written to the wire (FLV: whole milliseconds)
         * @param departedNs {@link MediaClock} time of departure
         */
        void departed(Track track, long timestampNs, long departedNs);
    }
}
