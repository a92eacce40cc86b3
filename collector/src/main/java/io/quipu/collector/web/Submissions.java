package io.quipu.collector.web;

import io.quipu.collector.intake.RequestsUnderWay;
import io.quipu.collector.intake.Submission;
import io.quipu.collector.intake.UsageIntake;
import io.quipu.collector.intake.UsageMetrics;
import io.quipu.collector.intake.UsageResult;
import io.quipu.common.store.StoreException;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

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
     * worth sending again.
     */
    ResponseEntity<byte[]> submit(HttpServletRequest request, Function<byte[], Submission> reader) {
        Submission submission;
        List<UsageResult> results;
        long begun = metrics.now();
        try {
            if (!requests.begin()) {
                throw Problem.unavailable("overloaded", limits.maxInFlight() + " requests are under way already",
                        OVERLOADED_RETRY);
            }
            try {
                byte[] body = RequestBody.read(request, limits.maxBody());
                metrics.received(body.length);
                submission = reader.apply(body);
                results = intake.submit(submission.readings());
            } finally {
                requests.end();
            }
        } catch (Problem problem) {
            metrics.refused(problem.code());
            throw problem;
        } catch (StoreException failure) {
            metrics.refused("store_unavailable");
            throw failure;
        } finally {
            metrics.settledSince(begun);
        }
        metrics.settled(results);
        return submission.array() ? many(results) : one(results.get(0));
    }

    private static ResponseEntity<byte[]> one(UsageResult result) {
        if (result instanceof UsageResult.Rejected rejected) {
            throw rejected.problem();
        }
        UsageAnswer answer = UsageAnswer.of(null, result);
        return json(202, answer.location(), answer);
    }

    private static ResponseEntity<byte[]> many(List<UsageResult> results) {
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
        return json(rejected == 0 ? 202 : rejected < results.size() ? 207 : 400, null, answers);
    }

    /** An answer with a JSON body. */
    static ResponseEntity<byte[]> json(int status, String location, Object body) {
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(status).contentType(MediaType.APPLICATION_JSON);
        if (location != null) {
            answer.header(HttpHeaders.LOCATION, location);
        }
        return answer.body(Json.write(body));
    }
}
