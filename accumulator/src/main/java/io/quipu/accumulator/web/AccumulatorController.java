package io.quipu.accumulator.web;

import io.quipu.accumulator.Instances;
import io.quipu.accumulator.UsageAccumulator;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.BatchAnswers;
import io.quipu.common.stage.Batches;
import io.quipu.common.stage.StageMetrics;
import io.quipu.common.time.Retention;
import io.quipu.common.time.Window;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.web.BatchCheck;
import io.quipu.common.web.NdjsonStream;
import io.quipu.common.web.Problem;
import io.quipu.common.web.StageProblems;
import io.quipu.common.web.WindowParameters;
import io.quipu.common.wire.Json;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The accumulator's HTTP face: batches in from the meter, instances out to reporting. */
@RestController
public class AccumulatorController {

    /** Consumers that one request may ask for. */
    static final int MAX_CONSUMERS = 100;

    private final BatchCheck check = new BatchCheck();
    private final UsageAccumulator accumulator;
    private final Instances instances;
    private final StageMetrics metrics;
    private final Retention retention;
    private final Clock clock;

    AccumulatorController(UsageAccumulator accumulator, Instances instances, StageMetrics metrics, Retention retention,
            Clock clock) {
        this.accumulator = accumulator;
        this.instances = instances;
        this.metrics = metrics;
        this.retention = retention;
        this.clock = clock;
    }

    /** Folds a batch; answers once all of it is durable here and below. 409 {@code stale}, 503 while that is not possible. */
    @PostMapping(path = "/v1/metering/metered/usage/batch", consumes = MediaType.APPLICATION_JSON_VALUE)
    BatchAnswer accumulate(@RequestBody Batch<MeteredUsage> batch) {
        check.check(batch);
        return StageProblems.around("aggregator", () -> accumulate(List.of(batch)).get(0).committed());
    }

    /** Folds batches of different partitions, each with an answer of its own: a stale one says so in it. */
    @PostMapping(path = "/v1/metering/metered/usage/batches", consumes = MediaType.APPLICATION_JSON_VALUE)
    BatchAnswers accumulate(@RequestBody Batches<MeteredUsage> batches) {
        List<Batch<MeteredUsage>> apart = check.check(batches);
        return StageProblems.around("aggregator", () -> new BatchAnswers(accumulate(apart)));
    }

    private List<BatchAnswer> accumulate(List<Batch<MeteredUsage>> batches) {
        return metrics.record(batches, () -> accumulator.accumulate(batches));
    }

    /**
     * The instances of consumers that have one of the windows, or a level in one, one instance and plan path a line, with its levels if
     * it has some; the last line says that it is complete. 410 {@code expired} when one of the windows is no longer kept.
     */
    @PostMapping(path = "/v1/metering/accumulated/usage/instances", consumes = MediaType.APPLICATION_JSON_VALUE)
    void instances(@RequestBody InstanceQuery query, HttpServletResponse response) throws IOException {
        if (!query.complete()) {
            throw Problem.of(400, "invalid", "organization_id, space_id, consumer_ids and windows are needed, without nulls.");
        }
        List<Window> windows = WindowParameters.parse(query.windows());
        WindowParameters.requireKept(windows, retention, clock.millis());
        if (query.consumerIds().size() > MAX_CONSUMERS) {
            throw Problem.of(400, "too_many", "At most " + MAX_CONSUMERS + " consumers, not "
                    + query.consumerIds().size() + ".");
        }
        List<Consumer> consumers = query.consumerIds().stream()
                .map(consumerId -> new Consumer(query.organizationId(), query.spaceId(), consumerId)).toList();
        NdjsonStream.write(response, stream -> instances.read(consumers, windows, found -> {
            Map<String, byte[]> levels = new HashMap<>();
            found.levels().ifPresent(told -> levels.put("levels", Json.write(told)));
            stream.accept(Map.of(), levels, "documents", found.documents());
        }));
    }

    /**
     * What reporting asks for.
     *
     * @param organizationId the organization
     * @param spaceId the space
     * @param consumerIds at most {@link #MAX_CONSUMERS}
     * @param windows ids of months and days
     */
    record InstanceQuery(String organizationId, String spaceId, List<String> consumerIds, List<String> windows) {
        boolean complete() {
            return organizationId != null && spaceId != null && consumerIds != null && windows != null
                    && !consumerIds.contains(null) && !windows.contains(null);
        }
    }
}
