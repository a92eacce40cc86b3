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
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.StoreException;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Loads, folds, sends on, and commits only then: the stage below is never behind this one. A rejection found below folds
 * the batch again without that usage. Thread-safe.
 */
public final class UsageAccumulator {

    /** How long one batch may take; the meter waits longer. What is committed by then stays, the rest is driven again. */
    static final Duration TIME_LIMIT = Duration.ofSeconds(20);

    /** Usages that are tried together, at the least, once some of a batch have been rejected below. */
    static final int MIN_PART = 8;

    private final DocumentStore store;
    private final CompiledPlans plans;
    private final Function<Batch<AccumulatedUsage>, BatchAnswer> aggregator;
    private final LongSupplier nanoTime;
    private final LinkPages<InstanceLink> links;

    /**
     * An accumulator.
     *
     * @param store its store
     * @param plans the compiled plans
     * @param aggregator the stage below
     * @param nanoTime a clock that only goes forward, in nanoseconds
     */
    public UsageAccumulator(DocumentStore store, CompiledPlans plans,
            Function<Batch<AccumulatedUsage>, BatchAnswer> aggregator, LongSupplier nanoTime) {
        this.store = store;
        this.plans = plans;
        this.aggregator = aggregator;
        this.nanoTime = nanoTime;
        this.links = new LinkPages<>(store, InstanceLink.class);
    }

    /**
     * Folds a batch; returns once all of it is durable here and below.
     *
     * <p>All of it is tried at once. Each rejection found below means folding again without that usage, so after one the
     * batch goes on in smaller parts, each committed before the next, and in larger ones again while nothing is rejected.
     *
     * @return the usages that are rejected here or below
     * @throws io.quipu.common.stage.StaleBatchException when the batch is too old to be judged
     * @throws StageUnavailableException when the aggregator cannot answer now, or the time is up
     * @throws StoreException when the store cannot answer now
     */
    public BatchAnswer accumulate(Batch<MeteredUsage> batch) {
        long deadline = nanoTime.getAsLong() + TIME_LIMIT.toNanos();
        Map<Long, Rejection> excluded = new HashMap<>();
        List<Rejection> rejected = new ArrayList<>();
        int total = batch.usage().size();
        int size = total;
        int from = 0;
        while (from < total) {
            if (nanoTime.getAsLong() - deadline > 0) {
                throw new StageUnavailableException("the batch was committed up to its usage " + from + " of " + total
                        + " in " + TIME_LIMIT + ", the rest is to be driven again", null);
            }
            int to = Math.min(total, from + size);
            Batch<MeteredUsage> part = new Batch<>(batch.partition(), batch.cursor(), batch.plans(),
                    batch.usage().subList(from, to));
            switch (attempt(part, excluded, rejected)) {
                case COMMITTED -> {
                    from = to;
                    size *= 2;
                }
                case REJECTED -> size = Math.max(MIN_PART, (to - from) / 2);
                case CONFLICT -> { }
            }
        }
        return new BatchAnswer(batch.lastPosition(), rejected);
    }

    private enum Outcome { COMMITTED, REJECTED, CONFLICT }

    /** Folds a part, sends it on and commits it, unless the stage below rejects more, or somebody else wrote in between. */
    private Outcome attempt(Batch<MeteredUsage> part, Map<Long, Rejection> excluded, List<Rejection> rejected) {
        Function<String, CompiledPlan> compiled = id -> plans.get(id, part.plans().get(id));
        DocumentSet documents = new DocumentSet(store);
        documents.read(keys(part, compiled));
        Accumulated result = new Accumulation(part.cursor(), compiled,
                (key, window) -> documents.find(key.document(window), InstanceWindow.class), excluded)
                .accumulate(part.usage());
        if (!result.sent().isEmpty()) {
            BatchAnswer answer = aggregator.apply(new Batch<>(part.partition(), part.cursor(), part.plans(),
                    result.sent()));
            if (!answer.rejected().isEmpty()) {
                answer.rejected().forEach(rejection -> excluded.put(rejection.position(), rejection));
                return Outcome.REJECTED;
            }
        }
        if (!commit(documents, result)) {
            return Outcome.CONFLICT;
        }
        rejected.addAll(result.rejected());
        return Outcome.COMMITTED;
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
