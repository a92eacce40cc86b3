package io.quipu.collector.catalog;

import io.quipu.common.plan.Accumulate;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.Rate;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The metering, rating and pricing plans as they stand. A change never touches usage that was accepted before it.
 * Thread-safe.
 */
public final class Plans {

    /** Metrics that a metering plan may have over its life: the meaning of each is remembered. */
    static final int MAX_MEANINGS = 1_000;

    private static final String FORMULA = "formula";
    private static final String BUILT_IN = "built-in ";

    private final CatalogStore store;
    private final Resolutions resolutions;
    private final MeterExpressions expressions;
    private final Optional<ProvisioningPlugin> plugin;

    Plans(CatalogStore store, Resolutions resolutions, MeterExpressions expressions, Optional<ProvisioningPlugin> plugin) {
        this.store = store;
        this.resolutions = resolutions;
        this.expressions = expressions;
        this.plugin = plugin;
    }

    /**
     * Stores a new plan.
     *
     * @return its id
     * @throws Problem 400 {@code invalid} with all violations; 409 {@code plan_exists}, whatever the existing one says; 501 {@code
     *     kept_by_plugin}
     */
    public String create(PlanKind kind, JsonNode body) {
        checkKept();
        PlanDefinition plan = PlanDefinition.read(kind, body, expressions);
        if (!store.insert(CatalogKey.plan(kind, plan.planId()), CatalogPlan.first(plan))) {
            throw Problem.of(409, "plan_exists", "There is a " + kind.id() + " plan " + plan.planId() + " already");
        }
        resolutions.changed();
        return plan.planId();
    }

    /**
     * Replaces a plan. The body that it has already changes nothing.
     *
     * @return the revision that the body has now
     * @throws Problem 400 {@code invalid} with all violations; 404 {@code plan_not_found}; 409 {@code meaning_changed}
     *     when a metric would be accumulated differently, or in another unit (of time), than it ever was under this plan id; 501
     *     {@code kept_by_plugin}
     */
    public long replace(PlanKind kind, String planId, JsonNode body) {
        checkKept();
        PlanDefinition plan = PlanDefinition.read(kind, Optional.of(planId), body, expressions);
        CatalogPlan kept = keep(plan, () -> {
            throw missing(kind, planId);
        });
        resolutions.changed();
        return kept.revision();
    }

    /** Writes down a plan unless that is what it was last; what is done where there is none yet may end the request. */
    private CatalogPlan keep(PlanDefinition plan, Runnable firstOne) {
        CatalogKey<CatalogPlan> key = CatalogKey.plan(plan.kind(), plan.planId());
        for (int attempt = 0; attempt < CatalogStore.MAX_ATTEMPTS; attempt++) {
            Optional<CatalogStore.Read<CatalogPlan>> before = store.read(key);
            if (before.isEmpty()) {
                firstOne.run();
            } else if (before.get().document().body().equals(plan.body())) {
                return before.get().document();
            } else {
                keepMeanings(before.get().document(), plan);
            }
            CatalogPlan next = before.map(read -> read.document().next(plan)).orElseGet(() -> CatalogPlan.first(plan));
            if (store.put(key, before, next)) {
                return next;
            }
        }
        throw CatalogStore.contended("the " + plan.kind().id() + " plan " + plan.planId());
    }

    private void checkKept() {
        if (plugin.isPresent()) {
            throw Plugin.PROVISIONING.keeps("Plans");
        }
    }

    /** The body as it was posted last, or as the plugin has it. */
    public Optional<JsonNode> find(PlanKind kind, String planId) {
        return plugin.isPresent() ? plugin.get().plan(kind, planId) : read(kind, planId).map(CatalogPlan::body);
    }

    /**
     * The plans of those keys as they stand, in their order.
     *
     * @throws Problem 503 {@code provisioning_unavailable} when a plugin keeps them and has no answer, or one that is no valid
     *     plan, or a plan whose metrics mean something else than they ever did under its id
     */
    List<Optional<CatalogPlan>> current(List<CatalogKey<CatalogPlan>> keys) {
        if (plugin.isEmpty()) {
            return store.read(keys).stream().map(read -> read.map(CatalogStore.Read::document)).toList();
        }
        return keys.stream().map(key -> ofPlugin(PlanKind.named(key.ids().get(0)), key.ids().get(1))).toList();
    }

    private Optional<CatalogPlan> ofPlugin(PlanKind kind, String planId) {
        Resolutions.PlanKey key = new Resolutions.PlanKey(kind, planId);
        Optional<CatalogPlan> known = resolutions.plans().get(key);
        if (known.isPresent()) {
            return known;
        }
        Optional<CatalogPlan> plan = plugin.get().plan(kind, planId).map(body -> adopted(kind, planId, body));
        plan.ifPresent(read -> resolutions.plans().put(resolutions.plans().generation(), key, read));
        return plan;
    }

    /** A plugin's plan, written down like one of ours: totals are kept under its id, so its metrics must go on to mean the same. */
    private CatalogPlan adopted(PlanKind kind, String planId, JsonNode body) {
        try {
            return keep(PlanDefinition.read(kind, Optional.of(planId), body, expressions), () -> { });
        } catch (Problem problem) {
            if (problem.retryAfter().isPresent()) {
                throw problem;
            }
            throw Plugin.PROVISIONING.unusable("its " + kind.id() + " plan " + Members.shown(planId), problem.getMessage()
                    + (problem.violations().isEmpty() ? "" : "; " + problem.violations().get(0).field() + " "
                    + problem.violations().get(0).reason()));
        }
    }

    /** What the metrics of a plan run as it stands, in its order; empty for a pricing plan, and where there is none. */
    public List<Execution> executions(PlanKind kind, String planId) {
        return read(kind, planId).map(plan -> switch (kind) {
            case METERING -> plan.definition(MeteringPlan.class).metrics().stream().map(Execution::of).toList();
            case RATING -> plan.definition(RatingPlan.class).metrics().stream().map(Execution::of).toList();
            case PRICING -> List.<Execution>of();
        }).orElse(List.of());
    }

    /**
     * What a metric runs.
     *
     * @param name the metric
     * @param executes {@code built-in} with the name of the function, or {@code formula}
     */
    public record Execution(String name, String executes) {

        private static Execution of(MeteringPlan.Metric metric) {
            String accumulate = metric.accumulate() == null ? Accumulate.SUM.id() : metric.accumulate();
            return new Execution(metric.name(), metric.formulas() ? FORMULA : BUILT_IN + accumulate);
        }

        private static Execution of(RatingPlan.Metric metric) {
            boolean formulas = metric.formulas() && metric.executes() == null;
            String rate = metric.executes() != null ? metric.executes() : metric.rate() == null ? Rate.PER_UNIT.id() : metric.rate();
            return new Execution(metric.name(), formulas ? FORMULA : BUILT_IN + rate);
        }
    }

    /** The plan as it stands. */
    private Optional<CatalogPlan> read(PlanKind kind, String planId) {
        return store.read(CatalogKey.plan(kind, planId)).map(CatalogStore.Read::document);
    }

    /** The answer where a plan that was asked for by its id is not there. */
    static Problem missing(PlanKind kind, String planId) {
        // Abacus's clients read the member message
        return Problem.of(404, "plan_not_found", "There is no " + kind.id() + " plan " + planId)
                .with("message", "Plan not found");
    }

    private static void keepMeanings(CatalogPlan before, PlanDefinition plan) {
        List<Violation> changed = new ArrayList<>(plan.meanings().entrySet().stream()
                .filter(metric -> !before.keepsMeaning(metric))
                .map(metric -> changed(before, metric)).toList());
        before.meanings().forEach((name, meaning) -> {
            if (meaning.timeUnit() != null && !plan.meanings().containsKey(name)) {
                changed.add(new Violation(name, "removed", "has a level, which may run on: it cannot be removed"));
            }
        });
        if (!changed.isEmpty()) {
            throw Problem.of(409, "meaning_changed", "Totals kept under the plan " + plan.planId() + " would no longer add "
                    + "up: take a new plan id and map it").with(changed);
        }
        long meanings = before.meanings().size() + plan.meanings().keySet().stream()
                .filter(name -> !before.meanings().containsKey(name)).count();
        if (meanings > MAX_MEANINGS) {
            throw Problem.of(409, "too_many_metrics", "The plan " + plan.planId() + " would have had " + meanings
                    + " metrics over its life, and " + MAX_MEANINGS + " are allowed: take a new plan id and map it");
        }
    }

    private static Violation changed(CatalogPlan before, Map.Entry<String, CatalogPlan.Meaning> metric) {
        CatalogPlan.Meaning meaning = before.meanings().get(metric.getKey());
        return new Violation(metric.getKey(), "meaning_changed", "is or was accumulated by " + meaning.text()
                + ", and would be by " + metric.getValue().text());
    }
}
