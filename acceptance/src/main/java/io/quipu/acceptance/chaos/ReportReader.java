package io.quipu.acceptance.chaos;

import io.quipu.acceptance.oracle.ReportSums;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads reports while everything fails: a report that calls itself settled must add up, whatever was cut on its way.
 */
final class ReportReader {

    private static final int MAX_PEACE_MILLIS = 1_500;

    private final RandomGenerator random;
    private final Endpoints endpoints;
    private final Tally tally;
    private final Verdict verdict;

    ReportReader(RandomGenerator random, Endpoints endpoints, Tally tally, Verdict verdict) {
        this.random = random;
        this.endpoints = endpoints;
        this.tally = tally;
        this.verdict = verdict;
    }

    /** Reads until the phase is over. */
    void run(Phase phase) throws InterruptedException {
        while (!phase.await(Duration.ofMillis(random.nextInt(MAX_PEACE_MILLIS)))) {
            Organization organization = Organization.ALL.get(random.nextInt(Organization.ALL.size()));
            String depth = random.nextBoolean() ? "consumer" : "instance";
            try {
                take(organization, endpoints.ofOrganization(organization.id(), "/aggregated/usage?depth=" + depth));
            } catch (IOException e) {
                tally.count("reports read under faults", "no answer");
            }
        }
    }

    private void take(Organization organization, HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            tally.count("reports read under faults", "status " + answer.statusCode());
            if (answer.statusCode() == 500) {
                verdict.wrong("reporting answered 500: " + answer.body());
            }
            return;
        }
        JsonNode report;
        try {
            report = Json.shared().readTree(answer.body());
        } catch (JacksonException e) {
            verdict.wrong("a report of " + organization.id() + " was complete, but no JSON: " + e.getMessage());
            return;
        }
        if (!report.path("settled").asBoolean(false)) {
            tally.count("reports read under faults", "not settled");
            return;
        }
        tally.count("reports read under faults", "settled");
        List<String> differences = ReportSums.differences(report);
        if (!differences.isEmpty()) {
            verdict.wrong("a settled report of " + organization.id() + ", read under faults, does not add up in "
                    + differences.size() + " figures, such as " + differences.get(0));
        }
    }
}
