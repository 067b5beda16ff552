package io.livedub.api;

import java.util.List;

import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import io.livedub.id.StreamId;

/** Settings of a stream in the API's description; what comes is read by {@link SettingsBody}. Every field may be left out, or be null. */
@Schema(
        name = "StreamSettings",
        additionalProperties = Schema.False.class,
        description =
                "Settings of a stream. A field that is left out, or null, is taken from the next source: the publisher's query,"
                        + " the streams file, the environment.")
record SettingsRequest(
        @Schema(
                        name = "source_language",
                        description = "language tag of what is spoken in the source",
                        nullable = true,
                        examples = "en",
                        maxLength = 64)
                String sourceLanguage,
        @Schema(
                        description =
                                "languages in which the stream is heard, each once, no more than WORKER_MAX_LANGUAGES;"
                                        + " the short form of one is a string such as es or fr:anna",
                        nullable = true,
                        minItems = 1)
                List<RequestedTarget> targets,
        @Schema(
                        nullable = true,
                        enumeration = {"enabled", "passthrough"})
                String mode,
        @Schema(
                        description = "where segments end",
                        nullable = true,
                        enumeration = {"fixed", "pause"})
                String cut,
        @Schema(
                        description = "what is heard under the dub",
                        nullable = true,
                        enumeration = {"off", "duck", "constant", "stem"})
                String bed,
        @Schema(
                        name = "bed_db",
                        type = SchemaType.INTEGER,
                        description = "level of the original under the dub",
                        nullable = true,
                        minimum = "-40",
                        maximum = "0")
                Integer bedDb,
        @Schema(
                        nullable = true,
                        enumeration = {"off", "match"})
                String loudness,
        @Schema(
                        description = "whether in-backup is read as well, and aired while in gives nothing",
                        nullable = true,
                        enumeration = {"on", "off"})
                String backup) {
    /** A language in which a stream is heard, in either form. */
    @Schema(
            name = "Target",
            oneOf = {ShortTarget.class, LongTarget.class})
    interface RequestedTarget {}

    /** The short form, as in WORKER_TARGET_LANGUAGE. */
    @Schema(
            name = "ShortTarget",
            type = SchemaType.STRING,
            description = "a language tag or original; a voice may follow behind a colon",
            pattern = "^[A-Za-z0-9-]{2,35}(:[^,$\\\\]{1,64})?$",
            examples = "fr:anna")
    interface ShortTarget {}

    /** The long form: an object. */
    @Schema(name = "LongTarget", additionalProperties = Schema.False.class)
    record LongTarget(
            @Schema(
                            required = true,
                            description = "language tag, or original: the source's own sound",
                            examples = "es",
                            maxLength = 35)
                    String language,
            @Schema(
                            name = "voice_profile",
                            description = "voice that STS uses",
                            nullable = true,
                            minLength = 1,
                            maxLength = 64)
                    String voiceProfile) {}

    /** The same, and whose they are. */
    @Schema(name = "NewStream", additionalProperties = Schema.False.class)
    record OfNewStream(
            @Schema(name = "stream_id", required = true, pattern = StreamId.SCHEMA) String streamId,
            @Schema(name = "source_language", description = "as in StreamSettings", nullable = true, maxLength = 64)
                    String sourceLanguage,
            @Schema(description = "as in StreamSettings", nullable = true, minItems = 1) List<RequestedTarget> targets,
            @Schema(
                            nullable = true,
                            enumeration = {"enabled", "passthrough"})
                    String mode,
            @Schema(
                            nullable = true,
                            enumeration = {"fixed", "pause"})
                    String cut,
            @Schema(
                            nullable = true,
                            enumeration = {"off", "duck", "constant", "stem"})
                    String bed,
            @Schema(name = "bed_db", type = SchemaType.INTEGER, nullable = true, minimum = "-40", maximum = "0")
                    Integer bedDb,
            @Schema(
                            nullable = true,
                            enumeration = {"off", "match"})
                    String loudness,
            @Schema(
                            nullable = true,
                            enumeration = {"on", "off"})
                    String backup) {}
}
