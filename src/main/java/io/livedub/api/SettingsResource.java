package io.livedub.api;

import java.util.OptionalLong;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import io.smallrye.common.annotation.NonBlocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import io.livedub.config.SettingRules;
import io.livedub.config.SettingsPatch;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamStatus;
import io.livedub.stream.supervision.SettingsChanged;
import io.livedub.stream.supervision.StreamRegistry;

/** Settings of streams, by the API: the source that wins over all others (contract: languages). */
@Path("/v1/streams")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@NonBlocking
@Tag(name = "streams")
@SecurityRequirement(name = "secret")
public class SettingsResource {
    private final StreamRegistry registry;
    private final SettingRules rules;

    public SettingsResource(StreamRegistry registry, WorkerConfig config) {
        this.registry = registry;
        this.rules = config.settingRules();
    }

    @POST
    @Operation(summary = "Start a stream with settings", description = "As PUT of the stream, with its id in the body.")
    @APIResponse(
            responseCode = "201",
            description = "it is being started",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(
            responseCode = "200",
            description = "it was there already; its settings are changed",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(responseCode = "400", description = "not JSON")
    @APIResponse(responseCode = "422", description = "not a stream id, or a setting that is not allowed")
    @APIResponse(responseCode = "429", description = "the capacity is reached; see Retry-After")
    @APIResponse(responseCode = "503", description = "the worker is shutting down")
    public Response start(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = SettingsRequest.OfNewStream.class)))
                    byte[] body) {
        SettingsBody read = SettingsBody.withId(body, rules);
        return StreamAnswers.of(registry.wish(read.streamId(), read.settings()), read.streamId());
    }

    @PATCH
    @Path("{id}")
    @Operation(
            summary = "Change a stream's settings",
            description =
                    "Settings that are not in the body stay as they are. Languages, bed and loudness are heard from the next"
                            + " segment that is cut; source language, mode, cut, backup and the voice of a language that is"
                            + " there hold from the stream's next start on, and the answer names those that wait for it.")
    @APIResponse(
            responseCode = "200",
            description =
                    "they are changed, or will be when the stream starts again; of another bed or loudness with the output"
                            + " time from which it is heard",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(responseCode = "400", description = "not JSON")
    @APIResponse(responseCode = "404", description = "no such stream")
    @APIResponse(responseCode = "422", description = "not a stream id, or a setting that is not allowed")
    public Response change(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamId.SCHEMA)) @PathParam("id")
                    String given,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = SettingsRequest.class)))
                    byte[] body) {
        StreamId id = StreamIds.of(given);
        SettingsPatch wish = SettingsBody.ofStream(body, rules);
        return registry.change(id, wish)
                .map(changed -> Response.ok(new ApiMessage(
                                "settings_changed",
                                text(changed),
                                id.value(),
                                changed.correlationId(),
                                heardFromMs(id, wish, changed)))
                        .build())
                .orElseGet(() -> StreamAnswers.unknown(id));
    }

    /** Null when the sound was not changed, or nothing is on air whose sound could change. */
    private Long heardFromMs(StreamId id, SettingsPatch wish, SettingsChanged changed) {
        boolean sound = wish.bed().isPresent()
                || wish.bedDb().isPresent()
                || wish.matchLoudness().isPresent();
        if (!sound || changed.fromNextStart().contains(StreamCommand.BED_AND_LOUDNESS)) {
            return null;
        }
        OptionalLong cutNs = registry.one(id).stream()
                .flatMap(stream -> stream.status().languages().stream())
                .mapToLong(StreamStatus.LanguageStatus::cutNs)
                .max();
        return cutNs.isPresent() ? cutNs.getAsLong() / 1_000_000 : null;
    }

    private static String text(SettingsChanged changed) {
        String all = "the stream has these settings";
        return changed.fromNextStart().isEmpty()
                ? all
                : all + "; from its next start on: " + String.join(", ", changed.fromNextStart());
    }
}
