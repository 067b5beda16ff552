package io.livedub.api;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
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
import io.livedub.config.SettingValues;
import io.livedub.config.SettingsTree;
import io.livedub.config.Target;
import io.livedub.config.WorkerConfig;
import io.livedub.config.WrongSetting;
import io.livedub.id.StreamId;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamStatus;
import io.livedub.stream.supervision.StreamRegistry;

import static io.livedub.api.StreamAnswers.refused;

/** The languages of a stream that is on air, and the switch of its dubs. */
@Path("/v1/streams/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@NonBlocking
@Tag(name = "languages")
@SecurityRequirement(name = "secret")
public class LanguageResource {
    private static final String TAG = "[A-Za-z0-9-]{2,35}";
    private static final int LONGEST_SWITCH_S = 86_400;

    private final StreamRegistry registry;
    private final SettingRules rules;

    public LanguageResource(StreamRegistry registry, WorkerConfig config) {
        this.registry = registry;
        this.rules = config.settingRules();
    }

    @PUT
    @Path("languages/{language}")
    @Operation(
            summary = "Add a language",
            description =
                    "It is heard from the next segment that is cut. A language that the stream has already stays as it is.")
    @APIResponse(
            responseCode = "200",
            description = "it is a language of the stream",
            content = @Content(schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(responseCode = "400", description = "not JSON")
    @APIResponse(responseCode = "404", description = "no such stream")
    @APIResponse(responseCode = "422", description = "not an id, a language or a voice, or too many languages")
    public Response add(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamId.SCHEMA)) @PathParam("id")
                    String given,
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = TAG)) @PathParam("language")
                    String language,
            @RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = Voice.class)))
                    byte[] body) {
        StreamId id = StreamIds.of(given);
        JsonNode wish = read(body, Set.of("voice_profile"));
        JsonNode voice = wish.path("voice_profile");
        if (wish.hasNonNull("voice_profile") && !voice.isTextual()) {
            throw refused(422, "invalid", "voice_profile must be a string");
        }
        Target target =
                checked(() -> SettingValues.target("language", language, Optional.ofNullable(voice.textValue())));
        boolean known = checked(() -> registry.changeTargets(id, targets -> with(targets, target)));
        return known
                ? StreamAnswers.message(200, "language_added", target.key() + " is a language of the stream", id, null)
                : StreamAnswers.unknown(id);
    }

    private List<Target> with(List<Target> targets, Target added) {
        if (targets.stream().anyMatch(target -> target.key().equals(added.key()))) {
            return targets;
        }
        List<Target> all = new ArrayList<>(targets);
        all.add(added);
        return SettingValues.targets("languages", all, rules);
    }

    @DELETE
    @Path("languages/{language}")
    @Operation(summary = "Remove a language", description = "What is held of it airs, then its output ends.")
    @APIResponse(
            responseCode = "202",
            description = "it drains",
            content = @Content(schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(responseCode = "404", description = "no such stream or language")
    @APIResponse(responseCode = "409", description = "it is the last one")
    @APIResponse(responseCode = "422", description = "not a stream id")
    public Response remove(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamId.SCHEMA)) @PathParam("id")
                    String given,
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = TAG)) @PathParam("language")
                    String language) {
        StreamId id = StreamIds.of(given);
        String key = language.toLowerCase(Locale.ROOT);
        boolean known = registry.changeTargets(id, targets -> {
            List<Target> left =
                    targets.stream().filter(target -> !target.key().equals(key)).toList();
            if (left.size() == targets.size()) {
                throw refused(404, "unknown", "the stream has no such language");
            }
            if (left.isEmpty()) {
                throw refused(409, "last_language", "the last language of a stream cannot be removed");
            }
            return left;
        });
        return known
                ? StreamAnswers.message(202, "language_removed", key + " drains", id, null)
                : StreamAnswers.unknown(id);
    }

    @PUT
    @Path("dub")
    @Operation(
            summary = "Switch dubs off or on",
            description =
                    "Off: original sound from the next segment that has not been handed to the output yet, until it is"
                            + " on again.")
    @APIResponse(
            responseCode = "200",
            description = "switched, with the output time of the change",
            content = @Content(schema = @Schema(implementation = Switched.class)))
    @APIResponse(responseCode = "400", description = "not JSON")
    @APIResponse(responseCode = "404", description = "no such stream or language")
    @APIResponse(responseCode = "409", description = "the stream does not run, or cannot be told where it runs")
    @APIResponse(responseCode = "422", description = "not a stream id, or a value that is not allowed")
    public Response dub(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamId.SCHEMA)) @PathParam("id")
                    String given,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = Switch.class)))
                    byte[] body) {
        StreamId id = StreamIds.of(given);
        JsonNode wish = read(body, Set.of("on", "language", "for_s"));
        if (!wish.path("on").isBoolean()) {
            throw refused(422, "invalid", "on must be true or false");
        }
        JsonNode language = wish.path("language");
        JsonNode forS = wish.path("for_s");
        if (wish.hasNonNull("language") && !language.isTextual()) {
            throw refused(422, "invalid", "language must be a string");
        }
        boolean timed = wish.hasNonNull("for_s");
        if (timed && !(SettingsTree.isInt(forS) && forS.intValue() >= 1 && forS.intValue() <= LONGEST_SWITCH_S)) {
            throw refused(422, "invalid", "for_s must be a whole number from 1 to " + LONGEST_SWITCH_S);
        }
        boolean on = wish.path("on").booleanValue();
        Optional<String> key = Optional.ofNullable(language.textValue()).map(tag -> tag.toLowerCase(Locale.ROOT));
        StreamStatus status = registry.one(id)
                .orElseThrow(() -> refused(404, "unknown", "no such stream"))
                .status();
        long fromNs = status.offeredNs(key)
                .orElseThrow(() -> refused(
                        key.isPresent() ? 404 : 409,
                        "unknown",
                        key.isPresent() ? "the stream has no such language" : "the stream does not run"));
        Optional<Duration> time = timed ? Optional.of(Duration.ofSeconds(forS.intValue())) : Optional.empty();
        if (!registry.command(id, new StreamCommand.SwitchDub(key, on, on ? Optional.empty() : time))) {
            throw refused(409, "not_told", "the stream does not run, or cannot be told where it runs");
        }
        return Response.ok(new Switched(on ? "dub_on" : "dub_off", id.value(), fromNs / 1_000_000))
                .build();
    }

    private static JsonNode read(byte[] body, Set<String> fields) {
        JsonNode tree =
                SettingsBody.object(body == null || body.length == 0 ? "{}".getBytes(StandardCharsets.US_ASCII) : body);
        tree.fieldNames().forEachRemaining(name -> {
            if (!fields.contains(name)) {
                throw refused(422, "invalid", "no such field: " + name);
            }
        });
        return tree;
    }

    private static <T> T checked(Supplier<T> check) {
        try {
            return check.get();
        } catch (WrongSetting wrong) {
            throw refused(422, "invalid", wrong.getMessage());
        }
    }

    /** Body of a language that is added. */
    @Schema(name = "Voice", additionalProperties = Schema.False.class)
    record Voice(
            @Schema(
                            name = "voice_profile",
                            description = "voice that STS uses",
                            nullable = true,
                            minLength = 1,
                            maxLength = 64)
                    String voiceProfile) {}

    /** Body of the switch. */
    @Schema(name = "DubSwitch", additionalProperties = Schema.False.class)
    record Switch(
            @Schema(required = true) boolean on,
            @Schema(description = "left out: all", nullable = true, pattern = TAG) String language,
            @Schema(
                            name = "for_s",
                            description = "seconds after which a dub that is switched off is on again by itself",
                            nullable = true,
                            minimum = "1",
                            maximum = "86400")
                    Integer forS) {}

    /** @param fromMs output time of the change, milliseconds */
    @RegisterForReflection
    record Switched(
            String status, @JsonProperty("stream_id") String streamId, @JsonProperty("from_output_ms") long fromMs) {}
}
