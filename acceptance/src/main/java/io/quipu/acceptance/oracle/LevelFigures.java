package io.quipu.acceptance.oracle;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The figures of what runs, recounted span by span: each level is multiplied with the time that it ran in a window. No sums of
 * changes, no opening level. Not thread-safe.
 *
 * <p>What stands at one time takes effect in the order of {@link Happening}, a usage like a level, each by id, and what is equal in
 * all that by what it sets. A stop ends all; anything else what runs under another plan path.
 */
final class LevelFigures {

    static final Map<String, Long> MILLIS =
            Map.of("seconds", 1_000L, "minutes", 60_000L, "hours", 3_600_000L, "days", 86_400_000L);
    private static final Happening LEVEL = new Happening("level", null);
    private static final int HOUR_LENGTH = "2026-11-30T23".length();

    private static final Comparator<Entry> ORDER = Comparator.comparingLong((Entry entry) -> entry.usage().end())
            .thenComparing(Entry::happening)
            .thenComparing(Entry::sets);

    private final Map<String, List<Entry>> instances = new TreeMap<>();

    /** From a time on an instance runs at these levels, by metric. */
    private record Entry(CountedUsage usage, Terms terms, Map<String, BigDecimal> levels) {

        Happening happening() {
            return usage.event() == null ? LEVEL : usage.event();
        }

        /** Whether it takes effect before something else, unless that is the same. */
        boolean precedes(long time, Happening other) {
            return usage.end() < time || usage.end() == time && happening().compareTo(other) < 0;
        }

        /** As the services write it: numbers shortest, so 10 as 1E+1. */
        String sets() {
            return terms.path() + " " + usage.version() + " [" + new TreeMap<>(levels).entrySet().stream()
                    .map(level -> level.getKey() + "=" + (level.getValue().signum() == 0 ? "0"
                            : level.getValue().stripTrailingZeros().toString()) + ", ]")
                    .collect(Collectors.joining(", ")) + "]";
        }
    }

    /** A level that an entry set. */
    private record Running(Entry entry, Terms.Metric metric, BigDecimal level) {

        BigDecimal cost() {
            return metric.price().isEmpty() || !metric.proportional() ? BigDecimal.ZERO : metric.cost(level);
        }

        /** The paths of a figure of it: the organization's, and but for hours its space's and its consumer's. */
        List<String> paths(String window, String figure) {
            CountedUsage usage = entry.usage();
            String space = "/" + usage.spaceId();
            List<String> places = window.length() == HOUR_LENGTH ? List.of("/")
                    : List.of("/", space, space + "/" + usage.consumerId());
            return places.stream().map(place -> path(place, window, figure)).toList();
        }

        /** The same, and the instance's own, which has no money and no hours. */
        List<String> pathsWithInstance(String window, String figure) {
            List<String> paths = new ArrayList<>(paths(window, figure));
            if (figure.equals("summary") && window.length() != HOUR_LENGTH) {
                CountedUsage usage = entry.usage();
                paths.add(path("/" + usage.spaceId() + "/" + usage.consumerId() + "#" + usage.resourceInstanceId(), window,
                        figure));
            }
            return paths;
        }

        private String path(String place, String window, String figure) {
            return Oracle.path(entry.usage().organizationId(), place, entry.usage().resourceId(), entry.terms().path(),
                    metric.name(), window, figure);
        }
    }

    /** A level from one time to another; without an end as long as it can be told. */
    private record Span(Running running, long from, long to) {
    }

    /**
     * Takes a usage that counts, and the levels that were metered in it.
     *
     * @throws Oracle.Uncountable when documents do not hold what changes by it
     */
    void add(CountedUsage usage, Terms terms, Map<String, BigDecimal> levels) {
        if (levels.isEmpty() && !usage.stops()) {
            return;
        }
        List<Entry> entries = instances.computeIfAbsent(usage.instance(), key -> new ArrayList<>());
        entries.add(new Entry(usage, terms, levels));
        try {
            checkBounds(usage.organizationId());
        } catch (Oracle.Uncountable e) {
            entries.remove(entries.size() - 1);
            throw e;
        }
    }

    /** A level that begins or ends counts by how much it is, and by how much of its window it misses; there both have bounds. */
    private void checkBounds(String organizationId) {
        Map<String, BigDecimal> sums = new TreeMap<>();
        for (Span span : spans(organizationId)) {
            change(span.running(), span.from(), BigDecimal.ONE, sums);
            if (span.to() < Long.MAX_VALUE) {
                change(span.running(), span.to(), BigDecimal.ONE.negate(), sums);
            }
        }
        for (String figure : List.of("quantity", "cost")) {
            sums.forEach((path, sum) -> {
                if (path.endsWith(" " + figure)) {
                    Oracle.bounded(sum, figure + "_out_of_bounds");
                }
            });
        }
    }

    private static void change(Running running, long time, BigDecimal sign, Map<String, BigDecimal> sums) {
        String second = LocalDateTime.ofInstant(Instant.ofEpochMilli(time), ZoneOffset.UTC).toString();
        for (String window : List.of(second.substring(0, 7), second.substring(0, 10), second.substring(0, HOUR_LENGTH))) {
            BigDecimal missed = BigDecimal.valueOf(time - start(window));
            Map.of("quantity", running.level(), "cost", running.cost()).forEach((figure, height) -> {
                BigDecimal change = height.multiply(sign);
                running.paths(window, "change " + figure).forEach(path -> sums.merge(path, change, BigDecimal::add));
                running.paths(window, "area " + figure).forEach(path ->
                        sums.merge(path, change.multiply(missed), BigDecimal::add));
            });
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
        for (Span span : spans(organizationId)) {
            for (String window : windows) {
                long overlap = Math.min(Math.min(span.to(), until), end(window)) - Math.max(span.from(), start(window));
                if (overlap > 0) {
                    add(span.running(), window, BigDecimal.valueOf(overlap), areas, units);
                }
            }
            Running running = span.running();
            if (!running.metric().proportional()) {
                pooled.add(running.entry().usage(), running.entry().terms(), running.metric(), running.level(), span.from(),
                        Math.min(span.to(), until));
            }
        }
        Map<String, BigDecimal> figures = new HashMap<>();
        areas.forEach((path, area) -> figures.put(path, area.divide(units.get(path), MathContext.DECIMAL128)));
        pooled.figures(windows).forEach((path, cost) -> figures.merge(path, cost, BigDecimal::add));
        return figures;
    }

    private static void add(Running running, String window, BigDecimal time, Map<String, BigDecimal> areas,
            Map<String, BigDecimal> units) {
        for (String figure : List.of("summary", "cost", "charge")) {
            BigDecimal height = figure.equals("summary") ? running.level() : running.cost();
            running.pathsWithInstance(window, figure).forEach(path -> {
                areas.merge(path, height.multiply(time), BigDecimal::add);
                units.put(path, BigDecimal.valueOf(MILLIS.get(running.metric().timeUnit())));
            });
        }
    }

    /** What runs just before something of that time by what stands below a position, see {@link Oracle#running}. */
    Map<String, Map<String, BigDecimal>> running(String organizationId, String resourceId, long time, Happening before,
            long position) {
        Map<String, Map<String, BigDecimal>> found = new TreeMap<>();
        for (List<Entry> entries : instances.values()) {
            SortedMap<String, Running> running = new TreeMap<>();
            entries.stream().filter(entry -> entry.usage().organizationId().equals(organizationId)
                    && entry.usage().resourceId().equals(resourceId) && entry.precedes(time, before)
                    && entry.usage().position() < position).sorted(ORDER).forEach(entry -> apply(entry, running));
            Map<String, BigDecimal> levels = new TreeMap<>();
            running.forEach((metric, level) -> {
                if (level.level().signum() != 0) {
                    levels.put(metric, level.level().stripTrailingZeros());
                }
            });
            if (!levels.isEmpty()) {
                CountedUsage usage = entries.get(0).usage();
                found.put(String.join(" ", usage.spaceId(), usage.consumerId(), usage.resourceInstanceId()), levels);
            }
        }
        return found;
    }

    private List<Span> spans(String organizationId) {
        List<Span> spans = new ArrayList<>();
        instances.values().stream()
                .filter(entries -> !entries.isEmpty() && entries.get(0).usage().organizationId().equals(organizationId))
                .forEach(entries -> {
                    List<Entry> ordered = new ArrayList<>(entries);
                    ordered.sort(ORDER);
                    SortedMap<String, Running> running = new TreeMap<>();
                    for (int i = 0; i < ordered.size(); i++) {
                        Entry entry = ordered.get(i);
                        apply(entry, running);
                        long to = i + 1 < ordered.size() ? ordered.get(i + 1).usage().end() : Long.MAX_VALUE;
                        running.values().forEach(level -> spans.add(new Span(level, entry.usage().end(), to)));
                    }
                });
        return spans;
    }

    private static void apply(Entry entry, SortedMap<String, Running> running) {
        if (entry.usage().stops()) {
            running.clear();
            return;
        }
        running.values().removeIf(level -> !level.entry().terms().path().equals(entry.terms().path()));
        entry.terms().metrics(entry.usage().country(), entry.usage().currency()).forEach(metric -> {
            if (entry.levels().containsKey(metric.name())) {
                running.put(metric.name(), new Running(entry, metric, entry.levels().get(metric.name())));
            }
        });
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
