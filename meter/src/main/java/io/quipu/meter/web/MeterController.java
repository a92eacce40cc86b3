package io.quipu.meter.web;

import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.StageMetrics;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.web.BatchCheck;
import io.quipu.common.web.StageProblems;
import io.quipu.meter.UsageMeter;
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
        return StageProblems.around("accumulator", () -> metrics.record(batch.usage().size(), () -> meter.meter(batch)));
    }
}
