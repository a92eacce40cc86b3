package io.quipu.acceptance.bench;

import io.quipu.acceptance.process.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Reads the report of one organization again and again, one after the other. */
final class Reports {

    /** How far down a report goes, from the shortest to the longest. */
    static final String[] DEPTHS = {"organization", "space", "consumer", "instance"};

    private static final int AT_LEAST = 5;
    private static final int AT_MOST = 2_000;
    /** Not counted: the first ones find nothing in memory. */
    private static final int FIRST = 2;

    private Reports() {
    }

    /**
     * How long a report took.
     *
     * @param scenario the scenario
     * @param consumers of the organization
     * @param depth how far down the report goes
     * @param read how long it took to read the whole answer
     * @param bytes of the answer
     * @param residentMib memory of reporting afterwards
     * @param residentBeforeMib and before
     */
    record ReportResult(String scenario, int consumers, String depth, Latencies read, long bytes, double residentMib,
            double residentBeforeMib) {
    }

    /** Reads reports as of now for that long, but at least a few. */
    static ReportResult read(String scenario, Run run, Traffic traffic, String depth, Duration time) throws IOException {
        return read(scenario, run, traffic, depth, Services.reportPath(traffic.shape().organization(0), depth), time);
    }

    /**
     * Reads reports of some kinds as of a time, milliseconds since the epoch, one of each in turns: whatever else the machine does
     * meanwhile slows all of them down alike.
     *
     * @param kinds by the name of the scenario
     * @param time for all of them together
     */
    static List<ReportResult> inTurns(Run run, Map<String, Traffic> kinds, String depth, long asOf, Duration time)
            throws IOException {
        return read(run, readings(run, kinds, depth, asOf), time, AT_MOST);
    }

    /** The same for all of that time, not measured: so that what one kind needs is compiled as well as what the other does. */
    static void warmUp(Run run, Map<String, Traffic> kinds, String depth, long asOf, Duration time) throws IOException {
        read(run, readings(run, kinds, depth, asOf), time, Integer.MAX_VALUE);
    }

    private static List<Reading> readings(Run run, Map<String, Traffic> kinds, String depth, long asOf) {
        List<Reading> readings = new ArrayList<>();
        kinds.forEach((scenario, traffic) -> readings.add(new Reading(scenario, run, traffic, depth,
                Services.reportPath(traffic.shape().organization(0), depth, asOf))));
        return readings;
    }

    private static ReportResult read(String scenario, Run run, Traffic traffic, String depth, String path, Duration time)
            throws IOException {
        return read(run, List.of(new Reading(scenario, run, traffic, depth, path)), time, AT_MOST).get(0);
    }

    private static List<ReportResult> read(Run run, List<Reading> readings, Duration time, int atMost) throws IOException {
        double before = run.resident(false).get(Ports.REPORTING);
        try (HttpConnection connection = new HttpConnection(run.services().port(Ports.REPORTING))) {
            long end = System.nanoTime() + time.toNanos();
            int rounds = -FIRST;
            do {
                for (Reading reading : readings) {
                    reading.read(connection, rounds >= 0);
                }
                rounds++;
            } while (rounds < AT_LEAST || rounds < atMost && System.nanoTime() - end < 0);
        }
        double after = run.resident(false).get(Ports.REPORTING);
        return readings.stream().map(reading -> reading.result(before, after)).toList();
    }

    /** One report that is read again and again. */
    private static final class Reading {

        private final String scenario;
        private final Traffic traffic;
        private final String depth;
        private final byte[] request;
        private final Histogram read = Latencies.recorder();
        private long bytes;

        Reading(String scenario, Run run, Traffic traffic, String depth, String path) {
            this.scenario = scenario;
            this.traffic = traffic;
            this.depth = depth;
            this.request = HttpConnection.get(run.services().port(Ports.REPORTING), path);
        }

        void read(HttpConnection connection, boolean counted) throws IOException {
            long from = System.nanoTime();
            int status = connection.exchange(request, null);
            if (status != 200) {
                throw new IOException("a report was answered " + status);
            }
            if (counted) {
                Latencies.record(read, System.nanoTime() - from);
            }
            bytes = connection.length();
        }

        ReportResult result(double before, double after) {
            return new ReportResult(scenario, traffic.shape().consumers(), depth, Latencies.of(read), bytes, after, before);
        }
    }
}
