package io.quipu.collector.intake;

import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;

/**
 * Reads events: documents that say that something began, ended, or has another level from a time on. Judged like usage
 * documents, see {@link UsageReader}. Pure, thread-safe.
 *
 * <p>An event becomes a usage that starts and ends at the event's time: from there on it goes the way of every usage.
 */
public final class EventReader {

    private static final String TIME = "timestamp";
    private static final String ID = "id";
    private static final List<String> REQUIRED = List.of(TIME, "organization_id", "space_id", "resource_id", "plan_id",
            "resource_instance_id");

    private final BodyReader bodies = new BodyReader("event");

    /**
     * The events of a body: one document, or an array of up to {@link UsageReader#MAX_USAGES}, all of one kind.
     *
     * @throws Problem 400 {@code malformed} when it is not JSON; 400 {@code invalid} when it is neither an object nor an
     *     array; 413 {@code too_many_usages}
     */
    public Submission read(Event.Kind kind, byte[] body) {
        return bodies.read(body, (json, violations) -> event(kind, json, violations));
    }

    private static SubmittedUsage event(Event.Kind kind, JsonParser json, Violations violations) {
        MemberReader members = new MemberReader(json, "", violations);
        Map<String, String> texts = new HashMap<>();
        Long time = null;
        List<MeasuredQuantity> measured = List.of();
        for (String name = members.next(); name != null; name = members.next()) {
            if (UsageReader.REQUIRED_IDS.contains(name) || name.equals("consumer_id")) {
                texts.put(name, members.text(name, false));
            } else if (name.equals(ID)) {
                texts.put(name, members.text(name, true));
            } else if (name.equals(TIME)) {
                time = members.time(name);
            } else if (!name.equals(MeasuredUsageReader.MEMBER)) {
                members.unknown(name);
            } else if (kind == Event.Kind.STOP) {
                members.refuse(name, "not_allowed", "a stop measures nothing: every level is zero after it");
            } else {
                measured = MeasuredUsageReader.read(json, "", violations);
            }
        }
        members.require(required(kind));
        return violations.isEmpty() ? new SubmittedUsage(UsageReader.origin(texts, time, time), measured, null, null,
                new Event(kind, texts.get(ID))) : null;
    }

    private static List<String> required(Event.Kind kind) {
        if (kind == Event.Kind.STOP) {
            return REQUIRED;
        }
        List<String> required = new ArrayList<>(REQUIRED);
        required.add(MeasuredUsageReader.MEMBER);
        return required;
    }
}
