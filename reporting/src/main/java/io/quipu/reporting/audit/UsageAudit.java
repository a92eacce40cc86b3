package io.quipu.reporting.audit;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Position;
import io.quipu.common.usage.Rejection;
import io.quipu.common.web.Problem;
import io.quipu.reporting.audit.FoldedUsage.Fate;
import io.quipu.reporting.source.Accumulator;
import io.quipu.reporting.source.Aggregator;
import io.quipu.reporting.source.Aggregator.ConsumerDocuments;
import io.quipu.reporting.source.Collector;
import io.quipu.reporting.source.Collector.LoggedUsage;
import io.quipu.reporting.source.Collector.Page;
import io.quipu.reporting.source.Collector.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Audits an organization's month: reads the cursor, then every document, then the log, folds the log anew and compares each
 * document with what the log adds up to as of that document's own watermark. Usage may flow meanwhile: the verdict is exact
 * all the same. When something differs the log is folded once more, to find the usages that explain it.
 *
 * <p>Thread-safe; one audit needs memory as {@link AuditLimits} bounds it.
 */
public final class UsageAudit {

    /** Codes of rejections that depend on the log alone, so that the audit can tell whether they are justified. */
    private static final Set<String> CHECKED = Set.of("metering_failed", "quantity_out_of_bounds", "too_many_plans",
            "currency_mismatch", "cost_out_of_bounds");

    private final Collector collector;
    private final Aggregator aggregator;
    private final Accumulator accumulator;
    private final AuditLimits limits;

    /**
     * An audit.
     *
     * @param collector has the log
     * @param aggregator has the documents of organizations and consumers
     * @param accumulator has those of instances
     * @param limits what one audit may take
     */
    public UsageAudit(Collector collector, Aggregator aggregator, Accumulator accumulator, AuditLimits limits) {
        this.collector = collector;
        this.aggregator = aggregator;
        this.accumulator = accumulator;
        this.limits = limits;
    }

    /**
     * Audits a month.
     *
     * @throws Problem 410 {@code trimmed} when the log is no longer kept that far back, 410 {@code expired} when documents
     *     are not, 422 {@code audit_too_large} when a
     *     limit is exceeded, 503 when a neighbour is away
     */
    public AuditReport audit(String organizationId, Window month) {
        Attempt attempt = new Attempt(organizationId, month, Set.of());
        Set<Consumer> unread = attempt.unread();
        if (!unread.isEmpty()) {
            // Whoever is missing above was not asked for below: what stands there must not look missing too.
            attempt = new Attempt(organizationId, month, unread);
        }
        return attempt.report();
    }

    /** What a fold of the log is told of each usage. */
    private interface Observer {
        void folded(FoldedUsage usage);
    }

    /** One reading of all documents, and of the log. */
    private final class Attempt {

        private final String organizationId;
        private final Window month;
        private final Set<Window> windows = new TreeSet<>();
        private final Progress progress;
        private final MonthDocuments documents;
        private final Map<String, Set<String>> read = new TreeMap<>();
        private final Differences differences;
        private long usages;
        private long duplicates;
        private long rejected;

        private Attempt(String organizationId, Window month, Set<Consumer> named) {
            this.organizationId = organizationId;
            this.month = month;
            windows.add(month);
            for (Window day = Window.day(month.from()); day.from() < month.to(); day = day.next()) {
                windows.add(day);
            }
            progress = collector.progress(organizationId);
            documents = new MonthDocuments(progress.cursor(), limits.maxFigures());
            differences = new Differences(organizationId);
            readDocuments(named);
            documents.compare(differences, fold(this::observe));
        }

        private void readDocuments(Set<Consumer> named) {
            List<OrganizationWindow> parents = new ArrayList<>(aggregator.organization(organizationId, windows).documents());
            // The month first: how far it has come is what its consumers must have come to.
            parents.sort(Comparator.comparing((OrganizationWindow parent) -> parent.window().unit()).reversed());
            parents.forEach(documents::store);
            parents.forEach(parent -> parent.spaces().forEach(space -> read.put(space.spaceId(), new TreeSet<>())));
            named.forEach(consumer -> read.computeIfAbsent(consumer.spaceId(), space -> new TreeSet<>())
                    .add(consumer.consumerId()));
            read.forEach((space, consumers) -> {
                aggregator.consumers(organizationId, space, windows, false, line -> {
                    ConsumerDocuments consumer = line.get();
                    consumers.add(consumer.consumerId());
                    for (ConsumerWindow document : consumer.documents()) {
                        documents.store(document);
                    }
                });
                List<String> all = List.copyOf(consumers);
                for (int from = 0; from < all.size(); from += Accumulator.MAX_CONSUMERS) {
                    accumulator.instances(organizationId, space,
                            all.subList(from, Math.min(all.size(), from + Accumulator.MAX_CONSUMERS)), windows,
                            instance -> {
                                for (InstanceWindow document : instance.documents()) {
                                    documents.store(document);
                                }
                            });
                }
            });
        }

        /** Folds all usage that any document can hold. */
        private MonthFold fold(Observer observer) {
            MonthFold fold = new MonthFold(documents.rejections(), limits.maxUsages());
            Collector.Reader reader = new Collector.Reader() {
                @Override
                public void plan(String id, PlanVersion version) {
                    fold.plan(id, version);
                }

                @Override
                public void usage(LoggedUsage usage) {
                    if (usage.position() <= documents.furthest()) {
                        observer.folded(fold.fold(usage));
                    }
                }
            };
            Long from = null;
            do {
                Page page = collector.read(new Collector.Query(organizationId, month, from, documents.watermark()),
                        reader);
                if (!page.complete()) {
                    throw Problem.of(410, "trimmed", "The usage log is no longer kept as far back as usage of " + month
                            + " can stand in it, so there is nothing to compare with.");
                }
                from = page.next();
            } while (from != null && Position.of(from, 0) <= documents.furthest());
            return fold;
        }

        private void observe(FoldedUsage folded) {
            usages++;
            duplicates += folded.fate() == Fate.DUPLICATE ? 1 : 0;
            rejected += folded.fate() == Fate.REJECTED ? 1 : 0;
            if (folded.fate() == Fate.REJECTED) {
                decided(folded);
            }
            documents.post(folded);
        }

        /** What is settled must be known to the collector; and nobody is rejected without a cause. */
        private void decided(FoldedUsage folded) {
            Rejection recorded = folded.recorded();
            if (folded.usage().rejection() == null && folded.position() <= progress.cursor()) {
                differences.decision(folded, null, recorded != null ? recorded.code() : folded.refused().code());
            } else if (!folded.whole() && folded.refused() == null) {
                // what has refused it may be what was left out
                return;
            } else if (recorded != null && folded.refused() == null && CHECKED.contains(recorded.code())) {
                differences.decision(folded, recorded.code(), null);
            } else if (recorded != null && folded.refused() != null && CHECKED.contains(recorded.code())
                    && !recorded.code().equals(folded.refused().code())) {
                differences.decision(folded, recorded.code(), folded.refused().code());
            }
        }

        /** The consumers that the log names and whose documents, or instances, were not asked for. */
        private Set<Consumer> unread() {
            Set<Consumer> unread = new HashSet<>();
            for (MonthDocument document : documents.all()) {
                Consumer consumer = document.key().consumer();
                if (consumer != null && !document.isStored()
                        && !read.getOrDefault(consumer.spaceId(), Set.of()).contains(consumer.consumerId())) {
                    unread.add(consumer);
                }
            }
            return unread;
        }

        private AuditReport report() {
            Explanations explanations = new Explanations(differences.found(), documents::through);
            if (!differences.found().isEmpty()) {
                try {
                    fold(explanations::consider);
                } catch (Problem e) {
                    // What differs is known: it stands, explained as far as the log could be read again.
                    return report(explanations);
                }
            }
            return report(explanations);
        }

        private AuditReport report(Explanations explanations) {
            return new AuditReport(organizationId, month.id(),
                    differences.count() == 0 ? AuditReport.CLEAN : AuditReport.DIFFERENT, usages, duplicates, rejected,
                    documents.all().size(), documents.figures(), differences.count(),
                    differences.explained(explanations), progress.partition(), progress.cursor(),
                    List.copyOf(documents.leftOut()));
        }
    }
}
