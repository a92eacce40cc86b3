package io.quipu.collector.catalog;

import io.quipu.common.wire.Json;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * A plan as it stands, replaced by each PUT.
 *
 * @param version the format
 * @param kind metering, rating or pricing
 * @param planId its id
 * @param revision 1 when created, one more with each change
 * @param definition what the body was read as
 * @param body the body as it was posted
 * @param meanings of a metering plan: what each metric means that the plan has or ever had; else empty
 */
record CatalogPlan(int version, String kind, String planId, long revision, JsonNode definition, JsonNode body,
        SortedMap<String, Meaning> meanings) implements CatalogDocument {

    /**
     * What must not change about a metric, because totals kept under its name would no longer add up.
     *
     * @param unit its unit
     * @param accumulate how it adds up over time, never null; of formulas the hash of the two that add up
     * @param timeUnit the unit of time in which a metric counts that has levels; null for all others
     */
    record Meaning(String unit, String accumulate, String timeUnit) {

        /** In words. */
        String text() {
            return accumulate + " in " + unit + (timeUnit == null ? "" : " and " + timeUnit);
        }
    }

    /** The first revision. */
    static CatalogPlan first(PlanDefinition plan) {
        return new CatalogPlan(FORMAT, plan.kind().id(), plan.planId(), 1, tree(plan), plan.body(),
                new TreeMap<>(plan.meanings()));
    }

    /** The next revision, which remembers the meanings of metrics that are no longer there. */
    CatalogPlan next(PlanDefinition plan) {
        SortedMap<String, Meaning> all = new TreeMap<>(meanings);
        all.putAll(plan.meanings());
        return new CatalogPlan(FORMAT, kind, planId, revision + 1, tree(plan), plan.body(), all);
    }

    /** The definition as a metering, rating or pricing plan. */
    <T> T definition(Class<T> type) {
        return Json.shared().treeToValue(definition, type);
    }

    /** Whether a metric of that name never had another meaning. */
    boolean keepsMeaning(Map.Entry<String, Meaning> metric) {
        Meaning before = meanings.get(metric.getKey());
        // a release that knew no levels remembers no unit of time
        return before == null || before.equals(metric.getValue())
                || before.timeUnit() == null && metric.getValue().timeUnit() != null && before.accumulate().equals("sum")
                && before.equals(new Meaning(metric.getValue().unit(), metric.getValue().accumulate(), null));
    }

    @Override
    public List<String> ids() {
        return List.of(kind, planId);
    }

    private static JsonNode tree(PlanDefinition plan) {
        return Json.shared().readTree(Json.write(plan.definition()));
    }
}
