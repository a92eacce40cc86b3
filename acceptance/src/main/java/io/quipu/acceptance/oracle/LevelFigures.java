package io.quipu.acceptance.oracle;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The figures of what runs, recounted span by span: each level is multiplied with the time that it ran in a window. No sums of
 * changes, no opening level. Not thread-safe.
 */
final class LevelFigures {

    static final Map<String, Long> MILLIS =
            Map.of("seconds", 1_000L, "minutes", 60_000L, "hours", 3_600_000L, "days", 86_400_000L);

    private final Map<String, List<Entry>> instances = new TreeMap<>();

    /** From a time on an instance runs at these levels, by metric. */
    private record Entry(CountedUsage usage, Terms terms, Map<String, BigDecimal> levels) {

        String order() {
            StringBuilder order = new StringBuilder(terms.path() + " " + usage.version());
            // As the services write them: shortest, so 10 as 1E+1.
            new TreeMap<>(levels).forEach((metric, level) -> order.append(' ').append(metric).append('=').append(
                    level.signum() == 0 ? "0" : level.stripTrailingZeros().toString()).append(", "));
            return order.toString();
        }
    }

    /** A level that runs from a time on. */
    private record Running(Entry entry, Terms.Metric metric, BigDecimal level) {

        BigDecimal cost() {
            return metric.price().isEmpty() || !metric.proportional() ? BigDecimal.ZERO : metric.cost(level);
        }
    }

    /** Takes a usage that counts, and the levels that were metered in it. */
    void add(CountedUsage usage, Terms terms, Map<String, BigDecimal> levels) {
        if (!levels.isEmpty()) {
            instances.computeIfAbsent(String.join(" ", usage.organizationId(), usage.spaceId(), usage.consumerId(),
                    usage.resourceId(), usage.resourceInstanceId()), key -> new ArrayList<>())
                    .add(new Entry(usage, terms, levels));
        }
    }

    /**
     * The figures of an organization.
     *
     * @param windows the ids of the windows asked for
     * @param until up to when time counts, milliseconds since the epoch
     */
    Map<String, BigDecimal> figures(String organizationId, Set<String> windows, long until) {
        Map<String, BigDecimal> areas = new HashMap<>();
        Map<String, BigDecimal> units = new HashMap<>();
        PooledFigures pooled = new PooledFigures(organizationId);
        instances.values().stream().filter(entries -> entries.get(0).usage().organizationId().equals(organizationId))
                .forEach(entries -> {
                    List<Entry> ordered = new ArrayList<>(entries);
                    ordered.sort(Comparator.comparingLong((Entry entry) -> entry.usage().end())
                            .thenComparing(Entry::order));
                    Map<String, Running> running = new TreeMap<>();
                    for (int i = 0; i < ordered.size(); i++) {
                        Entry entry = ordered.get(i);
                        running.values().removeIf(level -> !level.entry().terms().path().equals(entry.terms().path()));
                        entry.terms().metrics(entry.usage().country(), entry.usage().currency()).forEach(metric -> {
                            if (entry.levels().containsKey(metric.name())) {
                                running.put(metric.name(), new Running(entry, metric, entry.levels().get(metric.name())));
                            }
                        });
                        long to = i + 1 < ordered.size() ? ordered.get(i + 1).usage().end() : until;
                        running.values().forEach(level -> windows.forEach(window ->
                                span(level, window, entry.usage().end(), Math.min(to, until), areas, units)));
                        running.values().stream().filter(level -> !level.metric().proportional())
                                .forEach(level -> pooled.add(level.entry().usage(), level.entry().terms(), level.metric(),
                                        level.level(), entry.usage().end(), Math.min(to, until)));
                    }
                });
        Map<String, BigDecimal> figures = new HashMap<>();
        areas.forEach((path, area) -> figures.put(path, area.divide(units.get(path), MathContext.DECIMAL128)));
        pooled.figures(windows).forEach((path, cost) -> figures.merge(path, cost, BigDecimal::add));
        return figures;
    }

    private static void span(Running level, String window, long from, long to, Map<String, BigDecimal> areas,
            Map<String, BigDecimal> units) {
        long overlap = Math.min(to, end(window)) - Math.max(from, start(window));
        if (overlap <= 0) {
            return;
        }
        CountedUsage usage = level.entry().usage();
        String space = "/" + usage.spaceId();
        boolean hour = window.length() > 10;
        for (String place : hour ? List.of("/") : List.of("/", space, space + "/" + usage.consumerId())) {
            for (String figure : List.of("summary", "cost", "charge")) {
                BigDecimal height = figure.equals("summary") ? level.level() : level.cost();
                String path = Oracle.path(usage.organizationId(), place, usage.resourceId(), level.entry().terms().path(),
                        level.metric().name(), window, figure);
                areas.merge(path, height.multiply(BigDecimal.valueOf(overlap)), BigDecimal::add);
                units.put(path, BigDecimal.valueOf(MILLIS.get(level.metric().timeUnit())));
            }
        }
    }

    static long start(String window) {
        return first(window).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    static long end(String window) {
        LocalDateTime first = first(window);
        LocalDateTime next = switch (window.length()) {
            case 7 -> first.plusMonths(1);
            case 10 -> first.plusDays(1);
            default -> first.plusHours(1);
        };
        return next.toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    private static LocalDateTime first(String window) {
        return LocalDateTime.parse(switch (window.length()) {
            case 7 -> window + "-01T00:00";
            case 10 -> window + "T00:00";
            default -> window + ":00";
        });
    }
}
