package io.quipu.acceptance.bench;

import io.quipu.acceptance.bench.Age.AgeResult;
import io.quipu.acceptance.bench.MachineLimits.EmptyResult;
import io.quipu.acceptance.bench.MachineLimits.ParseResult;
import io.quipu.acceptance.bench.MachineLimits.StoreResult;
import io.quipu.acceptance.bench.Reports.ReportResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What was measured, in the order in which it was. */
final class Results {

    private final List<LoadResult> loads = new ArrayList<>();
    private final List<Written> written = new ArrayList<>();
    private final List<ReportResult> reports = new ArrayList<>();
    private final Map<String, EmptyResult> empty = new LinkedHashMap<>();
    private List<StoreResult> store = List.of();
    private ParseResult parse;
    private StartResult start;
    private Share share;
    private final List<AgeResult> ages = new ArrayList<>();

    /**
     * How long the services took to become ready.
     *
     * @param seconds the median
     * @param each of all starts
     * @param residentMib memory right afterwards, by service
     */
    record StartResult(double seconds, List<Double> each, Map<String, Double> residentMib) {
    }

    void add(LoadResult load) {
        loads.add(load);
    }

    void add(Written bytes) {
        written.add(bytes);
    }

    void add(ReportResult report) {
        reports.add(report);
    }

    /** Keeps what the empty endpoint took; of the same shape only the last. */
    void empty(EmptyResult result) {
        empty.put(shape(result.connections(), result.batch()), result);
    }

    void limits(ParseResult json, List<StoreResult> alone) {
        parse = json;
        store = List.copyOf(alone);
    }

    void start(StartResult result) {
        start = result;
    }

    void share(Share result) {
        share = result;
    }

    void add(AgeResult result) {
        ages.add(result);
    }

    List<LoadResult> loads() {
        return List.copyOf(loads);
    }

    List<Written> written() {
        return List.copyOf(written);
    }

    List<ReportResult> reports() {
        return List.copyOf(reports);
    }

    List<EmptyResult> empty() {
        return List.copyOf(empty.values());
    }

    List<StoreResult> store() {
        return store;
    }

    Optional<ParseResult> parse() {
        return Optional.ofNullable(parse);
    }

    Optional<StartResult> start() {
        return Optional.ofNullable(start);
    }

    Optional<Share> share() {
        return Optional.ofNullable(share);
    }

    List<AgeResult> ages() {
        return List.copyOf(ages);
    }

    /** The usages a second that a scenario's last load made visible. */
    OptionalDouble visiblePerSecond(String scenario) {
        return loads.stream().filter(load -> load.scenario().equals(scenario)).mapToDouble(LoadResult::visiblePerSecond)
                .reduce((before, last) -> last);
    }

    /** The requests of a load as a share of what the empty endpoint took of the same; not a number where that is unknown. */
    double shareOfEmpty(LoadResult load) {
        EmptyResult same = load.rate() > 0 ? null : empty.get(shape(load.connections(), load.batch()));
        return same == null ? Double.NaN : load.acceptedPerSecond() / load.batch() / same.requestsPerSecond();
    }

    /** Everything, for JSON. */
    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("start", start);
        document.put("parse", parse);
        document.put("store", store);
        document.put("empty", empty());
        document.put("share", share);
        document.put("loads", loads);
        document.put("written_one_at_a_time", written);
        document.put("reports", reports);
        document.put("ages", ages);
        document.put("verdict", Verdict.of(this).rows());
        return document;
    }

    private static String shape(int connections, int batch) {
        return connections + " × " + batch;
    }

    static String count(double number) {
        return Double.isNaN(number) ? "-" : String.format(Locale.ROOT, "%,.0f", number);
    }

    /** With as many decimals as such a size deserves. */
    static String figure(double number) {
        if (Double.isNaN(number)) {
            return "-";
        }
        double size = Math.abs(number);
        return String.format(Locale.ROOT,
                size >= 100 || number == Math.rint(number) ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", number);
    }

    static String percent(double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f%%", share * 100);
    }
}
