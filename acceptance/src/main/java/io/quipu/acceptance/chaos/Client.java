package io.quipu.acceptance.chaos;

import io.quipu.acceptance.chaos.Ledger.Entry;
import io.quipu.acceptance.chaos.Ledger.Posting;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * One provider: posts new usage, posts what was posted before once more, and other quantities under keys that were
 * accepted; and sends what got no clear answer again until it gets one.
 */
final class Client {

    /** How long a client goes on sending again after the faults have ended. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    /** What clear answers are counted as. */
    static final String ANSWERED = "usages answered";

    private static final int MAX_BATCH = 40;
    /** How long a client waits at most before it posts again, where it is not to post as much as it can. */
    static final int MAX_PEACE_MILLIS = 160;

    private static final int MAX_RETRY_MILLIS = 600;

    private final int peaceMillis;
    private final UsageSource source;
    private final RandomGenerator random;
    private final Endpoints endpoints;
    private final Ledger ledger;
    private final Tally tally;
    private final Verdict verdict;

    /** That waits less than so many milliseconds before it posts again. */
    Client(int peaceMillis, UsageSource source, RandomGenerator random, Endpoints endpoints, Ledger ledger, Tally tally,
            Verdict verdict) {
        this.peaceMillis = peaceMillis;
        this.source = source;
        this.random = random;
        this.endpoints = endpoints;
        this.ledger = ledger;
        this.tally = tally;
        this.verdict = verdict;
    }

    /** Posts until the phase is over; then until everything has been answered, or the patience has run out. */
    void run(Phase phase) throws InterruptedException {
        do {
            deliver(draw(), phase);
        } while (!phase.await(Duration.ofMillis(random.nextInt(peaceMillis))));
    }

    private List<Posting> draw() {
        int size = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(MAX_BATCH);
        List<Posting> postings = new ArrayList<>();
        while (postings.size() < size) {
            int kind = random.nextInt(20);
            Entry before = kind < 4 ? ledger.any(random) : null;
            if (before != null && !before.usage().improper()) {
                if (kind < 3) {
                    postings.add(new Posting(before, before.usage().measured()));
                } else if (before.isAccepted()) {
                    postings.add(new Posting(before, source.other(before.usage())));
                }
            } else {
                Usage usage = source.next();
                postings.add(new Posting(ledger.add(usage), usage.measured()));
            }
        }
        return postings;
    }

    private void deliver(List<Posting> postings, Phase phase) throws InterruptedException {
        List<Posting> open = postings;
        long deadline = Long.MAX_VALUE;
        while (true) {
            open = post(open);
            if (open.isEmpty()) {
                return;
            }
            if (phase.over() && deadline == Long.MAX_VALUE) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                verdict.wrong(open.size() + " usages got no clear answer within " + PATIENCE.toSeconds()
                        + " s after the faults had ended, such as " + open.get(0).json());
                return;
            }
            Thread.sleep(random.nextInt(MAX_RETRY_MILLIS));
        }
    }

    /** Posts usages at once; answers those that are to be sent again. */
    private List<Posting> post(List<Posting> postings) throws InterruptedException {
        boolean single = postings.size() == 1 && random.nextBoolean();
        String body = postings.stream().map(Posting::json).collect(Collectors.joining(",", "[", "]"));
        HttpResponse<String> answer;
        JsonNode content;
        try {
            answer = endpoints.postUsage(single ? postings.get(0).json() : body);
            content = Json.shared().readTree(answer.body());
        } catch (IOException e) {
            tally.count("requests without an answer", e.getClass().getSimpleName());
            return postings;
        } catch (JacksonException e) {
            tally.count("requests without an answer", "cut body");
            return postings;
        }
        int status = answer.statusCode();
        if (status >= 500 || status == 429) {
            tally.count("requests to be sent again", status + " " + content.path("code").asString("?"));
            if (status == 500) {
                verdict.wrong("the collector answered 500: " + answer.body());
            }
            return postings;
        }
        List<Posting> open = new ArrayList<>();
        if (single) {
            settle(postings.get(0), status == 202 ? content.path("status").asString("?") : "rejected", content, open);
        } else if (content.isArray() && content.size() == postings.size()) {
            for (int i = 0; i < postings.size(); i++) {
                settle(postings.get(i), content.get(i).path("status").asString("?"), content.get(i), open);
            }
        } else {
            verdict.wrong("an array of " + postings.size() + " was answered with " + status + " " + answer.body());
        }
        return open;
    }

    private void settle(Posting posting, String status, JsonNode result, List<Posting> open) {
        String location = result.path("location").asString(null);
        String code = result.path("code").asString("?");
        if (status.equals("rejected") && result.path("retry").asBoolean(false)) {
            tally.count("usages to be sent again", code);
            open.add(posting);
        } else if (!expected(posting, status, code, location)) {
            verdict.wrong(posting.json() + " was answered " + result);
        } else {
            tally.count(ANSWERED, status + (status.equals("rejected") ? " " + code : ""));
        }
    }

    /** Writes an answer down; whether it is one that the usage may get. */
    static boolean expected(Posting posting, String status, String code, String location) {
        Entry entry = posting.entry();
        boolean improper = entry.usage().improper();
        switch (status) {
            case "accepted", "duplicate" -> {
                if (improper || location == null) {
                    return false;
                }
                // While the usage waits in the log, other quantities are taken; the same ones twice in an array are a duplicate.
                if (posting.conflicting() && status.equals("duplicate")) {
                    return entry.conflicting().contains(location);
                }
                if (posting.conflicting()) {
                    entry.conflictAccepted(location);
                } else {
                    entry.accepted(location);
                }
                return true;
            }
            case "rejected" -> {
                if (posting.conflicting() && code.equals("conflict") && location != null) {
                    entry.conflictsWith(location);
                    return true;
                }
                // In one array other quantities may stand before the usage's own. While the usage waits in the log, where it
                // was accepted before, they are taken, later found to be its duplicate, and here the first that is known.
                if (code.equals("conflict") && entry.conflicting().contains(location)) {
                    return true;
                }
                return improper && (code.equals("slack") || code.equals("measure_not_found"));
            }
            default -> {
                return false;
            }
        }
    }
}
