package io.quipu.collector.intake;

import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import io.quipu.common.web.Violations;
import io.quipu.common.wire.Json;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the body of a request as one document or an array of them: what is JSON is judged document by document; only what is
 * no JSON, nests too deep or holds too many documents is refused as a whole. Pure, thread-safe.
 */
final class BodyReader {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Json.MAX_DEPTH)
                    // bounded by the body; judged by FieldReader, so that one long number harms no other document
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            // names come from outside: no table of them is kept
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    private final String what;

    /** For documents of that name, such as {@code usage}. */
    BodyReader(String what) {
        this.what = what;
    }

    /** Reads the document at whose first token the parser stands. */
    @FunctionalInterface
    interface DocumentReader {

        /** The document, unless something was noted. */
        SubmittedUsage read(JsonParser json, Violations violations);
    }

    /**
     * The documents of a body.
     *
     * @throws Problem 400 {@code malformed} when it is not JSON; 400 {@code invalid} when it is neither an object nor an
     *     array; 413 {@code too_many_usages}
     */
    Submission read(byte[] body, DocumentReader documents) {
        CharBuffer characters = Text.decode(body);
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), characters.array(),
                characters.arrayOffset() + characters.position(), characters.remaining())) {
            try {
                return submission(json, documents);
            } catch (StreamConstraintsException e) {
                throw malformed(json.currentLocation(), "it nests deeper than " + Json.MAX_DEPTH + " levels");
            } catch (JacksonException e) {
                throw malformed(e.getLocation() == null ? json.currentLocation() : e.getLocation(),
                        e.getOriginalMessage());
            }
        }
    }

    /** The problem of a body that is not JSON there. */
    static Problem malformed(TokenStreamLocation where, String reason) {
        return Text.malformed(where.getLineNr(), where.getColumnNr(), reason);
    }

    private Submission submission(JsonParser json, DocumentReader documents) {
        JsonToken first = json.nextToken();
        if (first == null) {
            throw malformed(json.currentLocation(), "it is empty");
        }
        List<Reading> readings = new ArrayList<>();
        boolean array = first == JsonToken.START_ARRAY;
        if (array) {
            int listed = 0;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (readings.size() == UsageReader.MAX_USAGES) {
                    throw Problem.of(413, "too_many_usages", "The array holds more than " + UsageReader.MAX_USAGES + " "
                            + what + "s");
                }
                Reading reading = document(json, documents);
                if (reading instanceof Reading.Invalid invalid) {
                    reading = listed < UsageReader.MAX_VIOLATIONS ? invalid
                            : new Reading.Invalid(what, invalid.violations().subList(0, 1));
                    listed += invalid.violations().size();
                }
                readings.add(reading);
            }
        } else if (first == JsonToken.START_OBJECT) {
            readings.add(document(json, documents));
        } else {
            String kind = new FieldReader(json).skip();
            noMore(json);
            throw Problem.of(400, "invalid", "The body must be one " + what + " document or an array of them, not " + kind)
                    .with(List.of(new Violation("", "type", "must be an object or an array, not " + kind)));
        }
        noMore(json);
        return new Submission(array, readings);
    }

    /** Checks that the body ends behind the document. */
    static void noMore(JsonParser json) {
        if (json.nextToken() != null) {
            throw malformed(json.currentTokenLocation(), "something follows the document");
        }
    }

    private Reading document(JsonParser json, DocumentReader documents) {
        Violations violations = new Violations();
        SubmittedUsage usage = null;
        if (json.currentToken() == JsonToken.START_OBJECT) {
            usage = documents.read(json, violations);
        } else {
            violations.add("", "type", "each " + what + " must be an object, not " + new FieldReader(json).skip());
        }
        return violations.isEmpty() ? new Reading.Valid(usage) : new Reading.Invalid(what, violations.list());
    }
}
