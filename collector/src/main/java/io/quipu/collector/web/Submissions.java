package io.quipu.collector.web;

import io.quipu.collector.intake.RequestsUnderWay;
import io.quipu.collector.intake.Submission;
import io.quipu.collector.intake.UsageIntake;
import io.quipu.collector.intake.UsageMetrics;
import io.quipu.collector.intake.UsageResult;
import io.quipu.common.store.StoreException;
import io.quipu.common.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** Takes requests that submit usages or events, and answers what became of each. Thread-safe. */
final class Submissions {

    private static final Duration OVERLOADED_RETRY = Duration.ofSeconds(1);

    private final UsageIntake intake;
    private final UsageMetrics metrics;
    private final UsageLimits limits;
    private final RequestsUnderWay requests;

    Submissions(UsageIntake intake, UsageMetrics metrics, UsageLimits limits, RequestsUnderWay requests) {
        this.intake = intake;
        this.metrics = metrics;
        this.limits = limits;
        this.requests = requests;
    }

    /**
     * Takes one document, or an array of them. One: 202 with its location, or the problem. An array: the results in
     * order; 202 when all are accepted or duplicates, 207 when some are, 400 when none is, 503 when none is and some are
     * worth sending again. It is answered when each is durable or refused, mostly not by the thread that calls this: see {@link
     * LaterAnswer}.
     */
    void submit(HttpServletRequest request, HttpServletResponse response, Function<byte[], Submission> reader) {
        if (LaterAnswer.found(request)) {
            LaterAnswer.of(request).send(response);
            return;
        }
        begin();
        long begun = metrics.now();
        Taken taken;
        try {
            taken = take(request, reader);
        } catch (RuntimeException | Error e) {
            refused(e);
            metrics.settledSince(begun);
            requests.end();
            throw e;
        }
        Supplier<JsonAnswer> answer = () -> {
            metrics.settledSince(begun);
            return taken.settled(metrics);
        };
        CompletableFuture<Void> done = taken.usages().done();
        if (!done.isDone()) {
            LaterAnswer.when(done, limits.appendTimeout(), request, response, answer, requests::end);
            return;
        }
        try {
            answer.get().send(response);
        } finally {
            requests.end();
        }
    }

    private Taken take(HttpServletRequest request, Function<byte[], Submission> reader) {
        byte[] body = RequestBody.read(request, limits.maxBody());
        metrics.received(body.length);
        Submission submission = reader.apply(body);
        return new Taken(submission.array(), intake.begin(submission.readings()));
    }

    /** What became of a request's documents, and whether they were an array. */
    private record Taken(boolean array, UsageIntake.Begun usages) {

        JsonAnswer settled(UsageMetrics metrics) {
            List<UsageResult> results = usages.results();
            metrics.settled(results);
            return array ? many(results) : one(results.get(0));
        }
    }

    /**
     * Answers a request, unless too many are under way.
     *
     * @throws Problem 503 {@code overloaded}
     */
    <T> T underWay(Supplier<T> request) {
        begin();
        try {
            return request.get();
        } finally {
            requests.end();
        }
    }

    private void begin() {
        if (!requests.begin()) {
            metrics.refused("overloaded");
            metrics.settledSince(metrics.now());
            throw Problem.unavailable("overloaded", limits.maxInFlight() + " requests are under way already",
                    OVERLOADED_RETRY);
        }
    }

    /** Takes in what a request sends: times that, and counts when it is refused as a whole. */
    <T> T measured(Supplier<T> request) {
        long begun = metrics.now();
        try {
            return request.get();
        } catch (RuntimeException e) {
            refused(e);
            throw e;
        } finally {
            metrics.settledSince(begun);
        }
    }

    private void refused(Throwable failure) {
        if (failure instanceof Problem problem) {
            metrics.refused(problem.code());
        } else if (failure instanceof StoreException) {
            metrics.refused("store_unavailable");
        }
    }

    private static JsonAnswer one(UsageResult result) {
        if (result instanceof UsageResult.Rejected rejected) {
            throw rejected.problem();
        }
        UsageAnswer answer = UsageAnswer.of(null, result);
        return JsonAnswer.of(202, answer.location(), answer);
    }

    private static JsonAnswer many(List<UsageResult> results) {
        List<UsageAnswer> answers = new ArrayList<>(results.size());
        int rejected = 0;
        Problem passing = null;
        for (UsageResult result : results) {
            answers.add(UsageAnswer.of(answers.size(), result));
            if (result instanceof UsageResult.Rejected refusal) {
                rejected++;
                passing = passing == null && refusal.retryable() ? refusal.problem() : passing;
            }
        }
        if (rejected == results.size() && passing != null) {
            throw passing;
        }
        return JsonAnswer.of(rejected == 0 ? 202 : rejected < results.size() ? 207 : 400, null, answers);
    }
}
