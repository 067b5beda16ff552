package io.livedub.api;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;

import io.smallrye.mutiny.Multi;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

import io.livedub.api.StreamView.CaptionView;
import io.livedub.id.StreamId;

/** Live updates: events of streams, and captions. */
@Path("/v1/streams")
@Tag(name = "live")
@SecurityRequirement(name = "secret")
public class LiveResource {
    private static final Logger LOG = Logger.getLogger(LiveResource.class);

    private static final Duration PERIOD = Duration.ofMillis(500);
    /** Intermediaries close what is silent for a minute. */
    private static final int TICKS_TO_PING = 30;

    /** Each costs a look at all streams twice a second. */
    private static final int MOST_LISTENERS = 64;

    private final StreamViews views;
    private final Places places = new Places(MOST_LISTENERS);

    public LiveResource(StreamViews views) {
        this.views = views;
    }

    @GET
    @Path("events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @APIResponse(responseCode = "200", description = "goes on until the listener goes")
    @APIResponse(responseCode = "503", description = "64 listen already")
    @Operation(
            summary = "Changes, as server-sent events",
            description =
                    "`stream`: a stream as it is now; `caption`: what is said in a segment; `gone`: a stream is no"
                            + " more; `ping`. Begins with all streams.")
    public Multi<OutboundSseEvent> events(@Context Sse sse, @Context RoutingContext request) {
        StreamWatch watch = new StreamWatch(views);
        AtomicInteger silent = new AtomicInteger();
        return listening(request, ticks(request).onItem().transformToIterable(tick -> {
            List<OutboundSseEvent> events =
                    watch.news().stream().map(update -> event(sse, update)).toList();
            if (!events.isEmpty()) {
                silent.set(0);
                return events;
            }
            return silent.incrementAndGet() % TICKS_TO_PING == 1
                    ? List.of(event(sse, "ping", String.class, "{}"))
                    : List.of();
        }));
    }

    @GET
    @Path("{id}/captions.vtt")
    @Produces("text/vtt;charset=UTF-8")
    @APIResponse(
            responseCode = "200",
            description = "the captions",
            content = @Content(mediaType = "text/vtt", schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "404", description = "no such stream")
    @APIResponse(responseCode = "422", description = "not a stream id, or no such text")
    @APIResponse(responseCode = "503", description = "64 listen already")
    @Operation(
            summary = "Captions on the output's timeline, as WebVTT",
            description =
                    "What was said in the last hour; with `follow=true` the answer goes on for as long as the stream"
                            + " does.")
    @Parameter(
            name = "text",
            in = ParameterIn.QUERY,
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"translation", "transcript"},
                            defaultValue = "translation"))
    @Parameter(
            name = "follow",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
    public Multi<String> captions(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamId.SCHEMA)) @PathParam("id")
                    String given,
            @Context RoutingContext request) {
        StreamId id = StreamIds.of(given);
        boolean transcript =
                choice(request, "text", List.of("translation", "transcript")).equals("transcript");
        boolean follow = choice(request, "follow", List.of("false", "true")).equals("true");
        if (views.one(id).isEmpty()) {
            throw refused(404, "no such stream");
        }
        return captions(id, from -> views.captions(id, from), transcript, follow, request);
    }

    @GET
    @Path("{id}/captions/{language}.vtt")
    @Produces("text/vtt;charset=UTF-8")
    @APIResponse(
            responseCode = "200",
            description = "the captions",
            content = @Content(mediaType = "text/vtt", schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "404", description = "no such stream or language")
    @APIResponse(responseCode = "422", description = "not a stream id")
    @APIResponse(responseCode = "503", description = "64 listen already")
    @Operation(
            summary = "Captions in one language, as WebVTT",
            description = "Of a target its translation; of the source's language what was said.")
    @Parameter(
            name = "follow",
            in = ParameterIn.QUERY,
            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
    public Multi<String> captionsOf(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamId.SCHEMA)) @PathParam("id")
                    String given,
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = "[A-Za-z0-9-]{2,64}"))
                    @PathParam("language")
                    String language,
            @Context RoutingContext request) {
        StreamId id = StreamIds.of(given);
        boolean follow = choice(request, "follow", List.of("false", "true")).equals("true");
        StreamViews.CaptionsOf of =
                views.captionsOf(id, language).orElseThrow(() -> refused(404, "no such stream or language"));
        return captions(id, from -> views.captions(id, of.language(), from), of.transcript(), follow, request);
    }

    private Multi<String> captions(
            StreamId id,
            LongFunction<List<CaptionView>> captions,
            boolean transcript,
            boolean follow,
            RoutingContext request) {
        if (!follow) {
            return Multi.createFrom().item(WebVtt.HEADER + WebVtt.cues(captions.apply(0), transcript));
        }
        AtomicLong next = new AtomicLong();
        Multi<String> cues = ticks(request)
                .select()
                .first(tick -> views.one(id).isPresent())
                .onItem()
                .transform(tick -> captions.apply(next.get()))
                .onItem()
                .invoke(seen ->
                        seen.stream().mapToLong(CaptionView::number).max().ifPresent(last -> next.set(last + 1)))
                .onItem()
                .transform(seen -> WebVtt.cues(seen, transcript))
                .select()
                .where(lines -> !lines.isEmpty());
        return listening(
                request,
                Multi.createBy().concatenating().streams(Multi.createFrom().item(WebVtt.HEADER), cues));
    }

    /** Ends with the connection too: a listener that resets it is not cancelled in every case. */
    private static Multi<Long> ticks(RoutingContext request) {
        return Multi.createFrom()
                .ticks()
                .every(PERIOD)
                .onOverflow()
                .drop()
                .select()
                .first(tick -> !request.response().closed());
    }

    /**
     * The place comes back by whichever end is seen first. A connection that is reset before the answer is subscribed to has no end of
     * the answer at all, and one that was reset before this runs has not even an end of the connection to come.
     */
    private <T> Multi<T> listening(RoutingContext request, Multi<T> events) {
        if (request.request().method().equals(HttpMethod.HEAD)) {
            // Without a body to go on, an answer that does not end would hold its place and its connection for nothing.
            return Multi.createFrom().empty();
        }
        Places.HeldPlace place = places.take().orElseThrow(() -> refused(503, MOST_LISTENERS + " listen already"));
        request.addEndHandler(ended -> place.giveBack());
        if (request.response().closed()) {
            place.giveBack();
        }
        return events.onTermination()
                .invoke(place::giveBack)
                .onFailure()
                .invoke(failure -> LOG.error("live updates of a listener ended by a defect", failure));
    }

    private static OutboundSseEvent event(Sse sse, StreamWatch.Update update) {
        if (update instanceof StreamWatch.Update.StreamChanged changed) {
            return event(sse, "stream", StreamView.class, changed.stream());
        }
        if (update instanceof StreamWatch.Update.CaptionSaid said) {
            return event(sse, "caption", CaptionView.class, said.caption());
        }
        StreamId streamId = ((StreamWatch.Update.StreamGone) update).streamId();
        return event(sse, "gone", String.class, "{\"stream_id\":\"" + streamId + "\"}");
    }

    private static <T> OutboundSseEvent event(Sse sse, String name, Class<T> type, T data) {
        return sse.newEventBuilder()
                .name(name)
                .mediaType(type == String.class ? MediaType.TEXT_PLAIN_TYPE : MediaType.APPLICATION_JSON_TYPE)
                .data(type, data)
                .build();
    }

    /**
     * Reads the query itself, since a parameter of a method is the same for {@code text=}, which is wrong, and for none at all.
     *
     * @return the first of the choices when the query does not name the parameter
     */
    private static String choice(RoutingContext request, String name, List<String> choices) {
        List<String> given = request.queryParam(name);
        if (given.isEmpty()) {
            return choices.get(0);
        }
        if (given.size() > 1 || !choices.contains(given.get(0))) {
            throw refused(422, name + " is " + String.join(" or ", choices));
        }
        return given.get(0);
    }

    private static WebApplicationException refused(int status, String message) {
        return StreamAnswers.refused(status, "refused", message);
    }
}
