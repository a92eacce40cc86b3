package io.quipu.acceptance.bench;

import io.quipu.acceptance.process.Ports;
import io.quipu.common.wire.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.JsonNode;

/**
 * Looks, while a load lasts, at how long usage waits: at fixed times the age of the oldest unprocessed usage by the
 * collector's own metric; and from outside, one usage at a time, from its POST until its status says that it was processed,
 * which is after every stage has stored it.
 */
final class Age implements AutoCloseable {

    private static final String METRIC = "quipu_collector_oldest_unprocessed_seconds";
    private static final long SAMPLE_NANOS = 47_000_000L;
    private static final long PROBE_NANOS = 200_000_000L;
    private static final long POLL_NANOS = 10_000_000L;
    private static final BigDecimal NANOS_OF_SECOND = new BigDecimal(1_000_000_000L);

    private final int port;
    private final Traffic probes;
    private final Histogram oldest = Latencies.recorder();
    private final Histogram endToEnd = Latencies.recorder();
    private final Thread sampler = new Thread(() -> repeat(SAMPLE_NANOS, this::sample), "age");
    private final Thread prober = new Thread(() -> repeat(PROBE_NANOS, this::probe), "probe");
    private volatile boolean over;
    private volatile String failure;

    /**
     * How long usage waited.
     *
     * @param scenario the scenario
     * @param rate usages a second that were due
     * @param oldest the age of the oldest unprocessed usage, at fixed times
     * @param endToEnd from a usage's POST until its status says that it was processed
     */
    record AgeResult(String scenario, double rate, Latencies oldest, Latencies endToEnd) {
    }

    /** One look. */
    @FunctionalInterface
    private interface Look {
        void at(HttpConnection connection) throws IOException;
    }

    /** Of the collector at a port of this machine; with usage of that traffic, one document at a time. */
    Age(int port, Traffic probes) {
        this.port = port;
        this.probes = probes;
    }

    void start() {
        sampler.setDaemon(true);
        prober.setDaemon(true);
        sampler.start();
        prober.start();
    }

    /** Stops looking; what was seen. */
    AgeResult stop(String scenario, double rate) throws InterruptedException, IOException {
        over = true;
        sampler.join();
        prober.join();
        if (failure != null) {
            throw new IOException(failure);
        }
        return new AgeResult(scenario, rate, Latencies.of(oldest), Latencies.of(endToEnd));
    }

    private void repeat(long interval, Look look) {
        try (HttpConnection connection = new HttpConnection(port)) {
            for (long due = System.nanoTime(); !over; due += interval) {
                while (due - System.nanoTime() > 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                look.at(connection);
            }
        } catch (IOException | RuntimeException e) {
            failure = "the age of usage could not be seen: " + e;
        }
    }

    private void sample(HttpConnection connection) throws IOException {
        BigDecimal seconds = Metrics.of(text(connection, HttpConnection.get(port,
                "/actuator/prometheus?includedNames=" + METRIC), 200)).value(METRIC);
        Latencies.record(oldest, seconds.multiply(NANOS_OF_SECOND).longValue());
    }

    private void probe(HttpConnection connection) throws IOException {
        long from = System.nanoTime();
        String answer = text(connection, new UsageTemplate(probes, port, 1).request(probes.take(1),
                System.currentTimeMillis()), 202);
        byte[] request = HttpConnection.get(port, Json.shared().readTree(answer).get("location").stringValue());
        JsonNode usage = Json.shared().readTree(text(connection, request, 200));
        while (!over && usage.get("disposition").get("status").stringValue().equals("accepted")) {
            LockSupport.parkNanos(POLL_NANOS);
            usage = Json.shared().readTree(text(connection, request, 200));
        }
        if (!over) {
            Latencies.record(endToEnd, System.nanoTime() - from);
        }
    }

    private static String text(HttpConnection connection, byte[] request, int expected) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int status = connection.exchange(request, body);
        if (status != expected) {
            throw new IOException("the collector answered " + status + ": " + body.toString(StandardCharsets.UTF_8));
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        over = true;
    }
}
