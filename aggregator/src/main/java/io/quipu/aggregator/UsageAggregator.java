package io.quipu.aggregator;

import io.quipu.aggregator.domain.AggregatedUsage;
import io.quipu.aggregator.domain.OrganizationAggregation;
import io.quipu.aggregator.domain.StoredDocuments;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.DocumentSet;
import io.quipu.common.stage.LinkPages;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.StoreException;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.LevelChange;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Loads, folds and commits batches: one bulk read and a bulk write per kind of document, whatever the number of
 * organizations in a batch.
 *
 * <p>Documents become durable in the order in which they are computed from each other: plan versions and links, consumers,
 * the organizations' levels, their days, their months. Usage that changes no level reads and writes no levels. An organization
 * of which a document was written by somebody else in between is folded again from a new read; the others go on. Thread-safe.
 */
public final class UsageAggregator {

    /** Attempts after which a batch is given back as retryable: only competing drivers cause more than one. */
    static final int MAX_ATTEMPTS = 50;

    private final DocumentStore store;
    private final CompiledPlans plans;
    private final LinkPages<String> links;
    private final KnownPlans knownPlans = new KnownPlans();
    private final KeptTotals kept;
    private final Clock clock;

    /** An aggregator on a store that keeps everything for ever. */
    public UsageAggregator(DocumentStore store, CompiledPlans plans) {
        this(store, plans, KeptTotals.FOR_EVER, Clock.systemUTC());
    }

    /**
     * An aggregator on a store.
     *
     * @param kept for how long documents are kept
     * @param clock says which are gone; no figure depends on it
     */
    public UsageAggregator(DocumentStore store, CompiledPlans plans, KeptTotals kept, Clock clock) {
        this.store = store;
        this.plans = plans;
        this.links = new LinkPages<>(store, String.class);
        this.kept = kept;
        this.clock = clock;
    }

    /**
     * Folds batches of different partitions; returns once each of them is durable, or found stale.
     *
     * @return of each batch the usages that are rejected here and were not known to be: of each organization at most the
     *     first one, and then nothing of that organization was written
     * @throws StoreException when the store cannot answer now
     * @throws IllegalStateException when usage counts in a month of which documents are no longer kept
     */
    public List<BatchAnswer> aggregate(List<Batch<AccumulatedUsage>> batches) {
        List<BatchProgress> progress = batches.stream().map(BatchProgress::new).toList();
        Map<String, Pending> pending = new LinkedHashMap<>();
        progress.forEach(of -> of.batch().usage().forEach(usage -> pending.computeIfAbsent(
                usage.origin().organizationId(), id -> new Pending(of, new ArrayList<>())).usages().add(usage)));
        for (int attempt = 0; !pending.isEmpty(); attempt++) {
            if (attempt == MAX_ATTEMPTS) {
                throw new StoreException("documents of " + pending.size() + " organizations kept changing for "
                        + MAX_ATTEMPTS + " attempts");
            }
            attempt(pending);
        }
        return progress.stream().map(BatchProgress::answer).toList();
    }

    /** The usages of an organization that are not committed, and the batch they are of. */
    private record Pending(BatchProgress of, List<AccumulatedUsage> usages) {
    }

    /** Tries all pending organizations; takes out those that are committed, found a rejection, or are of a stale batch. */
    private void attempt(Map<String, Pending> pending) {
        DocumentSet documents = read(pending.values());
        Map<String, AggregatedUsage> folded = new LinkedHashMap<>();
        pending.forEach((organizationId, organization) -> {
            try {
                folded.put(organizationId, fold(organizationId, organization, documents));
            } catch (StaleBatchException e) {
                organization.of().stale(e.getMessage());
            }
        });
        folded.forEach((organizationId, result) -> result.rejection().ifPresent(rejection -> {
            pending.remove(organizationId).of().rejected(rejection);
        }));
        pending.values().removeIf(organization -> organization.of().isStale());
        folded.keySet().retainAll(pending.keySet());
        Set<String> conflicting = commit(pending.values(), documents, folded);
        folded.keySet().stream().filter(organizationId -> !conflicting.contains(organizationId))
                .forEach(pending::remove);
    }

    private DocumentSet read(Collection<Pending> pending) {
        DocumentSet documents = new DocumentSet(store, kept::expiry);
        long keptFrom = kept.from(clock.millis());
        Set<String> months = new LinkedHashSet<>();
        Set<String> days = new LinkedHashSet<>();
        Set<String> levels = new LinkedHashSet<>();
        Set<String> consumers = new LinkedHashSet<>();
        pending.forEach(organization -> organization.usages().forEach(usage -> {
            String organizationId = usage.origin().organizationId();
            Consumer consumer = usage.origin().consumer();
            LongStream.concat(usage.event() == null ? LongStream.of(usage.origin().end()) : LongStream.empty(),
                    usage.levelChanges().stream().mapToLong(LevelChange::time)).forEach(time -> {
                        kept.requireKept(time, usage.position(), keptFrom);
                        Window month = Window.month(time);
                        Window day = Window.day(time);
                        months.add(Keys.organization(organizationId, month));
                        days.add(Keys.organization(organizationId, day));
                        consumers.addAll(Keys.consumer(consumer, List.of(month, day)));
                    });
            if (!usage.levelChanges().isEmpty()) {
                levels.add(Keys.organizationLevels(organizationId));
                consumers.add(Keys.consumerLevels(consumer));
            }
        }));
        // The reverse of the order of writing: what is read later can only be ahead of what is computed from it.
        documents.read(months);
        documents.read(days);
        documents.read(levels);
        documents.read(consumers);
        return documents;
    }

    private AggregatedUsage fold(String organizationId, Pending organization, DocumentSet documents) {
        Batch<AccumulatedUsage> batch = organization.of().batch();
        return new OrganizationAggregation(organizationId, batch.cursor(),
                id -> plans.get(id, batch.plans().get(id)),
                new ReadDocuments(organizationId, documents)).aggregate(organization.usages());
    }

    /** Writes phase by phase; an organization with a conflict takes no part in the later phases. */
    private Set<String> commit(Collection<Pending> pending, DocumentSet documents, Map<String, AggregatedUsage> folded) {
        Set<String> conflicting = new HashSet<>();
        Map<String, Object> markers = writeLinks(documents, folded.values());
        pending.stream().map(Pending::of).distinct().forEach(of -> knownPlans.store(store, of.batch().plans()));

        Map<String, String> organizationOf = new HashMap<>();
        Map<String, Object> phase = new LinkedHashMap<>(markers);
        folded.forEach((organizationId, result) -> result.consumers().forEach(consumer ->
                put(phase, organizationOf, organizationId, Keys.consumer(new Consumer(organizationId,
                        consumer.spaceId(), consumer.consumerId()), consumer.window()), consumer)));
        folded.forEach((organizationId, result) -> result.consumerLevels().forEach(levels ->
                put(phase, organizationOf, organizationId, Keys.consumerLevels(new Consumer(organizationId,
                        levels.spaceId(), levels.consumerId())), levels)));
        write(documents, phase, organizationOf, conflicting);
        phase.clear();
        folded.forEach((organizationId, result) -> result.organizationLevels()
                .filter(levels -> !conflicting.contains(organizationId)).ifPresent(levels ->
                        put(phase, organizationOf, organizationId, Keys.organizationLevels(organizationId), levels)));
        write(documents, phase, organizationOf, conflicting);
        for (boolean months : new boolean[] {false, true}) {
            phase.clear();
            folded.forEach((organizationId, result) -> {
                if (!conflicting.contains(organizationId)) {
                    (months ? result.months() : result.days()).forEach(organization -> put(phase, organizationOf,
                            organizationId, Keys.organization(organizationId, organization.window()), organization));
                }
            });
            write(documents, phase, organizationOf, conflicting);
        }
        return conflicting;
    }

    private static void put(Map<String, Object> phase, Map<String, String> organizationOf, String organizationId,
            String key, Object document) {
        phase.put(key, document);
        organizationOf.put(key, organizationId);
    }

    private static void write(DocumentSet documents, Map<String, Object> phase, Map<String, String> organizationOf,
            Set<String> conflicting) {
        documents.write(phase).forEach(key -> {
            // A marker that somebody else wrote in between says the same: no conflict.
            if (organizationOf.containsKey(key)) {
                conflicting.add(organizationOf.get(key));
            }
        });
    }

    /**
     * Puts consumers that are new on their space's pages, before their first document: levels are never written before a
     * window has been written or is in the same write.
     *
     * @return the markers that say so, to be written after the pages
     */
    private Map<String, Object> writeLinks(DocumentSet documents, Collection<AggregatedUsage> folded) {
        Map<String, Consumer> unknown = new LinkedHashMap<>();
        folded.forEach(result -> result.consumers().forEach(window -> {
            Consumer consumer = new Consumer(window.organizationId(), window.spaceId(), window.consumerId());
            if (!documents.contains(Keys.consumer(consumer, window.window()))) {
                unknown.put(Keys.consumerLinked(consumer), consumer);
            }
        }));
        if (unknown.isEmpty()) {
            return Map.of();
        }
        documents.read(unknown.keySet());
        Map<SpaceKey, List<String>> added = new LinkedHashMap<>();
        Map<String, Object> markers = new LinkedHashMap<>();
        unknown.forEach((marker, consumer) -> {
            if (!documents.contains(marker)) {
                added.computeIfAbsent(new SpaceKey(consumer.organizationId(), consumer.spaceId()),
                        space -> new ArrayList<>()).add(consumer.consumerId());
                markers.put(marker, new Linked(Linked.VERSION, consumer));
            }
        });
        links.append(added.entrySet().stream().map(of -> new LinkPages.Added<>(page ->
                Keys.consumerPage(of.getKey().organizationId(), of.getKey().spaceId(), page), of.getValue())).toList());
        return markers;
    }

    /** An organization's documents among all that were read. */
    private record ReadDocuments(String organizationId, DocumentSet documents) implements StoredDocuments {

        @Override
        public Optional<ConsumerWindow> consumer(Consumer consumer, Window window) {
            return documents.find(Keys.consumer(consumer, window), ConsumerWindow.class);
        }

        @Override
        public Optional<ConsumerLevels> consumerLevels(Consumer consumer) {
            return documents.find(Keys.consumerLevels(consumer), ConsumerLevels.class);
        }

        @Override
        public Optional<OrganizationWindow> organization(Window window) {
            return documents.find(Keys.organization(organizationId, window), OrganizationWindow.class);
        }

        @Override
        public Optional<OrganizationLevels> organizationLevels() {
            return documents.find(Keys.organizationLevels(organizationId), OrganizationLevels.class);
        }
    }

    private record SpaceKey(String organizationId, String spaceId) {
    }

    /**
     * The marker of a consumer that stands on a page of its space.
     *
     * @param version the format
     * @param consumer the consumer
     */
    private record Linked(int version, Consumer consumer) {
        private static final int VERSION = 1;
    }
}
