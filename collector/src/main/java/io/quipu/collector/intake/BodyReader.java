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
 * Reads the body of a request as one document or an array of them, in one pass: what is JSON is judged document by document; only
 * what is no JSON, nests too deep, holds too many documents, or has the array and something else in an object is refused as a
 * whole. Pure, thread-safe.
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
    private final String envelope;

    /** For documents of that name, such as {@code usage}. */
    BodyReader(String what) {
        this(what, null);
    }

    /**
     * For documents of that name, whose array may also be the only member of an object.
     *
     * @param envelope the name of that member, which no document has; null for none
     */
    BodyReader(String what, String envelope) {
        this.what = what;
        this.envelope = envelope;
    }

    /** Reads the document that the parser has come to, see {@link MemberReader}. */
    @FunctionalInterface
    interface DocumentReader {

        /** The document, unless something was noted. */
        SubmittedUsage read(JsonParser json, Violations violations);
    }

    /**
     * The documents of a body.
     *
     * @throws Problem 400 {@code malformed} when it is not JSON; 400 {@code invalid} when it is neither an object nor an
     *     array, or an object with an array of documents and something else; 413 {@code too_many_usages}
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
        if (first == JsonToken.START_ARRAY) {
            List<Reading> readings = array(json, documents);
            noMore(json);
            return new Submission(true, readings);
        }
        if (first == JsonToken.START_OBJECT) {
            boolean enveloped = envelope != null && json.nextToken() == JsonToken.PROPERTY_NAME
                    && json.currentName().equals(envelope);
            List<Reading> readings = enveloped ? enveloped(json, documents) : List.of(object(json, documents));
            noMore(json);
            return new Submission(enveloped, readings);
        }
        String kind = new FieldReader(json).skip();
        noMore(json);
        throw Problem.of(400, "invalid", "The body must be one " + what + " document or an array of them, not " + kind)
                .with(List.of(new Violation("", "type", "must be an object or an array, not " + kind)));
    }

    private List<Reading> array(JsonParser json, DocumentReader documents) {
        List<Reading> readings = new ArrayList<>();
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
        return readings;
    }

    /** The array of an object that begins with it and must have nothing else. */
    private List<Reading> enveloped(JsonParser json, DocumentReader documents) {
        Violations violations = new Violations();
        MemberReader members = new MemberReader(json, "", violations);
        List<Reading> readings = List.of();
        for (String name = members.next(); name != null; name = members.next()) {
            if (!name.equals(envelope)) {
                members.unknown(name);
            } else if (json.currentToken() == JsonToken.START_ARRAY) {
                readings = array(json, documents);
            } else {
                violations.add(envelope, "type", envelope + " must be an array, not " + new FieldReader(json).skip());
            }
        }
        violations.orThrow("The body must be one " + what + " document, an array of them, or an object whose only member, "
                + envelope + ", is such an array");
        return readings;
    }

    /** Checks that the body ends behind the document. */
    static void noMore(JsonParser json) {
        if (json.nextToken() != null) {
            throw malformed(json.currentTokenLocation(), "something follows the document");
        }
    }

    private Reading document(JsonParser json, DocumentReader documents) {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            return object(json, documents);
        }
        Violations violations = new Violations();
        violations.add("", "type", "each " + what + " must be an object, not " + new FieldReader(json).skip());
        return new Reading.Invalid(what, violations.list());
    }

    private Reading object(JsonParser json, DocumentReader documents) {
        Violations violations = new Violations();
        SubmittedUsage usage = documents.read(json, violations);
        return violations.isEmpty() ? new Reading.Valid(usage) : new Reading.Invalid(what, violations.list());
    }
}
