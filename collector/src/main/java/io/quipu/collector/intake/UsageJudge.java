package io.quipu.collector.intake;

import io.quipu.collector.log.LoggedUsage;
import io.quipu.common.formula.Expression;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.time.Lateness;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import io.quipu.common.web.Violations;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Judges the usages of one request: by one time, and asking for the terms of equal ids once. Not thread-safe. */
final class UsageJudge {

    private final TermsSource terms;
    private final Lateness lateness;
    private final long now;
    private final Map<Question, Object> known = new HashMap<>();
    private final Map<String, Continuous> continuous = new HashMap<>();

    UsageJudge(TermsSource terms, Lateness lateness, long now) {
        this.terms = terms;
        this.lateness = lateness;
        this.now = now;
    }

    /** What terms are asked for by. */
    private record Question(boolean stop, String organizationId, String resourceId, String planId) {
    }

    /**
     * What is to be stored of a document.
     *
     * @throws Problem when it is not accepted
     */
    LoggedUsage usage(Reading reading) {
        if (reading instanceof Reading.Invalid invalid) {
            // Abacus's collector said so in the member name
            throw Problem.of(400, "invalid", "The " + invalid.what() + " is not valid").with(invalid.violations())
                    .with("name", "Invalid " + invalid.what() + ": invalid schema");
        }
        SubmittedUsage usage = ((Reading.Valid) reading).usage();
        checkTime(usage.event(), usage.origin().end());
        boolean stop = usage.event() != null && usage.event().kind().stops();
        TermsSource.Terms resolved = terms(usage.origin(), stop);
        if (!stop) {
            checkMeasures(usage, resolved);
        }
        return usage.under(resolved.pin());
    }

    /**
     * Judges by its time alone.
     *
     * @param event what happened then; null when it is the end of a usage
     * @throws Problem 400 {@code future} or 409 {@code slack}
     */
    void checkTime(Event event, long end) {
        if (lateness.inFuture(end, now)) {
            String time = timeOf(event);
            String reason = time + " " + Instant.ofEpochMilli(end) + " is more than " + lateness.lead() + " after "
                    + Instant.ofEpochMilli(now);
            throw Problem.of(400, "future", reason).with(List.of(new Violation(time, "future", reason)));
        }
        if (lateness.tooLate(end, now)) {
            throw tooLate(event, end, now, lateness);
        }
    }

    /** The answer to what ended, or happened, too long before that time. */
    static Problem tooLate(Event event, long end, long now, Lateness lateness) {
        return Problem.of(409, "slack", timeOf(event) + " " + Instant.ofEpochMilli(end) + " is more than "
                + lateness.slack() + " before " + Instant.ofEpochMilli(now));
    }

    /** What the time by which a document is judged is called in it. */
    private static String timeOf(Event event) {
        return event == null ? "end" : "timestamp";
    }

    private void checkMeasures(SubmittedUsage usage, TermsSource.Terms resolved) {
        MeteringPlan metering = resolved.plan().metering();
        Violations unknown = new Violations();
        for (int i = 0; i < usage.measuredUsage().size(); i++) {
            MeasuredQuantity measured = usage.measuredUsage().get(i);
            if (!metering.hasMeasure(measured.measure())) {
                unknown.add("measured_usage[" + i + "].measure", "measure_not_found", "plan " + metering.planId()
                        + " has no measure \"" + measured.measure() + "\"");
            }
        }
        if (!unknown.isEmpty()) {
            throw Problem.of(422, "measure_not_found", "The plan does not know all measures of the "
                    + (usage.event() == null ? "usage" : "event")).with(unknown.list());
        }
        if (usage.event() != null) {
            checkContinuous(usage, resolved.pin().plan(), metering);
        }
    }

    /** An event that sets no level would be accepted and count nowhere. */
    private void checkContinuous(SubmittedUsage event, String version, MeteringPlan metering) {
        Continuous levels = continuous.computeIfAbsent(version, id -> Continuous.of(metering));
        Map<String, BigDecimal> measures = new HashMap<>();
        event.measuredUsage().forEach(measured -> measures.put(measured.measure(), measured.quantity()));
        if (levels.metrics().stream().noneMatch(functions -> sets(functions, measures))) {
            throw Problem.of(422, "not_continuous", "The event sets no level: the metering plan " + metering.planId()
                    + (levels.metrics().isEmpty() ? " has no metric that is weighted by time"
                            : " weights by time only what is made of " + String.join(", ", levels.measures())));
        }
    }

    /**
     * What of a plan has a level.
     *
     * @param metrics the functions of such metrics
     * @param measures what they are made of
     */
    private record Continuous(List<MetricFunctions> metrics, Set<String> measures) {

        static Continuous of(MeteringPlan metering) {
            List<MetricFunctions> metrics = new ArrayList<>();
            Set<String> measures = new TreeSet<>();
            for (MeteringPlan.Metric metric : metering.metrics()) {
                MetricFunctions functions = MetricFunctions.of(metric);
                if (functions.unitOfTime().isPresent()) {
                    metrics.add(functions);
                    measures.addAll(metric.meter() == null ? Set.of(metric.name())
                            : Expression.parse(metric.meter()).variables());
                }
            }
            return new Continuous(metrics, measures);
        }
    }

    private static boolean sets(MetricFunctions functions, Map<String, BigDecimal> measures) {
        try {
            return functions.level(measures).isPresent();
        } catch (MeteringException e) {
            // it would, if it could be metered: the meter says why not
            return true;
        }
    }

    private TermsSource.Terms terms(Origin origin, boolean stop) {
        Object found = known.computeIfAbsent(
                new Question(stop, origin.organizationId(), origin.resourceId(), origin.planId()), question -> {
                    try {
                        return stop
                                ? terms.resolveStop(question.organizationId(), question.resourceId(), question.planId())
                                : terms.resolve(question.organizationId(), question.resourceId(), question.planId());
                    } catch (Problem problem) {
                        return problem;
                    }
                });
        if (found instanceof Problem problem) {
            throw problem;
        }
        return (TermsSource.Terms) found;
    }
}
