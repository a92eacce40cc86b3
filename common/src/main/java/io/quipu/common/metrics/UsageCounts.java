package io.quipu.common.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Counts usages by what became of them: one counter per {@code result}; those with the result {@code rejected} by {@code
 * code} too. Codes that were not named before count as {@code other}, so that no answer of anybody makes new series. All
 * of them are there from the start, at zero: what appears for the first time has a rate. Thread-safe.
 */
public final class UsageCounts {

    private static final String REJECTED = "rejected";
    private static final String NO_CODE = "none";
    private static final String OTHER = "other";

    private final Map<String, Counter> results;
    private final Map<String, Counter> rejected;
    private final Counter other;

    /**
     * Registers the counters.
     *
     * @param name what they are called
     * @param description what they count
     * @param results what may become of a usage, beside being rejected
     * @param codes why it may be rejected
     */
    public UsageCounts(MeterRegistry registry, String name, String description, Collection<String> results,
            Collection<String> codes) {
        this.results = results.stream().collect(Collectors.toUnmodifiableMap(Function.identity(),
                result -> counter(registry, name, description, result, NO_CODE)));
        this.rejected = codes.stream().collect(Collectors.toUnmodifiableMap(Function.identity(),
                code -> counter(registry, name, description, REJECTED, code)));
        this.other = counter(registry, name, description, REJECTED, OTHER);
    }

    private static Counter counter(MeterRegistry registry, String name, String description, String result, String code) {
        return Counter.builder(name).description(description).tag("result", result).tag("code", code).register(registry);
    }

    /** That became of so many usages. */
    public void count(String result, long usages) {
        if (usages > 0) {
            results.get(result).increment(usages);
        }
    }

    /** So many usages were rejected for that reason. */
    public void rejected(String code, long usages) {
        rejected.getOrDefault(code, other).increment(usages);
    }
}
