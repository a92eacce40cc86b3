package io.quipu.collector.intake;

import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import io.quipu.common.web.Violations;
import io.quipu.common.wire.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads snapshots in two passes, since members come in any order: first what is said of all instances, then one instance after
 * the other, never more than one of them in memory. Judged like events, see {@link EventReader}. Thread-safe.
 */
final class SnapshotReader {

    /** Instances that one snapshot may list. */
    static final int MAX_INSTANCES = 1_000_000;

    /** Characters of the longest text or number in a snapshot, so that one alone cannot fill the memory. */
    static final int MAX_TEXT = 1 << 20;

    private static final String TIME = "timestamp";
    private static final String RESOURCE = "resource_id";
    private static final String ORGANIZATION = "organization_id";
    private static final String INSTANCES = "instances";
    private static final List<String> REQUIRED = List.of(TIME, RESOURCE, INSTANCES);
    private static final List<String> REQUIRED_OF_INSTANCES = List.of("space_id", "plan_id", "resource_instance_id",
            MeasuredUsageReader.MEMBER);
    private static final List<String> TEXTS_OF_INSTANCES = List.of(ORGANIZATION, "space_id", "consumer_id", "plan_id",
            "resource_instance_id");

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Json.MAX_DEPTH)
                    .maxStringLength(MAX_TEXT)
                    .maxNumberLength(MAX_TEXT)
                    .maxNameLength(MAX_TEXT)
                    .build())
            // names come from outside: no table of them is kept
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    /** Takes the instances of a snapshot. */
    @FunctionalInterface
    interface Listed {

        /**
         * One instance, as an event at the snapshot's time.
         *
         * @param index its place in the list, from 0
         * @return whether to go on
         */
        boolean instance(int index, SubmittedUsage usage);
    }

    /**
     * What a snapshot says besides its instances; what is wrong with that is noted.
     *
     * @throws Problem 400 {@code malformed} when it is not JSON, wherever; 400 {@code invalid} when it is no object; 413 {@code
     *     too_many_instances}
     */
    SnapshotHeader header(SnapshotBody body, Violations violations) {
        return parse(body, json -> header(json, violations));
    }

    private static SnapshotHeader header(JsonParser json, Violations violations) {
        JsonToken first = json.nextToken();
        if (first == null) {
            throw BodyReader.malformed(json.currentLocation(), "it is empty");
        }
        if (first != JsonToken.START_OBJECT) {
            String kind = new FieldReader(json).skip();
            BodyReader.noMore(json);
            throw Problem.of(400, "invalid", "A snapshot must be an object, not " + kind)
                    .with(List.of(new Violation("", "type", "must be an object, not " + kind)));
        }
        MemberReader members = new MemberReader(json, "", violations);
        Map<String, String> texts = new HashMap<>();
        Long time = null;
        Boolean complete = null;
        int instances = 0;
        for (String name = members.next(); name != null; name = members.next()) {
            switch (name) {
                case RESOURCE, ORGANIZATION -> texts.put(name, members.text(name, false));
                case "id" -> texts.put(name, members.text(name, true));
                case TIME -> time = members.time(name);
                case "complete" -> complete = members.flag(name);
                case INSTANCES -> instances = count(json, violations);
                default -> members.unknown(name);
            }
        }
        members.require(REQUIRED);
        BodyReader.noMore(json);
        boolean all = Boolean.TRUE.equals(complete);
        if (violations.isEmpty() && instances == 0 && !all) {
            violations.add(INSTANCES, "min_items", "instances is empty, and complete is not true: the snapshot would do nothing");
        }
        return new SnapshotHeader(texts.get("id"), time, texts.get(RESOURCE), texts.get(ORGANIZATION), all, instances);
    }

    private static int count(JsonParser json, Violations violations) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            violations.add(INSTANCES, "type", "instances must be an array, not " + new FieldReader(json).skip());
            return 0;
        }
        int instances = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (instances == MAX_INSTANCES) {
                throw Problem.of(413, "too_many_instances", "The snapshot lists more than " + MAX_INSTANCES + " instances");
            }
            instances++;
            json.skipChildren();
        }
        return instances;
    }

    /**
     * The instances of a snapshot, in their order, as far as they are valid; what is wrong with the others is noted, until enough
     * is.
     *
     * @param header what the first pass has found
     */
    void instances(SnapshotBody body, SnapshotHeader header, Violations violations, Listed listed) {
        parse(body, json -> {
            json.nextToken();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                boolean found = json.currentName().equals(INSTANCES);
                if (json.nextToken() == JsonToken.START_ARRAY && found) {
                    instances(json, header, violations, listed);
                    return null;
                }
                json.skipChildren();
            }
            return null;
        });
    }

    private static void instances(JsonParser json, SnapshotHeader header, Violations violations, Listed listed) {
        boolean more = true;
        // one that is no text is wrong once, not in each instance
        boolean ofAll = header.organizationId() == null
                && violations.list().stream().noneMatch(violation -> violation.field().equals(ORGANIZATION));
        for (int index = 0; more && json.nextToken() != JsonToken.END_ARRAY; index++) {
            Violations found = new Violations();
            SubmittedUsage usage = instance(json, "instances[" + index + "]", header, ofAll, found);
            found.list().forEach(violation -> violations.add(violation.field(), violation.rule(), violation.reason()));
            more = usage == null ? violations.list().size() < Violations.MAX : listed.instance(index, usage);
        }
    }

    /** The instance at whose first token the parser stands; null when it is not valid, or the snapshot is not. */
    private static SubmittedUsage instance(JsonParser json, String path, SnapshotHeader header, boolean ofAll,
            Violations violations) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            violations.add(path, "type", path + " must be an object, not " + new FieldReader(json).skip());
            return null;
        }
        MemberReader members = new MemberReader(json, path + ".", violations);
        Map<String, String> texts = new HashMap<>();
        List<MeasuredQuantity> measured = List.of();
        for (String name = members.next(); name != null; name = members.next()) {
            if (TEXTS_OF_INSTANCES.contains(name)) {
                texts.put(name, members.text(name, false));
            } else if (name.equals(MeasuredUsageReader.MEMBER)) {
                measured = MeasuredUsageReader.read(json, path + ".", violations);
            } else {
                members.unknown(name);
            }
        }
        List<String> required = new ArrayList<>(REQUIRED_OF_INSTANCES);
        if (ofAll) {
            required.add(ORGANIZATION);
        }
        members.require(required);
        String organization = texts.putIfAbsent(ORGANIZATION, header.organizationId());
        if (organization != null && header.organizationId() != null && !organization.equals(header.organizationId())) {
            violations.add(path + "." + ORGANIZATION, "equal", path + "." + ORGANIZATION
                    + " is not the organization_id of the snapshot");
        }
        if (!violations.isEmpty() || header.timestamp() == null || header.resourceId() == null
                || texts.get(ORGANIZATION) == null) {
            return null;
        }
        texts.put(RESOURCE, header.resourceId());
        return new SubmittedUsage(UsageReader.origin(texts, header.timestamp(), header.timestamp()), measured, null, null,
                header.event());
    }

    private static <T> T parse(SnapshotBody body, Function<JsonParser, T> reading) {
        try (Reader characters = characters(body);
                JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), characters)) {
            try {
                return reading.apply(json);
            } catch (StreamConstraintsException e) {
                throw BodyReader.malformed(json.currentLocation(), "it nests deeper than " + Json.MAX_DEPTH
                        + " levels, or a text in it has more than " + MAX_TEXT + " characters");
            } catch (JacksonIOException e) {
                if (e.getCause() instanceof CharacterCodingException) {
                    throw BodyReader.malformed(json.currentLocation(), "it is not UTF-8 here, or soon after");
                }
                throw e;
            } catch (JacksonException e) {
                throw BodyReader.malformed(e.getLocation() == null ? json.currentLocation() : e.getLocation(),
                        e.getOriginalMessage());
            }
        } catch (CharacterCodingException e) {
            throw Text.malformed(1, 1, "it is not UTF-8 here, or soon after");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Decoded strictly, as {@link Text#decode} does, without a byte order mark. */
    private static Reader characters(SnapshotBody body) throws IOException {
        Reader characters = new BufferedReader(new InputStreamReader(body.open(), StandardCharsets.UTF_8.newDecoder()));
        characters.mark(1);
        if (characters.read() != BYTE_ORDER_MARK) {
            characters.reset();
        }
        return characters;
    }
}
