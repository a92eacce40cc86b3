package io.quipu.collector.drive;

import io.quipu.collector.log.LogUnavailableException;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.collector.log.UsageLog;
import io.quipu.common.running.SnapshotQuery;
import io.quipu.common.running.Unlisted;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.store.StoreException;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.web.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends complete snapshots: each instance that ran just before one and that it did not list gets an event {@link Event.Kind#GONE}
 * at its time. All before the end is committed in every stage by then, so the accumulator knows what the snapshot lists. Done
 * again after a crash, the same events are duplicates. Thread-safe.
 */
final class SnapshotEnd {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotEnd.class);

    /**
     * Instances of an answer that are held until it is whole, so that one that is cut appends nothing and the next try does not
     * append the same again; of a longer answer they are appended each time so many are held.
     */
    static final int MAX_HELD = 20_000;

    private final StoredUsageLog log;
    private final Reconciling with;
    private final DriveMetrics metrics;

    SnapshotEnd(StoredUsageLog log, Reconciling with, DriveMetrics metrics) {
        this.log = log;
        this.with = with;
        this.metrics = metrics;
    }

    /**
     * Appends what follows of the end of a snapshot; returns when that is durable.
     *
     * @throws io.quipu.common.stage.StageUnavailableException when the accumulator does not answer
     * @throws StoreException when not all was appended, as far as is known, or terms cannot be told now
     */
    void reach(int partition, LoggedUsage end) {
        Origin of = end.origin();
        boolean ofAll = of.organizationId().isEmpty();
        Closing closing = new Closing(partition, end);
        with.running().ask(new SnapshotQuery(ofAll ? null : of.organizationId(), ofAll ? partition : null, of.resourceId(),
                of.end(), end.event().id()), closing::add);
        closing.append();
        if (closing.late > 0) {
            metrics.reconciledLate(closing.late);
            LOG.atWarn().addKeyValue("partition", partition).addKeyValue("resource", of.resourceId()).log(
                    "a snapshot of {} at {} could be reconciled too late only: {} instances that it did not list go on; the next"
                    + " snapshot closes them", of.resourceId(), of.end(), closing.late);
        }
    }

    /** The instances that one snapshot did not list, and the events that close them, no more than an append of those at a time. */
    private final class Closing {

        private final int partition;
        private final LoggedUsage end;
        private final Map<Terms, Pin> pins = new HashMap<>();
        private final List<Unlisted.Instance> held = new ArrayList<>();
        private long late;

        Closing(int partition, LoggedUsage end) {
            this.partition = partition;
            this.end = end;
        }

        /** What pins are found by. */
        private record Terms(String organizationId, String planId) {
        }

        void add(List<Unlisted.Instance> instances) {
            for (Unlisted.Instance instance : instances) {
                check(instance);
                if (held.size() == MAX_HELD) {
                    append();
                }
                held.add(instance);
            }
        }

        private void check(Unlisted.Instance instance) {
            String asked = end.origin().organizationId();
            if (asked.isEmpty() ? log.partition(instance.organizationId()) != partition
                    : !instance.organizationId().equals(asked)) {
                throw new StageBrokenException("the accumulator was asked about " + (asked.isEmpty() ? "partition " + partition
                        : "organization " + asked) + " and answered with organization " + instance.organizationId());
            }
        }

        private LoggedUsage gone(Unlisted.Instance instance) {
            Pin pin = pins.computeIfAbsent(new Terms(instance.organizationId(), instance.planId()), this::pin);
            Origin origin = new Origin(instance.organizationId(), instance.spaceId(), instance.consumerId(),
                    end.origin().resourceId(), instance.planId(), instance.resourceInstanceId(), end.origin().start(),
                    end.origin().end());
            return new LoggedUsage(origin, pin, List.of(), null, null, new Event(Event.Kind.GONE, end.event().id()), null);
        }

        private Pin pin(Terms terms) {
            try {
                return with.pins().find(terms.organizationId(), end.origin().resourceId(), terms.planId());
            } catch (Problem problem) {
                if (problem.retryAfter().isEmpty()) {
                    throw problem;
                }
                throw new StoreException("the terms of what a snapshot did not list cannot be told now: " + problem.getMessage());
            }
        }

        /** Appends what is held. */
        void append() {
            for (int from = 0; from < held.size(); from += UsageLog.MAX_APPEND) {
                append(held.subList(from, Math.min(held.size(), from + UsageLog.MAX_APPEND)));
            }
            held.clear();
        }

        private void append(List<Unlisted.Instance> some) {
            CompletableFuture<List<UsageLog.Appended>> append = log.appendDriven(partition, some.stream().map(this::gone).toList());
            // of one chunk only: there may be as many as there are organizations
            pins.clear();
            for (UsageLog.Appended outcome : outcomes(append)) {
                late += outcome instanceof UsageLog.Appended.TooLate ? 1 : 0;
            }
        }

        private List<UsageLog.Appended> outcomes(CompletableFuture<List<UsageLog.Appended>> append) {
            try {
                with.durable().await(CompletableFuture.allOf(append));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (!append.isDone()) {
                throw new StoreException("the log did not answer in time whether a snapshot's events are durable");
            }
            try {
                return append.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof LogUnavailableException || e.getCause() instanceof StoreException) {
                    throw new StoreException("a snapshot's events cannot be appended: " + e.getCause().getMessage());
                }
                throw e;
            }
        }
    }
}
