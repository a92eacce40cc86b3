package io.quipu.acceptance.chaos;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A resource's plan as its provider knows it.
 *
 * @param resource the resource
 * @param plan the name of the plan
 * @param measures what a usage of it may measure
 * @param terms all that a bill of it depends on: {@code {plan_id, metering, rating, pricing}}
 */
record Offer(String resource, String plan, List<String> measures, JsonNode terms) {

    /** The definition of one kind: {@code metering}, {@code rating} or {@code pricing}. */
    JsonNode definition(String kind) {
        return terms.get(kind);
    }
}
