package io.quipu.collector.intake;

import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.web.Violations;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the member {@code measured_usage} of usages and events: measures and their quantities, no measure twice. */
final class MeasuredUsageReader {

    /** The name of the member. */
    static final String MEMBER = "measured_usage";

    private MeasuredUsageReader() {
    }

    /**
     * What the array that the parser stands on measures, in its order; what is wrong with it is noted and left out.
     *
     * @param path what stands before the member's name in a violation: empty, or ending in a dot
     */
    static List<MeasuredQuantity> read(JsonParser json, String path, Violations violations) {
        String member = path + MEMBER;
        List<MeasuredQuantity> measured = new ArrayList<>();
        if (json.currentToken() != JsonToken.START_ARRAY) {
            violations.add(member, "type", member + " must be an array, not " + new FieldReader(json).skip());
            return measured;
        }
        Set<String> measures = new HashSet<>();
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (count < UsageReader.MAX_MEASURES) {
                quantity(json, member + "[" + count + "]", measures, measured, violations);
            } else {
                json.skipChildren();
            }
            count++;
        }
        if (count > UsageReader.MAX_MEASURES) {
            violations.add(member, "max_items", member + " has " + count + " measures, at most "
                    + UsageReader.MAX_MEASURES + " are allowed");
        }
        return measured;
    }

    private static void quantity(JsonParser json, String path, Set<String> measures, List<MeasuredQuantity> measured,
            Violations violations) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            violations.add(path, "type", path + " must be an object, not " + new FieldReader(json).skip());
            return;
        }
        MemberReader members = new MemberReader(json, path + ".", violations);
        String measure = null;
        BigDecimal quantity = null;
        for (String name = members.next(); name != null; name = members.next()) {
            if (name.equals("measure")) {
                measure = members.text(name, false);
            } else if (name.equals("quantity")) {
                quantity = members.quantity(name);
            } else {
                members.unknown(name);
            }
        }
        members.require(List.of("measure", "quantity"));
        if (measure != null && !measures.add(measure)) {
            violations.add(path + ".measure", "duplicate", "measure \"" + Text.printable(measure, MemberReader.SHOWN_NAME)
                    + "\" is there twice");
        }
        if (measure != null && quantity != null) {
            measured.add(new MeasuredQuantity(measure, quantity));
        }
    }
}
