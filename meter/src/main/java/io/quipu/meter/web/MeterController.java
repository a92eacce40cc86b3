package io.quipu.meter.web;

import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.BatchAnswers;
import io.quipu.common.stage.Batches;
import io.quipu.common.stage.StageMetrics;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.web.BatchCheck;
import io.quipu.common.web.StageProblems;
import io.quipu.meter.UsageMeter;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The meter's HTTP face: batches in from the collector. */
@RestController
public class MeterController {

    private final BatchCheck check = new BatchCheck();
    private final UsageMeter meter;
    private final StageMetrics metrics;

    MeterController(UsageMeter meter, StageMetrics metrics) {
        this.meter = meter;
        this.metrics = metrics;
    }

    /**
     * Meters a batch; answers once all of it is durable below. 400 {@code invalid_batch}, 409 {@code stale}, 503 {@code
     * accumulator_unavailable} with {@code Retry-After}, 500 {@code broken}.
     */
    @PostMapping(path = "/v1/metering/collected/usage/batch", consumes = MediaType.APPLICATION_JSON_VALUE)
    BatchAnswer meter(@RequestBody Batch<CollectedUsage> batch) {
        check.check(batch);
        return StageProblems.around("accumulator", () -> meter(List.of(batch)).get(0).committed());
    }

    /** Meters batches of different partitions, each with an answer of its own: a stale one says so in it. */
    @PostMapping(path = "/v1/metering/collected/usage/batches", consumes = MediaType.APPLICATION_JSON_VALUE)
    BatchAnswers meter(@RequestBody Batches<CollectedUsage> batches) {
        List<Batch<CollectedUsage>> apart = check.check(batches);
        return StageProblems.around("accumulator", () -> new BatchAnswers(meter(apart)));
    }

    private List<BatchAnswer> meter(List<Batch<CollectedUsage>> batches) {
        return metrics.record(batches, () -> meter.meter(batches));
    }
}
