package io.quipu.collector.intake;

import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violations;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonParser;

/**
 * Reads usage documents: what is JSON is judged document by document, with everything that is wrong with each; only what
 * is no JSON, nests too deep or holds too many documents is refused as a whole.
 *
 * <p>Reads token by token: members that do not belong are passed over without being built, and an absurd number
 * is text until it is known to be within bounds. So one bad document costs little and harms no other. Pure, thread-safe.
 */
public final class UsageReader {

    /** Usages, or events, that one array may hold. */
    public static final int MAX_USAGES = 1_000;

    /** Measures that one usage may have. */
    public static final int MAX_MEASURES = 100;

    /** Violations listed for one request; of documents after that, only the first is listed. */
    static final int MAX_VIOLATIONS = 5_000;

    /** The ids that every usage and event names. */
    static final Set<String> REQUIRED_IDS =
            Set.of("organization_id", "space_id", "resource_id", "plan_id", "resource_instance_id");

    private static final Set<String> TIMES = Set.of("start", "end");
    private static final Set<String> OPTIONAL_TEXTS = Set.of("dedup_id", "region");

    /**
     * What {@link UsageDocument} shows beside what was sent: passed over, so that a usage that was read can be sent again with other
     * times, as Abacus's renewer does.
     */
    private static final Set<String> SHOWN = Set.of("partition", "position", "accepted_at", "pin", "disposition", "error");

    private static final List<String> REQUIRED = List.of("start", "end", "organization_id", "space_id", "resource_id",
            "plan_id", "resource_instance_id", MeasuredUsageReader.MEMBER);

    private final BodyReader bodies = new BodyReader("usage", "usage");

    /**
     * The usages of a body: one document, an array of up to {@link #MAX_USAGES}, or {@code {"usage": [...]}}, which is the array,
     * as in Abacus's first versions.
     *
     * @throws Problem 400 {@code malformed} when it is not JSON; 400 {@code invalid} when it is neither an object nor an
     *     array, or has something beside {@code usage}; 413 {@code too_many_usages}
     */
    public Submission read(byte[] body) {
        return bodies.read(body, UsageReader::usage);
    }

    private static SubmittedUsage usage(JsonParser json, Violations violations) {
        MemberReader members = new MemberReader(json, "", violations);
        Map<String, String> texts = new HashMap<>();
        Map<String, Long> times = new HashMap<>();
        List<MeasuredQuantity> measured = List.of();
        for (String name = members.next(); name != null; name = members.next()) {
            if (REQUIRED_IDS.contains(name) || name.equals("consumer_id")) {
                texts.put(name, members.text(name, false));
            } else if (OPTIONAL_TEXTS.contains(name)) {
                texts.put(name, members.text(name, true));
            } else if (TIMES.contains(name)) {
                times.put(name, members.time(name));
            } else if (name.equals(MeasuredUsageReader.MEMBER)) {
                measured = MeasuredUsageReader.read(json, "", violations);
            } else if (SHOWN.contains(name)) {
                members.passOver();
            } else {
                members.unknown(name);
            }
        }
        members.require(REQUIRED);
        Long start = times.get("start");
        Long end = times.get("end");
        if (start != null && end != null && start > end) {
            violations.add("start", "order", "start " + start + " is after end " + end);
        }
        return violations.isEmpty() ? new SubmittedUsage(origin(texts, start, end), measured, texts.get("dedup_id"),
                texts.get("region")) : null;
    }

    /** Who used what, of the ids that a document names. */
    static Origin origin(Map<String, String> texts, long start, long end) {
        return new Origin(texts.get("organization_id"), texts.get("space_id"),
                texts.getOrDefault("consumer_id", Consumer.UNKNOWN), texts.get("resource_id"), texts.get("plan_id"),
                texts.get("resource_instance_id"), start, end);
    }
}
