package io.quipu.acceptance.chaos;

import io.quipu.acceptance.chaos.Dispositions.First;
import io.quipu.acceptance.chaos.Ledger.Entry;
import io.quipu.acceptance.oracle.Oracle;
import io.quipu.acceptance.oracle.ReportSums;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Compares what the services say in the end with what follows from what the clients were told. */
final class Reckoning {

    private static final int THREADS = 4;
    private static final Duration LOOK_UPS = Duration.ofMinutes(30);
    /** Differences that are named of one report: one wrong usage shows in dozens of figures. */
    private static final int MAX_NAMED = 8;

    private static final int MAX_TRIES = 30;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final int MAX_SHOWN = 2_000;

    private final Endpoints endpoints;
    private final Clock clock;
    private final Tally answers;
    private final Verdict verdict;

    Reckoning(Endpoints endpoints, Clock clock, Tally answers, Verdict verdict) {
        this.endpoints = endpoints;
        this.clock = clock;
        this.answers = answers;
        this.verdict = verdict;
    }

    /** Checks every usage and every organization; answers a sentence on what was compared. */
    String reckon(Ledger ledger) throws IOException, InterruptedException {
        List<First> firsts = firsts(ledger.entries());
        if (firsts.isEmpty()) {
            verdict.wrong("no usage was accepted, so nothing was shown; try more minutes");
        }
        Oracle oracle = new Oracle(firsts.stream().map(First::counted).toList());
        int rejected = 0;
        for (First first : firsts) {
            Oracle.Rejected rejection = oracle.rejections().get(first.place());
            String expected = rejection == null ? "processed" : "rejected " + rejection.code();
            String found = (first.status() + " " + first.code()).trim();
            if (!found.equals(expected)) {
                verdict.wrong("the usage at " + first.place() + " is " + found + ", not " + expected + ": "
                        + first.entry().usage().json());
            }
            rejected += rejection == null ? 0 : 1;
        }
        int audits = 0;
        for (Organization organization : Organization.ALL) {
            report(organization, oracle);
            Set<String> months = firsts.stream().map(first -> first.entry().usage().key())
                    .filter(key -> key.organization().equals(organization))
                    .map(key -> Instant.ofEpochMilli(key.end()).toString().substring(0, "yyyy-MM".length()))
                    .collect(Collectors.toCollection(TreeSet::new));
            for (String month : months) {
                audit(organization, month);
                audits++;
            }
        }
        return "compared: " + firsts.size() + " usages, of which " + rejected + " rejected by a stage; "
                + oracle.size() + " figures in the reports of " + Organization.ALL.size() + " organizations; " + audits
                + " months audited";
    }

    private List<First> firsts(List<Entry> entries) throws InterruptedException {
        Queue<Entry> open = new ConcurrentLinkedQueue<>();
        entries.stream().filter(Entry::isAccepted).forEach(open::add);
        List<First> firsts = Collections.synchronizedList(new ArrayList<>());
        Dispositions dispositions = new Dispositions(endpoints, answers, verdict);
        Crew crew = new Crew(verdict);
        for (int i = 0; i < THREADS; i++) {
            crew.start("look-ups " + i, () -> {
                for (Entry entry = open.poll(); entry != null; entry = open.poll()) {
                    dispositions.first(entry).ifPresent(firsts::add);
                }
            });
        }
        crew.join(LOOK_UPS);
        List<First> ordered = new ArrayList<>(firsts);
        ordered.sort(Comparator.comparing(First::place));
        return ordered;
    }

    private void report(Organization organization, Oracle oracle) throws IOException, InterruptedException {
        long time = clock.millis();
        String suffix = "/aggregated/usage/" + time + "?depth=instance&hours=49&days=32&months=13";
        HttpResponse<String> answer = answered(organization, suffix);
        if (answer.statusCode() != 200) {
            verdict.wrong("the report of " + organization.id() + " was answered " + answer.statusCode() + ": "
                    + answer.body());
            return;
        }
        answers.count("reports read in the end", "compared");
        JsonNode report = Json.shared().readTree(answer.body());
        if (!report.path("settled").asBoolean(false)) {
            verdict.wrong("the report of " + organization.id() + " is not settled, though nothing flows");
        }
        List<String> differences = new ArrayList<>(oracle.differences(organization.id(), report, time, time));
        differences.addAll(ReportSums.differences(report));
        differences.stream().limit(MAX_NAMED).forEach(verdict::wrong);
        if (differences.size() > MAX_NAMED) {
            verdict.wrong("the report of " + organization.id() + " differs in " + (differences.size() - MAX_NAMED)
                    + " more figures");
        }
    }

    /** The audit recounts from the log, by rules of its own. */
    private void audit(Organization organization, String month) throws IOException, InterruptedException {
        HttpResponse<String> answer = answered(organization, "/audit/" + month);
        boolean clean = answer.statusCode() == 200
                && Json.shared().readTree(answer.body()).path("verdict").asString("").equals("clean");
        if (!clean) {
            String body = answer.body();
            verdict.wrong("the audit of " + organization.id() + " in " + month + " answers " + answer.statusCode() + ": "
                    + body.substring(0, Math.min(body.length(), MAX_SHOWN)));
        }
    }

    /** An answer other than 503: a circuit may have opened under the last faults, until it has been tried again. */
    private HttpResponse<String> answered(Organization organization, String suffix)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = endpoints.ofOrganization(organization.id(), suffix);
        for (int tries = 1; answer.statusCode() == 503 && tries < MAX_TRIES; tries++) {
            answers.count("reports read in the end", "asked for again");
            Thread.sleep(RETRY.toMillis());
            answer = endpoints.ofOrganization(organization.id(), suffix);
        }
        return answer;
    }
}
