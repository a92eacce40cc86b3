package io.quipu.common.web;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.Batches;
import io.quipu.common.time.Window;
import io.quipu.common.usage.Positioned;
import io.quipu.common.wire.Json;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a batch must keep to, whoever sent it: a stage that folded another kind would lose or double usage, and one that
 * took a plan under a wrong id would bill by it for ever. Thread-safe.
 */
public final class BatchCheck {

    private static final int MAX_KNOWN = 10_000;

    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /**
     * Checks the batches of a call: how many they are, that they hold no more than {@link Batches#MAX_USAGES} together, that
     * no partition and no organization stands in two of them, and each batch.
     *
     * @return the batches, apart
     * @throws Problem 400, code {@code invalid_batch}
     */
    public <U extends Positioned> List<Batch<U>> check(Batches<U> batches) {
        if (batches.batches().size() > Batches.MAX_BATCHES) {
            throw invalid("there are " + batches.batches().size() + " of them, the limit is " + Batches.MAX_BATCHES);
        }
        List<Batch<U>> apart = batches.apart();
        batches.plans().forEach(this::check);
        Map<String, Integer> partitions = new HashMap<>();
        Set<Integer> seen = new HashSet<>();
        int usages = 0;
        for (Batch<U> batch : apart) {
            usages += batch.usage().size();
            if (usages > Batches.MAX_USAGES) {
                throw invalid("they hold more than " + Batches.MAX_USAGES + " usages");
            }
            if (!seen.add(batch.partition())) {
                throw invalid("partition " + batch.partition() + " stands in two of them");
            }
            checkUsages(batch);
            for (U usage : batch.usage()) {
                Integer other = partitions.putIfAbsent(usage.origin().organizationId(), batch.partition());
                if (other != null && other != batch.partition()) {
                    throw invalid("organization " + usage.origin().organizationId() + " stands in partitions " + other
                            + " and " + batch.partition());
                }
            }
        }
        return apart;
    }

    /**
     * Checks the size, that positions ascend above the cursor, that each usage has its origin and pin and an end that a
     * window contains, and that its plan version is there, is what its id says, and can be applied.
     *
     * @throws Problem 400, code {@code invalid_batch}, with the position or the plan
     */
    public void check(Batch<?> batch) {
        batch.plans().forEach(this::check);
        checkUsages(batch);
    }

    private static void checkUsages(Batch<?> batch) {
        if (batch.usage().size() > Batch.MAX_USAGES) {
            throw invalid("it holds " + batch.usage().size() + " usages, the limit is " + Batch.MAX_USAGES);
        }
        long last = batch.cursor();
        for (Positioned usage : batch.usage()) {
            if (usage.position() <= last) {
                throw invalid("position " + usage.position() + " does not come after " + last);
            }
            last = usage.position();
            if (usage.origin() == null || usage.pin() == null) {
                throw invalid("position " + last + " lacks its origin or its pin");
            }
            if (usage.origin().end() < Window.MIN_TIME || usage.origin().end() >= Window.MAX_TIME) {
                throw invalid("position " + last + " ends at " + usage.origin().end() + ", which no window contains");
            }
            if (!batch.plans().containsKey(usage.pin().plan())) {
                throw invalid("plan " + usage.pin().plan() + " of position " + last + " is missing");
            }
        }
    }

    /** Once for each id: later plans under it are not looked at, here or anywhere. */
    private void check(String id, PlanVersion plan) {
        if (known.contains(id)) {
            return;
        }
        if (plan == null || !Json.id(plan).equals(id)) {
            throw invalid("plan " + id + " is not what its id is the hash of");
        }
        try {
            CompiledPlan.of(plan);
        } catch (RuntimeException e) {
            // whatever keeps it from being applied would keep every batch that names it from being folded
            throw invalid("plan " + id + " cannot be applied: " + e.getMessage());
        }
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        known.add(id);
    }

    private static Problem invalid(String reason) {
        return Problem.of(400, "invalid_batch", "The batch cannot be folded: " + reason + ".");
    }
}
