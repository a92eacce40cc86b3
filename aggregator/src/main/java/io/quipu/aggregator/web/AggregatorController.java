package io.quipu.aggregator.web;

import io.quipu.aggregator.KeptTotals;
import io.quipu.aggregator.Totals;
import io.quipu.aggregator.UsageAggregator;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.BatchAnswers;
import io.quipu.common.stage.Batches;
import io.quipu.common.stage.StageMetrics;
import io.quipu.common.time.Window;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.web.BatchCheck;
import io.quipu.common.web.NdjsonStream;
import io.quipu.common.web.Problem;
import io.quipu.common.web.WindowParameters;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The aggregator's HTTP face: batches in from the accumulator, totals out to reporting. */
@RestController
public class AggregatorController {

    /** Plan versions that one request may ask for. */
    static final int MAX_PLANS = 100;

    /** Characters of a plan version's id: a hash has 22. */
    static final int MAX_PLAN_ID = 64;

    private static final String WINDOW_OF_LEVELS = "window_of_levels";

    /** Bytes beside the documents of an answer. */
    private static final int ENVELOPE = 32;

    private final BatchCheck check = new BatchCheck();
    private final UsageAggregator aggregator;
    private final Totals totals;
    private final StageMetrics metrics;
    private final KeptTotals kept;
    private final Clock clock;

    AggregatorController(UsageAggregator aggregator, Totals totals, StageMetrics metrics, KeptTotals kept, Clock clock) {
        this.aggregator = aggregator;
        this.totals = totals;
        this.metrics = metrics;
        this.kept = kept;
        this.clock = clock;
    }

    /** Folds a batch; answers once all of it is durable. 409 {@code stale} when its cursor is too old. */
    @PostMapping(path = "/v1/metering/accumulated/usage/batch", consumes = MediaType.APPLICATION_JSON_VALUE)
    BatchAnswer aggregate(@RequestBody Batch<AccumulatedUsage> batch) {
        check.check(batch);
        BatchAnswer answer = aggregate(List.of(batch)).get(0);
        if (answer.stale() != null) {
            throw Problem.of(409, "stale", answer.stale());
        }
        return answer;
    }

    /** Folds batches of different partitions, each with an answer of its own: a stale one says so in it. */
    @PostMapping(path = "/v1/metering/accumulated/usage/batches", consumes = MediaType.APPLICATION_JSON_VALUE)
    BatchAnswers aggregate(@RequestBody Batches<AccumulatedUsage> batches) {
        return new BatchAnswers(aggregate(check.check(batches)));
    }

    private List<BatchAnswer> aggregate(List<Batch<AccumulatedUsage>> batches) {
        return metrics.record(batches, () -> aggregator.aggregate(batches));
    }

    /**
     * The documents of an organization that exist, of the windows asked for, and its levels. When it has levels, also those of the
     * windows asked for with {@code window_of_levels}; then days and levels are read after all months. 410 {@code expired} when one of the windows
     * is no longer kept.
     */
    @GetMapping(path = "/v1/metering/aggregated/usage/organization", produces = MediaType.APPLICATION_JSON_VALUE)
    byte[] organization(@RequestParam("organization_id") String organizationId,
            @RequestParam("window") List<String> windows,
            @RequestParam(name = WINDOW_OF_LEVELS, defaultValue = "") List<String> windowsOfLevels) {
        List<Window> parsed = WindowParameters.parse(windows);
        List<Window> ofLevels = WindowParameters.parse(WINDOW_OF_LEVELS, windowsOfLevels);
        WindowParameters.requireKept(parsed, kept.organizations(), clock.millis());
        WindowParameters.requireKept(ofLevels, kept.organizations(), clock.millis());
        Totals.OrganizationTotals found = totals.organization(organizationId, parsed, ofLevels);
        return joined(found.documents(), found.levels());
    }

    /** Documents that are JSON already, as {@code {"documents": [...], "levels": {...}}}, without levels where there are none. */
    private static byte[] joined(List<byte[]> documents, Optional<byte[]> levels) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream(ENVELOPE + levels.map(json -> json.length).orElse(0)
                + documents.stream().mapToInt(document -> document.length + 1).sum());
        joined.writeBytes("{\"documents\":[".getBytes(StandardCharsets.US_ASCII));
        String separator = "";
        for (byte[] document : documents) {
            joined.writeBytes(separator.getBytes(StandardCharsets.US_ASCII));
            joined.writeBytes(document);
            separator = ",";
        }
        joined.write(']');
        levels.ifPresent(json -> {
            joined.writeBytes(",\"levels\":".getBytes(StandardCharsets.US_ASCII));
            joined.writeBytes(json);
        });
        joined.write('}');
        return joined.toByteArray();
    }

    /**
     * All consumers of a space that have one of the windows, one a line; the last line says that it is complete. With {@code
     * levels=true} a line has the consumer's levels too, and also those come that have no such window but levels. 410 {@code expired} when
     * one of the windows is no longer kept.
     */
    @GetMapping("/v1/metering/aggregated/usage/consumers")
    void consumers(@RequestParam("organization_id") String organizationId, @RequestParam("space_id") String spaceId,
            @RequestParam("window") List<String> windows,
            @RequestParam(name = "levels", defaultValue = "false") String levels, HttpServletResponse response)
            throws IOException {
        List<Window> parsed = WindowParameters.parse(windows);
        boolean withLevels = parse(levels);
        WindowParameters.requireKept(parsed, kept.consumers(), clock.millis());
        NdjsonStream.write(response, stream -> totals.consumers(organizationId, spaceId, parsed, withLevels, consumer ->
                stream.accept(Map.of("consumer_id", consumer.consumerId()),
                        consumer.levels() == null ? Map.of() : Map.of("levels", consumer.levels()),
                        "documents", consumer.documents())));
    }

    private static boolean parse(String levels) {
        if (!levels.equals("true") && !levels.equals("false")) {
            throw Problem.of(400, "invalid", "The parameter levels is true or false.");
        }
        return levels.equals("true");
    }

    /** The plan versions of those ids. */
    @GetMapping("/v1/metering/aggregated/plans")
    Map<String, PlanVersion> plans(@RequestParam("id") List<String> ids) {
        if (ids.size() > MAX_PLANS) {
            throw Problem.of(400, "too_many", "At most " + MAX_PLANS + " ids, not " + ids.size() + ".");
        }
        if (ids.stream().anyMatch(id -> id.length() > MAX_PLAN_ID)) {
            throw Problem.of(400, "invalid", "The id of a plan version has " + MAX_PLAN_ID + " characters at most.");
        }
        return totals.plans(ids);
    }
}
