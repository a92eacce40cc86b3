package io.quipu.accumulator.web;

import io.quipu.accumulator.RunningInstances;
import io.quipu.accumulator.Snapshots;
import io.quipu.common.running.RunningPage;
import io.quipu.common.running.RunningQuery;
import io.quipu.common.running.SnapshotQuery;
import io.quipu.common.time.Window;
import io.quipu.common.web.NdjsonStream;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import io.quipu.common.web.Violations;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** What runs, told to reporting, which lists it, and to the collector, which reconciles it with snapshots. */
@RestController
public class RunningController {

    private static final String REQUIRED = "required";

    private final RunningInstances instances;
    private final Snapshots snapshots;

    RunningController(RunningInstances instances, Snapshots snapshots) {
        this.instances = instances;
        this.snapshots = snapshots;
    }

    /** A page of what runs in an organization now. */
    @PostMapping(path = "/v1/metering/accumulated/usage/running", consumes = MediaType.APPLICATION_JSON_VALUE)
    RunningPage running(@RequestBody RunningQuery query) {
        Violations violations = new Violations();
        if (query.organizationId() == null) {
            violations.add("organization_id", REQUIRED, "what runs in which organization?");
        }
        violations.orThrow("The query is not complete.");
        try {
            return instances.page(query);
        } catch (IllegalArgumentException e) {
            throw Problem.of(400, "invalid", "The page is not one of this query.")
                    .with(List.of(new Violation("page", "format", e.getMessage())));
        }
    }

    /** What a snapshot did not list, and what it has come to; the last line says that the answer is complete. */
    @PostMapping(path = "/v1/metering/accumulated/usage/snapshot", consumes = MediaType.APPLICATION_JSON_VALUE)
    void snapshot(@RequestBody SnapshotQuery query, HttpServletResponse response) throws IOException {
        Violations violations = new Violations();
        if ((query.organizationId() == null) == (query.partition() == null)) {
            violations.add("organization_id", "one_of", "either an organization or a partition is needed");
        }
        if (query.partition() != null && query.partition() < 0) {
            violations.add("partition", "minimum", "a partition is not below 0");
        }
        if (query.resourceId() == null) {
            violations.add("resource_id", REQUIRED, "a snapshot is of one resource");
        }
        if (query.time() < Window.MIN_TIME || query.time() >= Window.MAX_TIME) {
            violations.add("time", "range", "no window contains " + query.time());
        }
        violations.orThrow("The query is not complete.");
        NdjsonStream.write(response, stream -> stream.accept(snapshots.compare(query, stream::accept, stream::goOn)));
    }
}
