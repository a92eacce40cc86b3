package io.quipu.accumulator;

import io.quipu.accumulator.domain.Accumulated;
import io.quipu.accumulator.domain.Accumulation;
import io.quipu.accumulator.domain.InstanceKey;
import io.quipu.accumulator.domain.Reconciliation;
import io.quipu.accumulator.domain.Timeline;
import io.quipu.accumulator.domain.TimelineKey;
import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.DocumentSet;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Loads, folds, sends on, and commits only then: the stage below is never behind this one. A rejection found below folds
 * the batch again without that usage. Thread-safe.
 */
public final class UsageAccumulator {

    /** How long one call may take; the meter waits longer. What is committed by then stays, the rest is driven again. */
    static final Duration TIME_LIMIT = Duration.ofSeconds(20);

    private final DocumentStore store;
    private final CompiledPlans plans;
    private final Function<List<Batch<AccumulatedUsage>>, List<BatchAnswer>> aggregator;
    private final LongSupplier nanoTime;
    private final Keeping keeping;
    private final java.util.function.Consumer<Reconciliation> reconciled;
    private final InstanceLinks links;
    private final RunningIndex running;
    private final LastHeard heard;

    /**
     * An accumulator that keeps everything for ever and counts nothing.
     *
     * @param store its store
     * @param plans the compiled plans
     * @param aggregator the stage below
     * @param nanoTime a clock that only goes forward, in nanoseconds
     */
    public UsageAccumulator(DocumentStore store, CompiledPlans plans,
            Function<List<Batch<AccumulatedUsage>>, List<BatchAnswer>> aggregator, LongSupplier nanoTime) {
        this(store, plans, aggregator, nanoTime, Keeping.FOR_EVER, kind -> { });
    }

    /**
     * An accumulator.
     *
     * @param keeping for how long documents are kept
     * @param reconciled told of each entry of a snapshot what it has come to, once that is durable
     */
    public UsageAccumulator(DocumentStore store, CompiledPlans plans,
            Function<List<Batch<AccumulatedUsage>>, List<BatchAnswer>> aggregator, LongSupplier nanoTime, Keeping keeping,
            java.util.function.Consumer<Reconciliation> reconciled) {
        this.store = store;
        this.plans = plans;
        this.aggregator = aggregator;
        this.nanoTime = nanoTime;
        this.keeping = keeping;
        this.reconciled = reconciled;
        this.links = new InstanceLinks(store);
        this.running = new RunningIndex(store, new RunningLinks(store), new RunningTimelines(store));
        this.heard = new LastHeard(store);
    }

    /**
     * Folds batches of different partitions; returns once each of them is durable here and below, or found stale.
     *
     * <p>All are tried at once, with one read, one call below and one write, and where there are levels one more write, of the
     * timelines. Levels may change in windows of which only their timelines tell; those are read in a second read. Each rejection found below means folding the
     * batch again without that usage, so after one that batch goes on in smaller parts, each committed before the next, and
     * in larger ones again while nothing is rejected.
     *
     * @return of each batch the usages that are rejected here or below
     * @throws StageUnavailableException when the aggregator cannot answer now, or the time is up
     * @throws StoreException when the store cannot answer now
     * @throws IllegalStateException when usage counts in a month of which documents are no longer kept
     */
    public List<BatchAnswer> accumulate(List<Batch<MeteredUsage>> batches) {
        long deadline = nanoTime.getAsLong() + TIME_LIMIT.toNanos();
        List<BatchProgress> all = batches.stream().map(BatchProgress::new).toList();
        List<BatchProgress> open = all.stream().filter(progress -> !progress.done()).toList();
        while (!open.isEmpty()) {
            if (nanoTime.getAsLong() - deadline > 0) {
                timeIsUp(open, all.size());
                break;
            }
            attempt(open);
            open = open.stream().filter(progress -> !progress.done()).toList();
        }
        return all.stream().map(BatchProgress::answer).toList();
    }

    /** What is committed stays; the others have to be driven again from there, while the rest of the call is answered. */
    private static void timeIsUp(List<BatchProgress> open, int of) {
        String reason = open.size() + " of " + of + " batches were not committed in " + TIME_LIMIT
                + ", what is left of them is to be driven again";
        if (open.size() == of) {
            throw new StageUnavailableException(reason, null);
        }
        open.forEach(progress -> progress.stale(reason));
    }

    /**
     * A part of a batch, folded. Its documents are as they are to be written: while the stage below is at work, what they are made of
     * would be most of what is kept.
     */
    private record Folded(BatchProgress progress, Batch<MeteredUsage> part, List<AccumulatedUsage> sent, List<Rejection> rejected,
            Map<String, Write> windows, Map<String, Write> timelines, Map<String, InstanceKey> instances,
            Accumulated.Running running) {

        static Folded of(BatchProgress progress, Batch<MeteredUsage> part, Accumulated result, DocumentSet documents) {
            return new Folded(progress, part, result.sent(), result.rejected(), documents.seal(result.windows()),
                    documents.seal(result.timelines()), result.instances(), result.running());
        }
    }

    /** Folds a part of each batch, sends it on and commits it, unless the stage below rejects more, or it is stale. */
    private void attempt(List<BatchProgress> open) {
        Map<BatchProgress, Batch<MeteredUsage>> parts = new LinkedHashMap<>();
        open.forEach(progress -> parts.put(progress, progress.part()));
        DocumentSet documents = new DocumentSet(store, keeping::expiry);
        documents.read(keys(parts.values()));
        commit(documents, committedBelow(fold(parts, documents)));
    }

    /**
     * Folds parts of batches, without those that are stale. Windows that turn out to be needed are read then, and what needs them is
     * folded again.
     */
    private List<Folded> fold(Map<BatchProgress, Batch<MeteredUsage>> parts, DocumentSet documents) {
        Map<BatchProgress, Folded> folded = new LinkedHashMap<>();
        Set<BatchProgress> open = new LinkedHashSet<>(parts.keySet());
        parts.keySet().forEach(progress -> folded.put(progress, null));
        long from = keeping.from();
        while (!open.isEmpty()) {
            Set<String> unread = new LinkedHashSet<>();
            open.removeIf(progress -> {
                int known = unread.size();
                Batch<MeteredUsage> part = parts.get(progress);
                Optional<Accumulated> result = fold(progress, part, documents, (key, window) -> {
                    String document = key.document(window);
                    if (documents.wasRead(document)) {
                        return documents.find(document, InstanceWindow.class);
                    }
                    keeping.requireKept(key, window, from);
                    unread.add(document);
                    return Optional.empty();
                });
                if (result.isEmpty()) {
                    folded.remove(progress);
                } else if (unread.size() == known) {
                    folded.put(progress, Folded.of(progress, part, result.get(), documents));
                }
                return unread.size() == known;
            });
            documents.read(unread);
        }
        return List.copyOf(folded.values());
    }

    /** Folds a part of a batch; empty when it is stale. */
    private Optional<Accumulated> fold(BatchProgress progress, Batch<MeteredUsage> part, DocumentSet documents,
            BiFunction<InstanceKey, Window, Optional<InstanceWindow>> windows) {
        try {
            return Optional.of(new Accumulation(part.cursor(), part.reach(), plansOf(part), windows,
                    key -> documents.find(key.document(), Timeline.class), progress.excluded()).accumulate(part.usage()));
        } catch (StaleBatchException e) {
            progress.stale(e.getMessage());
            return Optional.empty();
        }
    }

    /** Sends on what was folded; answers that of which the stage below committed all. */
    private List<Folded> committedBelow(List<Folded> folded) {
        List<Folded> sent = folded.stream().filter(one -> !one.sent().isEmpty()).toList();
        if (sent.isEmpty()) {
            return folded;
        }
        Iterator<BatchAnswer> answers = aggregator.apply(
                sent.stream().map(one -> one.part().with(one.sent())).toList()).iterator();
        List<Folded> committed = new ArrayList<>();
        for (Folded one : folded) {
            BatchAnswer answer = one.sent().isEmpty() ? null : answers.next();
            if (answer == null || answer.stale() == null && answer.rejected().isEmpty()) {
                committed.add(one);
            } else if (answer.stale() != null) {
                one.progress().stale(answer.stale());
            } else {
                one.progress().rejectedBelow(answer.rejected());
            }
        }
        return committed;
    }

    private Function<String, CompiledPlan> plansOf(Batch<?> batch) {
        return id -> plans.get(id, batch.plans().get(id));
    }

    private Set<String> keys(Collection<Batch<MeteredUsage>> batches) {
        Set<String> keys = new LinkedHashSet<>();
        long from = keeping.from();
        batches.forEach(batch -> batch.usage().forEach(usage -> {
            CompiledPlan plan = plansOf(batch).apply(usage.pin().plan());
            if (Accumulation.hasWindows(usage)) {
                keeping.requireKept(usage.origin().end(), usage.position(), from);
            }
            if (usage.origin().end() >= from) {
                InstanceKey key = InstanceKey.of(usage.origin(), plan.path());
                keys.addAll(key.documents(List.of(Window.month(usage.origin().end()), Window.day(usage.origin().end()))));
            }
            if (Accumulation.hasTimeline(usage, plan)) {
                keys.add(TimelineKey.of(usage.origin()).document());
            }
        }));
        return keys;
    }

    /**
     * Writes links and who may run, then the windows, then the timelines, from which it is computed what changes in the windows. A
     * batch of which somebody else wrote a document in between is not committed.
     */
    private void commit(DocumentSet documents, List<Folded> folded) {
        Map<String, Object> asides = new LinkedHashMap<>(links.add(instances(folded), documents));
        Map<String, Long> accepted = accepted(folded);
        asides.putAll(heard.due(accepted, documents));
        running.enter(entrances(folded));
        Map<String, Write> writes = documents.seal(asides);
        folded.forEach(one -> writes.putAll(one.windows()));
        Set<String> conflicts = documents.writeSealed(writes.values());
        heard.again(accepted, conflicts, documents);
        // A marker that somebody else wrote in between says the same, and when a resource was heard is settled: no conflict.
        conflicts.removeAll(asides.keySet());
        List<Folded> written = folded.stream()
                .filter(one -> Collections.disjoint(one.windows().keySet(), conflicts)).toList();
        conflicts.addAll(documents.writeSealed(written.stream().flatMap(one -> one.timelines().values().stream()).toList()));
        for (Folded one : written) {
            one.running().reconciled().forEach((timeline, kinds) -> {
                if (!conflicts.contains(timeline)) {
                    kinds.forEach(reconciled);
                }
            });
            if (Collections.disjoint(one.timelines().keySet(), conflicts)) {
                one.progress().committed(one.part(), one.rejected());
            }
        }
    }

    private static Map<String, InstanceKey> instances(List<Folded> folded) {
        Map<String, InstanceKey> instances = new LinkedHashMap<>();
        folded.forEach(one -> instances.putAll(one.instances()));
        return instances;
    }

    private static Map<String, Long> accepted(List<Folded> folded) {
        Map<String, Long> accepted = new LinkedHashMap<>();
        folded.forEach(one -> one.running().heard().forEach((resource, time) ->
                accepted.merge(resource, time, Math::max)));
        return accepted;
    }

    private static List<RunningIndex.Entrance> entrances(List<Folded> folded) {
        List<RunningIndex.Entrance> entrances = new ArrayList<>();
        folded.forEach(one -> one.running().awakened().forEach(awakened -> entrances.add(new RunningIndex.Entrance(
                one.part().partition(), one.running().horizon(), awakened.timeline(), awakened.position()))));
        return entrances;
    }
}
