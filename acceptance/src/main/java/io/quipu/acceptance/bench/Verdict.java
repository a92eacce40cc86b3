package io.quipu.acceptance.bench;

import io.quipu.acceptance.bench.Reports.ReportResult;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** What must be reached, against what was measured; a limit of which nothing was measured has no row. */
final class Verdict {

    private static final double ROUND = 1e-9;
    private static final double MOST_MEMORY = 1.2;

    private final List<Row> rows = new ArrayList<>();

    /**
     * One limit.
     *
     * @param what is limited
     * @param atMost whether the limit is an upper one
     * @param limit the limit
     * @param measured what was measured; not a number where it could not be
     * @param unit of both
     */
    record Row(String what, boolean atMost, double limit, double measured, String unit) {

        /** Whether the limit is kept; equal is. */
        boolean reached() {
            return atMost ? measured <= limit + ROUND : measured >= limit - ROUND;
        }

        private List<String> cells() {
            return List.of(what, (atMost ? "≤ " : "≥ ") + amount(limit), amount(measured),
                    Double.isNaN(measured) ? "not measured" : reached() ? "yes" : "NO");
        }

        private String amount(double number) {
            return unit.equals("%") ? Results.percent(number) : Results.figure(number) + (unit.isEmpty() ? "" : " " + unit);
        }
    }

    private Verdict() {
    }

    static Verdict of(Results results) {
        Verdict verdict = new Verdict();
        verdict.throughput(results);
        verdict.written(results);
        verdict.reports(results.reports());
        verdict.levels(results);
        verdict.formulas(results);
        verdict.memory(results.loads());
        verdict.atMost("start of all five", 20, "s", results.start().isPresent()
                ? OptionalDouble.of(results.start().get().seconds()) : OptionalDouble.empty());
        return verdict;
    }

    private void memory(List<LoadResult> loads) {
        atMost("memory of the five services together, after the last load", MOST_MEMORY, "GB",
                gigabytes(loads.subList(Math.max(0, loads.size() - 1), loads.size())));
        atMost("memory of the five services together, the most after any load", MOST_MEMORY, "GB", gigabytes(loads));
    }

    private static OptionalDouble gigabytes(List<LoadResult> loads) {
        return loads.stream().mapToDouble(load -> load.residentTotal() * 1_048_576 / 1e9).max();
    }

    private void throughput(Results results) {
        atMost("CPU-seconds per 1,000 usages, batches of 100, 100 organizations", 0.15, "s",
                median(results, "batch-100", LoadResult::cpuTotal));
        atMost("CPU-seconds per 1,000 usages, single documents, 50 connections", 0.5, "s",
                median(results, "singles-50", LoadResult::cpuTotal));
        atLeast("single documents accepted, as a share of the empty endpoint", 0.5, "%", results.share().isPresent()
                ? OptionalDouble.of(results.share().get().share()) : OptionalDouble.empty());
        atMost("and the backlog was empty so long after", 20, "s", results.share().isPresent()
                ? OptionalDouble.of(results.share().get().longestLagSeconds()) : OptionalDouble.empty());
        atLeast("usages/s visible in reports, batches of 100", Scenarios.MUST_BE_VISIBLE, "",
                median(results, "batch-100", LoadResult::visiblePerSecond));
        atMost("age of the oldest unprocessed usage at half of what batches of 100 reach (or at --rate), p99", 250, "ms",
                oldest(results, Scenarios.HALF_LOAD));
        atMost("age of the oldest unprocessed usage at half of the usages/s that must be visible, p99", 250, "ms",
                oldest(results, Scenarios.STEADY_LOAD));
        atLeast("usages/s visible at the end of two million, as a share of the first 100,000", 0.9, "%",
                ratio(visible(results, Scenarios.LAST), visible(results, Scenarios.FIRST)));
    }

    private static OptionalDouble oldest(Results results, String scenario) {
        return results.ages().stream().filter(age -> age.scenario().equals(scenario))
                .mapToDouble(age -> age.oldest().p99()).max();
    }

    private void written(Results results) {
        atMost("bytes written per usage by the aggregator, singles, 10,000 consumers against 1", 1.2, "×",
                ratio(bytes(results, 10_000, Scenarios.SINGLE), bytes(results, 1, Scenarios.SINGLE)));
        atMost("bytes written per usage by the aggregator, batches over 100, 10,000 consumers against 100", 1.2, "×",
                ratio(bytes(results, 10_000, Scenarios.BATCH), bytes(results, 100, Scenarios.BATCH)));
    }

    private void reports(List<ReportResult> reports) {
        atMost("report of an organization with 1,000 consumers, the slowest depth's p50", 60, "ms",
                slowest(reports, report -> report.consumers() == 1_000));
        atMost("report of depth organization, the slowest organization's p50", 10, "ms",
                slowest(reports, report -> report.depth().equals(Reports.DEPTHS[0])));
        atMost("memory of reporting after reports of 10,000 consumers, against after those of 1,000", 1.1, "×",
                ratio(resident(reports, 10_000), resident(reports, 1_000)));
    }

    private void levels(Results results) {
        atLeast("changes of levels a second visible in reports, as a share of discrete usage", 0.5, "%",
                ratio(median(results, Month.LEVELS, LoadResult::visiblePerSecond),
                        median(results, Month.DISCRETE, LoadResult::visiblePerSecond)));
        atMost("CPU of a change of a level, against discrete usage", 2, "×",
                ratio(median(results, Month.LEVELS, LoadResult::cpuTotal),
                        median(results, Month.DISCRETE, LoadResult::cpuTotal)));
        for (String depth : Reports.DEPTHS) {
            atMost("report of depth " + depth + " over levels, p50, against discrete usage", 1.1, "×",
                    ratio(p50(results.reports(), Month.LEVELS, depth), p50(results.reports(), Month.DISCRETE, depth)));
        }
    }

    private void formulas(Results results) {
        atLeast("usages a second visible under plans of formulas, as a share of built-in ones", 1 / 3.0, "%",
                ratio(median(results, "plans-" + Offer.FORMULAS, LoadResult::visiblePerSecond),
                        median(results, "plans-" + Offer.BUILT_IN.name(), LoadResult::visiblePerSecond)));
    }

    private static OptionalDouble p50(List<ReportResult> reports, String scenario, String depth) {
        return reports.stream().filter(report -> report.scenario().equals(scenario) && report.depth().equals(depth))
                .mapToDouble(report -> report.read().p50()).findFirst();
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    /** Whether everything that could be measured was reached. */
    boolean reached() {
        return rows.stream().allMatch(row -> Double.isNaN(row.measured()) || row.reached());
    }

    Table table() {
        return new Table("What must be reached", List.of("what", "limit", "measured", "reached"),
                rows.stream().map(Row::cells).toList());
    }

    private void atMost(String what, double limit, String unit, OptionalDouble measured) {
        measured.ifPresent(value -> rows.add(new Row(what, true, limit, value, unit)));
    }

    private void atLeast(String what, double limit, String unit, OptionalDouble measured) {
        measured.ifPresent(value -> rows.add(new Row(what, false, limit, value, unit)));
    }

    private static OptionalDouble slowest(List<ReportResult> reports, Predicate<ReportResult> which) {
        return reports.stream().filter(which).mapToDouble(report -> report.read().p50()).max();
    }

    private static OptionalDouble resident(List<ReportResult> reports, int consumers) {
        return reports.stream().filter(report -> report.consumers() == consumers)
                .mapToDouble(ReportResult::residentMib).max();
    }

    private static OptionalDouble bytes(Results results, int consumers, String label) {
        return results.written().stream()
                .filter(written -> written.consumers() == consumers && written.label().equals(label))
                .mapToDouble(Written::aggregatorBytes).findFirst();
    }

    private static OptionalDouble visible(Results results, String label) {
        return results.loads().stream().filter(load -> load.label().equals(label))
                .mapToDouble(LoadResult::visiblePerSecond).findFirst();
    }

    private static OptionalDouble ratio(OptionalDouble part, OptionalDouble whole) {
        return part.isPresent() && whole.isPresent() ? OptionalDouble.of(part.getAsDouble() / whole.getAsDouble())
                : OptionalDouble.empty();
    }

    private static OptionalDouble median(Results results, String scenario,
            ToDoubleFunction<LoadResult> figure) {
        double[] figures = results.loads().stream().filter(load -> load.scenario().equals(scenario)).mapToDouble(figure)
                .toArray();
        return figures.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(median(figures));
    }

    /** The one in the middle, or the mean of the two. */
    static double median(double... figures) {
        double[] sorted = DoubleStream.of(figures).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
