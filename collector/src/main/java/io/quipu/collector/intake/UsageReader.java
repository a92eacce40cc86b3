package io.quipu.collector.intake;

import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import io.quipu.common.web.Violations;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * Reads usage documents: what is JSON is judged document by document, with everything that is wrong with each; only what
 * is no JSON, nests too deep or holds too many documents is refused as a whole.
 *
 * <p>Reads token by token: members that do not belong are passed over without being built, and an absurd number
 * is text until it is known to be within bounds. So one bad document costs little and harms no other. Pure, thread-safe.
 */
public final class UsageReader {

    /** Usages that one array may hold. */
    public static final int MAX_USAGES = 1_000;

    /** Measures that one usage may have. */
    public static final int MAX_MEASURES = 100;

    /** Violations listed for one request; of documents after that, only the first is listed. */
    static final int MAX_VIOLATIONS = 5_000;

    private static final int SHOWN_NAME = 64;

    private static final Set<String> REQUIRED_IDS =
            Set.of("organization_id", "space_id", "resource_id", "plan_id", "resource_instance_id");
    private static final Set<String> TIMES = Set.of("start", "end");
    private static final Set<String> OPTIONAL_TEXTS = Set.of("dedup_id", "region");
    private static final List<String> REQUIRED = List.of("start", "end", "organization_id", "space_id", "resource_id",
            "plan_id", "resource_instance_id", "measured_usage");

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

    /**
     * The usages of a body: one document, or an array of up to {@link #MAX_USAGES}.
     *
     * @throws Problem 400 {@code malformed} when it is not JSON; 400 {@code invalid} when it is neither an object nor an
     *     array; 413 {@code too_many_usages}
     */
    public Submission read(byte[] body) {
        CharBuffer characters = Text.decode(body);
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), characters.array(),
                characters.arrayOffset() + characters.position(), characters.remaining())) {
            try {
                return submission(json);
            } catch (StreamConstraintsException e) {
                throw malformed(json.currentLocation(), "it nests deeper than " + Json.MAX_DEPTH + " levels");
            } catch (JacksonException e) {
                throw malformed(e.getLocation() == null ? json.currentLocation() : e.getLocation(),
                        e.getOriginalMessage());
            }
        }
    }

    private static Problem malformed(TokenStreamLocation where, String reason) {
        return Text.malformed(where.getLineNr(), where.getColumnNr(), reason);
    }

    private static Submission submission(JsonParser json) {
        JsonToken first = json.nextToken();
        if (first == null) {
            throw malformed(json.currentLocation(), "it is empty");
        }
        List<Reading> readings = new ArrayList<>();
        boolean array = first == JsonToken.START_ARRAY;
        if (array) {
            int listed = 0;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (readings.size() == MAX_USAGES) {
                    throw Problem.of(413, "too_many_usages", "The array holds more than " + MAX_USAGES + " usages");
                }
                Reading reading = usage(json);
                if (reading instanceof Reading.Invalid invalid) {
                    reading = listed < MAX_VIOLATIONS ? invalid
                            : new Reading.Invalid(invalid.violations().subList(0, 1));
                    listed += invalid.violations().size();
                }
                readings.add(reading);
            }
        } else if (first == JsonToken.START_OBJECT) {
            readings.add(usage(json));
        } else {
            String kind = new FieldReader(json).skip();
            noMore(json);
            throw Problem.of(400, "invalid", "The body must be a usage document or an array of them, not " + kind)
                    .with(List.of(new Violation("", "type", "must be an object or an array, not " + kind)));
        }
        noMore(json);
        return new Submission(array, readings);
    }

    private static void noMore(JsonParser json) {
        if (json.nextToken() != null) {
            throw malformed(json.currentTokenLocation(), "something follows the document");
        }
    }

    private static Reading usage(JsonParser json) {
        Violations violations = new Violations();
        FieldReader fields = new FieldReader(json);
        if (json.currentToken() != JsonToken.START_OBJECT) {
            violations.add("", "type", "a usage must be an object, not " + fields.skip());
            return new Reading.Invalid(violations.list());
        }
        Map<String, String> texts = new HashMap<>();
        Map<String, Long> times = new HashMap<>();
        List<MeasuredQuantity> measured = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            if (repeated("", name, seen, json, violations)) {
                continue;
            }
            if (REQUIRED_IDS.contains(name) || name.equals("consumer_id")) {
                texts.put(name, fields.text(name, false, violations));
            } else if (OPTIONAL_TEXTS.contains(name)) {
                texts.put(name, fields.text(name, true, violations));
            } else if (TIMES.contains(name)) {
                times.put(name, fields.time(name, violations));
            } else if (name.equals("measured_usage")) {
                measuredUsage(json, measured, violations);
            } else {
                unknown("", name, fields, violations);
            }
        }
        missing("", REQUIRED, seen, violations);
        Long start = times.get("start");
        Long end = times.get("end");
        if (start != null && end != null && start > end) {
            violations.add("start", "order", "start " + start + " is after end " + end);
        }
        if (!violations.isEmpty()) {
            return new Reading.Invalid(violations.list());
        }
        return new Reading.Valid(new SubmittedUsage(new Origin(texts.get("organization_id"), texts.get("space_id"),
                texts.getOrDefault("consumer_id", Consumer.UNKNOWN), texts.get("resource_id"), texts.get("plan_id"),
                texts.get("resource_instance_id"), start, end), measured, texts.get("dedup_id"), texts.get("region")));
    }

    private static void measuredUsage(JsonParser json, List<MeasuredQuantity> measured, Violations violations) {
        FieldReader fields = new FieldReader(json);
        if (json.currentToken() != JsonToken.START_ARRAY) {
            violations.add("measured_usage", "type", "measured_usage must be an array, not " + fields.skip());
            return;
        }
        Set<String> measures = new HashSet<>();
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (count < MAX_MEASURES) {
                measuredQuantity(json, "measured_usage[" + count + "]", measures, measured, violations);
            } else {
                json.skipChildren();
            }
            count++;
        }
        if (count > MAX_MEASURES) {
            violations.add("measured_usage", "max_items", "measured_usage has " + count + " measures, at most "
                    + MAX_MEASURES + " are allowed");
        }
    }

    private static void measuredQuantity(JsonParser json, String path, Set<String> measures,
            List<MeasuredQuantity> measured, Violations violations) {
        FieldReader fields = new FieldReader(json);
        if (json.currentToken() != JsonToken.START_OBJECT) {
            violations.add(path, "type", path + " must be an object, not " + fields.skip());
            return;
        }
        String measure = null;
        BigDecimal quantity = null;
        Set<String> seen = new HashSet<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            if (repeated(path + ".", name, seen, json, violations)) {
                continue;
            }
            if (name.equals("measure")) {
                measure = fields.text(path + ".measure", false, violations);
            } else if (name.equals("quantity")) {
                quantity = fields.quantity(path + ".quantity", violations);
            } else {
                unknown(path + ".", name, fields, violations);
            }
        }
        missing(path + ".", List.of("measure", "quantity"), seen, violations);
        if (measure != null && !measures.add(measure)) {
            violations.add(path + ".measure", "duplicate", "measure \"" + Text.printable(measure, SHOWN_NAME)
                    + "\" is there twice");
        }
        if (measure != null && quantity != null) {
            measured.add(new MeasuredQuantity(measure, quantity));
        }
    }

    /** Moves on to the member's value; notes and passes over a member that was there before. */
    private static boolean repeated(String path, String name, Set<String> seen, JsonParser json,
            Violations violations) {
        TokenStreamLocation where = json.currentTokenLocation();
        json.nextToken();
        if (seen.add(name)) {
            return false;
        }
        violations.add(path + Text.printable(name, SHOWN_NAME), "duplicate", "the member is there twice, again at line "
                + where.getLineNr() + ", column " + where.getColumnNr());
        json.skipChildren();
        return true;
    }

    private static void unknown(String path, String name, FieldReader fields, Violations violations) {
        fields.skip();
        violations.add(path + Text.printable(name, SHOWN_NAME), "unknown", "there is no such member");
    }

    private static void missing(String path, List<String> required, Set<String> seen, Violations violations) {
        for (String name : required) {
            if (!seen.contains(name)) {
                violations.add(path + name, "required", path + name + " is missing");
            }
        }
    }
}
