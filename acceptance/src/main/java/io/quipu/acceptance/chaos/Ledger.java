package io.quipu.acceptance.chaos;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** All usages that clients have sent, and how they were answered: what the bill must be made of. Thread-safe. */
final class Ledger {

    /** Usages that may well wait for a batch still, so that to send one of them again is a race. */
    private static final int RECENT = 2_000;

    private final List<Entry> entries = new ArrayList<>();

    /** A usage with all that its clients know of it. Thread-safe. */
    static final class Entry {

        private final Usage usage;
        private final Set<String> locations = new TreeSet<>();
        private final Set<String> conflicting = new TreeSet<>();
        private boolean accepted;

        private Entry(Usage usage) {
            this.usage = usage;
        }

        Usage usage() {
            return usage;
        }

        /** A client was told that the usage is there. */
        synchronized void accepted(String location) {
            accepted = true;
            locations.add(location);
        }

        /** A client was told that the usage is there with other quantities than those it sent. */
        synchronized void conflictsWith(String location) {
            locations.add(location);
        }

        /** A client was told that other quantities were accepted under the same key: they must not count. */
        synchronized void conflictAccepted(String location) {
            conflicting.add(location);
        }

        synchronized boolean isAccepted() {
            return accepted;
        }

        /** Where its quantities stand, all but one of them duplicates; may lead to more. */
        synchronized Set<String> locations() {
            return new TreeSet<>(locations);
        }

        /** Where other quantities stand; all of them duplicates. */
        synchronized Set<String> conflicting() {
            return new TreeSet<>(conflicting);
        }
    }

    /**
     * Something that a client sends: a usage, or other quantities under its key.
     *
     * @param entry the usage
     * @param measured the quantities
     */
    record Posting(Entry entry, Map<String, BigDecimal> measured) {

        /** Whether the quantities are not the usage's own. */
        boolean conflicting() {
            return !measured.equals(entry.usage().measured());
        }

        String json() {
            return entry.usage().with(measured).json();
        }
    }

    /** A new usage. */
    synchronized Entry add(Usage usage) {
        Entry entry = new Entry(usage);
        entries.add(entry);
        return entry;
    }

    /** A usage that was sent before, every other time one of the last; null when there is none. */
    synchronized Entry any(RandomGenerator random) {
        if (entries.isEmpty()) {
            return null;
        }
        int choices = random.nextBoolean() ? Math.min(entries.size(), RECENT) : entries.size();
        return entries.get(entries.size() - 1 - random.nextInt(choices));
    }

    /** All of them. */
    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }
}
