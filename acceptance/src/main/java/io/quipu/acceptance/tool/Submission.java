package io.quipu.acceptance.tool;

import io.quipu.common.wire.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Submits an NDJSON file of usage in batches over a few connections. What could not be delivered is sent again, with
 * back-off, until the patience runs out: a usage that had been accepted before is then a duplicate, never counted twice.
 */
final class Submission {

    /** Usages that the collector takes in one array. */
    static final int MAX_BATCH = 1_000;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int PROGRESS_WIDTH = 40;
    private static final int MAX_NAMED_LINES = 20;

    private final Services services;
    private final Options options;
    private final PrintStream progress;
    private final Map<String, Long> rejections = new TreeMap<>();
    private long read;
    private long accepted;
    private long duplicates;
    private long rejected;
    private long undelivered;
    private long badLines;

    /**
     * What to keep to.
     *
     * @param batch usages in one array
     * @param connections arrays under way at once
     * @param patience how long to try again without any answer
     * @param total how many usages there are, or 0 where that is not known
     * @param bar whether to draw a bar on a terminal rather than print lines
     */
    record Options(int batch, int connections, Duration patience, long total, boolean bar) {
        Options {
            if (batch < 1 || batch > MAX_BATCH) {
                throw new ToolException("--batch must be between 1 and " + MAX_BATCH + ", not " + batch);
            }
            if (connections < 1 || connections > 64) {
                throw new ToolException("--connections must be between 1 and 64, not " + connections);
            }
        }
    }

    Submission(Services services, Options options, PrintStream progress) {
        this.services = services;
        this.options = options;
        this.progress = progress;
    }

    /** Submits all lines; answers whether every usage was accepted or a duplicate. */
    boolean submit(BufferedReader lines) throws IOException, InterruptedException {
        ExecutorService senders = Executors.newFixedThreadPool(options.connections());
        BlockingQueue<Future<?>> underWay = new ArrayBlockingQueue<>(options.connections() * 2);
        try {
            List<String> batch = new ArrayList<>(options.batch());
            long number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank() && document(line, number)) {
                    batch.add(line);
                }
                if (batch.size() == options.batch()) {
                    send(senders, underWay, batch);
                    batch = new ArrayList<>(options.batch());
                }
            }
            if (!batch.isEmpty()) {
                send(senders, underWay, batch);
            }
            for (Future<?> sent : underWay) {
                waitFor(sent);
            }
        } finally {
            senders.shutdown();
            senders.awaitTermination(1, TimeUnit.DAYS);
        }
        if (options.bar()) {
            progress.println();
        }
        return rejected == 0 && undelivered == 0;
    }

    /** Whether a line is one JSON object; one that is not harms no other, so it is counted here and not sent. */
    private synchronized boolean document(String line, long number) {
        String reason;
        try {
            if (Json.shared().readTree(line).isObject()) {
                return true;
            }
            reason = "not a JSON object";
        } catch (JacksonException | NumberFormatException e) {
            reason = "not one JSON document a line";
        }
        rejected++;
        if (badLines++ < MAX_NAMED_LINES) {
            rejections.merge("line " + number + ": " + reason, 1L, Long::sum);
        } else {
            rejections.merge("more lines that are no JSON object", 1L, Long::sum);
        }
        return false;
    }

    private void send(ExecutorService senders, BlockingQueue<Future<?>> underWay, List<String> batch)
            throws InterruptedException {
        synchronized (this) {
            read += batch.size();
        }
        while (!underWay.isEmpty() && underWay.peek().isDone() || underWay.remainingCapacity() == 0) {
            waitFor(underWay.take());
        }
        underWay.put(senders.submit(() -> {
            deliver(batch);
            return null;
        }));
    }

    private static void waitFor(Future<?> sent) throws InterruptedException {
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a sender failed", e.getCause());
        }
    }

    private void deliver(List<String> batch) throws InterruptedException {
        String body = "[" + String.join(",", batch) + "]";
        long deadline = System.nanoTime() + options.patience().toNanos();
        Duration pause = FIRST_PAUSE;
        String failure;
        do {
            Duration wait = pause;
            try {
                HttpResponse<String> answer = services.submit(body);
                failure = take(batch, answer);
                if (failure == null) {
                    return;
                }
                wait = answer.headers().firstValue("Retry-After").flatMap(Submission::seconds).orElse(pause);
            } catch (IOException e) {
                failure = e.toString();
            }
            if (System.nanoTime() - deadline > 0) {
                break;
            }
            Thread.sleep(wait.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE.toMillis() : wait.toMillis());
            pause = pause.multipliedBy(2);
        } while (true);
        lost(batch.size(), failure);
    }

    private static Optional<Duration> seconds(String header) {
        try {
            return Optional.of(Duration.ofSeconds(Long.parseLong(header.trim())));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Counts an answer; answers what went wrong when the whole batch is to be sent again. */
    private synchronized String take(List<String> batch, HttpResponse<String> answer) {
        boolean results = answer.statusCode() == 202 || answer.statusCode() == 207 || answer.statusCode() == 400;
        JsonNode body;
        try {
            body = Json.shared().readTree(answer.body());
        } catch (JacksonException e) {
            return answer.statusCode() + " with a broken body";
        }
        if (results && body.isArray() && body.size() == batch.size()) {
            for (JsonNode result : body) {
                if (result.path("retry").asBoolean(false)) {
                    return "some usages were not taken: " + result.path("code").asString("?");
                }
            }
            body.forEach(this::count);
            show();
            return null;
        }
        if (answer.statusCode() >= 500 || answer.statusCode() == 429) {
            return answer.statusCode() + " " + body.path("code").asString("");
        }
        rejected += batch.size();
        rejections.merge(body.path("code").asString("http_" + answer.statusCode()) + " " + body.path("detail").asString(""),
                (long) batch.size(), Long::sum);
        show();
        return null;
    }

    private void count(JsonNode result) {
        switch (result.path("status").asString("")) {
            case "accepted" -> accepted++;
            case "duplicate" -> duplicates++;
            default -> {
                rejected++;
                rejections.merge(result.path("code").asString("unknown"), 1L, Long::sum);
            }
        }
    }

    private synchronized void lost(int usages, String failure) {
        undelivered += usages;
        rejections.merge("not delivered: " + failure, (long) usages, Long::sum);
        show();
    }

    private void show() {
        long done = accepted + duplicates + rejected + undelivered;
        String figures = "accepted=" + accepted + " duplicates=" + duplicates + " rejected=" + rejected
                + " undelivered=" + undelivered;
        if (!options.bar()) {
            progress.println("progress " + figures);
            return;
        }
        long total = Math.max(options.total(), Math.max(read, 1));
        int filled = (int) (PROGRESS_WIDTH * done / total);
        progress.print("\r[" + "#".repeat(filled) + " ".repeat(PROGRESS_WIDTH - filled) + "] " + 100 * done / total
                + "%  " + done + " usages");
        progress.flush();
    }

    /** What became of all usages, for people. */
    String summary() {
        StringBuilder summary = new StringBuilder("accepted    " + accepted + "\nduplicates  " + duplicates
                + "\nrejected    " + rejected + "\nundelivered " + undelivered + "\n");
        rejections.forEach((code, count) -> summary.append("  ").append(count).append(" × ").append(code).append('\n'));
        return summary.toString();
    }
}
