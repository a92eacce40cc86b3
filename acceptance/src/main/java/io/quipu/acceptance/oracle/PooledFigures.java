package io.quipu.acceptance.oracle;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What runs at prices that are not proportional, charged for an organization and shared, from spans of time. The price is that of
 * the usage accepted last; it is not known when that was, so such a price must not change between the months recounted, and such a
 * metric must have nothing but levels. Not thread-safe.
 */
final class PooledFigures {

    private static final int DIGITS = 30;

    private final String organizationId;
    private final Map<String, List<Span>> metrics = new TreeMap<>();

    PooledFigures(String organizationId) {
        this.organizationId = organizationId;
    }

    /** A level that runs from a time to another. */
    private record Span(CountedUsage usage, Terms terms, Terms.Metric metric, BigDecimal level, long from, long to) {

        BigDecimal area(long start, long end) {
            return level.multiply(BigDecimal.valueOf(Math.max(0, Math.min(to, end) - Math.max(from, start))));
        }
    }

    void add(CountedUsage usage, Terms terms, Terms.Metric metric, BigDecimal level, long from, long to) {
        metrics.computeIfAbsent(String.join(" ", usage.resourceId(), terms.path(), metric.name()), key -> new ArrayList<>())
                .add(new Span(usage, terms, metric, level, from, to));
    }

    /** Costs and charges in those windows. */
    Map<String, BigDecimal> figures(Set<String> windows) {
        Map<String, BigDecimal> figures = new HashMap<>();
        metrics.values().forEach(spans -> windows.forEach(window -> charge(spans, window, figures)));
        return figures;
    }

    private void charge(List<Span> spans, String window, Map<String, BigDecimal> figures) {
        Terms.Metric price = spans.stream().max(Comparator.comparingLong(span -> span.usage().position())).orElseThrow().metric();
        long month = LevelFigures.start(window.substring(0, 7));
        BigDecimal before = cost(price, area(spans, month, LevelFigures.start(window)));
        BigDecimal cost = cost(price, area(spans, month, LevelFigures.end(window))).subtract(before);
        put("/", spans, window, cost, figures);
        if (window.length() > 10) {
            return;
        }
        share(spans, span -> span.usage().spaceId(), window, cost).forEach((space, ofSpace) -> {
            put("/" + space, spans, window, ofSpace, figures);
            List<Span> own = spans.stream().filter(span -> span.usage().spaceId().equals(space)).toList();
            share(own, span -> span.usage().consumerId(), window, ofSpace).forEach((consumer, ofConsumer) ->
                    put("/" + space + "/" + consumer, own, window, ofConsumer, figures));
        });
    }

    private static BigDecimal area(List<Span> spans, long start, long end) {
        return spans.stream().map(span -> span.area(start, end)).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal cost(Terms.Metric metric, BigDecimal area) {
        return metric.cost(area.divide(BigDecimal.valueOf(LevelFigures.MILLIS.get(metric.timeUnit())), MathContext.DECIMAL128));
    }

    /** Each by its part of the area, cut off; the last that has any takes what is left. */
    private static Map<String, BigDecimal> share(List<Span> spans, Function<Span, String> child, String window, BigDecimal cost) {
        TreeMap<String, BigDecimal> areas = new TreeMap<>();
        spans.forEach(span -> areas.merge(child.apply(span), span.area(LevelFigures.start(window), LevelFigures.end(window)),
                BigDecimal::add));
        areas.values().removeIf(area -> area.signum() == 0);
        BigDecimal whole = areas.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        Map<String, BigDecimal> shares = new TreeMap<>();
        BigDecimal left = cost;
        for (Map.Entry<String, BigDecimal> part : areas.entrySet()) {
            BigDecimal own = part.getKey().equals(areas.lastKey()) || whole.signum() == 0 ? left
                    : cost.multiply(part.getValue()).divide(whole, DIGITS, RoundingMode.DOWN);
            shares.put(part.getKey(), own);
            left = left.subtract(own);
        }
        return shares;
    }

    private void put(String place, List<Span> spans, String window, BigDecimal cost, Map<String, BigDecimal> figures) {
        Span any = spans.get(0);
        for (String figure : List.of("cost", "charge")) {
            figures.merge(Oracle.path(organizationId, place, any.usage().resourceId(), any.terms().path(), any.metric().name(),
                    window, figure), cost, BigDecimal::add);
        }
    }
}
