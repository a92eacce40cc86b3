package io.quipu.acceptance.bench;

import static io.quipu.acceptance.bench.Results.count;
import static io.quipu.acceptance.bench.Results.figure;
import static io.quipu.acceptance.bench.Results.percent;

import io.quipu.acceptance.process.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tables of what was measured; none for what was not. */
final class Tables {

    /** In the order in which a usage travels. */
    private static final List<String> SERVICES =
            List.of(Ports.COLLECTOR, Ports.METER, Ports.ACCUMULATOR, Ports.AGGREGATOR, Ports.REPORTING);

    private final Results results;
    private final List<Table> tables = new ArrayList<>();

    private Tables(Results results) {
        this.results = results;
    }

    static List<Table> of(Results results) {
        Tables tables = new Tables(results);
        tables.limits();
        tables.rates();
        tables.cpu();
        tables.writes();
        tables.storeCalls();
        tables.oneAtATime();
        tables.age();
        tables.reports();
        tables.memory();
        tables.add(Verdict.of(results).table());
        return List.copyOf(tables.tables);
    }

    private void limits() {
        List<List<String>> rows = new ArrayList<>();
        results.parse().ifPresent(parse -> rows.add(List.of("JSON parse and write of a usage document of "
                + parse.documentBytes() + " bytes, one thread", count(parse.perSecond()), "-", "-", "-", "-")));
        results.store().forEach(store -> rows.add(List.of("store, durable writes of " + store.valueBytes() + " bytes, "
                + store.writers() + (store.writers() == 1 ? " writer" : " writers"), count(store.perSecond()),
                figure(store.write().p50()), figure(store.write().p99()), "-", "-")));
        results.empty().forEach(empty -> rows.add(List.of("empty endpoint, " + empty.connections() + " connections, "
                + (empty.batch() == 1 ? "single documents" : "batches of " + count(empty.batch())),
                count(empty.requestsPerSecond()), figure(empty.post().p50()), figure(empty.post().p99()),
                figure(empty.cpuMicros()), figure(empty.generatorMicros()))));
        add(new Table("The machine's own limits", List.of("what", "a second", "p50 ms", "p99 ms", "CPU µs a request",
                "of the generator"), rows));
    }

    private void rates() {
        List<List<String>> rows = new ArrayList<>();
        for (LoadResult load : results.loads()) {
            rows.add(List.of(load.name(), Integer.toString(load.connections()), count(load.batch()), count(load.usages()),
                    count(load.acceptedPerSecond()), percent(results.shareOfEmpty(load)), count(load.visiblePerSecond()),
                    figure(load.lagSeconds()), figure(load.post().p50()), figure(load.post().p99()),
                    figure(load.post().p999()), figure(load.post().max())));
        }
        add(new Table("Usages a second, accepted (and as a share of what the empty endpoint takes) and visible in reports; "
                + "requests in milliseconds", List.of("scenario", "connections", "batch", "usages", "accepted/s", "of empty",
                        "visible/s", "lag s", "POST p50", "p99", "p99.9", "max"), rows));
    }

    private void cpu() {
        List<List<String>> rows = new ArrayList<>();
        for (LoadResult load : results.loads()) {
            List<String> row = new ArrayList<>(List.of(load.name(), figure(load.cpuTotal())));
            SERVICES.forEach(service -> row.add(figure(load.cpu().get(service))));
            row.add(load.storeCpu() == 0 ? "-" : figure(load.storeCpu()));
            row.add(figure(load.generatorCpu()));
            row.add(percent(load.unexplained()));
            rows.add(row);
        }
        List<String> header = new ArrayList<>(List.of("scenario", "all services"));
        header.addAll(SERVICES);
        header.addAll(List.of("store server", "generator", "unexplained"));
        add(new Table("CPU-seconds per 1,000 usages; unexplained is the share of the machine's busy time that is neither "
                + "the services', nor their store server's, nor the generator's", header, rows));
    }

    private void writes() {
        List<List<String>> rows = new ArrayList<>();
        for (LoadResult load : results.loads()) {
            load.stores().forEach((service, writes) -> rows.add(List.of(load.name() + ", " + service,
                    count(writes.bytesPerUsage()), count(writes.diskBytesPerUsage()), figure(writes.writesPerUsage()),
                    figure(writes.syncsPerThousand()))));
        }
        add(new Table("Written per usage under load",
                List.of("scenario, store", "bytes", "bytes to disk", "documents", "syncs per 1,000"), rows));
    }

    private void storeCalls() {
        List<List<String>> rows = new ArrayList<>();
        for (LoadResult load : results.loads()) {
            if (load.scenario().startsWith(Stores.NAME)) {
                load.calls().forEach((service, calls) -> rows.add(List.of(load.name() + ", " + service,
                        figure(calls.keysPerUsage()), figure(calls.readsPerThousand()), figure(calls.readSeconds()),
                        figure(calls.writesPerThousand()), figure(calls.writeSeconds()))));
            }
        }
        add(new Table("Calls of the stores per 1,000 usages, and seconds waited for them by all threads together",
                List.of("scenario, store", "documents read per usage", "reads", "s reading", "writes", "s writing"), rows));
    }

    private void oneAtATime() {
        List<List<String>> rows = new ArrayList<>();
        for (Written written : results.written()) {
            Map<String, Double> bytes = written.bytes();
            rows.add(List.of(written.scenario() + ", " + written.label(), count(written.consumers()),
                    count(bytes.getOrDefault(Ports.COLLECTOR, Double.NaN)),
                    count(bytes.getOrDefault(Ports.ACCUMULATOR, Double.NaN)), count(written.aggregatorBytes())));
        }
        add(new Table("Bytes written per usage of known consumers, posted one request at a time", List.of("scenario",
                "consumers", Ports.COLLECTOR, Ports.ACCUMULATOR, Ports.AGGREGATOR), rows));
    }

    private void age() {
        List<List<String>> rows = new ArrayList<>();
        results.ages().forEach(age -> {
            String at = " at " + count(age.rate()) + " usages/s";
            rows.add(latencies("age of the oldest unprocessed usage" + at, age.oldest()));
            rows.add(latencies("from a usage's POST until it is processed" + at, age.endToEnd()));
        });
        if (!rows.isEmpty()) {
            add(new Table("How long usage waits, in milliseconds", List.of("what", "looks", "p50", "p99", "p99.9", "max"),
                    rows));
        }
    }

    private static List<String> latencies(String what, Latencies latencies) {
        return List.of(what, count(latencies.count()), figure(latencies.p50()), figure(latencies.p99()),
                figure(latencies.p999()), figure(latencies.max()));
    }

    private void reports() {
        List<List<String>> rows = new ArrayList<>();
        results.reports().forEach(report -> rows.add(List.of(report.scenario() + ", depth " + report.depth(),
                count(report.consumers()), figure(report.read().p50()), figure(report.read().p99()),
                figure(report.read().max()), count(report.bytes()), count(report.residentBeforeMib()),
                count(report.residentMib()))));
        add(new Table("Reports in milliseconds; memory of reporting in MiB", List.of("scenario", "consumers", "p50", "p99",
                "max", "bytes", "memory before", "after"), rows));
    }

    private void memory() {
        List<List<String>> rows = new ArrayList<>();
        results.start().ifPresent(start -> rows.add(memory("start, " + figure(start.seconds()) + " s",
                start.residentMib(), "-", "-", "-")));
        for (LoadResult load : results.loads()) {
            rows.add(memory(load.name(), load.residentMib(),
                    count(load.peakResidentMib().values().stream().mapToDouble(mib -> mib).sum()),
                    count(load.gc().values().stream().mapToLong(LoadResult.Pauses::count).sum()),
                    count(load.gc().values().stream().mapToDouble(LoadResult.Pauses::millis).sum())));
        }
        List<String> header = new ArrayList<>(List.of("after", "all services"));
        header.addAll(SERVICES);
        header.addAll(List.of("peaks", "collections", "paused ms"));
        add(new Table("Memory in MiB, and garbage collection of all services", header, rows));
    }

    private static List<String> memory(String name, Map<String, Double> mib, String... more) {
        List<String> row = new ArrayList<>(List.of(name, count(mib.values().stream().mapToDouble(m -> m).sum())));
        SERVICES.forEach(service -> row.add(count(mib.get(service))));
        row.addAll(List.of(more));
        return row;
    }

    private void add(Table table) {
        if (!table.rows().isEmpty()) {
            tables.add(table);
        }
    }
}
