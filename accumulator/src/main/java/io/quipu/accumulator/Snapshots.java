package io.quipu.accumulator;

import io.quipu.common.running.Reconciled;
import io.quipu.common.running.SnapshotQuery;
import io.quipu.common.running.Unlisted;
import io.quipu.common.store.DocumentStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Tells what a snapshot did not list of what ran just before its time, and what it has come to. Thread-safe. */
public final class Snapshots {

    /** Instances that are told at a time. */
    static final int MAX_TOLD = 500;

    /** Timelines, or organizations, that are looked at before a sign that it goes on. */
    static final int SIGN_EVERY = 200;

    private final RunningLinks links;
    private final RunningTimelines timelines;

    /** Of what is in a store. */
    public Snapshots(DocumentStore store) {
        this(new RunningLinks(store), new RunningTimelines(store));
    }

    Snapshots(RunningLinks links, RunningTimelines timelines) {
        this.links = links;
        this.timelines = timelines;
    }

    /**
     * Compares what ran just before a snapshot with its entries.
     *
     * @param reader told what the snapshot did not list, at most {@link #MAX_TOLD} at a time
     * @param goesOn called now and then, however long nothing is told
     * @return what its entries have come to so far
     */
    public Reconciled compare(SnapshotQuery query, Consumer<Unlisted> reader, Runnable goesOn) {
        Comparison comparison = new Comparison(query, reader, goesOn);
        if (query.organizationId() != null) {
            comparison.read(query.organizationId());
        } else {
            Set<String> seen = new HashSet<>();
            links.organizationsOf(query.resourceId(), organizations -> organizations.stream()
                    .filter(organization -> organization.partition() == query.partition())
                    .filter(organization -> seen.add(organization.organizationId()))
                    .forEach(organization -> comparison.read(organization.organizationId())));
        }
        comparison.tell();
        return new Reconciled(comparison.counts);
    }

    /** What was found so far. */
    private final class Comparison {

        private final SnapshotQuery query;
        private final Consumer<Unlisted> reader;
        private final List<Unlisted.Instance> unlisted = new ArrayList<>();
        private final Runnable goesOn;
        private Reconciled.Counts counts = Reconciled.Counts.NONE;
        private int lookedAt;

        private Comparison(SnapshotQuery query, Consumer<Unlisted> reader, Runnable goesOn) {
            this.query = query;
            this.reader = reader;
            this.goesOn = goesOn;
        }

        private void read(String organizationId) {
            look();
            timelines.readAll(organizationId, query.resourceId(), course -> {
                look();
                counts = counts.plus(course.reconciled(query.time(), query.id()));
                course.unlisted(query.time(), query.id()).ifPresent(unlisted::add);
                if (unlisted.size() == MAX_TOLD) {
                    tell();
                }
                return true;
            });
        }

        private void look() {
            lookedAt++;
            if (lookedAt % SIGN_EVERY == 0) {
                goesOn.run();
            }
        }

        private void tell() {
            if (!unlisted.isEmpty()) {
                reader.accept(new Unlisted(unlisted));
                unlisted.clear();
            }
        }
    }
}
