package io.livedub.hook;

import java.util.Locale;
import java.util.UUID;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import io.smallrye.common.annotation.NonBlocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import io.livedub.config.SettingRules;
import io.livedub.config.WorkerConfig;
import io.livedub.hook.StreamPath.Direction;
import io.livedub.id.StreamId;
import io.livedub.observe.StreamLog;
import io.livedub.stream.supervision.StartAnswer;
import io.livedub.stream.supervision.StreamRegistry;

/**
 * MediaMTX says what comes and goes (contracts: mediamtx, "Hook → worker"). On the event loop on purpose: an answer is a look into a
 * table, and must not wait for a worker thread behind the codec work of running streams.
 */
@Path("/v1/mediamtx/events")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@NonBlocking
@Tag(name = "hooks")
@SecurityRequirement(name = "secret")
public class HookResource {
    /** A stream that ends makes room; asking more often than this only costs. */
    private static final int RETRY_AFTER_S = 10;

    private static final int UNPROCESSABLE = 422;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private final StreamRegistry registry;
    private final String app;
    private final SettingRules rules;
    private final boolean querySettings;

    public HookResource(StreamRegistry registry, WorkerConfig config) {
        this.registry = registry;
        this.app = config.mediaServer().appPath();
        this.rules = config.settingRules();
        this.querySettings = config.languages().querySettings();
    }

    @POST
    @Path("ready")
    @Operation(summary = "A path has a publisher: its worker is started")
    @APIResponse(
            responseCode = "200",
            description = "done, or nothing to do: see status",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = HookAnswer.class)))
    @APIResponse(responseCode = "400", description = "not JSON")
    @APIResponse(responseCode = "422", description = "JSON, and not an event: see errors")
    @APIResponse(responseCode = "429", description = "the capacity is reached; see Retry-After")
    @APIResponse(responseCode = "503", description = "the worker is shutting down")
    public Response ready(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = HookRequest.class)))
                    byte[] body) {
        return answer(body, this::ready);
    }

    @POST
    @Path("not-ready")
    @Operation(summary = "A path's publisher is gone: its worker drains when none is back within the grace time")
    @APIResponse(
            responseCode = "200",
            description = "done, or nothing to do: see status",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = HookAnswer.class)))
    @APIResponse(responseCode = "400", description = "not JSON")
    @APIResponse(responseCode = "422", description = "JSON, and not an event: see errors")
    @APIResponse(responseCode = "503", description = "the worker is shutting down")
    public Response notReady(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = HookRequest.class)))
                    byte[] body) {
        return answer(body, this::notReady);
    }

    private interface Handler {
        Response handle(HookEvent event);
    }

    private Response answer(byte[] body, Handler handler) {
        HookBody.HookReading result = HookBody.read(body == null ? new byte[0] : body, app);
        if (result instanceof HookBody.HookReading.Malformed malformed) {
            return status(400, HookAnswer.refused("malformed", malformed.what()));
        }
        if (result instanceof HookBody.HookReading.Invalid invalid) {
            return status(UNPROCESSABLE, HookAnswer.invalid(invalid.faults()));
        }
        HookEvent event = ((HookBody.HookReading.Event) result).event();
        return event.path().direction() == Direction.IN
                ? handler.handle(event)
                : status(200, HookAnswer.skipped(event.path()));
    }

    private Response ready(HookEvent event) {
        StreamId streamId = event.path().streamId();
        QuerySettings settings = querySettings ? QuerySettings.read(event.query(), rules) : QuerySettings.NONE;
        StartAnswer answer = registry.ready(streamId, event.sourceId(), settings.patch());
        if (answer instanceof StartAnswer.ShuttingDown) {
            return status(UNAVAILABLE, HookAnswer.refused("shutting_down", "the worker is shutting down"));
        }
        if (answer instanceof StartAnswer.Full full) {
            return Response.fromResponse(status(
                            TOO_MANY,
                            HookAnswer.refused(
                                    "capacity_reached",
                                    String.format(Locale.ROOT, "the capacity of %d streams is reached", full.limit()))))
                    .header("Retry-After", RETRY_AFTER_S)
                    .build();
        }
        String correlationId = ((StartAnswer.Accepted) answer).correlationId();
        log("publisher is ready", event, correlationId);
        settings.warnings().forEach(warning -> StreamLog.of(streamId).warn(warning));
        return status(200, HookAnswer.worker("worker_started", "the stream's worker runs", streamId, correlationId));
    }

    private Response notReady(HookEvent event) {
        if (registry.isDraining()) {
            return status(UNAVAILABLE, HookAnswer.refused("shutting_down", "the worker is shutting down"));
        }
        StreamId streamId = event.path().streamId();
        String correlationId = registry.notReady(streamId, event.sourceId())
                .orElseGet(() -> UUID.randomUUID().toString());
        log("publisher is gone", event, correlationId);
        return status(200, HookAnswer.worker("worker_stopped", "the stream's worker drains", streamId, correlationId));
    }

    private static void log(String message, HookEvent event, String correlationId) {
        StreamLog.of(event.path().streamId())
                .info(
                        message,
                        "sourceType",
                        event.sourceType(),
                        "sourceId",
                        event.sourceId(),
                        "query",
                        event.query(),
                        "correlationId",
                        correlationId);
    }

    private static Response status(int status, HookAnswer answer) {
        return Response.status(status).entity(answer).build();
    }
}
