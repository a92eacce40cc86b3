package io.quipu.collector.catalog;

import io.quipu.common.plan.FunctionText;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violations;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A plan from outside, read and found valid.
 *
 * @param kind metering, rating or pricing
 * @param planId its id
 * @param definition the {@code MeteringPlan}, {@code RatingPlan} or {@code PricingPlan}
 * @param body the body as it was posted
 * @param meanings of a metering plan: what each metric means; else empty
 */
record PlanDefinition(PlanKind kind, String planId, Object definition, JsonNode body,
        Map<String, CatalogPlan.Meaning> meanings) {

    /** Characters of an id: a plan's, an account's, an organization's, a resource's. */
    static final int MAX_ID_LENGTH = 512;

    /** Characters of the name of a measure or metric. */
    static final int MAX_NAME_LENGTH = 256;

    /** Characters of a unit, a metric's type, a function's name, a country or a license. */
    static final int MAX_WORD_LENGTH = 64;

    /** The member of a plan that says whether its functions may be replaced by built-in ones that say the same. */
    static final String RECOGNIZE = "recognize";

    /** Characters that all functions of a plan may have in all. */
    static final int MAX_FUNCTIONS_LENGTH = 100_000;

    /** Metrics of a plan. */
    static final int MAX_METRICS = 100;

    /**
     * Reads the body of a POST.
     *
     * @throws Problem 400, code {@code invalid}, with all that is wrong
     */
    static PlanDefinition read(PlanKind kind, JsonNode body, MeterExpressions expressions) {
        return read(kind, Optional.empty(), body, expressions);
    }

    /**
     * Reads the body of a PUT, which must repeat the plan id of the path, or of a POST.
     *
     * @throws Problem 400, code {@code invalid}, with all that is wrong
     */
    static PlanDefinition read(PlanKind kind, Optional<String> planId, JsonNode body, MeterExpressions expressions) {
        Violations violations = new Violations();
        Optional<PlanDefinition> plan = Members.of(body, violations).map(members -> {
            members.require("plan_id");
            String id = members.id("plan_id", MAX_ID_LENGTH).orElse("");
            if (!id.isEmpty() && planId.isPresent() && !planId.get().equals(id)) {
                members.note("plan_id", "path", "must be the plan id of the path");
            }
            return switch (kind) {
                case METERING -> MeteringPlanReader.read(id, members, body, expressions);
                case RATING -> new PlanDefinition(kind, id, RatingPlanReader.read(id, members), body, Map.of());
                case PRICING -> new PlanDefinition(kind, id, PricingPlanReader.read(id, members), body, Map.of());
            };
        });
        violations.orThrow("The " + kind.id() + " plan is not valid");
        return plan.orElseThrow();
    }

    /** The name of a built-in function. */
    static Optional<String> builtIn(Members metric, String member, List<String> known) {
        return metric.source(member).filter(name -> builtIn(metric, member, name, known));
    }

    /** The name of a built-in function, or the text of a function. */
    static Optional<String> function(Members metric, PlanFunction function, List<String> known) {
        return metric.source(function.member()).filter(text -> FunctionText.is(text)
                ? function.compile(metric, text).isPresent() : builtIn(metric, function.member(), text, known));
    }

    private static boolean builtIn(Members metric, String member, String name, List<String> known) {
        if (!known.contains(name)) {
            metric.note(member, "one_of", "must be one of " + String.join(", ", known));
        }
        return known.contains(name);
    }

    /** All functions of a plan travel together with the usage that was accepted under it. */
    static void checkLength(Members plan, Stream<String> functions) {
        long length = functions.filter(FunctionText::is).mapToLong(String::length).sum();
        if (length > MAX_FUNCTIONS_LENGTH) {
            plan.note("metrics", "max_length", "have functions of " + length + " characters in all; at most "
                    + MAX_FUNCTIONS_LENGTH + " are allowed");
        }
    }

    /** A required name that no sibling has; empty when there is none. */
    static String name(Members object, Set<String> siblings) {
        object.require("name");
        Optional<String> name = object.text("name", MAX_NAME_LENGTH);
        if (name.isPresent() && !siblings.add(name.get())) {
            object.note("name", "duplicate", "is the name of another one, too");
        }
        return name.orElse("");
    }
}
