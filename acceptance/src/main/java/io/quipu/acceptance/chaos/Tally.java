package io.quipu.acceptance.chaos;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts what was done, by kind and by whom it befell. Thread-safe. */
final class Tally {

    private final Map<String, Map<String, Long>> counts = new TreeMap<>();

    synchronized void count(String kind, String whom) {
        counts.computeIfAbsent(kind, k -> new TreeMap<>()).merge(whom, 1L, Long::sum);
    }

    synchronized long of(String kind) {
        return counts.getOrDefault(kind, Map.of()).values().stream().mapToLong(Long::longValue).sum();
    }

    /** How much was done altogether. */
    synchronized long total() {
        return counts.keySet().stream().mapToLong(this::of).sum();
    }

    /** A line for each kind: its sum, and how it spreads. */
    synchronized String table() {
        StringBuilder table = new StringBuilder();
        counts.forEach((kind, places) -> {
            table.append(String.format(Locale.ROOT, "  %-28s%6d  ", kind, of(kind)));
            String separator = "";
            for (Map.Entry<String, Long> place : places.entrySet()) {
                table.append(separator).append(place.getKey()).append(' ').append(place.getValue());
                separator = ", ";
            }
            table.append('\n');
        });
        return table.toString();
    }
}
