package io.quipu.collector.web;

import io.quipu.collector.intake.RequestsUnderWay;
import io.quipu.collector.intake.SnapshotIntake;
import io.quipu.collector.intake.SnapshotProgress;
import io.quipu.collector.intake.UsageMetrics;
import io.quipu.common.running.Reconciled;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Snapshots in: all that runs of a resource at a time. */
@RestController
public class SnapshotController {

    /** The path under which snapshots are submitted. */
    public static final String SNAPSHOT = SubmissionServlet.EVENTS + "/snapshot";

    private final Submissions submissions;
    private final SnapshotIntake snapshots;
    private final SnapshotProgress progress;
    private final RequestsUnderWay requests;
    private final UsageMetrics metrics;
    private final UsageLimits limits;

    SnapshotController(Submissions submissions, SnapshotIntake snapshots, SnapshotProgress progress,
            RequestsUnderWay requests, UsageMetrics metrics, UsageLimits limits) {
        this.submissions = submissions;
        this.snapshots = snapshots;
        this.progress = progress;
        this.requests = requests;
        this.metrics = metrics;
        this.limits = limits;
    }

    /**
     * Takes a snapshot. 202 once all of it is durable, with what it came to if that is found out soon; else a problem, by which it
     * says how much of it was taken: mostly nothing.
     */
    @PostMapping(path = SNAPSHOT, consumes = MediaType.APPLICATION_JSON_VALUE, produces = MediaType.APPLICATION_JSON_VALUE)
    public void submit(HttpServletRequest request, HttpServletResponse response) {
        submissions.underWay(() -> {
            SnapshotIntake.Taken taken = submissions.measured(() -> take(request));
            metrics.held(taken.header().instances());
            // the drivers let requests go first, but this one waits for them
            requests.standBy();
            try {
                return JsonAnswer.of(202, null, Answer.of(taken, progress.await(taken)));
            } finally {
                requests.standDown();
            }
        }).send(response);
    }

    private SnapshotIntake.Taken take(HttpServletRequest request) {
        try (SpooledBody body = SpooledBody.read(request, limits.maxSnapshotBody())) {
            metrics.received(body.length());
            return snapshots.take(body, metrics::counted);
        }
    }

    /**
     * The answer.
     *
     * @param status {@code processed} when what it came to is known, else {@code accepted}
     * @param instances how many instances it listed
     * @param opened listed, and nothing ran
     * @param corrected listed, and it ran otherwise
     * @param closed not listed by a complete snapshot, and it ran
     * @param unchanged listed, and it ran just so
     */
    record Answer(String status, int instances, Long opened, Long corrected, Long closed, Long unchanged) {

        static Answer of(SnapshotIntake.Taken taken, Optional<Reconciled.Counts> counts) {
            int instances = taken.header().instances();
            return counts.map(found -> new Answer("processed", instances, found.opened(), found.corrected(), found.closed(),
                    found.unchanged())).orElseGet(() -> new Answer("accepted", instances, null, null, null, null));
        }
    }
}
