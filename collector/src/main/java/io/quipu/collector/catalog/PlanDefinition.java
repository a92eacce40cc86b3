package io.quipu.collector.catalog;

import io.quipu.common.web.Problem;
import io.quipu.common.web.Violations;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
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

    /** Metrics of a plan. */
    static final int MAX_METRICS = 100;

    private static final Pattern FUNCTION = Pattern.compile("\\s*\\(?\\s*function\\b");

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

    /** Whether a text looks like the source of a JavaScript function rather than like a name or an expression. */
    static boolean formula(String text) {
        return text.contains("=>") || FUNCTION.matcher(text).lookingAt();
    }

    /** Notes members that are unknown, and those that only Abacus's formulas would need as not supported. */
    static void refuseFormulas(Members metric, Set<String> known, Set<String> formulas) {
        Set<String> all = new LinkedHashSet<>(known);
        all.addAll(formulas);
        metric.allow(all);
        for (String formula : formulas) {
            if (!metric.absent(formula)) {
                metric.note(formula, "not_supported", "formulas are not supported by this version of Quipu");
            }
        }
    }

    /** The name of a built-in function. */
    static Optional<String> function(Members metric, String member, List<String> known) {
        Optional<String> function = metric.source(member);
        if (function.isPresent() && !known.contains(function.get())) {
            boolean formula = formula(function.get());
            metric.note(member, formula ? "not_supported" : "one_of",
                    (formula ? "JavaScript functions are not supported by this version of Quipu; " : "")
                            + "must be one of " + String.join(", ", known));
            return Optional.empty();
        }
        return function;
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
