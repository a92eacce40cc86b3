package io.quipu.acceptance.bench;

import io.quipu.acceptance.process.Ports;
import io.quipu.acceptance.process.StoreServer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What came out of one load, from its first request until every usage was in the reports.
 *
 * @param scenario the scenario
 * @param label which of its loads, or empty when it has one
 * @param connections how many requests may have been under way
 * @param batch usages in a request
 * @param rate usages a second that were due, 0 in a closed loop
 * @param usages how many were accepted
 * @param requests how many requests that took
 * @param repeated requests that had to be sent again
 * @param acceptedPerSecond usages answered with 202, over the time from the first request to the last answer
 * @param visiblePerSecond usages in reports, over the time from the first request until all were
 * @param lagSeconds from the last answer until all usages were in the reports
 * @param post how long a request took
 * @param cpu CPU seconds per 1,000 usages by service
 * @param cpuTotal their sum
 * @param storeCpu CPU seconds of the store server that the services share per 1,000 usages; 0 where each has its own
 * @param generatorCpu CPU seconds of the load generator per 1,000 usages
 * @param unexplained the share of the machine's busy time that was neither theirs nor the generator's
 * @param stores what was written, by service
 * @param calls what was asked of the stores, by service
 * @param gc pauses for garbage collection, by service
 * @param residentMib memory after the load, by service
 * @param peakResidentMib the most memory ever, by service
 */
record LoadResult(String scenario, String label, int connections, int batch, double rate, long usages, long requests,
        long repeated, double acceptedPerSecond, double visiblePerSecond, double lagSeconds, Latencies post,
        Map<String, Double> cpu, double cpuTotal, double storeCpu, double generatorCpu, double unexplained,
        Map<String, Writes> stores, Map<String, Calls> calls, Map<String, Pauses> gc, Map<String, Double> residentMib, Map<String, Double> peakResidentMib) {

    /** The name of the metric that counts what a store writes, as it is shown. */
    static final String WRITTEN_BYTES = "quipu_store_written_bytes_total";

    private static final double THOUSAND = 1_000.0;

    /**
     * What a service's store wrote.
     *
     * @param bytesPerUsage keys and values handed to the engine
     * @param diskBytesPerUsage written to storage by the process, by the operating system's count: the engine's log and tables,
     *     in whole pages
     * @param writesPerUsage documents written
     * @param syncsPerThousand syncs per 1,000 usages
     */
    record Writes(double bytesPerUsage, double diskBytesPerUsage, double writesPerUsage, double syncsPerThousand) {
    }

    /**
     * What a service asked of its store, and how long it waited for that: of all its threads together, so it may be more than has
     * passed.
     *
     * @param keysPerUsage documents read, or found not to be there
     * @param readsPerThousand calls that read, per 1,000 usages
     * @param readSeconds waited for them, per 1,000 usages
     * @param writesPerThousand calls that write, per 1,000 usages
     * @param writeSeconds waited for them, per 1,000 usages
     */
    record Calls(double keysPerUsage, double readsPerThousand, double readSeconds, double writesPerThousand,
            double writeSeconds) {
    }

    /**
     * Pauses for garbage collection.
     *
     * @param count how many
     * @param millis how long in all
     */
    record Pauses(long count, double millis) {
    }

    /** The memory of all services together. */
    double residentTotal() {
        return residentMib.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** The scenario and its load. */
    String name() {
        return label.isEmpty() ? scenario : scenario + " " + label;
    }

    static Map<String, Double> perThousand(Resources used, long usages) {
        Map<String, Double> cpu = new TreeMap<>();
        used.cpu().forEach((service, seconds) -> cpu.put(service, seconds * THOUSAND / usages));
        return cpu;
    }

    static Map<String, Writes> writes(Map<String, Metrics> before, Map<String, Metrics> after, Resources used,
            long usages) {
        Map<String, Writes> writes = new TreeMap<>();
        for (String service : Ports.SERVICES) {
            Metrics first = before.get(service);
            Metrics last = after.get(service);
            double bytes = last.since(first, WRITTEN_BYTES).doubleValue();
            if (bytes > 0) {
                writes.put(service, new Writes(bytes / usages, used.written().get(service) / (double) usages,
                        last.since(first, "quipu_store_writes_total").doubleValue() / usages,
                        last.since(first, "quipu_store_syncs_total").doubleValue() * THOUSAND / usages));
            }
        }
        return writes;
    }

    static Map<String, Calls> calls(Map<String, Metrics> before, Map<String, Metrics> after, long usages) {
        Map<String, Calls> calls = new TreeMap<>();
        for (String service : StoreServer.STORING) {
            ToDoubleFunction<String> perUsage =
                    name -> after.get(service).since(before.get(service), name).doubleValue() / usages;
            calls.put(service, new Calls(perUsage.applyAsDouble("quipu_store_reads_total"),
                    perUsage.applyAsDouble("quipu_store_read_seconds_count") * THOUSAND,
                    perUsage.applyAsDouble("quipu_store_read_seconds_sum") * THOUSAND,
                    perUsage.applyAsDouble("quipu_store_write_seconds_count") * THOUSAND,
                    perUsage.applyAsDouble("quipu_store_write_seconds_sum") * THOUSAND));
        }
        return calls;
    }

    static Map<String, Pauses> pauses(Map<String, Metrics> before, Map<String, Metrics> after) {
        Map<String, Pauses> pauses = new TreeMap<>();
        for (String service : Ports.SERVICES) {
            pauses.put(service, new Pauses(after.get(service).since(before.get(service), "jvm_gc_pause_seconds_count")
                    .longValue(), after.get(service).since(before.get(service), "jvm_gc_pause_seconds_sum").doubleValue()
                            * THOUSAND));
        }
        return pauses;
    }
}
