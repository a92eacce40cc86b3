package io.quipu.accumulator;

import io.quipu.accumulator.domain.Accumulated;
import io.quipu.accumulator.domain.Accumulation;
import io.quipu.accumulator.domain.InstanceKey;
import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.DocumentSet;
import io.quipu.common.stage.LinkPages;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.StoreException;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Rejection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Loads, folds, sends on, and commits only then: the stage below is never behind this one. A rejection found below folds
 * the batch again without that usage. Thread-safe.
 */
public final class UsageAccumulator {

    /** Attempts after which a batch is given back as retryable: each competing driver or rejection causes one more. */
    static final int MAX_ATTEMPTS = Batch.MAX_USAGES + 50;

    private final DocumentStore store;
    private final CompiledPlans plans;
    private final Function<Batch<AccumulatedUsage>, BatchAnswer> aggregator;
    private final LinkPages<InstanceLink> links;

    /** An accumulator on a store, in front of an aggregator. */
    public UsageAccumulator(DocumentStore store, CompiledPlans plans,
            Function<Batch<AccumulatedUsage>, BatchAnswer> aggregator) {
        this.store = store;
        this.plans = plans;
        this.aggregator = aggregator;
        this.links = new LinkPages<>(store, InstanceLink.class);
    }

    /**
     * Folds a batch; returns once all of it is durable here and below.
     *
     * @return the usages that are rejected here or below
     * @throws io.quipu.common.stage.StaleBatchException when the batch is too old to be judged
     * @throws io.quipu.common.stage.StageUnavailableException when the aggregator cannot answer now
     * @throws StoreException when the store cannot answer now
     */
    public BatchAnswer accumulate(Batch<MeteredUsage> batch) {
        Function<String, CompiledPlan> compiled = id -> plans.get(id, batch.plans().get(id));
        Map<Long, Rejection> excluded = new HashMap<>();
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            DocumentSet documents = new DocumentSet(store);
            documents.read(keys(batch, compiled));
            Accumulated result = new Accumulation(batch.cursor(), compiled,
                    (key, window) -> documents.find(key.document(window), InstanceWindow.class), excluded)
                    .accumulate(batch.usage());
            if (!result.sent().isEmpty()) {
                BatchAnswer answer = aggregator.apply(new Batch<>(batch.partition(), batch.cursor(), batch.plans(),
                        result.sent()));
                if (!answer.rejected().isEmpty()) {
                    answer.rejected().forEach(rejection -> excluded.put(rejection.position(), rejection));
                    continue;
                }
            }
            if (commit(documents, result)) {
                return new BatchAnswer(batch.lastPosition(), result.rejected());
            }
        }
        throw new StoreException("documents kept changing for " + MAX_ATTEMPTS + " attempts");
    }

    private static Set<String> keys(Batch<MeteredUsage> batch, Function<String, CompiledPlan> plans) {
        Set<String> keys = new LinkedHashSet<>();
        batch.usage().forEach(usage -> {
            InstanceKey key = InstanceKey.of(usage.origin(), plans.apply(usage.pin().plan()).path());
            keys.add(key.document(Window.month(usage.origin().end())));
            keys.add(key.document(Window.day(usage.origin().end())));
        });
        return keys;
    }

    /** Writes links, then the documents; answers whether none of them was written by somebody else in between. */
    private boolean commit(DocumentSet documents, Accumulated result) {
        Map<String, Object> changed = new LinkedHashMap<>(writeLinks(documents, result));
        Set<String> markers = Set.copyOf(changed.keySet());
        changed.putAll(result.changed());
        // A marker that somebody else wrote in between says the same: no conflict.
        return markers.containsAll(documents.write(changed));
    }

    /**
     * Puts instances that are new on their consumer's pages, before their first document.
     *
     * @return the markers that say so, to be written after the pages
     */
    private Map<String, Object> writeLinks(DocumentSet documents, Accumulated result) {
        Map<String, InstanceKey> unknown = new LinkedHashMap<>();
        result.instances().forEach((document, instance) -> {
            if (!documents.contains(document)) {
                unknown.put(instance.linked(), instance);
            }
        });
        if (unknown.isEmpty()) {
            return Map.of();
        }
        documents.read(unknown.keySet());
        Map<Consumer, List<InstanceLink>> added = new LinkedHashMap<>();
        Map<String, Object> markers = new LinkedHashMap<>();
        unknown.forEach((marker, instance) -> {
            if (!documents.contains(marker)) {
                added.computeIfAbsent(instance.consumer(), consumer -> new ArrayList<>())
                        .add(InstanceLink.of(instance));
                markers.put(marker, new Linked(Linked.VERSION, instance));
            }
        });
        added.forEach((consumer, instances) ->
                links.append(page -> Keys.instancePage(consumer, page), instances));
        return markers;
    }

    /**
     * The marker of an instance that stands on a page of its consumer.
     *
     * @param version the format
     * @param instance the instance
     */
    private record Linked(int version, InstanceKey instance) {
        private static final int VERSION = 1;
    }
}
