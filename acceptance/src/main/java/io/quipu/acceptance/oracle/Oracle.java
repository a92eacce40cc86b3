package io.quipu.acceptance.oracle;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Every figure of every report, recounted from the usages that count, each once and in the order of its partition: every
 * usage is added to every window of every level that it concerns, in maps. No watermark, no batch, no store.
 *
 * <p>An event has no effect but on levels, see {@link LevelFigures}. A usage that cannot be counted (its expression divides by zero, a number of it is out of bounds) is rejected, and
 * counts nowhere; {@link #rejections} says which. Not thread-safe.
 */
public final class Oracle {

    private static final int MAX_INTEGER_DIGITS = 30;
    private static final int MAX_FRACTION_DIGITS = 100;

    private final Map<String, BigDecimal> figures = new TreeMap<>();
    private final Map<String, Rejected> rejections = new TreeMap<>();
    private final LevelFigures levels;

    /**
     * Recounts.
     *
     * @param usages all usages that count, each once, in any order
     */
    public Oracle(Collection<CountedUsage> usages) {
        List<CountedUsage> ordered = new ArrayList<>(usages);
        ordered.sort(Comparator.comparingInt(CountedUsage::partition).thenComparingLong(CountedUsage::position));
        Recount recount = new Recount();
        ordered.forEach(usage -> {
            try {
                recount.add(usage);
            } catch (Uncountable e) {
                rejections.put(usage.partition() + "-" + usage.position(), new Rejected(e.code));
            }
        });
        figures.putAll(recount.figures);
        levels = recount.levels;
    }

    /**
     * Why a usage counts nowhere.
     *
     * @param code the code that its status must show
     */
    public record Rejected(String code) {
    }

    /** The usages that count nowhere, by {@code {partition}-{position}}. */
    public Map<String, Rejected> rejections() {
        return Map.copyOf(rejections);
    }

    /**
     * What runs of a resource just before something happens, as far as it was known up to a position: levels that are not zero, by metric, by
     * {@code {space} {consumer} {instance}}.
     *
     * @param time when that happens, milliseconds since the epoch
     * @param before what happens: of what stands at the same time counts what takes effect before it
     * @param position usages at this position and after it do not count yet
     */
    public Map<String, Map<String, BigDecimal>> running(String organizationId, String resourceId, long time, Happening before,
            long position) {
        return levels.running(organizationId, resourceId, time, before, position);
    }

    /**
     * Compares a report, read at {@code depth=instance} for the present, with the recount: every quantity, summary, cost and
     * charge of every level in every window that the report covers.
     *
     * @param organizationId whose report it is
     * @param time as of when it was asked for
     * @param now when it was asked for; no level changes after it
     * @return what differs, a sentence each; empty when nothing does
     */
    public List<String> differences(String organizationId, JsonNode report, long time, long now) {
        return differences(organizationId, report, time, now, true);
    }

    /**
     * Compares a report, also one of the past.
     *
     * @param months whether its months are whole; those of a past time end with its day, and are not compared
     */
    public List<String> differences(String organizationId, JsonNode report, long time, long now, boolean months) {
        ReportFigures reported = new ReportFigures(organizationId, report, time, months);
        TreeMap<String, BigDecimal> expected = new TreeMap<>();
        figures.forEach((path, value) -> {
            if (path.startsWith(organizationId + " ") && reported.covers(window(path))) {
                expected.put(path, value);
            }
        });
        expected.putAll(levels.figures(organizationId, reported.windows(), until(time, now)));
        List<String> differences = new ArrayList<>();
        TreeMap<String, BigDecimal> all = new TreeMap<>(expected);
        all.putAll(reported.figures());
        all.keySet().forEach(path -> {
            BigDecimal counted = expected.getOrDefault(path, BigDecimal.ZERO);
            BigDecimal shown = reported.figures().getOrDefault(path, BigDecimal.ZERO);
            if (counted.compareTo(shown) != 0) {
                differences.add(path + ": the report says " + shown.toPlainString() + ", recounted "
                        + counted.toPlainString());
            }
        });
        return differences;
    }

    /** Up to when time counts in a report: to the end of its day, or to now; nothing changes later. */
    private static long until(long time, long now) {
        long end = Instant.ofEpochMilli(time).atOffset(ZoneOffset.UTC).toLocalDate().plusDays(1).atStartOfDay()
                .toInstant(ZoneOffset.UTC).toEpochMilli();
        return Math.min(end, Math.max(time, now));
    }

    /** How many figures there are. */
    public int size() {
        return figures.size();
    }

    /** Every figure by its path. */
    Map<String, BigDecimal> figures() {
        return figures;
    }

    /** A figure's path: organization, place, resource, plan path, metric, window, and which figure it is. */
    static String path(String organization, String place, String resource, String plan, String metric, String window,
            String figure) {
        return String.join(" ", organization, place, resource, plan, metric, window, figure);
    }

    private static String window(String path) {
        String[] words = path.split(" ");
        return words[words.length - 2];
    }

    /** A number that no document holds makes its usage uncountable. */
    static void bounded(BigDecimal number, String code) {
        BigDecimal normal = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        if (normal.precision() - normal.scale() > MAX_INTEGER_DIGITS || normal.scale() > MAX_FRACTION_DIGITS) {
            throw new Uncountable(code);
        }
    }

    /** A usage that counts nowhere. */
    static final class Uncountable extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String code;

        Uncountable(String code) {
            super(code, null, false, false);
            this.code = code;
        }
    }

    /** What an instance's metric has come to in a window. */
    private record State(BigDecimal quantity, long end) {
    }

    /** One metric of one usage in one window. */
    private record Change(String instance, String window, State after, BigDecimal change, BigDecimal cost) {
    }

    private static final class Recount {

        private final Map<String, BigDecimal> figures = new HashMap<>();
        private final Map<String, State> states = new HashMap<>();
        private final LevelFigures levels = new LevelFigures();

        void add(CountedUsage usage) {
            Terms terms = new Terms(usage.plan());
            Map<Terms.Metric, BigDecimal> metered = new LinkedHashMap<>();
            Map<String, BigDecimal> running = new TreeMap<>();
            for (Terms.Metric metric : terms.metrics(usage.country(), usage.currency())) {
                if (usage.stops() || usage.event() != null && !metric.level()) {
                    continue;
                }
                quantity(metric, usage).ifPresent(quantity -> {
                    if (metric.level()) {
                        running.put(metric.name(), quantity);
                    } else {
                        metered.put(metric, quantity);
                    }
                });
            }
            // All or nothing: every change is known before any is made.
            Map<Terms.Metric, List<Change>> changes = new LinkedHashMap<>();
            metered.forEach((metric, quantity) -> changes.put(metric, changes(usage, terms, metric, quantity)));
            changes.values().forEach(list -> list.forEach(change -> bounded(change.after().quantity(),
                    "quantity_out_of_bounds")));
            changes.values().forEach(list -> list.forEach(change -> bounded(change.cost(), "cost_out_of_bounds")));
            levels.add(usage, terms, running);
            changes.forEach((metric, list) -> list.forEach(change -> make(usage, terms, metric, change)));
        }

        private static Optional<BigDecimal> quantity(Terms.Metric metric, CountedUsage usage) {
            try {
                Optional<BigDecimal> quantity = metric.quantity(usage.measures());
                quantity.ifPresent(q -> bounded(q, "quantity_out_of_bounds"));
                return quantity;
            } catch (ArithmeticException e) {
                throw new Uncountable("metering_failed");
            }
        }

        private List<Change> changes(CountedUsage usage, Terms terms, Terms.Metric metric, BigDecimal quantity) {
            String time = Instant.ofEpochMilli(usage.end()).atOffset(ZoneOffset.UTC).toLocalDateTime().toString();
            String month = time.substring(0, 7);
            BigDecimal fixed = null;
            List<Change> changes = new ArrayList<>();
            for (String window : List.of(month, time.substring(0, 10), time.substring(0, 13))) {
                String instance = String.join(" ", usage.organizationId(), usage.spaceId(), usage.consumerId(),
                        usage.resourceId(), usage.resourceInstanceId(), terms.path(), metric.name(), window);
                State before = states.get(instance);
                State after = after(metric, before, quantity, usage.end());
                BigDecimal change = after.quantity().subtract(before == null ? BigDecimal.ZERO : before.quantity());
                if (fixed == null && !metric.proportional()) {
                    // The month comes first: what counts is the organization's total in it.
                    BigDecimal total = figures.getOrDefault(path(usage.organizationId(), "/", usage.resourceId(),
                            terms.path(), metric.name(), month, "quantity"), BigDecimal.ZERO);
                    fixed = metric.cost(total.add(change)).subtract(metric.cost(total));
                }
                changes.add(new Change(instance, window, after, change,
                        metric.proportional() ? metric.cost(change) : fixed));
            }
            return changes;
        }

        private static State after(Terms.Metric metric, State before, BigDecimal quantity, long end) {
            if (metric.accumulate().equals("count")) {
                return new State(before == null ? BigDecimal.ONE : before.quantity().add(BigDecimal.ONE), end);
            }
            if (before == null) {
                return new State(quantity, end);
            }
            return switch (metric.accumulate()) {
                case "sum" -> new State(before.quantity().add(quantity), end);
                case "max" -> new State(before.quantity().max(quantity), end);
                case "min" -> new State(before.quantity().min(quantity), end);
                case "last" -> before.end() > end ? before : new State(quantity, end);
                default -> throw new IllegalArgumentException("no accumulate " + metric.accumulate());
            };
        }

        private void make(CountedUsage usage, Terms terms, Terms.Metric metric, Change change) {
            states.put(change.instance(), change.after());
            boolean hour = change.window().length() > 10;
            String space = "/" + usage.spaceId();
            String consumer = space + "/" + usage.consumerId();
            for (String place : hour ? List.of("/") : List.of("/", space, consumer)) {
                count(usage, place, terms, metric, change, true);
            }
            if (!hour) {
                count(usage, consumer + "#" + usage.resourceInstanceId(), terms, metric, change, false);
            }
        }

        private void count(CountedUsage usage, String place, Terms terms, Terms.Metric metric, Change change,
                boolean costs) {
            String organization = usage.organizationId();
            for (String figure : List.of("quantity", "summary")) {
                figures.merge(path(organization, place, usage.resourceId(), terms.path(), metric.name(), change.window(),
                        figure), change.change(), BigDecimal::add);
            }
            for (String figure : costs ? List.of("cost", "charge") : List.<String>of()) {
                figures.merge(path(organization, place, usage.resourceId(), terms.path(), metric.name(), change.window(),
                        figure), change.cost(), BigDecimal::add);
            }
        }
    }
}
